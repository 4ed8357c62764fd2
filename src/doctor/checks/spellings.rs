//! Is each bucket boundary spelled in one way: `1` of old, `1.0` since Prometheus 3.

use super::boundary::{Boundary, boundaries};
use super::{Check, Look, some};
use crate::diag::Code;
use crate::doctor::build::{bare, metric, without};
use crate::doctor::finding::{Finding, Severity};
use crate::doctor::notes::{Notes, Stop, for_each};
use crate::doctor::subject::Subject;
use crate::promql::{MatchOp, Matcher, Selector};

pub(super) const CHECK: Check = Check {
    name: "spellings",
    codes: &[Code::BoundarySpellings],
    about: "bucket boundaries are spelled in one way, or every spelling is counted",
    asks: "the number of series by `le`, at 8 moments of the window",
    look: Look::Objective { concerns: |subject| !histograms(subject).is_empty(), find },
};

/// Histograms without their conditions on `le`, and the boundaries that are written out.
fn histograms(subject: &Subject<'_>) -> Vec<(Selector, Vec<Matcher>)> {
    if let Some(histogram) = subject.histogram() {
        return vec![(bare(&histogram.buckets), Vec::new())];
    }
    let buckets = |selector: &&Selector| metric(selector).is_some_and(|name| name.ends_with("_bucket"));
    let of_le = |matcher: &&Matcher| matcher.name == "le";
    let mut histograms: Vec<(Selector, Vec<Matcher>)> = Vec::new();
    for selector in subject.uses.iter().map(|used| &used.selector).filter(buckets) {
        let written: Vec<Matcher> = selector.matchers.iter().filter(of_le).cloned().collect();
        let wider = written.iter().fold(selector.clone(), |wider, matcher| without(&wider, matcher));
        match histograms.iter_mut().find(|(known, _)| *known == wider) {
            Some((_, known)) => known.extend(written),
            None => histograms.push((wider, written)),
        }
    }
    histograms
}

fn find(subject: &Subject<'_>, notes: &mut Notes, found: &mut Vec<Finding>) -> Result<(), Stop> {
    subject.present(notes)?;
    for_each(histograms(subject), |(selector, written)| {
        let all = boundaries(subject, &selector, notes)?;
        let several: Vec<&[Boundary]> = all
            .chunk_by(|a, b| a.at.total_cmp(&b.at).is_eq())
            .filter(|spellings| spellings.len() > 1)
            .collect();
        if several.is_empty() {
            return Ok(());
        }
        let shown: Vec<String> = several
            .iter()
            .map(|spellings| {
                let spellings: Vec<String> =
                    spellings.iter().map(|spelling| format!("{:?}", spelling.spelling)).collect();
                spellings.join(" and ")
            })
            .collect();
        let told = format!("the same boundary is spelled in several ways: {}", some(&shown, 4));
        // A condition that one spelling meets and another does not counts a part only.
        let is_partial = |matcher: &&Matcher| {
            matcher.op == MatchOp::Equal
                && several
                    .iter()
                    .any(|spellings| spellings.iter().any(|spelling| spelling.spelling == matcher.value))
        };
        let (severity, help) = match written.iter().find(is_partial) {
            Some(matcher) => (
                Severity::Error,
                format!(
                    "le={:?} meets one of them: write a pattern that meets all, such as le=~\"{}\", or use sli.latency, which does",
                    matcher.value,
                    pattern(&several, &matcher.value)
                ),
            ),
            None => (
                Severity::Note,
                "all of them are counted here; rules and dashboards that write le=\"...\" count one alone"
                    .to_owned(),
            ),
        };
        found.push(Finding::new(severity, Code::BoundarySpellings, told, help).about(&selector));
        Ok(())
    })
}

fn pattern(several: &[&[Boundary]], value: &str) -> String {
    let of = several.iter().find(|spellings| spellings.iter().any(|spelling| spelling.spelling == value));
    let spellings: Vec<&str> =
        of.into_iter().flat_map(|of| of.iter()).map(|spelling| spelling.spelling.as_str()).collect();
    spellings.join("|")
}
