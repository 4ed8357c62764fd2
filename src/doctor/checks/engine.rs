//! Who answers, and by which rules.

use super::{Check, Look};
use crate::diag::Code;
use crate::doctor::About;
use crate::doctor::finding::{Finding, Severity};
use crate::doctor::notes::Stop;
use crate::slo::Spec;

pub(super) const CHECK: Check = Check {
    name: "engine",
    codes: &[Code::OldServer, Code::ServerRules],
    about: "the server knows what it is asked, and its rules are known",
    asks: "who it is",
    look: Look::Source { concerns: |_| true, find },
};

/// The first Prometheus that knows all that it may be asked: `last_over_time`.
const OLDEST: (u32, u32) = (2, 26);

fn find(_: &[Spec], about: &About, found: &mut Vec<Finding>) -> Result<(), Stop> {
    // Nobody answered, so nobody said who it is.
    if let Some(Err(why)) = &about.clock {
        return Err(Stop::Unanswered(why.clone()));
    }
    let engine = &about.engine;
    let finding = if let Some(version) = engine.strip_prefix("Prometheus ") {
        match number(version) {
            Some(version) if version < OLDEST => Some((
                Severity::Warning,
                Code::OldServer,
                format!(
                    "{engine} is older than {}.{}: it does not know last_over_time, which data seldom sampled is asked with",
                    OLDEST.0, OLDEST.1
                ),
                "update the server",
            )),
            Some((2, _)) => Some((
                Severity::Note,
                Code::ServerRules,
                format!(
                    "{engine} is of the old line: a range holds a sample exactly at its start too, and `le` is kept as the target spells it"
                ),
                "nothing for objectives of selectors, which allow for both; expressions with ranges may change a little after an update to Prometheus 3",
            )),
            _ => None,
        }
    } else if engine.starts_with("VictoriaMetrics") {
        Some((
            Severity::Note,
            Code::ServerRules,
            "VictoriaMetrics counts increase() from the sample before the range and does not extrapolate"
                .to_owned(),
            "nothing: events are counted exactly; expressions give other numbers than in Prometheus",
        ))
    } else if engine.starts_with("Prometheus-compatible server") {
        Some((
            Severity::Note,
            Code::ServerRules,
            format!("the server does not say what it is ({engine}), and is asked as Prometheus is"),
            "let /api/v1/status/buildinfo through, so that its rules are known",
        ))
    } else {
        None
    };
    found.extend(finding.map(|(severity, code, told, help)| Finding::new(severity, code, told, help)));
    Ok(())
}

/// `2.42.0` as two numbers.
fn number(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Duration, Moment};

    #[test]
    fn rules_are_told_by_product_and_version() {
        let told = |engine: &str| {
            let about = About {
                engine: engine.to_owned(),
                data: None,
                clock: Some(Ok(Duration::ZERO)),
                at: Moment::from_secs(0),
            };
            let mut found = Vec::new();
            find(&[], &about, &mut found).unwrap();
            found.iter().map(|finding| (finding.code, finding.severity)).collect::<Vec<_>>()
        };
        assert_eq!(told("Prometheus 2.19.3"), [(Code::OldServer, Severity::Warning)]);
        assert_eq!(told("Prometheus 2.42.0"), [(Code::ServerRules, Severity::Note)]);
        assert_eq!(told("VictoriaMetrics"), [(Code::ServerRules, Severity::Note)]);
        assert_eq!(told("Prometheus-compatible server"), [(Code::ServerRules, Severity::Note)]);
        for quiet in ["Prometheus 3.1.0", "Grafana Mimir 2.10.0", "nines 0.1.0 (embedded)"] {
            assert_eq!(told(quiet), [], "{quiet}");
        }
    }
}
