//! All objectives on one board, the worst budget first.

use super::grafana::{Picture, Sheet, choice};
use super::series::{self, aggregate, attained, burn, counted, exhausted_in, firing, matcher, series};
use super::{TAG, legend, panel, query};
use crate::base::Duration;
use crate::promql::{AggregateOp, BinaryOp, Expr, MatchOp, Matcher};
use crate::slo::{BoardVariable, Choice, Limit, Panel, PanelKind, Spec};

const HOUR: Duration = Duration::hours(1);

/// The choice of services that boards over all of them have.
pub(super) fn services() -> BoardVariable {
    let of = Expr::selector(crate::promql::Selector::metric(series::OBJECTIVE));
    BoardVariable {
        name: "service".to_owned(),
        label: "Service".to_owned(),
        choice: Choice::Values { label: "slo_service".to_owned(), of },
    }
}

/// The services that were chosen.
pub(super) fn chosen() -> [Matcher; 1] {
    [matcher("slo_service", MatchOp::Regex, "$service")]
}

pub(super) fn sheet(specs: &[Spec]) -> Sheet {
    let all = chosen();
    let of = |more: Matcher| [all.as_slice(), &[more]].concat();
    // A page that was escalated is still one page.
    let first = [matcher("escalation", MatchOp::Equal, "")];
    let pages = [of(matcher("severity", MatchOp::Equal, "page")).as_slice(), &first].concat();
    let tickets = of(matcher("severity", MatchOp::Equal, "ticket"));
    let below = |bound: f64| series(series::LEFT, &all).binary(BinaryOp::Lss, Expr::number(bound));
    let number = |title: &str, description: &str, expr: Expr| {
        panel(PanelKind::Number, title, "short", description, vec![query(expr, "")])
    };
    let from_one = |panel: Panel| Panel { limit: Some(Limit::Above(1.0)), ..panel };
    let lines = legend(specs);
    let numbers = [
        number(
            "Objectives",
            "How many objectives are recorded. Fewer than there are specifications for: the rules are not loaded everywhere.",
            counted(series(series::OBJECTIVE, &all)),
        ),
        from_one(number(
            "Budgets that are spent",
            "Error budgets of which nothing is left in their window.",
            counted(below(0.0)),
        )),
        from_one(number(
            "Pages that fire",
            "Alerts that wake somebody, firing now.",
            counted(firing(&pages)),
        )),
        from_one(number(
            "Tickets that fire",
            "Alerts for working hours, firing now.",
            counted(firing(&tickets)),
        )),
    ];
    let mut pictures: Vec<Picture> = numbers.into_iter().map(Picture::from).collect();
    pictures.push(table(specs, "Every objective, the worst budget first"));
    let left = panel(
        PanelKind::Lines,
        "Error budget left",
        "percentunit",
        "What is left of each budget over the window of its objective. Below zero more is spent than was promised.",
        vec![query(series(series::LEFT, &all), &lines)],
    );
    let burning = panel(
        PanelKind::Lines,
        "Burn rate over an hour",
        "none",
        "How many times faster than even each budget was spent in the last hour: at 1 it lasts exactly its window.",
        vec![query(burn(HOUR, &all), &lines)],
    );
    let by = ["slo_service", "severity"];
    let alerts = panel(
        PanelKind::States,
        "Alerts that fire",
        "short",
        "How many alerts of each service and severity fire, over time.",
        vec![query(firing(&all).aggregate_by(AggregateOp::Sum, &by), "{{slo_service}} {{severity}}")],
    );
    pictures.push(Panel { limit: Some(Limit::Below(0.0)), ..left }.into());
    pictures.push(from_one(burning).into());
    pictures.push(from_one(alerts).into());
    Sheet {
        uid: "nines-overview".to_owned(),
        title: "Objectives".to_owned(),
        description:
            "Every service level objective: what was promised, what was kept, and how fast budgets are spent."
                .to_owned(),
        tags: vec![TAG.to_owned()],
        variables: vec![choice(&services())],
        pictures,
        pages: firing(&pages),
        from: "now-7d",
        links: Vec::new(),
    }
}

/// A row for each budget.
pub(super) fn table(specs: &[Spec], title: &str) -> Picture {
    let all = chosen();
    let columns = [
        ("Budget left", "percentunit", series(series::LEFT, &all)),
        ("Attained", "percentunit", attained(&all)),
        ("Promised", "percentunit", series_of_each(series::OBJECTIVE)),
        ("Burn rate, 1 h", "none", burn(HOUR, &all)),
        ("Lasts, at the pace of 1 h", "dtdurations", exhausted_in(HOUR, &all)),
        ("Window in days", "none", series_of_each(series::DAYS)),
    ];
    let description = "Attained is the share of good over the window of the objective, in which the budget counts too. \
                       Ten years stand for a budget that does not burn.";
    let queries = columns.iter().map(|(_, _, expr)| query(expr.clone(), "")).collect();
    let mut labels: Vec<String> = vec!["slo_id".to_owned()];
    let divides = specs.iter().flat_map(|spec| &spec.slos).flat_map(|slo| slo.by.iter().cloned());
    let mut divides: Vec<String> = divides.collect();
    divides.sort_unstable();
    divides.dedup();
    labels.extend(divides);
    let table = panel(PanelKind::Table, title, "none", description, queries);
    Picture {
        columns: columns.iter().map(|(name, unit, _)| (*name, *unit)).collect(),
        labels,
        ..table.into()
    }
}

/// What was promised, on the row of each part of a divided budget.
fn series_of_each(name: &str) -> Expr {
    let all = chosen();
    let zero = Expr::number(0.0).binary(BinaryOp::Mul, series(series::LEFT, &all));
    series::with_promise(zero, BinaryOp::Add, series(name, &all))
}

/// The worst of the parts of a divided budget.
pub(super) fn worst(op: AggregateOp, divided: bool, expr: Expr) -> Expr {
    if divided { aggregate(op, expr) } else { expr }
}
