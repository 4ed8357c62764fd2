//! All checks of all objectives, as far as the answers go.

use super::checks::{CHECKS, Check, Look};
use super::finding::Finding;
use super::notes::{Notes, Stop};
use super::subject::Subject;
use crate::base::{Duration, Interval, Moment};
use crate::plan::NoAnswer;
use crate::slo::Spec;

/// What is known of a source without a query.
#[derive(Debug, Clone)]
pub struct About {
    /// Product and version.
    pub engine: String,
    /// The time that its data spans, where it knows.
    pub data: Option<Interval>,
    /// By how much its clock is ahead of the one here, or why it does not say; nothing where it has none.
    pub clock: Option<Result<Duration, NoAnswer>>,
    /// The moment of evaluation.
    pub at: Moment,
}

/// What a check came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Examined {
    /// It was made; this was found.
    Made(Vec<Finding>),
    /// It was not made to its end: why, whether the source failed, and what was found until then.
    NotMade {
        /// Why.
        why: String,
        /// Whether a question was not answered; otherwise another finding is the reason.
        failed: bool,
        /// What was found until then.
        found: Vec<Finding>,
    },
}

/// The name of a check and what it came to.
pub type Made = (&'static str, Examined);

/// What all checks came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Examination {
    /// Those of the source.
    pub source: Vec<Made>,
    /// Those of each objective, with the places of its specification and of itself in it.
    pub objectives: Vec<((usize, usize), Vec<Made>)>,
}

/// Examines everything as far as the answers in `notes` go; what is missing is an open question there. Nothing where a
/// window has no place in the calendar.
pub fn examine(specs: &[Spec], about: &About, notes: &mut Notes) -> Option<Examination> {
    let mut all = Examination::default();
    for check in CHECKS {
        if let Look::Source { concerns, find } = check.look
            && concerns(about)
        {
            let mut found = Vec::new();
            let made = find(specs, about, &mut found);
            all.source.push((check.name, examined(made, found)));
        }
    }
    for (spec_place, spec) in specs.iter().enumerate() {
        for (slo_place, slo) in spec.slos.iter().enumerate() {
            let subject = Subject::new(slo, about.at, about)?;
            let checks = CHECKS.iter().filter_map(|check| one(check, &subject, notes)).collect();
            all.objectives.push(((spec_place, slo_place), checks));
        }
    }
    Some(all)
}

fn one(check: &Check, subject: &Subject<'_>, notes: &mut Notes) -> Option<Made> {
    let Look::Objective { concerns, find } = check.look else { return None };
    if !concerns(subject) {
        return None;
    }
    let mut found = Vec::new();
    let made = find(subject, notes, &mut found);
    Some((check.name, examined(made, found)))
}

fn examined(made: Result<(), Stop>, found: Vec<Finding>) -> Examined {
    match made {
        Ok(()) => Examined::Made(found),
        Err(Stop::Blocked(why)) => Examined::NotMade { why, failed: false, found },
        Err(Stop::Unanswered(why)) => Examined::NotMade { why: why.to_string(), failed: true, found },
        Err(Stop::Waiting) => {
            Examined::NotMade { why: "its questions were not all asked".to_owned(), failed: true, found }
        }
    }
}
