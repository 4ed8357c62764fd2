//! What Prometheus has behind feature flags, as named options.

use super::value::EvalError;
use crate::base::Span;

/// A part of the language or of its meaning that Prometheus 3.14 has an option for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// `mad_over_time`, `limitk`, `info` and others whose meaning may still change.
    ExperimentalFunctions,
    /// Arithmetic in durations: `[2 * step()]`. On by default.
    DurationExpressions,
    /// The modifiers `anchored` and `smoothed`.
    ExtendedRangeSelectors,
    /// The modifiers `fill`, `fill_left` and `fill_right` of operators.
    FillModifiers,
    /// The metric's name is taken off at the very end, not in each operation.
    DelayedNameRemoval,
    /// `__type__` and `__unit__` say what a metric is.
    TypeAndUnitLabels,
    /// Counters are known to start where their samples say so.
    StartTimestamps,
}

impl Feature {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::ExperimentalFunctions,
        Self::DurationExpressions,
        Self::ExtendedRangeSelectors,
        Self::FillModifiers,
        Self::DelayedNameRemoval,
        Self::TypeAndUnitLabels,
        Self::StartTimestamps,
    ];

    /// As Prometheus' `--enable-feature` names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ExperimentalFunctions => "promql-experimental-functions",
            Self::DurationExpressions => "promql-duration-expr",
            Self::ExtendedRangeSelectors => "promql-extended-range-selectors",
            Self::FillModifiers => "promql-binop-fill-modifiers",
            Self::DelayedNameRemoval => "promql-delayed-name-removal",
            Self::TypeAndUnitLabels => "type-and-unit-labels",
            Self::StartTimestamps => "use-start-timestamps",
        }
    }

    /// The feature of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|feature| feature.name() == name)
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Which features are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Features(u8);

impl Default for Features {
    /// Those that Prometheus 3.14 has on unasked.
    fn default() -> Self {
        Self(0).with(Feature::DurationExpressions)
    }
}

impl Features {
    /// Every one of them.
    pub fn all() -> Self {
        Feature::ALL.into_iter().fold(Self(0), Self::with)
    }

    /// These and one more.
    #[must_use]
    pub fn with(self, feature: Feature) -> Self {
        Self(self.0 | feature.bit())
    }

    /// These but one.
    #[must_use]
    pub fn without(self, feature: Feature) -> Self {
        Self(self.0 & !feature.bit())
    }

    /// Whether one is on.
    pub fn has(self, feature: Feature) -> bool {
        self.0 & feature.bit() != 0
    }

    /// Refuses what needs a feature that is off.
    pub(super) fn need(self, feature: Feature, what: &str, span: Span) -> Result<(), EvalError> {
        if self.has(feature) {
            return Ok(());
        }
        let message = format!("{what} needs the feature {}, which is off", feature.name());
        Err(EvalError::unsupported_without(span, message, feature))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_found_by_name_and_are_on_or_off() {
        for feature in Feature::ALL {
            assert_eq!(Feature::named(feature.name()), Some(feature));
            assert!(Features::all().has(feature));
            assert!(!Features::all().without(feature).has(feature));
            assert_eq!(Features::default().has(feature), feature == Feature::DurationExpressions);
        }
        assert_eq!(Feature::named("agent"), None);
    }
}
