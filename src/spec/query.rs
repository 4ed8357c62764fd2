//! Queries inside a specification: a text with variables to a tree whose faults point into the file.

use super::decode::At;
use super::lint::{self, Role};
use super::vars::Filled;
use crate::base::Span;
use crate::diag::{self, Code, Diagnostic, quote};
use crate::promql::{self, DurationExpr, Expr, ExprKind, MatchOp, ParseOptions, Selector, ValueType};

/// A query that was read, with the way back to where it was written.
pub(super) struct Query<'q, 'a> {
    at: &'q At<'a>,
    filled: Filled,
    pub(super) expr: Expr,
}

impl<'q, 'a> Query<'q, 'a> {
    /// Reads a query; `window` says whether `$window` can stand in it.
    pub(super) fn read(at: &'q At<'a>, window: bool) -> Option<Self> {
        let text = at.text()?;
        if let Some((start, end)) =
            text.find("{{").and_then(|start| Some((start, start + text[start..].find("}}")? + 2)))
        {
            // What other tools write for the window.
            let message = format!("{} is not filled in here", quote(&text[start..end]));
            let fault = at.fault_in(Code::Promql, Span::new(start, end), message);
            return at.say(fault.help(if window {
                "write `$window` for the window that is evaluated"
            } else {
                "write a duration such as `5m`"
            }));
        }
        Self::of(at, Filled::verbatim(text), window)
    }

    /// Reads a query whose placeholders were replaced; `window` says whether `$window` can stand in it.
    pub(super) fn of(at: &'q At<'a>, filled: Filled, window: bool) -> Option<Self> {
        let mut foreign = at.filling().into_iter().flat_map(Filled::foreign);
        if let Some(foreign) = foreign.find(|foreign| !foreign.value.chars().all(is_harmless)) {
            let name = quote(&foreign.name);
            let message =
                format!("what the variable {name} of the environment holds cannot stand in a query");
            let help = "it may hold letters, digits and `_-.,:/@|*+?`, so that no value can make another query of it";
            return at.say(at.fault(Code::ForeignQuery, message).help(help));
        }
        match promql::parse(&filled.text, &ParseOptions { window }) {
            Ok(expr) => Some(Self { at, filled, expr }),
            Err(faults) => {
                let foreign = at.filling().is_some_and(Filled::has_secrets);
                for fault in faults {
                    let mut said = place(at, &filled, Code::Promql, fault.span, &filled.told(&fault.message));
                    said.help = fault.help.map(|help| filled.told(&help));
                    if foreign && !origin(at, &filled, fault.span).is_some_and(|(_, verbatim)| verbatim) {
                        // The parser's words repeat what it found.
                        "this is not PromQL once the environment is filled in".clone_into(&mut said.message);
                        said.help =
                            Some("what is filled in may hold a name, a value or a duration".to_owned());
                    }
                    at.say::<()>(said);
                }
                None
            }
        }
    }

    /// A fault of some part of the query.
    pub(super) fn fault(&self, code: Code, part: Span, message: &str) -> Diagnostic {
        place(self.at, &self.filled, code, part, message)
    }

    /// Says a fault of the query; gives nothing, as the reader that found it will.
    pub(super) fn tell<T>(&self, fault: Diagnostic) -> Option<T> {
        self.at.say(fault)
    }

    /// Says a fault of the query that stops nothing.
    pub(super) fn warn(&self, fault: Diagnostic) {
        self.at.warn(fault);
    }

    /// The text of the query, in which every span of its tree counts.
    pub(super) fn text(&self) -> &str {
        &self.filled.text
    }

    /// Whether a part was written in one go, not half by a variable.
    pub(super) fn is_written_as_one(&self, part: Span) -> bool {
        let written = || self.filled.written(part).0;
        self.filled.is_of_one_piece(part)
            && self.at.filling().is_none_or(|filled| filled.is_of_one_piece(written()))
    }

    /// Remarks on some part of the query.
    pub(super) fn remark(&self, code: Code, part: Span, message: &str, help: &str) {
        let fault = self.fault(code, part, &self.filled.told(message));
        self.at.say::<()>(fault.help(self.filled.told(help)));
    }

    /// Remarks on it with a part of another query that explains why.
    pub(super) fn remark_beside(&self, remark: Diagnostic, other: &Self, part: Span, text: &str, help: &str) {
        let place = other.fault(remark.code, part, "").primary;
        self.at.say::<()>(remark.also(place.file, place.span, text).help(help));
    }

    /// Says a fault of all of the query.
    pub(super) fn say<T>(&self, code: Code, message: &str, help: &str) -> Option<T> {
        self.at.say(self.fault(code, self.expr.span, message).help(self.filled.told(help)))
    }
}

/// Where a part of a filled query stands in the file, and whether it is written there in these characters.
fn origin(at: &At, filled: &Filled, part: Span) -> Option<(Span, bool)> {
    let (written, verbatim) = filled.written(part);
    at.origin(written).map(|(span, own)| (span, own && verbatim))
}

/// A fault at a part of a filled query, shown in the file where it is written there, else below it too.
fn place(at: &At, filled: &Filled, code: Code, part: Span, message: &str) -> Diagnostic {
    let exact = origin(at, filled, part);
    let mut fault = at.fault_at(code, exact.map_or(at.node.span, |(span, _)| span), message);
    if !exact.is_some_and(|(_, verbatim)| verbatim) {
        fault.query = Some(diag::Query { text: filled.text.clone(), span: part });
    }
    fault
}

/// Reads a query that counts the events of its window: a counter, or an expression with `$window`.
pub(super) fn events<'q, 'a>(at: &'q At<'a>) -> Option<Query<'q, 'a>> {
    counted(Query::read(at, true)?)
}

/// The same query, where it counts the events of its window.
pub(super) fn counted<'q, 'a>(query: Query<'q, 'a>) -> Option<Query<'q, 'a>> {
    let counter = matches!(query.expr.unparenthesised().kind, ExprKind::Selector(_));
    let mut shifted = Vec::new();
    query.expr.walk(&mut |expr| match &expr.kind {
        ExprKind::Selector(selector) if counter && is_shifted(selector) => shifted.push(expr.span),
        ExprKind::Range { selector, range: DurationExpr::Window } if is_shifted(selector) => {
            shifted.push(expr.span);
        }
        _ => {}
    });
    for span in &shifted {
        let fault = query.fault(Code::ShiftedCounter, *span, "a counter cannot have `offset` or `@` here");
        query.at.say::<()>(fault.help("remove it; the objective's window says which time is counted"));
    }
    if !shifted.is_empty() {
        return None;
    }
    let found = query.expr.value_type();
    if !matches!(found, ValueType::Vector | ValueType::Scalar) {
        let message = format!("the query gives a {found}, not a number of events");
        let help =
            "write a counter such as `http_requests_total{job=\"api\"}`, or `sum(increase(…[$window]))`";
        return query.say(Code::QueryType, &message, help);
    }
    if !counter && !query.expr.uses_window() {
        return query.say(
            Code::NoWindow,
            "the query does not say which time it counts",
            "write a counter alone, or `sum(increase(…[$window]))`; `$window` becomes the time that is counted",
        );
    }
    lint::query(&query, Role::Events);
    Some(query)
}

/// Reads a ratio over its window, between 0 and 1.
pub(super) fn ratio(at: &At) -> Option<Expr> {
    let query = Query::read(at, true)?;
    let found = query.expr.value_type();
    if !matches!(found, ValueType::Vector | ValueType::Scalar) {
        let message = format!("the query gives a {found}, not a ratio");
        return query.say(
            Code::QueryType,
            &message,
            "write a ratio such as `avg(avg_over_time(score[$window]))`",
        );
    }
    if !query.expr.uses_window() {
        return query.say(
            Code::NoWindow,
            "the query does not say over which time the ratio is",
            "write `$window` for its range, such as `avg_over_time(score[$window])`; it becomes a slice",
        );
    }
    lint::query(&query, Role::Ratio);
    Some(query.expr)
}

/// Reads a condition: a query that gives an element for whatever it holds of.
pub(super) fn condition(at: &At) -> Option<Expr> {
    let query = Query::read(at, false)?;
    let found = query.expr.value_type();
    if found == ValueType::Vector {
        lint::query(&query, Role::Alert);
        return Some(query.expr);
    }
    let message = match found {
        ValueType::Scalar => "the query gives a scalar, which holds always or never".to_owned(),
        found => format!("the query gives a {found}, not a condition on series"),
    };
    query.say(Code::QueryType, &message, "write a condition on series, such as `up{job=\"api\"} == 0`")
}

/// Reads the selector of a histogram by its base name or its bucket series; gives the bucket series.
pub(super) fn histogram(at: &At) -> Option<Selector> {
    buckets(&Query::read(at, false)?)
}

/// The bucket series of the histogram that a query names.
pub(super) fn buckets(query: &Query) -> Option<Selector> {
    let mut selector = as_named(query)?;
    if let Some(name) = name_of(&mut selector).filter(|name| !name.ends_with("_bucket")) {
        name.push_str("_bucket");
    }
    Some(selector)
}

/// Reads the selector of a native histogram.
pub(super) fn native_histogram(at: &At) -> Option<Selector> {
    let mut selector = as_named(&Query::read(at, false)?)?;
    let classic = name_of(&mut selector).is_some_and(|name| name.ends_with("_bucket"));
    if classic {
        let fault =
            at.fault(Code::NotASelector, "these are the buckets of a classic histogram, not a native one");
        return at.say(fault.help("write its name without `_bucket`, or leave out `native: true`"));
    }
    Some(selector)
}

/// The metric's name, in whichever way it is written.
fn name_of(selector: &mut Selector) -> Option<&mut String> {
    let named =
        selector.matchers.iter_mut().find(|m| m.name == crate::base::METRIC_NAME && m.op == MatchOp::Equal);
    selector.name.as_mut().or(named.map(|matcher| &mut matcher.value))
}

fn as_named(query: &Query) -> Option<Selector> {
    let ExprKind::Selector(selector) = &query.expr.unparenthesised().kind else {
        return query.say(
            Code::NotASelector,
            "a histogram is named, not computed",
            "write its name and conditions alone, such as `http_request_duration_seconds{job=\"api\"}`",
        );
    };
    if is_shifted(selector) {
        return query.say(
            Code::ShiftedCounter,
            "a histogram cannot have `offset` or `@` here",
            "remove it; the objective's window says which time is counted",
        );
    }
    if selector.matchers.iter().any(|matcher| matcher.name == "le") {
        let help = "remove it; the threshold chooses the bucket";
        return query.say(Code::BucketMatcher, "a histogram cannot have a condition on `le` here", help);
    }
    let mut named = selector.clone();
    let Some(name) = name_of(&mut named) else {
        let help = "write its name before the braces, such as `http_request_duration_seconds{job=\"api\"}`";
        return query.say(Code::NotASelector, "the histogram has no name", help);
    };
    if let Some(base) = name.strip_suffix("_count").or(name.strip_suffix("_sum")) {
        let help = format!("write `{base}`; its buckets are what is counted");
        return query.say(Code::NotASelector, "this is one series of a histogram, not the histogram", &help);
    }
    lint::query(query, Role::Named);
    Some(named)
}

/// Whether a character of the environment can neither end a text in quotes nor begin another part of a query.
fn is_harmless(c: char) -> bool {
    c.is_alphanumeric() || "_-.,:/@|*+?".contains(c)
}

/// Whether a selection looks at another time than that of the query.
pub(super) fn is_shifted(selector: &Selector) -> bool {
    selector.offset != DurationExpr::default() || selector.at.is_some()
}
