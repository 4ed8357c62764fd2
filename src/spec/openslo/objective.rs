//! Objectives of a document: their names, and how each judges what is measured.

use super::super::decode::{At, Fields};
use super::super::{values, windows};
use super::Version;
use super::window;
use crate::base::{Duration, Share};
use crate::diag::Code;
use crate::promql::BinaryOp;
use crate::slo::{Method, Window};

/// What the error budget of all objectives of a document counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Budgeting {
    Occurrences,
    Timeslices,
    RatioTimeslices,
}

/// The methods of a version by their words.
pub(super) fn budgeting(at: &At, version: Version) -> Option<Budgeting> {
    let words = [
        ("Occurrences", Budgeting::Occurrences),
        ("Timeslices", Budgeting::Timeslices),
        ("RatioTimeslices", Budgeting::RatioTimeslices),
    ];
    values::one_of(at, if version == Version::V1Alpha { &words[..2] } else { &words })
}

/// How an objective judges what is measured.
pub(super) struct Terms<'a> {
    /// The objective.
    at: At<'a>,
    /// How a value is compared, and with what.
    op: Option<At<'a>>,
    bound: Option<At<'a>>,
    /// What the budget counts, where that could be read.
    pub(super) method: Option<Method>,
    /// How long slices are, where it is said.
    slice: Option<Duration>,
    window: Option<Window>,
}

impl<'a> Terms<'a> {
    /// Reads the terms of the objective `at`, whose fields are `f`.
    pub(super) fn read(
        at: &At<'a>,
        f: &mut Fields<'a, '_>,
        budgeting: Option<Budgeting>,
        window: Option<Window>,
        version: Version,
    ) -> Self {
        let (op, bound) = (f.find("op"), f.find("value"));
        let needs_window = version != Version::V1Alpha
            && matches!(budgeting, Some(Budgeting::Timeslices | Budgeting::RatioTimeslices));
        let length = |at: &At| {
            let slice = window::slice(at, version)?;
            windows::is_filled(at, slice, window.as_slice()).then_some(slice)
        };
        let written = at.node.get("timeSliceWindow").is_some();
        let slice = if needs_window {
            f.required("timeSliceWindow", "timeSliceWindow: 1m", length)
        } else {
            f.optional("timeSliceWindow", length)
        };
        let share = |at: &At| values::share(at, "");
        let target = if budgeting == Some(Budgeting::Timeslices) {
            f.required("timeSliceTarget", "timeSliceTarget: 0.95", share)
        } else {
            if let Some(at) = f.find("timeSliceTarget").filter(|_| budgeting.is_some()) {
                tolerate(
                    &at,
                    "`timeSliceTarget` says nothing here",
                    "it belongs to `budgetingMethod: Timeslices`; remove it",
                );
            }
            None
        };
        let mut terms = Self { at: at.clone(), op, bound, method: None, slice, window };
        if slice.is_none() && written {
            return terms;
        }
        terms.method = match budgeting {
            None => None,
            Some(Budgeting::Occurrences) => Some(Method::Occurrences),
            Some(Budgeting::Timeslices) => {
                // The first version has no field for it.
                let slice =
                    slice.or_else(|| (version == Version::V1Alpha).then(|| terms.a_minute()).flatten());
                slice.zip(target).map(|(slice, target)| Method::timeslices(slice, target))
            }
            Some(Budgeting::RatioTimeslices) => slice.map(Method::ratio_timeslices),
        };
        terms
    }

    fn a_minute(&self) -> Option<Duration> {
        let message = "slices of a minute are assumed";
        let fault = self.at.fault_at(Code::Assumed, self.at.handle(), message);
        self.at.warn(fault.help("write `timeSliceWindow: 1m`"));
        self.slice_or(Duration::minutes(1))
    }

    /// The length of slices that is written, else a usual one.
    pub(super) fn slice_or(&self, usual: Duration) -> Option<Duration> {
        self.slice.or_else(|| windows::is_filled(&self.at, usual, self.window.as_slice()).then_some(usual))
    }

    /// Says what is written for nothing, where the indicator is a ratio: it has nothing to compare. (In v1alpha every
    /// objective must have a value.)
    pub(super) fn compares_nothing(&self, version: Version) {
        let bound = self.bound.as_ref().filter(|_| version != Version::V1Alpha);
        for (name, at) in [("op", self.op.as_ref()), ("value", bound)] {
            if let Some(at) = at {
                let message = format!("`{name}` says nothing where the indicator is a ratio");
                tolerate(at, &message, "remove it; it compares the value of a `thresholdMetric`");
            }
        }
    }

    /// How a value is compared, and with what.
    pub(super) fn comparison(&self) -> Option<(BinaryOp, f64)> {
        for (name, at) in [("op", &self.op), ("value", &self.bound)] {
            if at.is_none() {
                let message = format!("`{name}` is missing");
                let fault = self.at.fault_at(Code::MissingField, self.at.handle(), message);
                let help = "write `op: lte` and `value: 0.5` for values that are good up to 0.5";
                self.at.say::<()>(fault.help(help));
            }
        }
        let op = self.op.as_ref().and_then(operator);
        let bound = self.bound.as_ref().and_then(values::number);
        op.zip(bound)
    }
}

/// `lte`, `lt`, `gte` or `gt`.
pub(super) fn operator(at: &At) -> Option<BinaryOp> {
    let words =
        [("lte", BinaryOp::Lte), ("lt", BinaryOp::Lss), ("gte", BinaryOp::Gte), ("gt", BinaryOp::Gtr)];
    values::one_of(at, &words)
}

/// Says that something is not as OpenSLO wants it, and clear all the same.
pub(super) fn tolerate(at: &At, message: &str, help: &str) {
    at.warn(at.fault(Code::Tolerated, message).help(help));
}

/// The share that must be good, and the line on which it stands.
pub(super) fn target(f: &mut Fields<'_, '_>, version: Version) -> Option<(Share, usize)> {
    let help = "write `target: 0.999`";
    let fields: &[&'static str] =
        if version == Version::V1Alpha { &["target"] } else { &["target", "targetPercent"] };
    let (field, at) = f.one_of(fields, help)?;
    let share = if field == "target" {
        let or = if version == Version::V1Alpha { "" } else { ", or a percentage as `targetPercent`" };
        values::share(&at, or)
    } else {
        values::objective(&at)
    }?;
    if share == Share::ONE {
        tolerate(&at, "OpenSLO has no objective of 100 %", "keep it if no event at all may be bad");
    }
    Some((share, at.line()))
}

/// The names of a document's objectives: that of the document where there is one, else followed by each objective's name
/// for people, or by its place where it has none of its own.
pub(super) fn names(document: &str, objectives: &[At], alone: bool) -> Vec<String> {
    if let ([_], true) = (objectives, alone) {
        return vec![document.to_owned()];
    }
    let slugs: Vec<String> = objectives
        .iter()
        .map(|at| slug(at.node.get("displayName").and_then(|name| name.text()).unwrap_or_default()))
        .collect();
    let is_own = |slug: &str| !slug.is_empty() && slugs.iter().filter(|other| *other == slug).count() == 1;
    let last = |(place, slug): (usize, &String)| if is_own(slug) { slug.clone() } else { place.to_string() };
    slugs.iter().enumerate().map(|slug| format!("{document}-{}", last(slug))).collect()
}

/// `Good experience!` as `good-experience`.
fn slug(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn names_for_people_become_names() {
        for (text, expected) in
            [("Good experience", "good-experience"), ("99.9% (SLA)", "99-9-sla"), ("é", ""), ("", "")]
        {
            assert_eq!(slug(text), expected);
        }
    }
}
