//! Contracts outlive the server's data too: what their days came to is stored by their own terms.

use std::fmt::Write as _;

use serde_json::Value;

use super::told::Shop;
use crate::support::run::{Outcome, SHOP, nines};

const EXCLUDED: &str = "exclusions:
  - {id: weekly, category: maintenance, announced: 2025-10-01T00:00Z, recurring: {rrule: FREQ=WEEKLY, from: '2025-11-02T00:30', timezone: UTC, duration: 40m}}
  - {id: unannounced, category: maintenance, from: 2025-11-04T00:00Z, to: 2025-11-04T01:00Z}
";

fn contract(name: &str, terms: &str) -> String {
    format!(
        "  - {{name: {name}, slos: [availability], target: 99.7%, {terms}, credits: [{{below: 99.7%, credit: 10%}}, {{below: 99%, credit: 30%}}]}}\n"
    )
}

fn shop(name: &str) -> Shop {
    let clause = "exclusions: {categories: [maintenance], notice: 1d";
    let contracts = [
        contract("events", &format!("period: month, {clause}}}")),
        contract(
            "minutes",
            &format!("period: quarter, method: {{timeslices: {{slice: 1m, target: 95%}}}}, {clause}}}"),
        ),
        contract("mean", "period: month, timezone: Asia/Kolkata, method: {ratio_timeslices: {slice: 5m}}"),
        contract("late", "period: month, effective: {from: 2025-11-08}"),
        contract("part", "period: month, effective: {from: '2025-11-09T15:00Z', to: '2025-11-16T06:00Z'}"),
        contract("capped", &format!("period: month, {clause}, cap: 1h}}")),
    ];
    let home = Shop::new(name);
    home.home.write(
        "spec.yaml",
        format!("{}{EXCLUDED}sla:\n{}", SHOP.replace("window: 1d", "window: 7d"), contracts.concat()),
    );
    home
}

const REPORT: [&str; 6] = ["--at", "2025-11-19", "--fail-on", "never", "--format", "json"];

fn report(shop: &Shop, data: &str) -> Outcome {
    shop.run(&[&["report", "--data", data], &REPORT[..]].concat())
}

/// The contract of a report.
fn sla(report: &Value, name: &str) -> Value {
    let all = report["slas"].as_array().unwrap();
    all.iter().find(|sla| sla["sla"] == name).unwrap_or_else(|| panic!("no contract {name}")).clone()
}

/// What is stored of days that the source forgot, and the rest from it, are what the source told when it knew all.
#[test]
fn a_contract_from_history_is_the_contract_from_data() {
    let shop = shop("contracts");
    let whole = shop.data("whole.om", 0..480, 1);
    let spec = shop.spec.to_str().unwrap();
    let from_data = nines([&["report", "--file", spec, "--data", &whole], &REPORT[..]].concat()).json();
    let stored = shop.append(&whole, &[]);
    assert_eq!(stored.code, 0, "{}", stored.err);
    let recent = shop.data("recent.om", 10 * 24 + 7..480, 1);
    let outcome = report(&shop, &recent);
    let joined = outcome.json();
    for name in ["events", "minutes", "mean", "late"] {
        let (data, history) = (sla(&from_data, name), sla(&joined, name));
        // The quarter began before there was any data.
        assert_eq!(data["status"] == "no_data", name == "minutes", "{data:#}");
        for field in ["sli", "raw_display", "events", "time", "budget", "credit", "status", "coverage"] {
            assert!(
                near(&data[field], &history[field]),
                "{name} {field}: {} {}",
                data[field],
                history[field]
            );
        }
        assert!(history["history"]["days"].as_u64().unwrap() >= 3, "{history:#}");
    }
    // The excluded minutes are those of the clause, from the store too.
    assert_eq!(sla(&joined, "events")["time"]["excluded_s"], 3.0 * 40.0 * 60.0);
    assert_eq!(sla(&joined, "mean")["time"]["excluded_s"], 0.0);
    // What is before a cap cannot be known of a day alone.
    let capped = sla(&joined, "capped");
    assert_eq!((&capped["status"], &capped["history"]), (&"no_data".into(), &Value::Null), "{capped:#}");
    assert!(
        joined["warnings"].to_string().contains("the contract capped has a cap"),
        "{}",
        joined["warnings"]
    );
    // An objective's own days are not those of its contracts.
    assert!(near(&from_data["slos"][0]["events"], &joined["slos"][0]["events"]));
}

#[test]
fn the_days_of_contracts_are_told_by_name() {
    let shop = shop("contracts-told");
    let whole = shop.data("whole.om", 0..480, 1);
    assert_eq!(shop.append(&whole, &[]).code, 0);
    let list = shop.run(&["history", "list"]).out;
    for name in ["events", "minutes", "mean", "late"] {
        assert!(list.contains(&format!("shop/availability ({name})")), "{list}");
    }
    assert!(!list.contains("capped"), "{list}");
    let json = shop.run(&["history", "export", "--format", "json"]).json();
    let days = json["days"].as_array().unwrap();
    let of = |name: &str| days.iter().filter(|day| day["contract"] == name).collect::<Vec<_>>();
    // Days in Kolkata begin at 18:30; before a contract is in force nothing is stored.
    assert_eq!(of("mean")[0]["from"], "2025-10-31T18:30:00Z");
    assert_eq!(of("late")[0]["date"], "2025-11-08");
    // Days on which it is not in force all day are none.
    let part = of("part");
    assert_eq!(
        (&part[0]["date"], &part[part.len() - 1]["date"]),
        (&"2025-11-10".into(), &"2025-11-15".into())
    );
    assert_eq!(days.iter().filter(|day| day["contract"].is_null()).count(), of("events").len());
    // Twice the same is nothing new.
    let again = shop.append(&whole, &[]);
    assert!(again.err.contains("stored 0 days"), "{}", again.err);
    // Days that were counted by other terms under the same name are left out.
    let spec = SHOP.replace("window: 1d", "window: 7d")
        + "sla:\n"
        + &contract("events", "period: month, method: {timeslices: {slice: 1m, target: 95%}}");
    shop.home.write("spec.yaml", spec);
    let recent = shop.data("recent.om", 10 * 24 + 7..480, 1);
    let events = sla(&report(&shop, &recent).json(), "events");
    assert_eq!(events["status"], "no_data");
    let remarks = events["history"]["remarks"].to_string();
    assert!(remarks.contains("counted by another method, and left out"), "{remarks}");
    // What is asked for the first time is measured, and nothing else: stored days stay as they are without a quarrel.
    let more = SHOP.replace("window: 1d", "window: 7d")
        + &SHOP.split("slos:\n").nth(1).unwrap().replace("name: availability", "name: other")
        + EXCLUDED
        + "sla:\n"
        + &contract("late", "period: month, effective: {from: 2025-11-08}")
            .replace("slos: [availability]", "slos: [availability, other]")
        + &contract("silver", "period: month, effective: {from: 2025-11-08}");
    shop.home.write("spec.yaml", more);
    let appended = shop.append(&shop.data("other.om", 0..480, 3), &[]);
    assert_eq!(appended.code, 0, "{}", appended.err);
    assert!(!appended.err.contains("something else"), "{}", appended.err);
    let list = shop.run(&["history", "list"]).out;
    assert!(list.contains("shop/other (late)") && list.contains("shop/availability (silver)"), "{list}");
}

/// Four bad minutes around a midnight count only where three in a row are bad: which of a day's last are bad, the first of
/// the next day tell.
#[test]
fn what_is_in_a_row_over_midnight_is_counted_on_both_days() {
    let shop = Shop::new("contracts-rows");
    let method = "period: month, method: {timeslices: {slice: 1m, target: 95%, consecutive: 3}}";
    shop.home.write("spec.yaml", format!("{SHOP}sla:\n{}", contract("rows", method)));
    let begin = 1_762_646_400; // 2025-11-09T00:00:00Z
    let midnight = 3 * 86_400;
    let mut data = "# TYPE r counter\n".to_owned();
    for code in ["200", "500"] {
        let mut count = 1_000_000;
        for s in (0..=5 * 86_400).step_by(60) {
            // The minute that ends here; what is sampled at midnight is in the day that begins then.
            let is_bad = (midnight - 60..=midnight + 120).contains(&s);
            count += if is_bad == (code == "500") { 60 } else { 0 };
            let _ = writeln!(data, "r_total{{code=\"{code}\"}} {count} {}", begin + s);
        }
    }
    let data = shop.home.write("rows.om", data + "# EOF\n").display().to_string();
    let append = |more: &[&str]| shop.run(&[&["history", "append", "--data", &data], more].concat());
    assert_eq!(append(&["--at", "2025-11-11T00:05:00Z"]).code, 0);
    // A minute after midnight it is not known yet what its last minutes are.
    let early = append(&["--at", "2025-11-12T00:01:00Z"]);
    assert!(early.err.contains("stored 1 day of 1 budget"), "{}", early.err);
    for day in ["2025-11-12T00:05:00Z", "2025-11-13T00:05:00Z"] {
        assert_eq!(append(&["--at", day]).code, 0);
    }
    let json = shop.run(&["history", "export", "--format", "json"]).json();
    let days = json["days"].as_array().unwrap();
    let bad = |date: &str| {
        days.iter().find(|day| day["contract"] == "rows" && day["date"] == date).unwrap()["bad"].clone()
    };
    assert_eq!((bad("2025-11-11"), bad("2025-11-12")), (1.0.into(), 3.0.into()));
    // All at once they are the same.
    let again = append(&["--at", "end", "--from", "2025-11-10", "--to", "2025-11-13"]);
    assert!(again.code == 0 && again.err.contains("stored 0 days"), "{}", again.err);
}

/// Whether two parts of a report are the same, but for the noise of sums.
fn near(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            let (one, other) = (one.as_f64().unwrap(), other.as_f64().unwrap());
            (one - other).abs() <= 1e-9 * one.abs().max(1.0)
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, one)| other.get(key).is_some_and(|other| near(one, other)))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| near(one, other))
        }
        _ => one == other,
    }
}
