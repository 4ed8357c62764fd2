//! What customers were promised: every day of a quarter, and how each contract stands.

use super::grafana::{Picture, Sheet, choice};
use super::overview::{chosen, services, table, worst};
use super::series::{self, Recorded, attained, burn, firing, matcher};
use super::{TAG, legend, panel, query};
use crate::base::Duration;
use crate::promql::{AggregateOp, BinaryOp, Expr, MatchOp};
use crate::slo::{Panel, PanelKind, Sla, Slo, Spec};

pub(super) fn sheet(specs: &[Spec], recorded: &Recorded<'_>) -> Sheet {
    let all = chosen();
    let days = panel(
        PanelKind::States,
        "Every day of the last 90",
        "none",
        "The burn rate of each day. Green is a day within the budget's even pace, orange one above it, red one that \
         spent ten days' worth; a day that was not recorded is empty.",
        vec![query(burn(Duration::days(1), &all), legend(specs))],
    );
    let days = Picture {
        steps: vec![(f64::MIN, "green"), (1.0, "orange"), (10.0, "red")],
        size: (24, 12),
        over: Some(("90d", "1d")),
        ..days.into()
    };
    let mut pictures = vec![table(specs, "What was promised and what was kept"), days];
    for spec in specs {
        pictures.extend(spec.slas.iter().flat_map(|sla| contract(spec, sla, recorded)));
    }
    let pages = [all.as_slice(), &[matcher("severity", MatchOp::Equal, "page")]].concat();
    Sheet {
        uid: "nines-sla".to_owned(),
        title: "Contracts".to_owned(),
        description: "What was promised to customers, day by day and contract by contract. The numbers of a contract's \
                      own period, with what it excludes, are those of nines report."
            .to_owned(),
        tags: vec![TAG.to_owned()],
        variables: vec![choice(&services())],
        pictures,
        pages: firing(&pages),
        from: "now-30d",
        links: Vec::new(),
    }
}

/// Each objective that a contract covers: what was promised, what was kept, and the room between.
fn contract(spec: &Spec, sla: &Sla, recorded: &Recorded<'_>) -> Vec<Picture> {
    let covered = spec.slos.iter().filter(|slo| sla.slos.contains(&slo.name));
    let covered = covered.filter(|slo| recorded.has(&spec.id(slo), series::LEFT));
    let mut pictures: Vec<Picture> = covered.flat_map(|slo| kept(spec, sla, slo)).collect();
    if let Some(first) = pictures.first_mut() {
        let customer = sla.customer.as_ref().map(|customer| format!(" with {customer}")).unwrap_or_default();
        first.panel.row =
            Some(format!("{}/{}{customer}: {} per {}", spec.service, sla.name, sla.target, sla.period));
    }
    pictures
}

fn kept(spec: &Spec, sla: &Sla, slo: &Slo) -> [Picture; 3] {
    let of = [matcher("slo_id", MatchOp::Equal, &spec.id(slo))];
    let target = sla.target.as_f64();
    let number = |title: &str, description: &str, expr: Expr| -> Panel {
        panel(PanelKind::Number, title, "percentunit", description, vec![query(expr, "")])
    };
    let share = worst(AggregateOp::Min, !slo.by.is_empty(), attained(&of));
    // Below each share something is paid back.
    let mut bounds: Vec<f64> =
        sla.credits.iter().map(|tier| tier.below.as_f64()).filter(|b| *b < target).collect();
    bounds.sort_unstable_by(f64::total_cmp);
    let mut steps = vec![(f64::MIN, "dark-red")];
    steps.extend(bounds.iter().map(|bound| (*bound, "orange")));
    steps.push((target, "green"));
    if bounds.is_empty() {
        steps[0].1 = "red";
    }
    let tiers = sla.credits.iter().map(|tier| format!("{} are paid back below {}", tier.credit, tier.below));
    let tiers = tiers.collect::<Vec<_>>().join(", ");
    let tiers = if tiers.is_empty() { tiers } else { format!(" {tiers}.") };
    let kept = format!(
        "The share of good over the last {}, before anything is excluded.{tiers}",
        slo.window.nominal()
    );
    let room = share.clone().binary(BinaryOp::Sub, Expr::number(target));
    let room = number("Room", "How far above what was promised; below zero it is broken.", room);
    let promised = Expr::call("vector", [Expr::number(target)]);
    let wide = |panel: Panel| Picture { size: (8, 4), ..panel.into() };
    [
        wide(number(
            &format!("{}: promised", slo.name),
            "The share of good that the contract names.",
            promised,
        )),
        Picture { steps, ..wide(number(&format!("{}: kept", slo.name), &kept, share)) },
        Picture { steps: vec![(f64::MIN, "red"), (0.0, "green")], ..wide(room) },
    ]
}
