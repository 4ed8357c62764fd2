//! Leaves: parts of a query that see each series of one selector on its own, with the aggregation above them that folds
//! the series one after another. They are evaluated while their series is at hand, so that no two need be held.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::base::{Labels, Span};
use crate::promql::{Expr, ExprKind};

use super::detail::Detail;
use super::eval::{Evaluator, Reading, store_error};
use super::fold::Groups;
use super::functions;
use super::pass::{Consumer, Read, Selection, Turn};
use super::remark::Remarks;
use super::track::{Grid, Track, mark_present};
use super::value::{EvalError, Params};
use super::{Store, StoreError, pass};

/// A leaf of one query at the times of one grid.
pub(super) struct Leaf<'a> {
    key: Key,
    expr: Expr,
    /// What is evaluated for each series.
    inner: Expr,
    grid: Grid,
    params: &'a Params,
    /// What the nodes around it make of histograms.
    detail: Detail,
    selection: Selection,
    /// Where the selector stands.
    span: Span,
    seen: Mutex<Seen>,
}

/// What was seen so far.
struct Seen {
    into: Into,
    /// Samples held in it.
    held: u64,
    labels: HashSet<Labels>,
    /// Two series have the same labels once the metric's name is off.
    twice: bool,
    gathered: Gathered,
    failed: Option<EvalError>,
}

/// What becomes of the series.
enum Into {
    /// They are kept.
    Tracks(Vec<Track>),
    /// They are aggregated.
    Groups(Groups),
    /// It counts alone whether there are any at each step; the argument says what is missing else.
    Present(Expr, Vec<bool>),
}

/// What a leaf gathered besides its values.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) samples_read: u64,
    /// The most samples that were held at a time.
    pub(super) peak_samples: u64,
    pub(super) remarks: Remarks,
}

/// What a leaf gives.
pub(super) type Answer = Result<(Vec<Track>, Gathered), EvalError>;

/// By what a leaf is known in its query.
pub(super) type Key = (usize, i64, i64, usize);

pub(super) fn key(expr: &Expr, grid: Grid) -> Key {
    // Nodes of a query stay where they are while it is evaluated.
    (std::ptr::from_ref(expr).addr(), grid.start, grid.step, grid.steps)
}

impl<'a> Leaf<'a> {
    /// The leaf that a node is, if it is one.
    pub(super) fn of(expr: &Expr, grid: Grid, params: &'a Params, detail: Detail) -> Option<Self> {
        let (inner, into) = match &expr.kind {
            ExprKind::Aggregate { op, param: None, expr: inner, grouping } => {
                (Cow::Borrowed(&**inner), Into::Groups(Groups::new(*op, grouping, grid.steps, params.compat)))
            }
            ExprKind::Call { function, args } if let Some(inner) = functions::looked_for(function, args) => {
                (inner, Into::Present(args.first()?.clone(), vec![false; grid.steps]))
            }
            _ => (Cow::Borrowed(expr), Into::Tracks(Vec::new())),
        };
        if !sees_one_series(&inner) {
            return None;
        }
        // Evaluated without a series, it tells which samples it would look at.
        let (selection, span) = Evaluator::new(params, Reading::Noted(None)).selection_of(&inner, grid)?;
        let gathered = Gathered::default();
        let seen = Seen { into, held: 0, labels: HashSet::new(), twice: false, gathered, failed: None };
        let (key, expr, inner) = (key(expr, grid), expr.clone(), inner.into_owned());
        Some(Self { key, expr, inner, grid, params, detail, selection, span, seen: Mutex::new(seen) })
    }

    pub(super) fn key(&self) -> Key {
        self.key
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Evaluates it alone.
    pub(super) fn evaluate(self, store: &dyn Store) -> Answer {
        pass::run(&[&self], store, &|_, _| ());
        self.finish(store)
    }

    /// The values, once all series were seen.
    pub(super) fn finish(self, store: &dyn Store) -> Answer {
        let span = self.inner.span;
        let Seen { into, twice, mut gathered, failed, .. } =
            self.seen.into_inner().unwrap_or_else(PoisonError::into_inner);
        match (failed, into) {
            (Some(error), _) => Err(error),
            (None, _) if twice => {
                // Evaluated anew, with all series at once.
                let mut evaluator =
                    Evaluator::new(self.params, Reading::Whole(store)).looking_at(self.detail);
                let tracks = evaluator.vector(&self.expr, self.grid)?;
                Ok((tracks, evaluator.into_gathered()))
            }
            (None, Into::Groups(groups)) => {
                let (tracks, remarks) = groups.finish();
                for remark in remarks {
                    gathered.remarks.add(span, remark);
                }
                Ok((tracks, gathered))
            }
            (None, Into::Tracks(tracks)) => Ok((tracks, gathered)),
            (None, Into::Present(arg, present)) => Ok((vec![functions::missing(&arg, &present)], gathered)),
        }
    }
}

impl Consumer for Leaf<'_> {
    fn selection(&self) -> &Selection {
        &self.selection
    }

    fn look(&self, read: &Read<'_>) -> Turn<'_> {
        if self.seen().failed.is_some() {
            return Box::new(|| ());
        }
        let reading = Reading::One(Arc::clone(read.held));
        let mut evaluator = Evaluator::new(self.params, reading).looking_at(self.detail);
        let tracks = evaluator.vector(&self.inner, self.grid);
        let mut gathered = evaluator.into_gathered();
        gathered.samples_read = read.samples;
        Box::new(move || {
            let mut seen = self.seen();
            let taken = tracks.and_then(|tracks| seen.take(tracks, gathered, self.params, self.span));
            if let Err(error) = taken {
                seen.failed.get_or_insert(error);
            }
        })
    }

    fn fail(&self, error: StoreError) {
        self.seen().failed.get_or_insert(store_error(self.span)(error));
    }
}

impl Seen {
    fn take(
        &mut self,
        tracks: Vec<Track>,
        gathered: Gathered,
        params: &Params,
        span: Span,
    ) -> Result<(), EvalError> {
        self.gathered.samples_read += gathered.samples_read;
        let held = self.held + gathered.peak_samples;
        self.gathered.peak_samples = self.gathered.peak_samples.max(held);
        params.allow(held, span)?;
        self.gathered.remarks.extend(gathered.remarks);
        for track in tracks {
            self.twice |= !self.labels.insert(track.labels.clone());
            match &mut self.into {
                Into::Tracks(all) => {
                    self.held += track.cells.len() as u64;
                    all.push(track);
                }
                Into::Groups(groups) => groups.add(&track),
                Into::Present(_, present) => mark_present(present, &track),
            }
        }
        Ok(())
    }
}

/// Whether a vector or range vector has exactly one selector and each of its series depends on one series of that.
fn sees_one_series(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Selector(_) => true,
        ExprKind::Paren(inner) | ExprKind::Unary { expr: inner, .. } => sees_one_series(inner),
        ExprKind::Call { function, args } if functions::works_on_one_series(function) => {
            let mut vectors = args.iter().filter(|arg| !is_fixed(arg));
            let vector = vectors.next().is_some_and(|arg| match &arg.unparenthesised().kind {
                ExprKind::Range { .. } => true,
                ExprKind::Subquery { expr: inner, .. } => sees_one_series(inner),
                _ => sees_one_series(arg),
            });
            vector && vectors.next().is_none()
        }
        ExprKind::Binary { op, lhs, rhs, .. } if !op.is_set() => {
            (sees_one_series(lhs) && is_fixed(rhs)) || (is_fixed(lhs) && sees_one_series(rhs))
        }
        _ => false,
    }
}

/// Whether an expression is a number or a text whatever the data.
fn is_fixed(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Number(_) | ExprKind::Duration(_) | ExprKind::String(_) => true,
        ExprKind::Paren(inner) | ExprKind::Unary { expr: inner, .. } => is_fixed(inner),
        ExprKind::Binary { lhs, rhs, .. } => is_fixed(lhs) && is_fixed(rhs),
        ExprKind::Call { function, args } => functions::is_number(function) && args.iter().all(is_fixed),
        _ => false,
    }
}
