//! What the queries of a ratio count.
//!
//! OpenSLO leaves open whether a query is a counter, or the finished sum of one over some minutes. What is decided here
//! stands in `docs/openslo.md`: a counter is counted over the window; a range that is fixed becomes the window, and that
//! is said; what cannot be added up over time is refused.

use super::super::decode::At;
use super::super::placeholders;
use super::super::query::{Query, is_shifted};
use crate::base::Span;
use crate::diag::Code;
use crate::promql::{DurationExpr, Expr, ExprKind};
use crate::slo::{EventsSli, Polarity, sli};

/// Endings of names that counters have by convention.
const COUNTER_ENDINGS: [&str; 3] = ["_total", "_count", "_bucket"];

/// Reads a query in which placeholders may stand for the window.
pub(super) fn query<'q, 'a>(at: &'q At<'a>) -> Option<Query<'q, 'a>> {
    Query::of(at, placeholders::window(at)?, true)
}

/// Reads the good or the bad events and all events.
pub(super) fn events(
    counter: Option<bool>,
    polarity: Polarity,
    part_at: Option<&At>,
    total_at: Option<&At>,
) -> Option<EventsSli> {
    let part_query = part_at.and_then(query);
    let total_query = total_at.and_then(query);
    let part = part_query.as_ref().and_then(|query| counted(query, counter));
    let total = total_query.as_ref().and_then(|query| counted(query, counter));
    let (part_query, total_query, part, total) = (part_query?, total_query?, part?, total?);
    let (part_events, total_events) = (part.events(), total.events());
    if sli::events(polarity, &part_events, &total_events).is_none() {
        let adds_up = |events: &Expr| sli::events(polarity, events, events).is_some();
        let both = [(&part_query, &part_events), (&total_query, &total_events)];
        let mut others =
            both.into_iter().filter(|(_, events)| !adds_up(events)).map(|(query, _)| query).peekable();
        if others.peek().is_none() {
            let message = format!("all events and the {} ones are not counted alike", polarity.word());
            let help = "write both with `increase`, or both with `rate`";
            return total_query.say(Code::NotEvents, &message, help);
        }
        others.for_each(say_not_events);
        return None;
    }
    if let (Some(part), Some(total)) = (&part.fixed, &total.fixed)
        && part.length != total.length
    {
        let (which, lengths) = (polarity.word(), (&total.length, &part.length));
        let message =
            format!("all events are counted over {}, the {which} ones over {}", lengths.0, lengths.1);
        let fault = total_query.fault(Code::NotEvents, total.span, &message);
        return total_query
            .tell(fault.help("write `[{{.window}}]` in both, which is the time that is counted"));
    }
    say_fixed(&part_query, part.fixed.as_ref());
    say_fixed(&total_query, total.fixed.as_ref());
    Some(EventsSli { polarity, part: part.expr, total: total.expr })
}

fn say_not_events(query: &Query) {
    let message = "the query does not give a number of events that can be added up over time";
    query.say::<()>(
        Code::NotEvents,
        message,
        "write a counter such as `http_requests_total{job=\"api\"}`, or `sum(increase(…[{{.window}}]))`",
    );
}

fn say_fixed(query: &Query, fixed: Option<&Fixed>) {
    if let Some(Fixed { length, span }) = fixed {
        let message = format!("the range [{length}] is read as the window");
        let fault = query.fault(Code::RangeAsWindow, *span, &message);
        query.warn(
            fault.help(
                "write `[{{.window}}]`, so that it says what is counted: the events of the whole window",
            ),
        );
    }
}

/// Takes a ratio apart into the events behind it; nothing where that cannot be done.
pub(super) fn quotient(query: &Query, polarity: Polarity) -> Option<EventsSli> {
    let (expr, fixed) = if query.expr.uses_window() {
        (query.expr.clone(), None)
    } else if let Some(fixed) = ranges(&query.expr)? {
        (over_window(&query.expr), Some(fixed))
    } else if query.expr.selectors().iter().all(|selector| is_counter_name(selector.name.as_deref())) {
        // The ratio of two counters is that of all time, which is not what anyone promises.
        (grown(&query.expr), None)
    } else {
        // A ratio that was recorded.
        return None;
    };
    let found = sli::quotient(&expr, polarity)?;
    say_fixed(query, fixed.as_ref());
    Some(found)
}

/// A query that counts events.
struct Counted {
    /// A counter, or an expression over `$window`.
    expr: Expr,
    /// The range that was written where the window belongs.
    fixed: Option<Fixed>,
}

struct Fixed {
    length: DurationExpr,
    span: Span,
}

fn counted(query: &Query, counter: Option<bool>) -> Option<Counted> {
    let mut shifted = Vec::new();
    query.expr.walk(&mut |expr| match &expr.kind {
        ExprKind::Selector(selector) | ExprKind::Range { selector, .. } if is_shifted(selector) => {
            shifted.push(expr.span);
        }
        _ => {}
    });
    for span in &shifted {
        let fault = query.fault(Code::ShiftedCounter, *span, "a counter cannot have `offset` or `@` here");
        let help = "remove it; the objective's window says which time is counted";
        query.tell::<()>(fault.help(help));
    }
    if !shifted.is_empty() {
        return None;
    }
    if query.expr.uses_window() {
        return Some(Counted { expr: query.expr.clone(), fixed: None });
    }
    match ranges(&query.expr) {
        Some(None) => {}
        Some(fixed) => return Some(Counted { expr: over_window(&query.expr), fixed }),
        None => {
            let message = "the query counts over several lengths of time";
            let help = "write `[{{.window}}]` for all of them, which is the time that is counted";
            return query.say(Code::NotEvents, message, help);
        }
    }
    if counter == Some(false) {
        let message =
            "`counter: false` says that this is a value that goes up and down, not a number of events";
        let help = "write `counter: true` if it is a counter, or a query that counts over `[{{.window}}]`";
        return query.say(Code::NotEvents, message, help);
    }
    let odd = query.expr.selectors().iter().any(|selector| !is_counter_name(selector.name.as_deref()));
    if counter.is_none() && odd {
        let fault = query.fault(Code::Assumed, query.expr.span, "the query is taken as a counter");
        query
            .warn(fault.help("write `counter: true` beside it, or a query that counts over `[{{.window}}]`"));
    }
    let is_counter = matches!(query.expr.unparenthesised().kind, ExprKind::Selector(_));
    let expr = if is_counter { query.expr.clone() } else { grown(&query.expr) };
    Some(Counted { expr, fixed: None })
}

fn is_counter_name(name: Option<&str>) -> bool {
    name.is_some_and(|name| COUNTER_ENDINGS.iter().any(|ending| name.ends_with(ending)))
}

impl Counted {
    /// The expression that gives the number of events.
    fn events(&self) -> Expr {
        match self.expr.unparenthesised().kind {
            ExprKind::Selector(_) => grown(&self.expr),
            _ => self.expr.clone(),
        }
    }
}

/// The same with its growth over the window for the value of every counter.
fn grown(expr: &Expr) -> Expr {
    let mut grown = expr.clone();
    grown.rewrite(&mut |kind| {
        if let ExprKind::Selector(selector) = kind {
            let range = ExprKind::Range { selector: selector.clone(), range: DurationExpr::Window };
            *kind = Expr::call("increase", [range.into()]).kind;
        }
    });
    grown
}

/// The range that all selections of a query have, if any; nothing where they have several.
#[expect(clippy::option_option, reason = "no range is an answer")]
fn ranges(expr: &Expr) -> Option<Option<Fixed>> {
    let mut found: Vec<Fixed> = Vec::new();
    expr.walk(&mut |expr| {
        if let ExprKind::Range { range, .. } | ExprKind::Subquery { range, .. } = &expr.kind {
            found.push(Fixed { length: range.clone(), span: expr.span });
        }
    });
    let alike = found.iter().all(|other| other.length == found[0].length);
    alike.then(|| found.into_iter().next())
}

/// The same with the window for every range.
fn over_window(expr: &Expr) -> Expr {
    let mut over = expr.clone();
    over.rewrite(&mut |kind| {
        if let ExprKind::Range { range, .. } | ExprKind::Subquery { range, .. } = kind {
            *range = DurationExpr::Window;
        }
    });
    over
}
