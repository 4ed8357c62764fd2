//! The alert that nothing is measured any more, which is not the same as idle: an idle counter is there and stands still.

use super::{Counts, Signal, Slo};
use crate::base::Duration;
use crate::promql::{AggregateOp, BinaryOp, Expr, ValueType};

/// How long nothing must be measured before somebody is told: longer than a restart takes.
pub const UNMEASURED_FOR: Duration = Duration::minutes(10);

/// What tells it from the other alerts of its objective.
pub const UNMEASURED: &str = "absent";

/// What is looked at when counts are an expression over a window, to tell whether it gives anything.
const LOOK: Duration = Duration::minutes(5);

impl Slo {
    /// What gives something while nothing is measured; nothing where nobody wants to be told, or nobody could tell.
    pub fn unmeasured(&self) -> Option<Expr> {
        let measured = match self.sli.signal() {
            Signal::Events { total: Counts::Counters(selectors), .. } => {
                let series = selectors.into_iter().map(Expr::selector);
                series.reduce(|all, next| all.binary(BinaryOp::Or, next))?
            }
            Signal::Events { total: Counts::Expression(expr), .. } => expr.with_window(LOOK),
            Signal::Slices { value, slice, .. } => value.with_window(slice),
            Signal::Composite(_) => return None,
        };
        let told = self.alerting.absent && !self.is_silent() && measured.value_type() == ValueType::Vector;
        // What `absent` gives has the labels of matchers, of which those of the objective are not to be spoilt.
        told.then(|| Expr::call("absent", [measured]).aggregate_by::<&str>(AggregateOp::Max, &[]))
    }
}
