//! What is done with a query before anything is read: features that are off are refused by name, and durations that are
//! to be calculated are.

use std::borrow::Cow;

use super::features::Feature;
use super::functions;
use super::older;
use super::value::{Compat, EvalError, Params};
use crate::base::Span;
use crate::promql::{AggregateOp, DurationExpr, Edges, Expr, ExprKind, Selector};

/// The query with every duration fixed.
///
/// # Errors
/// What needs a feature that is off, and a duration that comes to nothing.
pub(super) fn prepared<'e>(expr: &'e Expr, params: &Params) -> Result<Cow<'e, Expr>, EvalError> {
    if params.compat == Compat::Prom2 {
        older::refuse_newer(expr)?;
    }
    let mut gate = Gate { params, calculated: false, refused: None };
    expr.walk(&mut |node| gate.look(node));
    if let Some(refused) = gate.refused {
        return Err(refused);
    }
    if !gate.calculated {
        return Ok(Cow::Borrowed(expr));
    }
    let mut fixed = expr.clone();
    let range = params.end - params.start;
    match fixed.fix_durations(params.step, range) {
        Ok(()) => Ok(Cow::Owned(fixed)),
        Err(fault) => Err(EvalError::invalid(fault.span, fault.message)),
    }
}

struct Gate<'a> {
    params: &'a Params,
    /// Whether a duration is to be calculated.
    calculated: bool,
    refused: Option<EvalError>,
}

impl Gate<'_> {
    fn look(&mut self, node: &Expr) {
        match &node.kind {
            ExprKind::Selector(selector) => self.selector(selector, node.span),
            ExprKind::Range { selector, range } => {
                self.duration(range, node.span);
                self.selector(selector, node.span);
            }
            ExprKind::Subquery { range, step, offset, .. } => {
                for length in [Some(range), step.as_ref(), Some(offset)].into_iter().flatten() {
                    self.duration(length, node.span);
                }
            }
            ExprKind::Call { function, args } => {
                if functions::is_experimental(function) {
                    self.need(Feature::ExperimentalFunctions, &format!("{function}()"), node.span);
                }
                let edges = args.iter().find_map(|arg| match &arg.unparenthesised().kind {
                    ExprKind::Range { selector, .. } => Some(selector.edges),
                    _ => None,
                });
                self.edges(function, edges.unwrap_or_default(), node.span);
            }
            ExprKind::Aggregate { op: op @ (AggregateOp::Limitk | AggregateOp::LimitRatio), .. } => {
                self.need(Feature::ExperimentalFunctions, &format!("{}()", op.word()), node.span);
            }
            ExprKind::Binary { matching, .. } if !matching.fill.is_none() => {
                self.need(Feature::FillModifiers, "fill", node.span);
            }
            _ => {}
        }
    }

    fn selector(&mut self, selector: &Selector, span: Span) {
        self.duration(&selector.offset, span);
        if let Some(word) = selector.edges.word() {
            self.need(Feature::ExtendedRangeSelectors, word, span);
        }
    }

    /// Few functions know values beyond the samples in their range.
    fn edges(&mut self, function: &str, edges: Edges, span: Span) {
        let Some(word) = edges.word() else { return };
        let functions: &[&str] = match edges {
            Edges::Smoothed => &["delta", "increase", "rate"],
            Edges::Anchored | Edges::Sampled => &["changes", "delta", "increase", "rate", "resets"],
        };
        self.need(Feature::ExtendedRangeSelectors, word, span);
        if self.refused.is_none() && !functions.contains(&function) {
            let wanted = functions.join(", ");
            let message = format!("{word} modifier can only be used with: {wanted} - not with {function}");
            self.refused = Some(EvalError::invalid(span, message));
        }
    }

    fn duration(&mut self, length: &DurationExpr, span: Span) {
        if matches!(length, DurationExpr::Calculated(_)) {
            self.calculated = true;
            self.need(Feature::DurationExpressions, "arithmetic in a duration", span);
        }
    }

    fn need(&mut self, feature: Feature, what: &str, span: Span) {
        if self.refused.is_none() {
            self.refused = self.params.features.need(feature, what, span).err();
        }
    }
}
