//! Does an expression give a number where its selectors match series.

use super::{Check, Look};
use crate::diag::Code;
use crate::doctor::build::bare;
use crate::doctor::finding::{Finding, Severity};
use crate::doctor::notes::{Notes, Stop, for_each};
use crate::doctor::subject::{Role, Subject, Use};
use crate::promql::Selector;

pub(super) const CHECK: Check = Check {
    name: "results",
    codes: &[Code::NoResult],
    about: "expressions give numbers",
    asks: "each expression, at 24 moments of the window, over an hour where it says $window",
    look: Look::Objective { concerns: |subject| !subject.expressions().is_empty(), find },
};

/// The share of the window in which there must be data for 24 moments to tell.
const SEEN: f64 = 0.25;

fn find(subject: &Subject<'_>, notes: &mut Notes, found: &mut Vec<Finding>) -> Result<(), Stop> {
    let (eval, over) = subject.hours();
    let present = subject.present(notes)?;
    for_each(subject.expressions(), |(expr, role)| {
        // Whose selectors match nothing, that gives nothing, and it is said already.
        let absent = |selector: &&Selector| {
            let bare = bare(selector);
            let is_it = |used: &Use| used.selector == bare;
            !present.iter().any(|(used, _)| is_it(used))
                && !subject.uses.iter().any(|used| is_it(used) && used.role == Role::Optional)
        };
        if expr.selectors().iter().any(absent) {
            return Ok(());
        }
        // Nor can moments tell of what is seldom there.
        if present.iter().any(|(used, presence)| used.role != Role::Optional && presence.share() < SEEN) {
            return Err(Stop::Blocked("data is there too seldom".to_owned()));
        }
        let answer = notes.value(expr.with_window(over), eval)?;
        let mut points = answer.iter().flat_map(|series| &series.points).peekable();
        let told = if points.peek().is_none() {
            if role == Role::Bad {
                return Ok(());
            }
            "its selectors match series, but the expression gives no result at any of the moments asked"
        } else if points.all(|point| point.value.float().is_some_and(f64::is_nan)) {
            "the expression gives NaN at all of the moments asked"
        } else {
            return Ok(());
        };
        let help = "see whether both sides of an operator have the same labels (on, ignoring), whether a filter \
                    leaves anything, whether a range is longer than two scrapes, and whether something is divided by zero";
        found.push(Finding::new(Severity::Error, Code::NoResult, told, help).about_expr(expr));
        Ok(())
    })
}
