//! How local data is evaluated: from flags to the engine's parameters.

use anyhow::Result;
use clap::{Args, ValueEnum};

use super::settings::duration;
use crate::base::Moment;
use crate::engine::{Compat, Feature, Features, Params};

#[derive(Debug, Args)]
#[command(next_help_heading = "Evaluation of local data")]
pub(super) struct EngineArgs {
    /// Whose rules are followed where versions differ: those of Prometheus 3, or of Prometheus 2.42
    #[arg(long, value_enum, default_value = "prom3")]
    pub(super) compat: Rules,
    /// Turn on what Prometheus has behind this feature flag. Repeatable
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = feature_names())]
    pub(super) enable_feature: Vec<String>,
    /// How old a sample may be to stand for its series
    #[arg(long, value_name = "DURATION", default_value = "5m")]
    pub(super) lookback_delta: String,
    /// Step of a subquery that names none
    #[arg(long, value_name = "DURATION", default_value = "1m")]
    pub(super) default_subquery_step: String,
    /// Samples that a query may hold at a time [default: 500000000]
    #[arg(long, value_name = "N")]
    pub(super) max_samples: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Rules {
    Prom3,
    Prom2,
}

fn feature_names() -> clap::builder::PossibleValuesParser {
    Feature::ALL.map(Feature::name).into()
}

impl EngineArgs {
    /// What they mean, for no time in particular.
    pub(super) fn params(&self) -> Result<Params> {
        let mut params = Params::instant(Moment::from_millis(0));
        params.compat = match self.compat {
            Rules::Prom3 => Compat::Prom3,
            Rules::Prom2 => Compat::Prom2,
        };
        let features = self.enable_feature.iter().filter_map(|name| Feature::named(name));
        params.features = features.fold(params.features, Features::with);
        params.lookback = duration("--lookback-delta", &self.lookback_delta)?;
        params.default_subquery_step = duration("--default-subquery-step", &self.default_subquery_step)?;
        params.max_samples = self.max_samples.unwrap_or(params.max_samples);
        Ok(params)
    }
}
