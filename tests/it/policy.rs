//! Gates and policies, through the program itself: every rule with every outcome and its exit code, overrides, dry
//! runs, before and after a deploy.

use std::fmt::Write as _;

use nines::base::Moment;
use nines::exit::Exit;
use nines::report::{
    BudgetReport, BurnReport, ComparedReport, ComparedWith, ComparisonReport, Consequence, Covers, Decision,
    EventsReport, LimitRule, Need, Needs, OverrideRule, Policy, Reaction, Report, Score, SloReport, Status,
    WrittenPolicy,
};
use proptest::prelude::*;
use serde_json::Value;

use crate::support::report::{at, small};
use crate::support::run::{NOW, Outcome, SHOP, nines};
use crate::support::tempdir::TempDir;

/// What a rule can find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grade {
    Pass,
    Warn,
    Fail,
    Unknown,
}

/// An objective that passes everything.
fn good(slo: &str) -> SloReport {
    let mut report = small().slos.remove(0);
    report.id = format!("shop/{slo}");
    (report.service, report.slo, report.status) = ("shop".into(), slo.into(), Status::Met);
    report.events = Some(EventsReport { good: 999_900.0, bad: 100.0, total: 1_000_000.0 });
    (report.objective, report.objective_display) = (0.999, "99.9%".into());
    report.sli.value = Some(0.9999);
    report.budget = Some(budget(0.9));
    report.coverage.ratio = Some(1.0);
    report.burn = vec![burn("30m", Some(0.5)), burn("1h", Some(0.5))];
    report
}

fn budget(left: f64) -> BudgetReport {
    let (total, spent) = (1000.0, 1000.0 * (1.0 - left));
    let display = "as told".to_owned();
    BudgetReport {
        unit: "events".into(),
        total,
        spent,
        remaining: total - spent,
        remaining_ratio: Some(left),
        display,
    }
}

fn burn(window: &str, rate: Option<f64>) -> BurnReport {
    BurnReport { window: window.into(), rate, threshold: None, firing: false }
}

/// Before a deploy one in a thousand was bad; after it so many.
fn compared(bad: f64, events: f64) -> ComparisonReport {
    let side = |bad: f64, events: f64| ComparedReport {
        from: at("2026-11-20T08:00:00Z"),
        to: at("2026-11-20T09:00:00Z"),
        status: Status::Met,
        sli: Some(1.0 - bad),
        sli_display: format!("{:.3} %", 100.0 * (1.0 - bad)),
        events: Some(EventsReport { good: events * (1.0 - bad), bad: events * bad, total: events }),
        burn: Some(bad / 0.001),
    };
    ComparisonReport {
        with: ComparedWith::Before,
        before: Some(side(0.001, 5000.0)),
        after: Some(side(bad, events)),
        delta_pp: Some((0.001 - bad) * 100.0),
        burn_ratio: Some(bad / 0.001),
    }
}

fn report(slos: Vec<SloReport>) -> Report {
    Report { slos, ..small() }
}

/// Judges a report by a policy, as the program does.
fn gate(report: &Report, policy: &str, more: &[&str]) -> Outcome {
    let home = TempDir::new("policy");
    let report = home.write("report.json", serde_json::to_string(report).unwrap()).display().to_string();
    let policy = home
        .write("policy.yaml", format!("apiVersion: nines/v1\nkind: Policy\n{policy}\n"))
        .display()
        .to_string();
    nines(["gate", "--report", &report, "--policy", &policy, "-q"].iter().chain(more))
}

fn json(report: &Report, policy: &str, more: &[&str]) -> (u8, Value) {
    let outcome = gate(report, policy, &[&["-o", "json=-"], more].concat());
    (outcome.code, outcome.json()["gate"].clone())
}

/// A rule, the policy that has it, and how an objective comes to each of its grades. What cannot be is not there.
type Row = (&'static str, &'static str, &'static [Grade], fn(&mut SloReport, Grade));

const ALL: &[Grade] = &[Grade::Pass, Grade::Warn, Grade::Fail, Grade::Unknown];
/// Too little to decide is never a failure.
const EVIDENCE: &[Grade] = &[Grade::Pass, Grade::Warn, Grade::Unknown];

/// Every rule that is about one objective.
const ROWS: &[Row] = &[
    ("status", "gate: {min_budget: 0%}", ALL, |slo, grade| {
        slo.status = match grade {
            Grade::Pass => Status::Met,
            Grade::Warn => Status::AtRisk,
            Grade::Fail => Status::Breached,
            Grade::Unknown => Status::NoData,
        }
    }),
    ("min_budget", "gate: {min_budget: 20%, warn: {min_budget: 50%}}", ALL, |slo, grade| {
        slo.budget = match grade {
            Grade::Pass => Some(budget(0.5)),
            Grade::Warn => Some(budget(0.499)),
            Grade::Fail => Some(budget(0.199_999)),
            Grade::Unknown => None,
        }
    }),
    ("max_burn", "gate: {max_burn: {30m: 6}, warn: {max_burn: {30m: 3}}}", ALL, |slo, grade| match grade {
        Grade::Pass => slo.burn = vec![burn("30m", Some(3.0))],
        Grade::Warn => slo.burn = vec![burn("30m", Some(3.001))],
        Grade::Fail => slo.burn = vec![burn("30m", Some(6.001))],
        // Only the last hour was measured.
        Grade::Unknown => slo.burn = vec![burn("1h", Some(0.0))],
    }),
    ("min_events", "gate: {min_events: 100, warn: {min_events: 1000}}", EVIDENCE, |slo, grade| {
        let total = if grade == Grade::Pass {
            1000.0
        } else if grade == Grade::Warn {
            999.0
        } else {
            99.0
        };
        slo.events = Some(EventsReport { good: total, bad: 0.0, total });
    }),
    ("min_coverage", "gate: {min_coverage: 90%, warn: {min_coverage: 95%}}", EVIDENCE, |slo, grade| {
        slo.coverage.ratio = Some(if grade == Grade::Pass {
            0.95
        } else if grade == Grade::Warn {
            0.9499
        } else {
            0.8999
        });
    }),
    ("max_drop", "gate: {max_drop: 0.1%, warn: {max_drop: 0.05%}}", ALL, |slo, grade| {
        let mut comparison = compared(
            match grade {
                Grade::Pass | Grade::Unknown => 0.0015,
                Grade::Warn => 0.001_6,
                Grade::Fail => 0.002_1,
            },
            5000.0,
        );
        if grade == Grade::Unknown {
            comparison.before = None;
        }
        slo.comparison = Some(comparison);
    }),
    ("max_burn_ratio", "gate: {max_burn_ratio: 3, warn: {max_burn_ratio: 2}}", ALL, |slo, grade| {
        let mut comparison = compared(
            match grade {
                Grade::Pass | Grade::Unknown => 0.002,
                Grade::Warn => 0.002_1,
                Grade::Fail => 0.003_1,
            },
            5000.0,
        );
        if grade == Grade::Unknown {
            comparison.after.as_mut().unwrap().sli = None;
        }
        slo.comparison = Some(comparison);
    }),
    ("min_compared", "gate: {min_compared: 100, warn: {min_compared: 500}}", EVIDENCE, |slo, grade| {
        let events = if grade == Grade::Pass {
            500.0
        } else if grade == Grade::Warn {
            499.0
        } else {
            99.0
        };
        slo.comparison = Some(compared(0.001, events));
    }),
];

/// What is judged of all together: the rule, the policy, and how the three objectives of a report come to each grade.
type TotalRow = (&'static str, &'static str, &'static [Grade], fn(&mut [SloReport], Grade));

fn set(slo: &mut SloReport, grade: Grade) {
    ROWS[0].3(slo, grade);
}

const TOTAL_ROWS: &[TotalRow] = &[
    // Of ten parts the first objective has one, the second three, the third six.
    ("score", SCORE, ALL, |slos, grade| match grade {
        Grade::Pass => {}
        Grade::Warn => set(&mut slos[1], Grade::Fail),
        Grade::Fail => set(&mut slos[2], Grade::Fail),
        Grade::Unknown => set(&mut slos[2], Grade::Unknown),
    }),
    // A tenth of the total alone would change nothing.
    ("key", SCORE, &[Grade::Pass, Grade::Fail, Grade::Unknown], |slos, grade| set(&mut slos[0], grade)),
];

const SCORE: &str = "score: {pass: 90%, warn: 60%}
levels:
  - {name: a, match: {slo: a}, gate: {key: true, weight: 1}}
  - {name: b, match: {slo: b}, gate: {weight: 3}}
  - {name: c, match: {slo: c}, gate: {weight: 6}}";

fn expected(grade: Grade) -> (u8, &'static str) {
    match grade {
        Grade::Pass => (0, "pass"),
        Grade::Warn => (0, "warn"),
        Grade::Fail => (1, "fail"),
        Grade::Unknown => (4, "unknown"),
    }
}

/// The reasons of a rule; the rule of a status is named as the status is.
fn of_rule<'a>(gate: &'a Value, rule: &str) -> Vec<&'a Value> {
    let is = |name: &str| {
        name == rule || (rule == "status" && ["at_risk", "breached", "no_data", "error"].contains(&name))
    };
    gate["reasons"].as_array().unwrap().iter().filter(|reason| is(reason["rule"].as_str().unwrap())).collect()
}

#[test]
fn every_rule_finds_every_outcome_and_ends_with_its_code() {
    let check = |rule: &str, grade: Grade, report: &Report, policy: &str| {
        let (code, gate) = json(report, policy, &[]);
        let (expected_code, decision) = expected(grade);
        assert_eq!(
            (code, gate["decision"].as_str()),
            (expected_code, Some(decision)),
            "{rule} {grade:?}: {gate:#}"
        );
        assert_eq!(gate["exit_code"], expected_code, "{rule} {grade:?}");
        let reasons = of_rule(&gate, rule);
        if grade == Grade::Pass {
            assert!(reasons.is_empty(), "{rule}: {gate:#}");
            return;
        }
        let [reason] = reasons[..] else { panic!("{rule} {grade:?}: {gate:#}") };
        assert_eq!(reason["outcome"], decision, "{rule} {grade:?}: {reason}");
        // What was found and what was wanted are told, and where that is written.
        for said in ["actual", "limit", "from"] {
            assert!(!reason[said].as_str().unwrap().is_empty(), "{rule} {grade:?}: {reason}");
        }
    };
    for (rule, policy, grades, edit) in ROWS {
        for grade in *grades {
            let mut slo = good("a");
            edit(&mut slo, *grade);
            check(rule, *grade, &report(vec![good("b"), slo]), policy);
        }
    }
    for (rule, policy, grades, edit) in TOTAL_ROWS {
        for grade in *grades {
            let mut slos = vec![good("a"), good("b"), good("c")];
            edit(&mut slos, *grade);
            let told = report(slos);
            let (code, gate) = json(&told, policy, &[]);
            assert_eq!(
                (code, gate["decision"].as_str().unwrap()),
                expected(*grade),
                "{rule} {grade:?}: {gate:#}"
            );
            assert_eq!(
                of_rule(&gate, rule).len(),
                usize::from(*grade != Grade::Pass),
                "{rule} {grade:?}: {gate:#}"
            );
        }
    }
    // A key objective at risk is a warning, as any other.
    let mut slos = vec![good("a"), good("b"), good("c")];
    set(&mut slos[0], Grade::Warn);
    assert_eq!(json(&report(slos), SCORE, &[]).1["decision"], "warn");
    // What could not be measured is not only unknown: a source failed.
    let mut slo = good("a");
    slo.status = Status::Error;
    assert_eq!(gate(&report(vec![slo]), ROWS[0].1, &[]).code, 3);
}

#[test]
fn a_reason_tells_what_was_found_what_was_wanted_and_where_that_is_written() {
    let mut slo = good("a");
    slo.budget = Some(budget(0.199_999));
    slo.burn = vec![burn("30m", Some(6.04))];
    let policy = "gate:\n  min_budget: 20%\n  max_burn: {30m: 6}";
    let (_, gate) = json(&report(vec![slo]), policy, &[]);
    let told = |rule: &str| {
        let reason = of_rule(&gate, rule)[0].clone();
        let from = reason["from"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        (reason["actual"].as_str().unwrap().to_owned(), reason["limit"].as_str().unwrap().to_owned(), from)
    };
    assert_eq!(
        told("min_budget"),
        ("19.9 % left".into(), "at least 20 % left".into(), "policy.yaml:4".into())
    );
    assert_eq!(told("max_burn"), ("6.04×".into(), "at most 6× over 30m".into(), "policy.yaml:5".into()));
}

#[test]
fn limits_rest_on_enough_data_and_a_breach_stays_one() {
    let policy = "gate: {min_events: 100, min_budget: 20%}";
    let mut few = good("a");
    few.events = Some(EventsReport { good: 2.0, bad: 1.0, total: 3.0 });
    few.budget = Some(budget(-300.0));
    let (code, gate) = json(&report(vec![few.clone()]), policy, &[]);
    assert_eq!((code, of_rule(&gate, "min_budget").len()), (4, 0), "{gate:#}");
    assert_eq!(json(&report(vec![few.clone()]), policy, &["--on-no-data", "pass"]).0, 0);
    few.status = Status::Breached;
    assert_eq!(json(&report(vec![few]), policy, &["--on-no-data", "pass"]).0, 1);
}

#[test]
fn nothing_bad_is_all_of_the_budget_of_an_objective_of_100_percent() {
    let mut slo = good("a");
    slo.objective = 1.0;
    let mut spent = |spent: f64| {
        slo.budget =
            Some(BudgetReport { total: 0.0, spent, remaining: -spent, remaining_ratio: None, ..budget(1.0) });
        json(&report(vec![slo.clone()]), "gate: {min_budget: 20%}", &[]).0
    };
    assert_eq!((spent(0.0), spent(1.0)), (0, 1));
}

#[test]
fn a_budget_that_lasts_is_never_burning_too_fast() {
    // Nothing was bad before: anything is more than any multiple of it.
    let judged = |bad: f64| {
        let mut comparison = compared(bad, 5000.0);
        comparison.before.as_mut().unwrap().burn = Some(0.0);
        comparison.before.as_mut().unwrap().sli = Some(1.0);
        let slo = SloReport { comparison: Some(comparison), ..good("a") };
        json(&report(vec![slo]), "gate: {max_burn_ratio: 2}", &[]).0
    };
    assert_eq!((judged(0.001), judged(0.001_1)), (0, 1));
}

#[test]
fn levels_are_laid_over_each_other_and_a_specification_over_all() {
    let policy = "gate: {min_budget: 10%, max_burn: {1h: 14}}
levels:
  - {name: tier, match: {labels: {tier: '1'}}, gate: {min_budget: 20%}}
  - {name: shop, match: {service: 'sh*'}, gate: {min_budget: 30%}}
  - {name: production, match: {environment: 'prod*', slo: a}, gate: {min_budget: 40%, freeze: nothing but fixes}}
  - {name: staging, match: {environment: staging}, gate: {min_budget: 0%}}";
    let judged = |left: f64, environment: &str, edit: &dyn Fn(&mut SloReport)| {
        let mut slo = good("a");
        slo.budget = Some(budget(left));
        edit(&mut slo);
        json(&report(vec![slo]), policy, &["--environment", environment])
    };
    assert_eq!(judged(0.40, "production", &|_| {}).0, 0);
    let (code, gate) = judged(0.39, "production", &|_| {});
    assert_eq!((code, &gate["freeze"][0]), (1, &Value::from("nothing but fixes")), "{gate:#}");
    assert_eq!(gate["policy"]["environment"], "production");
    assert_eq!(judged(0.01, "staging", &|_| {}).0, 0);
    // Another name: the last level that matches is that of the service.
    assert_eq!(judged(0.39, "production", &|slo| slo.slo = "b".into()).0, 0);
    assert_eq!(judged(0.29, "production", &|slo| slo.slo = "b".into()).0, 1);
    // Another service, and no label.
    let other = |slo: &mut SloReport| {
        (slo.service, slo.slo) = ("x".into(), "b".into());
        slo.labels.clear();
    };
    assert_eq!((judged(0.1, "production", &other).0, judged(0.09, "production", &other).0), (0, 1));
    // What the specification says of a limit wins; of others the policy's hold.
    let own = |slo: &mut SloReport| {
        let need = |from: &str| Need {
            rule: LimitRule::MinBudget,
            otherwise: Consequence::Fail,
            window: None,
            limit: 0.05,
            from: Some(from.to_owned()),
        };
        slo.gate = Some(Needs { limits: vec![need("slo-specs/shop.yaml:7")], ..Needs::default() });
    };
    assert_eq!(judged(0.06, "production", &own).0, 0);
    let (code, gate) = judged(0.04, "production", &own);
    assert_eq!((code, &of_rule(&gate, "min_budget")[0]["from"]), (1, &Value::from("slo-specs/shop.yaml:7")));
    let burns = |slo: &mut SloReport| {
        own(slo);
        slo.burn = vec![burn("1h", Some(15.0))];
    };
    assert_eq!(judged(0.06, "production", &burns).0, 1);
}

#[test]
fn an_environment_is_named_and_is_one_that_the_policy_knows() {
    let policy = "levels: [{name: a, match: {environment: production}, gate: {min_budget: 1%}}]";
    let told = report(vec![good("a")]);
    for (policy, more, says) in [
        (policy, &[][..], "say with --environment which (production)"),
        (policy, &["--environment", "prodution"], "did you mean production?"),
        ("gate: {min_budget: 1%}", &["--environment", "production"], "no policy has levels for environments"),
        ("gate: {}", &[], "N0801"),
        ("gate: {min_buget: 1%}", &[], "did you mean `min_budget`?"),
    ] {
        let outcome = gate(&told, policy, more);
        assert_eq!(outcome.code, 2, "{outcome:?}");
        assert!(outcome.err.contains(says), "{says}: {outcome:?}");
    }
    assert_eq!(gate(&told, policy, &["--environment", "production"]).code, 0);
}

#[test]
fn reactions_are_those_typed_then_those_of_the_policy() {
    let mut slo = good("a");
    slo.status = Status::NoData;
    let told = report(vec![slo]);
    let judged = |policy: &str, more: &[&str]| {
        let (code, gate) = json(&told, policy, more);
        (code, gate["decision"].as_str().unwrap().to_owned())
    };
    assert_eq!(judged("gate: {min_budget: 1%}", &[]), (4, "unknown".into()));
    assert_eq!(judged("on_no_data: warn", &[]), (0, "warn".into()));
    assert_eq!(judged("on_no_data: pass", &[]), (0, "pass".into()));
    assert_eq!(judged("on_no_data: pass", &["--on-no-data", "fail"]), (4, "unknown".into()));
    assert_eq!(judged("on_error: pass", &[]), (4, "unknown".into()));
}

#[test]
fn an_unknown_weighs_what_it_could_and_never_as_a_pass() {
    let mut slos = vec![good("a"), good("b"), good("c")];
    // One part of ten is open: whatever it is, nine parts pass. It is unknown all the same.
    set(&mut slos[0], Grade::Unknown);
    let policy = SCORE.replace("key: true, ", "");
    let (code, gate) = json(&report(slos.clone()), &policy, &[]);
    assert_eq!((code, of_rule(&gate, "score").len()), (4, 0), "{gate:#}");
    assert_eq!(
        (&gate["score"]["reached"], &gate["score"]["possible"]),
        (&0.9.into(), &1.0.into()),
        "{gate:#}"
    );
    // Opened knowingly it is left out of the total.
    let (code, gate) = json(&report(slos.clone()), &policy, &["--on-no-data", "pass"]);
    assert_eq!((code, &gate["score"]["reached"]), (0, &Value::from(1.0)), "{gate:#}");
    // Six parts fail: that is known, whatever the open one is.
    set(&mut slos[2], Grade::Fail);
    assert_eq!(json(&report(slos), &policy, &[]).0, 1);
}

fn broken() -> Report {
    let mut slo = good("a");
    slo.status = Status::Breached;
    report(vec![slo, good("b")])
}

const ANY: &str = "gate: {min_budget: 1%, freeze: Only fixes}";
const TYPED: [&str; 4] = ["--override", "P0 fix INC-12", "--by", "ada"];

#[test]
fn an_override_lets_a_failure_pass_and_is_told_everywhere() {
    let with = |more: &[&str]| json(&broken(), ANY, more);
    let (code, gate) = with(&[]);
    assert_eq!((code, &gate["freeze"][0], &gate["override"]), (1, &Value::from("Only fixes"), &Value::Null));
    let typed = [&TYPED[..], &["--expires", "2h"]].concat();
    let (code, gate) = with(&typed);
    assert_eq!((code, gate["decision"].as_str()), (0, Some("warn")), "{gate:#}");
    let told = &gate["override"];
    assert_eq!(
        (&told["by"], &told["reason"], &told["expires"], &told["state"], &told["let_pass"][0]),
        (
            &"ada".into(),
            &"P0 fix INC-12".into(),
            &"2026-11-20T12:00:00Z".into(),
            &"applied".into(),
            &"shop/a".into()
        ),
        "{gate:#}"
    );
    assert!(gate["reasons"][0]["let_pass"].as_bool().unwrap() && gate["freeze"].is_null(), "{gate:#}");
    // It changes no status.
    let outcome = self::gate(&broken(), ANY, &[&typed[..], &["-o", "json=-"]].concat());
    assert_eq!(outcome.slo("shop/a")["status"], "breached");
    for format in ["lines", "terminal", "markdown", "html"] {
        let output = format!("{format}=-");
        let text = self::gate(&broken(), ANY, &[&typed[..], &["-o", &output]].concat()).out;
        let text = text.replace(['\u{a0}', '\n'], " ");
        for said in ["ada", "P0 fix INC-12", "until 2026-11-20 12:00 UTC", "shop/a"] {
            assert!(text.contains(said), "{format}: {said}: {text}");
        }
    }
    // The older flag says the same.
    assert_eq!(with(&["--override", "P0 fix INC-12", "--override-by", "ada"]).0, 0);
}

#[test]
fn an_override_hides_no_unknown_unless_it_says_so() {
    for (status, code, word) in [(Status::NoData, 4, "no_data"), (Status::Error, 3, "error")] {
        let mut told = broken();
        told.slos[1].status = status;
        assert_eq!(json(&told, ANY, &TYPED).0, code, "{word}");
        let covers = format!("breached,{word}");
        let (now, gate) = json(&told, ANY, &[&TYPED[..], &["--covers", &covers]].concat());
        assert_eq!((now, gate["decision"].as_str()), (0, Some("warn")), "{gate:#}");
        // And nothing but what it says.
        assert_eq!(json(&told, ANY, &[&TYPED[..], &["--covers", word]].concat()).0, 1, "{word}");
    }
}

#[test]
fn a_recorded_override_counts_in_its_time_for_its_objectives() {
    let policy = |more: &str| {
        format!("{ANY}\noverrides: [{{reason: a rewrite, by: ada, expires: 2026-11-21, {more}}}]")
    };
    let judged = |policy: &str| {
        let (code, gate) = json(&broken(), policy, &[]);
        (code, gate["overrides"][0]["state"].as_str().unwrap().to_owned())
    };
    for (more, code, state) in [
        ("", 0, "applied"),
        ("service: 'sh*', slo: a", 0, "applied"),
        ("slo: b", 1, "unused"),
        ("from: 2026-11-20T10:00:00Z", 0, "applied"),
        ("from: 2026-11-20T10:00:01Z", 1, "not_begun"),
    ] {
        assert_eq!(judged(&policy(more)), (code, state.to_owned()), "{more}");
    }
    // To the moment at which it expires.
    let at = |expires: &str| judged(&policy("").replace("2026-11-21", expires));
    assert_eq!(at("2026-11-20T10:00:01Z"), (0, "applied".into()));
    assert_eq!(at("2026-11-20T10:00:00Z"), (1, "expired".into()));
    let outcome = gate(&broken(), &policy("").replace("2026-11-21", "2026-11-20"), &["-o", "lines=-"]);
    assert!(outcome.out.contains("expired: it does not count"), "{}", outcome.out);
    // The total is let pass by one for everything, and by none for a part of it.
    let mut slos = vec![good("a"), good("b"), good("c")];
    set(&mut slos[2], Grade::Fail);
    let total = |more: &str| {
        let policy = policy(more).replace(ANY, SCORE);
        json(&report(slos.clone()), &policy, &[])
    };
    let (code, gate) = total("");
    assert_eq!((code, gate["override"]["let_pass"].as_array().unwrap().len()), (0, 1), "{gate:#}");
    assert_eq!(total("slo: b").0, 1);
}

#[test]
fn an_override_without_a_reason_or_a_name_is_a_wrong_use() {
    for (flags, says) in [
        (&["--override", "P0 fix"][..], "--by"),
        (&["--override", "  ", "--by", "ada"], "say why"),
        (&["--override", "P0 fix", "--by", ""], "say who answers"),
        (&["--by", "ada"], "--override"),
        (&["--override", "P0 fix", "--by", "ada", "--expires", "2026-11-20"], "that is over already"),
        (&["--override", "P0 fix", "--by", "ada", "--expires", "soon"], "--expires"),
        (&["--override", "P0 fix", "--by", "ada", "--covers", "everything"], "no_data"),
    ] {
        let outcome = gate(&broken(), ANY, flags);
        assert_eq!((outcome.code, outcome.out.as_str()), (2, ""), "{outcome:?}");
        assert!(outcome.err.contains(says), "{says}: {outcome:?}");
    }
}

#[test]
fn a_dry_run_says_everything_and_ends_with_0() {
    let (code, gate) = json(&broken(), ANY, &["--dry-run"]);
    assert_eq!((code, &gate["exit_code"], &gate["dry_run"]), (0, &0.into(), &1.into()), "{gate:#}");
    assert_eq!((gate["decision"].as_str(), &gate["freeze"][0]), (Some("fail"), &"Only fixes".into()));
    for format in ["lines", "terminal", "markdown", "html"] {
        let output = format!("{format}=-");
        let outcome = self::gate(&broken(), ANY, &["--dry-run", "-o", &output]);
        assert_eq!(outcome.code, 0);
        let text = outcome.out.replace(['\u{a0}', '\n'], " ");
        assert!(text.contains("dry run: exit 0, else 1"), "{format}: {text}");
        assert!(text.contains("Only fixes"), "{format}: {text}");
    }
}

#[test]
fn a_saved_report_is_judged_again_by_what_it_was_judged_by() {
    let home = TempDir::new("again");
    let told = home.write("report.json", serde_json::to_string(&broken()).unwrap()).display().to_string();
    let policy = home.write("policy.yaml", "apiVersion: nines/v1\nkind: Policy\ngate: {min_budget: 95%}\n");
    let policy = policy.display().to_string();
    let kept = home.path().join("kept.json").display().to_string();
    let first = nines(["gate", "--report", &told, "--policy", &policy, "-o", &kept, "--fail-on", "never"]);
    assert_eq!(first.code, 0, "{first:?}");
    let again = nines(["gate", "--report", &kept, "-o", "json=-"]);
    let gate = &again.json()["gate"];
    assert_eq!((again.code, of_rule(gate, "min_budget").len()), (1, 2), "{gate:#}");
    // Another policy in its place.
    let other = home.write("other.yaml", "apiVersion: nines/v1\nkind: Policy\ngate: {max_burn: {1h: 9}}\n");
    let again = nines(["gate", "--report", &kept, "--policy", &other.display().to_string(), "-o", "json=-"]);
    assert_eq!(of_rule(&again.json()["gate"], "min_budget").len(), 0);
    // An older report, which knows nothing of policies.
    let old = serde_json::to_string(&broken()).unwrap().replace(",\"gate\":null", "");
    let old = home.write("old.json", old).display().to_string();
    assert_eq!(nines(["gate", "--report", &old]).code, 1);
    for (text, says) in [
        ("{", "not a report"),
        ("{\"schema_version\": 2}", "schema_version 2"),
        ("{\"schema_version\": 1}", "not a report"),
    ] {
        let file = home.write("bad.json", text).display().to_string();
        let outcome = nines(["gate", "--report", &file]);
        assert!(outcome.code == 2 && outcome.err.contains(says), "{says}: {outcome:?}");
    }
    let outcome = nines(["gate", "--report", &kept, "--data", &told]);
    assert!(outcome.code == 2 && outcome.err.contains("cannot be used with"), "{outcome:?}");
}

/// Two days of one request a second, of which a share is bad; from a deploy on another.
fn data(before: f64, after: f64) -> String {
    let end = 1_795_168_800_i64;
    let deploy = end - 3600;
    let (mut good, mut bad) = (0.0, 0.0);
    let mut lines = [String::new(), String::new()];
    for t in (end - 2 * 86_400..=end).step_by(60) {
        let share = if t < deploy { before } else { after };
        good += 60.0 * (1.0 - share);
        bad += 60.0 * share;
        // Scraped in the middle of each minute, so that no sample lies on an edge.
        for (line, code, value) in [(0, "200", good), (1, "500", bad)] {
            let _ = writeln!(lines[line], "r_total{{code=\"{code}\"}} {value} {}", t + 30);
        }
    }
    format!("# TYPE r counter\n{}# EOF\n", lines.concat())
}

/// One hour before the end of that data.
const DEPLOY: &str = "2026-11-20T09:00:00Z";
const END: &str = "2026-11-20T10:00:00Z";

/// Runs a gate over data; `gate` is what the specification asks for.
fn live(gate: &str, data: &str, more: &[&str]) -> Outcome {
    let home = TempDir::new("live");
    let spec = home.write("spec.yaml", format!("{SHOP}    {gate}\n")).display().to_string();
    let data = home.write("data.om", data).display().to_string();
    nines(["gate", "-f", &spec, "--data", &data, "--at", END, "-q", "-o", "json=-"].iter().chain(more))
}

#[test]
fn before_and_after_a_deploy() {
    assert_eq!(at(END).as_millis() / 1000, 1_795_168_800);
    let worse = data(0.001, 0.004);
    let since = ["--since", DEPLOY];
    let outcome = live("gate: {max_drop: 0.2%}", &worse, &since);
    let slo = outcome.slo("shop/availability");
    let number = |value: &Value| value.as_f64().unwrap();
    let comparison = &slo["comparison"];
    assert_eq!((outcome.code, comparison["with"].as_str()), (1, Some("before")), "{comparison:#}");
    assert_eq!((&comparison["after"]["from"], &comparison["after"]["to"]), (&DEPLOY.into(), &END.into()));
    assert_eq!(comparison["before"]["from"], "2026-11-20T08:00:00Z");
    for (side, share) in [("before", 0.999), ("after", 0.996)] {
        assert!((number(&comparison[side]["sli"]) - share).abs() < 1e-9, "{comparison:#}");
        assert!((number(&comparison[side]["events"]["total"]) - 3600.0).abs() < 1e-6, "{comparison:#}");
    }
    assert!((number(&comparison["delta_pp"]) + 0.3).abs() < 1e-6, "{comparison:#}");
    assert!((number(&comparison["burn_ratio"]) - 4.0).abs() < 1e-6, "{comparison:#}");
    // No more than is allowed; fewer events than are needed; faster than is allowed.
    assert_eq!(live("gate: {max_drop: 0.3%}", &worse, &since).code, 0);
    assert_eq!(live("gate: {max_drop: 0.3%, min_compared: 3601}", &worse, &since).code, 4);
    // Four times as fast, and still slower than an even pace of an objective of 99 %.
    assert_eq!(live("gate: {max_burn_ratio: 3}", &worse, &since).code, 0);
    assert_eq!(live("gate: {max_burn_ratio: 3}", &data(0.004, 0.016), &since).code, 1);
    assert_eq!(live("gate: {max_burn_ratio: 5}", &data(0.004, 0.016), &since).code, 0);
    // A flag is stronger than what is written.
    let typed = live("gate: {max_drop: 5%}", &worse, &[&since[..], &["--max-drop", "0.1%"]].concat());
    assert_eq!(of_rule(&typed.json()["gate"], "max_drop")[0]["from"], "--max-drop");
    assert_eq!(typed.code, 1);
    // Before all data there is nothing to compare with.
    let long_ago = live("gate: {max_drop: 5%}", &worse, &["--since", "2026-11-19T08:00:00Z"]);
    assert_eq!(long_ago.code, 4, "{}", long_ago.json()["gate"]);
    // Without a limit nothing could fail.
    for (more, says) in [
        (&["--since", DEPLOY][..], "nothing says how much worse"),
        (&["--since", END, "--max-drop", "1%"], "nothing that came after"),
        (&["--since", "yesterday", "--max-drop", "1%"], "--since yesterday"),
        (&["--max-drop", "1%"], "add --since TIME or --baseline FILE"),
        (&["--since", DEPLOY, "--max-drop", "much"], "--max-drop much"),
        (&["--since", DEPLOY, "--max-burn-ratio", "0"], "--max-burn-ratio 0"),
    ] {
        let outcome = live("labels: {a: b}", &worse, more);
        assert!(outcome.code == 2 && outcome.err.contains(says), "{says}: {outcome:?}");
    }
}

#[test]
fn a_baseline_is_another_report() {
    let home = TempDir::new("baseline");
    let baseline = live("gate: {min_budget: 1%}", &data(0.001, 0.001), &[]);
    assert_eq!(baseline.code, 0, "{baseline:?}");
    let file = home.write("baseline.json", &baseline.out).display().to_string();
    let worse = data(0.004, 0.004);
    let judged = |gate: &str| live(gate, &worse, &["--baseline", &file]);
    let outcome = judged("gate: {max_drop: 0.2%}");
    let gate = outcome.json()["gate"].clone();
    assert_eq!((outcome.code, of_rule(&gate, "max_drop").len()), (1, 1), "{gate:#}");
    assert_eq!(judged("gate: {max_drop: 0.31%}").code, 0);
    // An objective that it does not know cannot be compared.
    let other = baseline.out.replace("shop/availability", "shop/other");
    let other = home.write("other.json", other).display().to_string();
    assert_eq!(live("gate: {max_drop: 50%}", &worse, &["--baseline", &other]).code, 4);
    // The saved report of today against the saved one of then.
    let now = home.write("now.json", &judged("gate: {max_drop: 50%}").out).display().to_string();
    let again = nines(["gate", "--report", &now, "--baseline", &file, "--max-drop", "0.2%"]);
    assert_eq!(again.code, 1, "{again:?}");
}

#[test]
fn a_burn_window_that_no_alert_has_is_asked_for() {
    let worse = data(0.0, 0.04);
    // Of the last three hours one has four bad in a hundred; an objective of 99 % allows one.
    let outcome = live("gate: {max_burn: {3h: 1.3}}", &worse, &[]);
    let slo = outcome.slo("shop/availability");
    let burns = slo["burn"].as_array().unwrap();
    let rate = burns.iter().find(|burn| burn["window"] == "3h").unwrap()["rate"].as_f64().unwrap();
    assert!((rate - 4.0 / 3.0).abs() < 1e-9, "{rate}");
    assert_eq!(outcome.code, 1);
    assert_eq!(live("gate: {max_burn: {3h: 1.334}}", &worse, &[]).code, 0);
    // It changes nothing else.
    let without = live("labels: {a: b}", &worse, &[]).slo("shop/availability");
    assert_eq!(slo["exhaustion"], without["exhaustion"]);
    assert_eq!((burns.len(), without["burn"].as_array().unwrap().len()), (7, 6), "{burns:?}");
    // A window that is longer than the objective's own, or shorter than two samples, cannot be measured.
    for window in ["2d", "1m"] {
        let gate = format!("gate: {{max_burn: {{{window}: 1000}}}}");
        assert_eq!(live(&gate, &worse, &[]).code, 4, "{window}");
    }
}

#[test]
fn a_policy_among_the_specifications_counts_and_two_are_too_many() {
    let home = TempDir::new("beside");
    let data = home.write("data.om", data(0.004, 0.004)).display().to_string();
    std::fs::create_dir(home.path().join("specs")).unwrap();
    home.write("specs/shop.yaml", SHOP);
    let policy = |name: &str, left: &str| {
        home.write(name, format!("apiVersion: nines/v1\nkind: Policy\ngate: {{min_budget: {left}}}\n"))
    };
    let folder = home.path().join("specs").display().to_string();
    for command in ["gate", "report"] {
        let run = |more: &[&str]| {
            nines([&[command, "-f", &folder, "--data", &data, "--at", END][..], more].concat())
        };
        assert_eq!(run(&[]).code, 0);
        policy("specs/policy.yaml", "99%");
        assert_eq!(run(&[]).code, 1);
        let named = policy("named.yaml", "1%").display().to_string();
        assert_eq!(run(&["--policy", &named]).code, 0);
        policy("specs/second.yaml", "1%");
        let outcome = run(&[]);
        assert!(outcome.code == 2 && outcome.err.contains("name one with --policy"), "{outcome:?}");
        assert_eq!(nines(["validate", &folder]).code, 0);
        for file in ["specs/policy.yaml", "specs/second.yaml"] {
            std::fs::remove_file(home.path().join(file)).unwrap();
        }
        let none = home.path().join("specs/shop.yaml").display().to_string();
        let outcome = run(&["--policy", &none]);
        assert!(
            outcome.code == 2 && outcome.err.contains("holds no document of `kind: Policy`"),
            "{outcome:?}"
        );
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "reads the project's own page")]
fn the_policy_of_the_page_is_one_and_the_flags_of_the_page_are_there() {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/policy.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, example) = page.split_once("```yaml\n").unwrap();
    let (example, _) = example.split_once("\n```").unwrap();
    let (_, example) = example.split_once("kind: Policy\n").unwrap();
    let outcome = gate(&report(vec![good("a")]), example, &["--environment", "staging"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    let help =
        [nines(["gate", "--help"]).out, nines(["diff", "--help"]).out, nines(["schema", "--help"]).out];
    let help = help.concat() + &nines(["report", "--help"]).out;
    for flag in regex::Regex::new("--[a-z][a-z-]*").unwrap().find_iter(&page) {
        assert!(help.contains(flag.as_str()), "{}", flag.as_str());
    }
    // Every rule is on the page.
    for (rule, ..) in ROWS {
        assert!(page.contains(&format!("`{rule}`")) || *rule == "status", "{rule}");
    }
}

#[test]
fn the_help_of_a_gate_and_of_a_diff() {
    let policy = |text: &str| {
        let (_, after) = text.split_once("\nComparison:").unwrap();
        format!("Comparison:{after}")
    };
    insta::assert_snapshot!("help_of_gate", policy(&nines(["gate", "--help"]).out));
    insta::assert_snapshot!("help_of_diff", nines(["diff", "--help"]).out);
}

fn now() -> Moment {
    at(NOW)
}

/// From best to worst.
fn rank(decision: Decision) -> u8 {
    match decision {
        Decision::Pass => 0,
        Decision::Warn => 1,
        Decision::Unknown => 2,
        Decision::Fail => 3,
    }
}

fn need(rule: LimitRule, limit: f64, otherwise: Consequence) -> Need {
    let window = (rule == LimitRule::MaxBurn).then(|| "1h".to_owned());
    Need { rule, otherwise, window, limit, from: None }
}

fn any_policy() -> impl Strategy<Value = Policy> {
    let limit = prop_oneof![
        (-0.5..1.0f64).prop_map(|limit| (LimitRule::MinBudget, limit)),
        (0.1..20.0f64).prop_map(|limit| (LimitRule::MaxBurn, limit)),
        (1.0..2000.0f64).prop_map(|limit| (LimitRule::MinEvents, limit.round())),
        (0.5..1.0f64).prop_map(|limit| (LimitRule::MinCoverage, limit)),
        (0.0..0.01f64).prop_map(|limit| (LimitRule::MaxDrop, limit)),
        (0.5..5.0f64).prop_map(|limit| (LimitRule::MaxBurnRatio, limit)),
        (1.0..2000.0f64).prop_map(|limit| (LimitRule::MinCompared, limit.round())),
    ];
    let limits = prop::collection::vec((limit, any::<bool>()), 0..6);
    let score = prop::option::of((0.0..1.0f64, 0.0..1.0f64));
    let reaction =
        || prop::option::of(prop_oneof![Just(Reaction::Fail), Just(Reaction::Warn), Just(Reaction::Pass)]);
    (limits, score, any::<bool>(), reaction(), reaction()).prop_map(
        |(limits, score, key, on_no_data, on_error)| {
            let limits = limits.into_iter().map(|((rule, limit), warns)| {
                need(rule, limit, if warns { Consequence::Warn } else { Consequence::Fail })
            });
            let written = WrittenPolicy {
                gate: Needs { limits: limits.collect(), key: Some(key), ..Needs::default() },
                score: score.map(|(a, b)| Score { pass: a.max(b), warn: a.min(b) }),
                ..WrittenPolicy::default()
            };
            Policy { written: Some(written), on_no_data, on_error, ..Policy::default() }
        },
    )
}

/// An objective, and the same with some of its numbers worse.
fn any_pair() -> impl Strategy<Value = (SloReport, SloReport)> {
    let status = prop_oneof![
        Just(Status::Met),
        Just(Status::AtRisk),
        Just(Status::Breached),
        Just(Status::NoData),
        Just(Status::Error)
    ];
    let numbers = (-1.0..1.0f64, 0.0..20.0f64, 0.0..0.02f64, 1.0..3000.0f64, 0.5..1.0f64);
    let worse = (0.0..1.0f64, 0.0..20.0f64, 0.0..0.02f64, any::<bool>(), any::<[bool; 2]>());
    (status, numbers, worse).prop_map(
        |(status, (left, rate, bad, events, coverage), (less, more, worse, breaks, gone))| {
            let mut slo = good("a");
            slo.status = status;
            slo.budget = Some(budget(left));
            slo.burn = vec![burn("1h", Some(rate))];
            slo.events = Some(EventsReport { good: events, bad: 0.0, total: events });
            slo.coverage.ratio = Some(coverage);
            slo.comparison = Some(compared(bad, events.round()));
            let mut lower = slo.clone();
            lower.budget = (!gone[0]).then(|| budget(left - less));
            lower.burn = vec![burn("1h", (!gone[1]).then_some(rate + more))];
            lower.comparison = Some(compared(bad + worse, events.round()));
            if breaks && status <= Status::AtRisk {
                lower.status = Status::Breached;
            }
            (slo, lower)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Worse numbers, or numbers that are no longer known, never give a better decision. (That something unknown
    /// passes, knowingly, is no such case: then what is gone may pass.)
    #[test]
    fn worse_numbers_never_give_a_better_decision(pairs in prop::collection::vec(any_pair(), 1..4), mut policy in any_policy()) {
        policy.on_no_data = None;
        let judge = |slos: Vec<&SloReport>| policy.judge(&slos, &[], now());
        let before = judge(pairs.iter().map(|(slo, _)| slo).collect());
        let after = judge(pairs.iter().map(|(_, slo)| slo).collect());
        // A failure whose number is gone is unknown: both stop.
        prop_assert!((rank(after.decision) >= 2) || rank(after.decision) >= rank(before.decision), "{before:#?} {after:#?}");
        if pairs.iter().all(|(_, slo)| slo.budget.is_some() && slo.burn[0].rate.is_some()) {
            prop_assert!(rank(after.decision) >= rank(before.decision), "{before:#?} {after:#?}");
        }
        // A known failure is never told as anything else.
        prop_assert_eq!(after.exit_code == Exit::Breached.code(), after.decision == Decision::Fail);
    }

    /// An override never turns an unknown into a pass, unless it says so; and no decision gets worse by one.
    #[test]
    fn an_override_covers_what_it_says(pairs in prop::collection::vec(any_pair(), 1..4), policy in any_policy(), covers in 0usize..8) {
        let slos: Vec<&SloReport> = pairs.iter().map(|(slo, _)| slo).collect();
        let covers: Vec<Covers> =
            Covers::WORDS.iter().enumerate().filter(|(i, _)| covers & (1 << i) != 0).map(|(_, (_, what))| *what).collect();
        let rule = OverrideRule {
            by: "ada".into(), reason: "P0".into(), from: None, expires: None, service: None, slo: None,
            covers: covers.clone(), written_at: None,
        };
        let with = Policy { r#override: Some(rule), ..policy.clone() };
        let (without, with) = (policy.judge(&slos, &[], now()), with.judge(&slos, &[], now()));
        prop_assert!(rank(with.decision) <= rank(without.decision));
        prop_assert_eq!(with.decision == Decision::Pass, without.decision == Decision::Pass, "at best a warning");
        let unknown = |gate: &nines::report::Gate, code: u8| gate.decision == Decision::Unknown && gate.exit_code == code;
        for (code, what) in [(4, Covers::NoData), (3, Covers::Error)] {
            if unknown(&without, code) && !covers.contains(&what) {
                prop_assert!(with.exit_code != 0, "{without:#?} {with:#?}");
            }
        }
        if without.decision == Decision::Fail && !covers.contains(&Covers::Breached) {
            prop_assert_eq!(with.decision, Decision::Fail);
        }
    }
}
