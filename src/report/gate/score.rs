//! The total score: the weights of what passes as a share of the weights of all that was judged.

use serde::{Deserialize, Serialize};

use super::policy::Score;
use super::rules::Found;
use crate::base::ratio;

/// The total score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ScoreReport {
    /// What was reached, between 0 and 1; what could not be judged counts for nothing here. Null where nothing counts.
    pub reached: Option<f64>,
    /// What could be reached if all that could not be judged passed.
    pub possible: Option<f64>,
    /// From here up it passes.
    pub pass: f64,
    /// From here up it is a warning.
    pub warn: f64,
}

/// An objective as it is weighed.
pub(super) struct Weighed {
    pub(super) weight: u64,
    /// The worst that is known of it.
    pub(super) known: Found,
    /// Whether something of it is not known.
    pub(super) is_open: bool,
}

impl ScoreReport {
    /// The score of objectives. Those that could not be judged and may pass are to be left out.
    pub(super) fn of(judged: impl Iterator<Item = Weighed>, limits: Score) -> Self {
        let (mut reached, mut possible, mut all) = (0.0, 0.0, 0.0);
        for Weighed { weight, known, is_open } in judged {
            let weight = weight as f64;
            all += weight;
            let most = match known {
                Found::Pass => weight,
                Found::Warn => weight / 2.0,
                Found::NoData | Found::Error | Found::Fail => 0.0,
            };
            possible += most;
            reached += if is_open { 0.0 } else { most };
        }
        Self {
            reached: ratio(reached, all),
            possible: ratio(possible, all),
            pass: limits.pass,
            warn: limits.warn,
        }
    }

    /// What it finds: what it would be however the rest turned out.
    pub(super) fn found(&self) -> Found {
        let judge = |score: f64| match score {
            // Weights are whole numbers, and limits a few decimals: no score is just below its limit by more than noise.
            score if score >= self.pass - 1e-12 => Found::Pass,
            score if score >= self.warn - 1e-12 => Found::Warn,
            _ => Found::Fail,
        };
        match (self.reached.map(judge), self.possible.map(judge)) {
            (Some(least), Some(most)) if least == most => least,
            _ => Found::NoData,
        }
    }
}
