//! One plugin that makes rules: what it does with how it is set. To add one that Sloth ships: its row in [`SHIPPED`].

use std::collections::BTreeMap;

use super::super::decode::{At, Fields};
use super::super::{foreign, values};
use crate::base::{Duration, nearest};
use crate::diag::{Code, quote};
use crate::slo::{ExhaustedStep, RuleStep};

/// What a plugin does.
enum Shipped {
    /// Nothing that is seen in rules, however it is set.
    Silent,
    /// Always the same.
    Fixed(fn() -> RuleStep),
    /// Something also where nothing is set.
    Set(fn() -> RuleStep, fn(&mut Fields) -> RuleStep),
    /// Something that must be set, with an example of how.
    MustBeSet(&'static str, fn(&mut Fields) -> Option<RuleStep>),
}

/// What Sloth ships, all of which leaves the promise as it is.
const SHIPPED: [(&str, Shipped); 12] = [
    ("sloth.dev/core/alert_rules/v1", Shipped::Fixed(|| RuleStep::Alerts)),
    ("sloth.dev/core/debug/v1", Shipped::Silent),
    ("sloth.dev/core/metadata_rules/v1", Shipped::Fixed(|| RuleStep::Metadata)),
    ("sloth.dev/core/noop/v1", Shipped::Silent),
    (
        "sloth.dev/core/sli_rules/v1",
        Shipped::Set(|| RuleStep::Ratios { mean: true }, |f| RuleStep::Ratios { mean: mean(f) }),
    ),
    ("sloth.dev/core/validate/v1", Shipped::Silent),
    (
        "sloth.dev/contrib/denominator_corrected_rules/v1",
        Shipped::Set(
            || RuleStep::WeightedRatios { mean: true },
            |f| RuleStep::WeightedRatios { mean: mean(f) },
        ),
    ),
    (
        "sloth.dev/contrib/error_budget_exhausted_alert/v1",
        Shipped::Set(|| RuleStep::Exhausted(usual()), exhausted),
    ),
    ("sloth.dev/contrib/info_labels/v1", Shipped::MustBeSet("labels: {team: shop}", labels)),
    (
        "sloth.dev/contrib/remove_labels/v1",
        Shipped::Set(|| RuleStep::Bare { keep: Vec::new(), skip: Vec::new() }, bare),
    ),
    ("sloth.dev/contrib/rule_intervals/v1", Shipped::MustBeSet("interval: {default: 1m}", intervals)),
    ("sloth.dev/contrib/validate_victoria_metrics/v1", Shipped::Silent),
];

/// Reads the step of a plugin by its id and how it is set; a plugin may do nothing.
#[expect(clippy::option_option, reason = "no step is an answer")]
pub(super) fn read(id: &At, config: Option<&At>) -> Option<Option<RuleStep>> {
    match (shipped(id)?, config) {
        (Shipped::Silent, _) => Some(None),
        (Shipped::Fixed(step) | Shipped::Set(step, _), None) | (Shipped::Fixed(step), _) => {
            Some(Some(step()))
        }
        (Shipped::Set(_, read), Some(config)) => config.fields(|f| Some(Some(read(f)))),
        (Shipped::MustBeSet(_, read), Some(config)) => config.fields(|f| read(f)).map(Some),
        (Shipped::MustBeSet(example, _), None) => {
            let fault = id.fault(Code::MissingField, "the plugin needs `config`");
            id.say(fault.help(format!("write `config: {{{example}}}`")))
        }
    }
}

fn shipped(at: &At) -> Option<&'static Shipped> {
    let id = at.text()?;
    if let Some((_, shipped)) = SHIPPED.iter().find(|(shipped, _)| *shipped == id) {
        return Some(shipped);
    }
    if let Some(near) = nearest(id, SHIPPED.iter().map(|(id, _)| *id)) {
        let fault = at.fault(Code::Plugin, format!("the plugin {} is not known", quote(id)));
        return at.say(fault.help(format!("did you mean `{near}`?")));
    }
    let message = format!("the plugin {} is Go code that only Sloth runs", quote(id));
    let help = "write what it changes of the objective into the objective, and remove it";
    at.say(at.fault(Code::Plugin, message).help(help))
}

/// Whether the ratio of the period is the mean of others.
fn mean(f: &mut Fields) -> bool {
    !f.optional("disableOptimized", values::truth).unwrap_or_default()
}

fn usual() -> ExhaustedStep {
    ExhaustedStep {
        name: "ErrorBudgetExhausted".to_owned(),
        threshold: 0.0,
        wait: Duration::minutes(5),
        select: BTreeMap::new(),
        labels: BTreeMap::new(),
        annotations: BTreeMap::new(),
    }
}

fn exhausted(f: &mut Fields) -> RuleStep {
    let usual = usual();
    RuleStep::Exhausted(ExhaustedStep {
        name: f.optional("alert_name", foreign::prose).unwrap_or(usual.name),
        threshold: f.optional("threshold", values::number).unwrap_or(usual.threshold),
        wait: f.optional("for", values::duration).unwrap_or(usual.wait),
        select: f.optional("selector_labels", values::labels).unwrap_or_default(),
        labels: f.optional("alert_labels", values::labels).unwrap_or_default(),
        annotations: f.optional("annotations", values::labels).unwrap_or_default(),
    })
}

/// Names of these labels may be any: a server that takes none but the classic ones says so itself.
fn labels(f: &mut Fields) -> Option<RuleStep> {
    let metric = f.optional("metricName", foreign::prose).unwrap_or_else(|| "sloth_slo_info".to_owned());
    let labels = f.required("labels", "labels: {team: shop}", |at| {
        at.entries(|entry, at| Some((entry.key.clone(), values::text(at)?)))
    })?;
    Some(RuleStep::Labels { metric, labels: labels.into_iter().collect() })
}

fn bare(f: &mut Fields) -> RuleStep {
    let mut names = |name| f.optional(name, |at| at.list(values::text)).unwrap_or_default();
    RuleStep::Bare { keep: names("preserveLabels"), skip: names("skipMetrics") }
}

fn intervals(f: &mut Fields) -> Option<RuleStep> {
    f.required("interval", "interval: {default: 1m}", |at| {
        at.fields(|f| {
            let usual = f.required("default", "default: 1m", values::duration);
            let mut of = |name| f.optional(name, values::duration).or(usual);
            let (ratios, metadata, alerts) = (of("sliError"), of("metadata"), of("alert"));
            Some(RuleStep::Intervals { ratios: ratios?, metadata: metadata?, alerts: alerts? })
        })
    })
}
