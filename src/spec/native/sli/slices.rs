//! Slices of time in which a condition holds among all.

use super::empty;
use crate::base::Duration;
use crate::diag::Code;
use crate::slo::{SlicesSli, Window};
use crate::spec::decode::At;
use crate::spec::lint::{self, Role};
use crate::spec::native::window;
use crate::spec::query::Query;

pub(super) fn slices(at: &At, windows: &[Window]) -> Option<SlicesSli> {
    at.fields(|f| {
        let slice = f.find("slice").map_or(Some(Duration::minutes(1)), |at| window::slice(&at, windows));
        let empty = f.optional("empty", empty).unwrap_or_default();
        f.required("good_when", "good_when: queue_length <= 1000", |at| {
            let query = Query::read(at, false)?;
            if let Some(length) = slice {
                lint::query(&query, Role::Slice { length, empty });
            }
            SlicesSli::new(query.expr.clone(), slice.unwrap_or_default(), empty).or_else(|| {
                query.say(
                    Code::NotAComparison,
                    "the condition is not a comparison",
                    "compare a value with a number, such as `queue_length <= 1000`; one comparison in each objective",
                )
            })
        })
        .filter(|_| slice.is_some())
    })
}
