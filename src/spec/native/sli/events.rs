//! Events: good or bad ones among all.

use crate::slo::{EventsSli, Polarity};
use crate::spec::decode::At;
use crate::spec::{lint, query};

pub(super) fn events(at: &At) -> Option<EventsSli> {
    at.fields(|f| {
        let part =
            f.one_of(&["good", "bad"], "write `bad:` with the query that counts the bad events, or `good:`");
        let total = f.required("total", "total: http_requests_total", |at| Some(at.clone()));
        let total = total.as_ref().and_then(query::events);
        let (which, part) = part?;
        let part = query::events(&part);
        let polarity = if which == "good" { Polarity::Good } else { Polarity::Bad };
        let (part, total) = (part?, total?);
        lint::events(&part, &total, polarity);
        Some(EventsSli { polarity, part: part.expr, total: total.expr })
    })
}
