//! What deploys need: `kind: Policy`.

use super::names::Unique;
use super::{gate, labels, time};
use crate::base::{Duration, Zone};
use crate::diag::Code;
use crate::report::{Covers, Level, Match, Needs, OverrideRule, Reaction, Score, WrittenPolicy};
use crate::spec::decode::At;
use crate::spec::values;

/// What `kind` says of such a document.
pub(super) const KIND: &str = "Policy";

const REACTIONS: [(&str, Reaction); 3] =
    [("fail", Reaction::Fail), ("warn", Reaction::Warn), ("pass", Reaction::Pass)];

/// An override that counts for longer is a rule.
const LONGEST_OVERRIDE: Duration = Duration::days(31);

/// Reads a policy that stands in `file`.
pub(super) fn policy(at: &At, file: &str) -> Option<WrittenPolicy> {
    at.fields(|f| {
        f.required("apiVersion", "apiVersion: nines/v1", values::text);
        f.required("kind", "kind: Policy", values::text);
        let name = f.optional("name", values::line);
        let gate = f.optional("gate", |at| needs(at, file)).unwrap_or_default();
        let unique = Unique::new("level");
        let levels = f.optional("levels", |at| at.list(|at| level(at, &unique, file))).unwrap_or_default();
        let score = f.optional("score", score);
        let on_no_data = f.optional("on_no_data", |at| values::one_of(at, &REACTIONS));
        let on_error = f.optional("on_error", |at| values::one_of(at, &REACTIONS));
        let overrides = f.optional("overrides", |at| at.list(|at| override_of(at, file))).unwrap_or_default();
        Some(WrittenPolicy {
            name,
            file: file.to_owned(),
            gate,
            levels,
            score,
            on_no_data,
            on_error,
            overrides,
        })
    })
}

/// What a gate asks for, which must be something.
fn needs(at: &At, file: &str) -> Option<Needs> {
    let gate = gate::gate(at, None)?;
    let needs = Needs::of(&gate, file);
    if needs == Needs::default() && at.node.entries().is_empty() {
        let fault = at.fault(Code::NothingAsked, "the gate asks for nothing");
        return at.say(fault.help("write what a deploy needs, such as `min_budget: 10%`"));
    }
    Some(needs)
}

fn level(at: &At, unique: &Unique, file: &str) -> Option<Level> {
    at.fields(|f| {
        let name = f.required("name", "name: critical", |at| {
            let name = values::name(at)?;
            unique.check(at, &name).then_some(name)
        });
        let found = f.required("match", "match: {labels: {tier: '1'}}", |at| {
            let found = at.fields(|f| {
                Some(Match {
                    environment: f.optional("environment", values::line),
                    labels: f.optional("labels", labels::labels).unwrap_or_default(),
                    service: f.optional("service", values::line),
                    slo: f.optional("slo", values::line),
                })
            })?;
            if at.node.entries().is_empty() {
                let fault = at.fault(Code::NothingAsked, "the level does not say for which objectives it is");
                return at.say(fault.help("what holds for all stands in `gate` at the top"));
            }
            Some(found)
        });
        let gate = f.required("gate", "gate: {min_budget: 20%}", |at| needs(at, file));
        Some(Level { name: name?, r#match: found?, gate: gate? })
    })
}

fn score(at: &At) -> Option<Score> {
    at.fields(|f| {
        let pass = f.required("pass", "pass: 90%", values::percentage);
        let place = f.find("warn");
        let warn = f.optional("warn", values::percentage);
        let (pass, warn) = (pass?, warn.or(pass)?);
        if let Some(at) = place.filter(|_| warn > pass) {
            let message = format!("a warning from {warn} comes too late: from {pass} it passes");
            return at.say(at.fault(Code::Order, message).help("warn from a lower score"));
        }
        Some(Score { pass: pass.as_f64(), warn: warn.as_f64() })
    })
}

fn override_of(at: &At, file: &str) -> Option<OverrideRule> {
    at.fields(|f| {
        let reason = f.required("reason", "reason: P0 fix INC-12", values::line);
        let by = f.required("by", "by: ada", values::line);
        let from = f.optional("from", |at| time::moment(at, Some(Zone::UTC)));
        let place = f.find("expires");
        let expires =
            f.required("expires", "expires: 2026-11-20T12:00:00Z", |at| time::moment(at, Some(Zone::UTC)));
        let service = f.optional("service", values::line);
        let slo = f.optional("slo", values::line);
        let covers = f.optional("covers", |at| {
            let covers = at.words(|at| values::one_of(at, &Covers::WORDS))?;
            if at.node.is_empty_list() {
                return at.say(
                    at.fault(Code::Empty, "the override covers nothing")
                        .help("leave `covers` out, or write `[breached]`"),
                );
            }
            Some(covers)
        });
        if let (Some(at), Some(from), Some(expires)) = (&place, from, expires) {
            if expires <= from {
                let fault = at.fault(Code::Order, "the override ends before it begins");
                at.say::<()>(fault.help("write a later time, or swap the two"));
            } else if expires - from > LONGEST_OVERRIDE {
                let length = expires - from;
                let message = format!("the override counts for {length}: that is a rule");
                at.warn(
                    at.fault(Code::LongOverride, message)
                        .help("let it expire sooner, or change the limit that it lets pass"),
                );
            }
        }
        Some(OverrideRule {
            by: by?,
            reason: reason?,
            from,
            expires: Some(expires?),
            service,
            slo,
            covers: covers.unwrap_or_else(|| vec![Covers::Breached]),
            written_at: Some(format!("{file}:{}", at.line())),
        })
    })
}
