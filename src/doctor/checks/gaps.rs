//! Does data begin before the window, and does it last through it.

use super::{Check, Look, always, some};
use crate::base::{Duration, Interval, Moment, Share, Zone};
use crate::diag::Code;
use crate::doctor::build::count;
use crate::doctor::finding::Finding;
use crate::doctor::notes::{Notes, Stop, for_each};
use crate::doctor::subject::{Presence, Role, Subject, Use, closer};
use crate::plan::Eval;
use crate::promql::{Expr, Selector};
use crate::report::words;
use crate::slo::Window;

pub(super) const CHECK: Check = Check {
    name: "gaps",
    codes: &[Code::LateStart, Code::Gaps],
    about: "data begins with the window and has no holes in it",
    asks: "whether there is data, at 240 moments of the window, and closer around its beginning",
    look: Look::Objective { concerns: always, find },
};

/// How many holes are told.
const TOLD: usize = 3;

fn find(subject: &Subject<'_>, notes: &mut Notes, found: &mut Vec<Finding>) -> Result<(), Stop> {
    let present = subject.present(notes)?;
    for_each(
        present.iter().filter(|(used, _)| matches!(used.role, Role::Total | Role::Value)),
        |(used, presence)| {
            let Some(first) = presence.looks.iter().position(|(_, seen)| *seen) else {
                found.push(seldom(subject, presence).about(&used.selector));
                return Ok(());
            };
            if first > 0 {
                late(subject, used, presence, first, notes, found)?;
            }
            holes(subject, used, presence, first, found);
            Ok(())
        },
    )
}

/// There are samples, but between all moments that were looked at.
fn seldom(subject: &Subject<'_>, presence: &Presence) -> Finding {
    let told = format!("at none of {} moments of the window there was a sample", presence.looks.len());
    let help = "samples are there for short times only: count something that is scraped all the time";
    Finding::new(subject.severity(0.0), Code::Gaps, told, help)
}

fn late(
    subject: &Subject<'_>,
    used: &Use,
    presence: &Presence,
    first: usize,
    notes: &mut Notes,
    found: &mut Vec<Finding>,
) -> Result<(), Stop> {
    let (Some((last_unseen, _)), Some((first_seen, _))) =
        (presence.looks.get(first - 1), presence.looks.get(first))
    else {
        return Ok(());
    };
    let between = Interval::new(*last_unseen, *first_seen);
    let up = subject.window.from + Duration::minutes(5);
    let closer = closer(&used.selector, between, presence.cadence, notes);
    let older = notes.value(count(Expr::selector(Selector::metric("up"))), Eval::Instant(up));
    let (closer, older) = (closer?, older?);
    // The last moment at which there was nothing yet.
    let begins =
        closer.iter().take_while(|(_, seen)| !seen).map(|(at, _)| *at).last().unwrap_or(between.from);
    let (minimum, share) = (subject.slo.min_coverage, presence.share());
    let minute = |at: Moment| format!("{} UTC", words::minute(at, Zone::UTC));
    let told = format!(
        "there are no samples before {}, {} after the window began: {} of it is covered, {} is needed for a verdict",
        minute(begins),
        words::duration((begins - subject.window.from).as_secs()),
        words::coverage(Some(share)),
        words::objective(minimum),
    );
    // Where it went away again there is nothing to wait for.
    let is_there_since = presence.looks.last().is_some_and(|(_, seen)| *seen);
    let until = judged_from(subject.slo.window, begins, minimum)
        .filter(|at| *at > subject.window.to && is_there_since)
        .map_or(String::new(), |at| format!("; there will be a verdict from {}", minute(at)));
    let help = if older.is_empty() {
        format!(
            "keep data for as long as the window (Prometheus: --storage.tsdb.retention.time), or take a shorter window{until}"
        )
    } else {
        format!(
            "the source has older data, but not of this: it is younger than the window, or had another name or other labels{until}"
        )
    };
    found.push(Finding::new(subject.severity(share), Code::LateStart, told, help).about(&used.selector));
    Ok(())
}

/// When a rolling window will be covered well enough.
fn judged_from(window: Window, begins: Moment, minimum: Share) -> Option<Moment> {
    match window {
        Window::Rolling(length) => {
            Some(begins + Duration::seconds((length.as_secs() * minimum.as_f64()).ceil() as i64))
        }
        Window::Calendar { .. } => None,
    }
}

fn holes(subject: &Subject<'_>, used: &Use, presence: &Presence, first: usize, found: &mut Vec<Finding>) {
    let mut holes: Vec<Interval> = Vec::new();
    let mut unseen = 0;
    let mut before: Option<(Moment, bool)> = None;
    for &(at, seen) in presence.looks.iter().skip(first) {
        if let Some((last, true)) = before.filter(|_| !seen) {
            holes.push(Interval::new(last, last));
        }
        if let (true, Some((_, false)), Some(hole)) = (seen, before, holes.last_mut()) {
            hole.to = at;
        }
        unseen += usize::from(!seen);
        before = Some((at, seen));
    }
    // What is missing at the end is another check's business.
    let at_the_end = presence.looks.iter().rev().take_while(|(_, seen)| !seen).count();
    holes.retain(|hole| hole.length() > Duration::ZERO);
    unseen -= at_the_end.min(unseen);
    if holes.is_empty() {
        return;
    }
    holes.sort_by_key(|hole| std::cmp::Reverse(hole.length()));
    let shown: Vec<String> = holes.iter().map(|&hole| words::stretch(hole, Zone::UTC)).collect();
    let told = format!(
        "at {unseen} of {} moments of the window there was no sample, within {}",
        presence.looks.len(),
        some(&shown, TOLD)
    );
    let help = "see whether the target or the server was down then; what happened meanwhile is not counted, or is estimated";
    found
        .push(Finding::new(subject.severity(presence.share()), Code::Gaps, told, help).about(&used.selector));
}
