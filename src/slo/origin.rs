//! An objective in the words of another tool.

use std::collections::BTreeMap;

use crate::base::Duration;
use crate::promql::{Expr, Selector};

/// What the tool that a specification was written for would know of an objective beside its promise. It changes nothing
/// of what is evaluated: only rules that are to be as that tool writes them are made from it.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// Sloth reads it.
    Sloth(SlothOrigin),
    /// Pyrra reads it.
    Pyrra(PyrraOrigin),
}

/// An objective as Sloth takes it.
#[derive(Debug, Clone, PartialEq)]
pub struct SlothOrigin {
    /// The dialect, as it calls itself: `prometheus/v1`, `sloth.slok.dev/v1`, `openslo/v1alpha`.
    pub dialect: &'static str,
    /// Sloth's name of it.
    pub name: String,
    /// How its error ratio is asked for; nothing where Sloth would not take the queries.
    pub sli: Option<SlothSli>,
    /// How its rules are made, in order.
    pub steps: Vec<RuleStep>,
}

/// Queries over `$window`.
#[derive(Debug, Clone, PartialEq)]
pub enum SlothSli {
    /// Bad events and all events.
    Events {
        /// The bad ones.
        error: Expr,
        /// All.
        total: Expr,
    },
    /// The share of bad events.
    Raw(Expr),
}

/// A step in which Sloth makes rules, or changes those of the steps before: one of its plugins.
#[derive(Debug, Clone, PartialEq)]
pub enum RuleStep {
    /// Error ratios over the windows of alerts and over the period.
    Ratios {
        /// Whether that of the period is the mean of the shortest.
        mean: bool,
    },
    /// The same, weighted by how much of the period's traffic there was.
    WeightedRatios {
        /// Whether that of the period is the mean of the shortest.
        mean: bool,
    },
    /// What was promised, and how fast the budget burns.
    Metadata,
    /// Alerts.
    Alerts,
    /// An alert for a budget that is gone.
    Exhausted(ExhaustedStep),
    /// More labels for one of the series of [`RuleStep::Metadata`].
    Labels {
        /// The name of the series.
        metric: String,
        /// The labels.
        labels: BTreeMap<String, String>,
    },
    /// Fewer labels for recorded series.
    Bare {
        /// Labels that stay, beside those that Sloth needs.
        keep: Vec<String>,
        /// Names of series that keep all.
        skip: Vec<String>,
    },
    /// How often the groups are evaluated.
    Intervals {
        /// That of error ratios.
        ratios: Duration,
        /// That of what was promised.
        metadata: Duration,
        /// That of alerts.
        alerts: Duration,
    },
}

impl RuleStep {
    /// What Sloth does where nothing else is said.
    pub const USUAL: [Self; 3] = [Self::Ratios { mean: true }, Self::Metadata, Self::Alerts];
}

/// When and how somebody is told that a budget is gone.
#[derive(Debug, Clone, PartialEq)]
pub struct ExhaustedStep {
    /// The alert's name.
    pub name: String,
    /// The share of the budget at or below which it is gone.
    pub threshold: f64,
    /// For how long.
    pub wait: Duration,
    /// Conditions on more labels of the series.
    pub select: BTreeMap<String, String>,
    /// The alert's labels.
    pub labels: BTreeMap<String, String>,
    /// The alert's annotations.
    pub annotations: BTreeMap<String, String>,
}

/// An objective as Pyrra takes it.
#[derive(Debug, Clone, PartialEq)]
pub struct PyrraOrigin {
    /// What is measured.
    pub indicator: PyrraIndicator,
    /// The name of alerts for metrics that are not there.
    pub absent_name: Option<String>,
    /// The severity of those.
    pub absent_severity: Option<String>,
    /// The severities of the four alerts for a burning budget, the most urgent first.
    pub severities: [Option<String>; 4],
    /// Whether the window is summed from recorded stretches of five minutes.
    pub summed: bool,
}

/// What Pyrra measures: metrics by their names and conditions, as they are written.
#[derive(Debug, Clone, PartialEq)]
pub enum PyrraIndicator {
    /// Errors among all.
    Ratio {
        /// The errors.
        errors: Selector,
        /// All.
        total: Selector,
    },
    /// Fast ones among all.
    Latency {
        /// The bucket of a histogram.
        success: Selector,
        /// All.
        total: Selector,
        /// The bucket's boundary, as the label `le` says it.
        le: String,
    },
    /// Fast ones among all, of a native histogram.
    NativeLatency {
        /// The histogram.
        total: Selector,
        /// How fast.
        within: Duration,
    },
    /// Samples that are 1 among all.
    BoolGauge(Selector),
}
