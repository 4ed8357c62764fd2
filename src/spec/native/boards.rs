//! Boards of a service: `kind: Boards`.

use super::names::Unique;
use crate::diag::{Code, quote};
use crate::promql::{DurationExpr, ExprKind, Selector, ValueType};
use crate::slo::{Board, BoardVariable, Boards, Choice, Limit, Panel, PanelKind, PanelQuery};
use crate::spec::decode::At;
use crate::spec::lint::{self, Role};
use crate::spec::query::Query;
use crate::spec::values;

/// What `kind` says of such a document.
pub(super) const KIND: &str = "Boards";

/// Units by the words that Grafana has for them.
pub(super) const UNITS: [&str; 20] = [
    "short",
    "none",
    "percent",
    "percentunit",
    "s",
    "ms",
    "dtdurations",
    "h",
    "d",
    "bytes",
    "decbytes",
    "Bps",
    "binBps",
    "reqps",
    "ops",
    "cps",
    "opm",
    "locale",
    "bool_yes_no",
    "currencyUSD",
];

pub(super) fn boards(at: &At) -> Option<Boards> {
    at.fields(|f| {
        f.required("apiVersion", "apiVersion: nines/v1", values::text);
        f.required("kind", "kind: Boards", values::text);
        let service = f.required("service", "service: checkout", values::name);
        // Read before everything else, since any text may use them.
        f.find(super::VARS);
        let unique = Unique::new("board");
        let boards = f.required("boards", "boards:", |at| at.list(|at| board(at, &unique)))?;
        Some(Boards { service: service?, boards })
    })
}

fn board(at: &At, unique: &Unique) -> Option<Board> {
    at.fields(|f| {
        let name = f.required("name", "name: overview", |at| {
            let name = values::name(at)?;
            unique.check(at, &name).then_some(name)
        });
        let title = f.required("title", "title: Checkout, requests", values::line);
        let description = f.optional("description", values::text);
        let variables_place = f.find("variables");
        let variables = f.optional("variables", variables).unwrap_or_default();
        // With a fault among them, what is used cannot be told from what is not there.
        let whole = variables_place.is_none_or(|at| at.node.entries().len() == variables.len());
        let known = whole.then_some(variables.as_slice());
        let panels = f.required("panels", "panels:", |at| at.list(|at| panel(at, known)))?;
        Some(Board { name: name?, title: title?, description, variables, panels })
    })
}

fn variables(at: &At) -> Option<Vec<BoardVariable>> {
    let mut known: Vec<BoardVariable> = Vec::new();
    at.entries(|entry, at| {
        let name = entry.key.clone();
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            || name.starts_with("__")
            || name == "datasource"
        {
            let message = format!("{} cannot be the name of a variable of a board", quote(&name));
            let fault = at.fault_at(Code::Name, entry.key_span, message);
            return at.say(fault.help("use letters, digits and `_`; `datasource` is there already"));
        }
        let variable = at.fields(|f| {
            let label = f.optional("label", values::line).unwrap_or_else(|| capital(&name));
            let of = f.find("of");
            let help = "write `{values: topic, of: kafka_consumer_lag}` or `{lengths: [5m, 1h]}`";
            let choice = match f.one_of(&["values", "lengths"], help)? {
                ("values", at) => {
                    let label = values::label_name(&at);
                    let of = f.required("of", "of: kafka_consumer_lag", |at| series(at, &known));
                    Choice::Values { label: label?, of: of? }
                }
                (_, at) => {
                    if let Some(at) = of {
                        let fault = at.fault(Code::Misplaced, "lengths are of nothing");
                        at.say::<()>(fault.help("remove it; it says which series have a label"));
                    }
                    let lengths = at.all(|at| values::duration(at).map(|length| length.to_string()))?;
                    if lengths.is_empty() {
                        return at.say(
                            at.fault(Code::Empty, "the list of lengths is empty").help("write `[5m, 1h]`"),
                        );
                    }
                    Choice::Lengths(lengths)
                }
            };
            Some(BoardVariable { name: name.clone(), label, choice })
        })?;
        known.push(variable);
        Some(())
    })?;
    Some(known)
}

/// `job_name` as it stands beside a choice: `Job name`.
fn capital(name: &str) -> String {
    let mut chars = name.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars).map(|c| if c == '_' { ' ' } else { c }).collect()
}

/// Series by name and conditions.
fn series(at: &At, known: &[BoardVariable]) -> Option<crate::promql::Expr> {
    let query = Query::read(at, false)?;
    if !matches!(query.expr.unparenthesised().kind, ExprKind::Selector(_)) {
        let help =
            "write the name of a metric, with conditions or without: `kafka_consumer_lag{job=\"kafka\"}`";
        return query.say(Code::NotAMetric, "series are named, not computed", help);
    }
    choices_are_known(&query, known);
    Some(query.expr)
}

fn panel(at: &At, variables: Option<&[BoardVariable]>) -> Option<Panel> {
    at.fields(|f| {
        let row = f.optional("row", values::line);
        let title = f.required("title", "title: Requests by method", values::line);
        let description =
            f.required("description", "description: what it shows and how to read it", values::text);
        let kinds = PanelKind::ALL;
        let kind = f.find("kind").map_or(Some(PanelKind::default()), |at| values::one_of(&at, &kinds));
        let unit =
            f.required("unit", "unit: reqps", |at| values::one_of(at, &UNITS.map(|unit| (unit, unit))));
        let legend = f.optional("legend", values::line);
        let window = f.optional("window", |at| length(at, variables));
        let limit = f.optional("limit", |at| {
            at.fields(|f| match f.one_of(&["above", "below"], "write `{above: 1000}` or `{below: 5}`")? {
                ("above", at) => values::number(&at).map(Limit::Above),
                (_, at) => values::number(&at).map(Limit::Below),
            })
        });
        let help = "write `query:`, or `queries:` with a list of `{query: …, legend: …}`";
        let queries = match f.one_of(&["query", "queries"], help)? {
            ("query", at) => vec![PanelQuery { expr: drawn(&at, variables)?, legend }],
            (_, at) => {
                let several = at.all(|at| {
                    at.fields(|f| {
                        let legend = f.optional("legend", values::line);
                        let expr = f.required("query", "query: up", |at| drawn(at, variables));
                        Some(PanelQuery { expr: expr?, legend })
                    })
                })?;
                if several.is_empty() {
                    return at.say(at.fault(Code::Empty, "a panel without a query shows nothing").help(help));
                }
                several
            }
        };
        let (title, description) = (title?, description?);
        Some(Panel { row, title, description, kind: kind?, unit: unit?, queries, window, limit })
    })
}

/// The name of a variable of lengths.
fn length(at: &At, variables: Option<&[BoardVariable]>) -> Option<String> {
    let name = values::line(at)?;
    let lengths = |variable: &&BoardVariable| matches!(variable.choice, Choice::Lengths(_));
    let Some(variables) = variables else { return Some(name) };
    if variables.iter().filter(lengths).any(|variable| variable.name == name) {
        return Some(name);
    }
    let fault = at.fault(Code::UnknownVariable, format!("no variable of lengths is called {}", quote(&name)));
    at.say(fault.help(format!("write `{name}: {{lengths: [5m, 1h]}}` under `variables`")))
}

/// A query whose value can be drawn.
fn drawn(at: &At, variables: Option<&[BoardVariable]>) -> Option<crate::promql::Expr> {
    let query = Query::read(at, true)?;
    let found = query.expr.value_type();
    if !matches!(found, ValueType::Vector | ValueType::Scalar) {
        let message = format!("the query gives a {found}, which cannot be drawn");
        return query.say(Code::QueryType, &message, "write `rate(…[$window])` or the like around it");
    }
    if let Some(variables) = variables {
        choices_are_known(&query, variables);
    }
    fixed_rates(&query);
    lint::query(&query, Role::Alert);
    Some(query.expr)
}

/// A dollar in a condition begins the name of a variable.
fn choices_are_known(query: &Query, variables: &[BoardVariable]) {
    query.expr.walk(&mut |expr| {
        let (ExprKind::Selector(selector) | ExprKind::Range { selector, .. }) = &expr.kind else { return };
        for name in selector.matchers.iter().flat_map(|matcher| named(&matcher.value)) {
            if !variables.iter().any(|known| known.name == name) {
                let message = format!("the board has no variable {}", quote(name));
                let fault = query.fault(Code::UnknownVariable, expr.span, &message);
                let near = crate::base::nearest(name, variables.iter().map(|known| known.name.as_str()));
                query.tell::<()>(fault.help(match near {
                    Some(near) => format!("did you mean `${near}`?"),
                    None => format!("write `{name}: {{values: {name}, of: …}}` under `variables`"),
                }));
            }
        }
    });
}

/// The names that stand behind dollars.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let end = |rest: &str| rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    text.split('$').skip(1).map(move |rest| &rest[..end(rest)]).filter(|name| !name.is_empty())
}

/// A rate over a fixed time shows nothing where points are closer than scrapes, and leaves out what lies between points
/// that are further apart.
fn fixed_rates(query: &Query) {
    query.expr.walk(&mut |expr| {
        let ExprKind::Call { function, args } = &expr.kind else { return };
        let fixed = |arg: &crate::promql::Expr| match &arg.unparenthesised().kind {
            ExprKind::Range { range, selector: Selector { .. } } => !matches!(range, DurationExpr::Window),
            _ => false,
        };
        if matches!(function.as_str(), "rate" | "irate") && args.iter().any(fixed) {
            let message = format!(
                "`{function}` over a fixed time leaves out what lies between two points of a picture"
            );
            let fault = query.fault(Code::FixedRange, expr.span, &message);
            query.warn(fault.help("write `[$window]`, which becomes `$__rate_interval`"));
        }
    });
}
