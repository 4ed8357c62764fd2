//! Which questions to ask.
//!
//! Takes specifications and a period, gives a [`Plan`]: a set of questions without repetition, and for every
//! objective which answers it needs. Pure. Must not know who answers, nor what an answer is worth.

mod compile;
mod composite;
mod consolidate;
mod counting;
mod excluded;
mod grid;
mod period;
mod promql;
mod query;
mod task;

pub use compile::{Cadences, Detail, Judged, Options, cadence_selectors, compile};
pub use counting::Counted;
pub use excluded::{Condition, Excluded, merged};
pub use grid::Timeline;
pub use period::{Period, PeriodError, Stretch};
pub use promql::{Engine, as_promql};
pub use query::{Answer, Answered, Ask, Eval, NoAnswer, Query};
pub use task::{Asked, CompositeTask, EventsTask, Measure, Plan, QueryId, SlicesTask, Task};
