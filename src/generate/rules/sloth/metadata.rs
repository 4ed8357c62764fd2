//! What was promised, and how fast the budget burns.

use super::super::model::Rule;
use super::{Objective, REMAINING, numbers, origin, ratio_name};
use crate::base::Duration;
use crate::promql::{BinaryOp, Expr, Group, Matching};

const BUDGET: &str = "slo:error_budget:ratio";
const PERIOD_BURN: &str = "slo:period_burn_rate:ratio";

impl Objective<'_> {
    pub(super) fn metadata(&self) -> Vec<Rule> {
        let vector = |value: Expr| Expr::call("vector", [value]);
        let objective = || Expr::number(numbers::percent(self.subject) / 100.0);
        let one = || Expr::number(1.0);
        let days = self.period.as_secs() / 3600.0 / 24.0;
        vec![
            self.record("slo:objective:ratio", vector(objective())),
            self.record(BUDGET, vector(one().binary(BinaryOp::Sub, objective()))),
            self.record("slo:time_period:days", vector(Expr::number(days))),
            self.record("slo:current_burn_rate:ratio", self.burn_rate(self.shortest)),
            self.record(PERIOD_BURN, self.burn_rate(self.period)),
            self.record(REMAINING, one().binary(BinaryOp::Sub, self.recorded(PERIOD_BURN))),
            self.info(vector(one())),
        ]
    }

    fn burn_rate(&self, window: Duration) -> Expr {
        let matching = Matching {
            on: true,
            labels: ["sloth_id", "sloth_slo", "sloth_service"].map(str::to_owned).into(),
            group: Some(Group::Left(Vec::new())),
            ..Matching::default()
        };
        let ratio = self.recorded(&ratio_name(window));
        ratio.binary_matching(BinaryOp::Div, matching, self.recorded(BUDGET))
    }

    /// Who made the rules of what. The version is that of nines, which Sloth's could be mistaken for without its name.
    fn info(&self, one: Expr) -> Rule {
        let dialect = origin(self.subject).map_or("nines/v1", |origin| origin.dialect);
        let mode = match dialect {
            "sloth.slok.dev/v1" => "cli-gen-k8s",
            "openslo/v1alpha" => "cli-gen-openslo",
            _ => "cli-gen-prom",
        };
        let more = [
            ("sloth_mode", mode.to_owned()),
            ("sloth_objective", numbers::percent(self.subject).to_string()),
            ("sloth_spec", dialect.to_owned()),
            ("sloth_version", concat!("nines-", env!("CARGO_PKG_VERSION")).to_owned()),
        ];
        let mut rule = self.record("sloth_slo_info", one);
        if let Rule::Record { labels, .. } = &mut rule {
            labels.extend(more.map(|(name, value)| (name.to_owned(), value)));
        }
        rule
    }
}
