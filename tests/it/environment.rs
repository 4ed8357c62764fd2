//! Variables of the environment in specifications: only where they are asked for, and never told.

use crate::support::run::{Outcome, nines_with};

fn validate(spec: &str, vars: &[(&str, &str)]) -> Outcome {
    nines_with(["validate", "-"], vars, spec)
}

fn explain(spec: &str, vars: &[(&str, &str)]) -> Outcome {
    nines_with(["explain", "-f", "-"], vars, spec)
}

fn spec(sli: &str, more: &str) -> String {
    format!(
        "apiVersion: nines/v1\nservice: mail\n{more}slos:\n  - {{name: sent, objective: 99%, window: 1d, sli: {{events: {sli}}}}}\n"
    )
}

#[test]
fn a_value_is_taken_from_the_environment_where_it_is_asked_for() {
    let spec = spec(
        "{bad: 'failed_total{${where}}', total: 'mails_total{${where}, zone=\"${env:ZONE:-z1}\"}'}",
        "vars: {where: 'cluster=\"${env:CLUSTER}\"'}\n",
    );
    let told = explain(&spec, &[("CLUSTER", "eu-1")]).out;
    assert!(told.contains("the growth of failed_total{cluster=\"eu-1\"}"), "{told}");
    assert!(told.contains("the growth of mails_total{cluster=\"eu-1\",zone=\"z1\"}"), "{told}");
    let told = explain(&spec, &[("CLUSTER", "eu-1"), ("ZONE", "z9")]).out;
    assert!(told.contains("zone=\"z9\"}"), "{told}");
    // What is set to nothing is not set.
    for vars in [&[][..], &[("CLUSTER", "")], &[("CLUSTER", " ")]] {
        let outcome = validate(&spec, vars);
        assert_eq!(outcome.code, 2);
        assert!(outcome.out.contains("error[N0208]") && outcome.out.contains("-->"), "{outcome:?}");
    }
}

#[test]
fn a_bare_name_is_never_the_environments() {
    let outcome =
        validate(&spec("{bad: 'failed_total{${HOME}}', total: mails_total}", ""), &[("HOME", "job=\"x\"")]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.out.contains("the variable `HOME` is not defined"), "{outcome:?}");
    assert!(outcome.out.contains("write `${env:HOME}` if"), "{outcome:?}");
}

#[test]
fn no_value_makes_another_query() {
    let spec = spec("{bad: 'failed_total{cluster=\"${env:CLUSTER}\"}', total: 'mails_total'}", "");
    for value in [
        "a\"} or up{b=\"c",
        "a' or 'b",
        "a\\",
        "a`b",
        "a) or (b",
        "a#b",
        "a\nb",
        "a b",
        "{",
        "[5m]",
        "a\"",
        "a=b",
    ] {
        let outcome = validate(&spec, &[("CLUSTER", value)]);
        assert_eq!(outcome.code, 2, "{value}");
        assert!(outcome.out.contains("error[N0219]"), "{value}: {outcome:?}");
    }
    for value in ["eu-1", "a.b.c:9090", "x|y", "zürich", "team/a", "1.5", ".+"] {
        let outcome = validate(&spec, &[("CLUSTER", value)]);
        assert_eq!((outcome.code, outcome.err.as_str()), (0, ""), "{value}: {outcome:?}");
    }
}

#[test]
fn no_message_tells_what_the_environment_holds() {
    const SECRET: &str = "hunter2-0.5/SWORDFISH";
    let vars = "vars: {v: 'x${env:SECRET}'}\nlabels: {region: '${env:SECRET}'}\n";
    for (field, value) in [
        ("objective", "'${env:SECRET}'"),
        ("objective", "${v}%"),
        ("window", "${env:SECRET}"),
        ("window", "'${env:SECRET} days'"),
        ("window", "{calendar: '${env:SECRET}', timezone: '${v}'}"),
        ("min_events", "${env:SECRET}"),
        ("by", "['${env:SECRET}', 'a${v}']"),
        ("method", "'${env:SECRET}'"),
        ("method", "{timeslices: {slice: '${env:SECRET}', target: '${v}', empty: '${v}'}}"),
        (
            "alerting",
            "{for: '${v}', absent: '${v}', page: '${v}', windows: [{severity: '${v}', long: '${v}', short: '${v}', factor: '${v}'}]}",
        ),
        ("gate", "{max_burn: {1h: '${v}'}, key: '${v}'}"),
        ("sli", "{events: {bad: '${env:SECRET}', total: 'sum(${env:SECRET}'}}"),
        ("sli", "{events: {bad: 'nofunc(${v})', total: 'x{${v}}'}}"),
        ("sli", "{slices: {good_when: 'a${v} < 1 ${env:SECRET}', slice: '${v}'}}"),
        ("sli", "{latency: {histogram: 'rate(${v}[5m])', threshold: '${v}', unit: '${v}'}}"),
        (
            "sli",
            "{composite: {members: [{slo: '${v}', weight: '${v}'}, {slo: '${env:SECRET}'}, {slo: '${env:SECRET}'}]}}",
        ),
    ] {
        let usual = [("objective", "99%"), ("window", "30d"), ("sli", "{events: {bad: a, total: b}}")];
        let others = usual.iter().filter(|(name, _)| *name != field);
        let fields: Vec<String> = others.map(|(name, value)| format!("\n    {name}: {value}")).collect();
        let fields = fields.concat();
        let spec = format!(
            "apiVersion: nines/v1\nservice: mail\n{vars}slos:\n  - name: sent{fields}\n    {field}: {value}\n"
        );
        for format in ["text", "json", "github"] {
            let outcome = nines_with(["validate", "-", "--format", format], &[("SECRET", SECRET)], &spec);
            assert_eq!(outcome.code, 2, "{field}: {value}: {outcome:?}");
            for part in ["hunter", "SWORD", "0.5"] {
                assert!(
                    !outcome.out.contains(part) && !outcome.err.contains(part),
                    "{field}: {value}: {outcome:?}"
                );
            }
        }
    }
    let more = "exclusions:
  - {id: a, from: '${env:SECRET}', to: '${v}', timezone: '${v}', slos: ['${env:SECRET}']}
  - {id: b, recurring: {rrule: 'FREQ=${env:SECRET};BYDAY=${env:SECRET}', duration: '${v}', from: '${v}'}}
  - {id: c, business_hours: {days: '${env:SECRET}', from: '${v}', to: '${v}'}}
  - {id: '${env:SECRET}', while: 'up{${env:SECRET}'}
sla: [{name: '${v}', slos: ['${v}'], target: '${v}', period: '${v}', credits: [{below: '${v}', credit: '${v}'}]}]
alerts: [{name: A, expr: '${v}', for: '${v}'}, {name: '${v}', expr: 'up[${env:SECRET}]'}, {name: '${v}', expr: up}]
links: {runbook: '${v}'}
";
    let text = spec("{bad: a, total: b}", vars) + more;
    let outcome = validate(&text, &[("SECRET", SECRET)]);
    assert_eq!(outcome.code, 2);
    println!("{}", outcome.out);
    for part in ["hunter", "SWORD", "0.5"] {
        assert!(!outcome.out.contains(part) && !outcome.err.contains(part), "{outcome:?}");
    }
}

#[test]
fn no_proposal_is_made_of_what_the_environment_holds() {
    for (field, value, proposed) in [
        ("window", "30 days", "`30d`"),
        ("window", "12345.6", "3h25m"),
        ("objective", "0.99917", "99.917"),
        ("objective", "99,917", "99.917"),
        ("name", "secret of ours", "secret"),
        ("by", "[secret-of-ours]", "secret"),
    ] {
        let usual = [("name", "sent"), ("objective", "99%"), ("window", "30d"), ("by", "[]")];
        let fields = usual.map(|(name, usual)| {
            let value = match (name == field, field) {
                (false, _) => usual,
                (true, "by") => "['${env:SECRET}']",
                (true, _) => "${env:SECRET}",
            };
            format!("{name}: {value}")
        });
        let spec = format!(
            "apiVersion: nines/v1\nservice: mail\nslos:\n  - {}\n    sli: {{events: {{bad: a_total, total: b_total}}}}\n",
            fields.join("\n    ")
        );
        let secret = value.trim_matches(['[', ']']);
        let outcome = nines_with(["validate", "-"], &[("SECRET", secret)], &spec);
        assert_eq!(outcome.code, 2, "{outcome:?}");
        assert!(outcome.out.contains("= help: "), "{field}: {value}: {}", outcome.out);
        assert!(!outcome.out.contains(proposed), "{field}: {value}: {}", outcome.out);
    }
}
