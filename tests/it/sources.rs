//! The same report from local text and from a real Prometheus, both held against the truth.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use nines::base::{Duration, Interval, Labels, Moment};
use nines::diag::{Diagnostics, Files};
use nines::promql::CompiledMatchers;
use nines::promql::{Expr, Matcher, Selector};
use nines::slo::{Counts, Polarity, Signal, Slo, Spec};
use serde_json::Value;

use crate::support::prometheus::RealPrometheus;
use crate::support::run::nines;
use crate::support::simulated::{Simulated, fixtures, unpacked};

/// The end of the data in `fixtures/data`.
const AT: &str = "2026-11-16T00:00:00Z";

/// How far a count may be from the truth, and one source's from the other's.
const TOLERANCE: f64 = 1e-3;

fn bytes(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    fs::File::open(path).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

/// What really happened: for each system and metric, labels, hour and number of events (or bad seconds).
struct Truth(BTreeMap<(String, String), Vec<Row>>);

type Row = (Labels, Moment, f64);

impl Truth {
    fn read() -> Self {
        let mut rows: BTreeMap<(String, String), Vec<Row>> = BTreeMap::new();
        for (name, text) in unpacked(".truth.csv") {
            let system = name.split('.').next().unwrap();
            for row in csv::Reader::from_reader(&text[..]).records() {
                let row = row.unwrap();
                // The labels are written as in a selector; so a selector reads them.
                let expr = nines::promql::parse(
                    &format!("x{{{}}}", &row[2]),
                    &nines::promql::ParseOptions::default(),
                )
                .unwrap();
                let selector: Selector = (*expr.selectors()[0]).clone();
                let labels =
                    selector.matchers.into_iter().map(|matcher| (matcher.name, matcher.value)).collect();
                let entry = (labels, row[0].parse().unwrap(), row[3].parse().unwrap());
                rows.entry((system.to_owned(), row[1].to_owned())).or_default().push(entry);
            }
        }
        Self(rows)
    }

    /// The rows of the metrics selected, as far as the truth knows the labels asked for (targets it does not know).
    fn rows<'a>(
        &'a self,
        system: &str,
        selector: &Selector,
        within: Interval,
    ) -> impl Iterator<Item = &'a Row> {
        let known: Vec<Matcher> = selector
            .matchers
            .iter()
            .filter(|m| !["job", "instance"].contains(&m.name.as_str()))
            .cloned()
            .collect();
        let matchers = CompiledMatchers::new(&known).unwrap();
        // The count of a histogram is its last bucket.
        let metric = selector.name.clone().unwrap();
        let (metric, le) = match metric.strip_suffix("_count") {
            Some(base) => (format!("{base}_bucket"), Some("+Inf")),
            None => (metric, None),
        };
        let key = (system.to_owned(), metric);
        let rows = self.0.get(&key).unwrap_or_else(|| panic!("the truth knows no {key:?}"));
        rows.iter().filter(move |(labels, hour, _)| {
            matchers.matches(labels)
                && le.is_none_or(|le| labels.value("le") == le)
                && *hour >= within.from
                && *hour < within.to
        })
    }

    fn events(&self, system: &str, counts: &Counts, group: &Labels, within: Interval) -> f64 {
        let Counts::Counters(selectors) = counts else { panic!("{counts:?} is not counted by counters") };
        let rows = selectors.iter().flat_map(|selector| self.rows(system, selector, within));
        let in_group = |labels: &Labels| group.iter().all(|(name, value)| labels.value(name) == value);
        rows.filter(|(labels, ..)| in_group(labels)).map(|(_, _, events)| events).sum()
    }

    /// Seconds in which the condition of a gauge was bad. Of several series with the same group the worst counts in each
    /// hour: the incidents of one story do not overlap in part.
    fn bad_seconds(&self, system: &str, value: &Expr, group: &Labels, within: Interval) -> f64 {
        let mut hours: BTreeMap<Moment, f64> = BTreeMap::new();
        for selector in value.selectors() {
            for (labels, hour, seconds) in self.rows(system, selector, within) {
                if group.iter().all(|(name, value)| labels.value(name) == value) {
                    let worst = hours.entry(*hour).or_default();
                    *worst = worst.max(*seconds);
                }
            }
        }
        hours.values().sum()
    }
}

fn specs() -> Vec<Spec> {
    let mut files = Files::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("slo-specs")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            // What stands beside the specifications.
            continue;
        }
        files.add(path.display().to_string(), String::from_utf8(bytes(&path)).unwrap());
    }
    let mut faults = Diagnostics::new();
    let specs = nines::spec::read(&files, &mut faults);
    assert!(faults.is_empty(), "{}", faults.to_text(&files, nines::diag::Style::default()));
    assert_eq!(specs.len(), 5);
    specs
}

fn report(source: [&str; 2]) -> Value {
    let outcome = nines(["report", "-f", "slo-specs", "--at", AT, "--format", "json", source[0], source[1]]);
    assert_eq!(outcome.code, 1, "{}", outcome.err);
    outcome.json()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// The share of `whole` by which two numbers differ.
fn off(a: f64, b: f64, whole: f64) -> f64 {
    if (a - b).abs() < 1e-9 { 0.0 } else { (a - b).abs() / whole.max(1e-9) }
}

#[test]
fn both_sources_count_the_truth() {
    let (truth, specs) = (Truth::read(), specs());
    let simulated = Simulated::shared();
    let server = &simulated.server;

    let data = fixtures().display().to_string();
    let local = report(["--data", &data]);
    let remote = report(["--prometheus-url", &server.url]);
    let by_id = |report: &Value| -> BTreeMap<String, Value> {
        let slos = report["slos"].as_array().unwrap().iter();
        slos.map(|slo| (slo["id"].as_str().unwrap().to_owned(), slo.clone())).collect()
    };
    let (local_slos, remote_slos) = (by_id(&local), by_id(&remote));
    assert_eq!(local_slos.keys().collect::<Vec<_>>(), remote_slos.keys().collect::<Vec<_>>());

    let mut wrong = Vec::new();
    println!(
        "{:<55} {:>10} {:>10} {:>9} {:>9} {:>9}",
        "objective", "bad", "total", "local", "server", "between"
    );
    for (id, slo) in &local_slos {
        let spec = specs.iter().find(|spec| slo["service"] == *spec.service).unwrap();
        let objective = spec.slos.iter().find(|known| slo["slo"] == *known.name).unwrap();
        let (expected, whole) = expected(&truth, &spec.service, objective, slo);
        let counted = |slo: &Value| [number(&slo["events"]["bad"]), number(&slo["events"]["total"])];
        let (here, there) = (counted(slo), counted(&remote_slos[id]));
        let worst = |a: [f64; 2], b: [f64; 2]| off(a[0], b[0], whole[0]).max(off(a[1], b[1], whole[1]));
        let offs = [worst(here, expected), worst(there, expected), worst(here, there)];
        println!(
            "{id:<55} {:>10.1} {:>10.1} {:>8.4}% {:>8.4}% {:>8.4}%",
            expected[0],
            expected[1],
            offs[0] * 100.0,
            offs[1] * 100.0,
            offs[2] * 100.0
        );
        if offs.iter().any(|&off| off > TOLERANCE) {
            wrong.push(format!("{id}: truth {expected:?}, local {here:?}, server {there:?}"));
        }
        if slo["status"] != remote_slos[id]["status"] {
            wrong.push(format!("{id}: {} here, {} there", slo["status"], remote_slos[id]["status"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    reads_every_sample_about_once(&specs, &remote, server);
}

/// Bad and all events (or slices) that really were, and what their deviations are measured against.
fn expected(truth: &Truth, system: &str, objective: &Slo, slo: &Value) -> ([f64; 2], [f64; 2]) {
    let moment = |value: &Value| value.as_str().unwrap().parse::<Moment>().unwrap();
    let at: Moment = AT.parse().unwrap();
    let within = Interval::new(moment(&slo["window"]["from"]), moment(&slo["window"]["to"]).min(at));
    let group: Labels = slo["group"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
        .collect();
    match objective.sli.signal() {
        Signal::Events { polarity, part, total, .. } => {
            let (part, total) =
                (truth.events(system, &part, &group, within), truth.events(system, &total, &group, within));
            let bad = if polarity == Polarity::Bad { part } else { total - part };
            // Bad events are counted, or left over from good ones; either way they are held to themselves.
            ([bad, total], [bad, total])
        }
        Signal::Slices { value, slice, .. } => {
            let slices = within.length().as_secs() / slice.as_secs();
            let bad = if value.to_string().contains("histogram_quantile") {
                // No gauge tells: what is counted is a quantile of noise. Both sources are held to each other.
                number(&slo["events"]["bad"])
            } else {
                truth.bad_seconds(system, &value, &group, within) / slice.as_secs()
            };
            // Unmeasured slices are unmeasured; the coverage tells how many.
            let measured = slices * number(&slo["coverage"]["ratio"]);
            ([bad, measured], [slices, slices])
        }
        Signal::Composite(_) => panic!("the examples have none"),
    }
}

/// A report reads at most 1.3 times the stored samples of the series that it needs.
fn reads_every_sample_about_once(specs: &[Spec], report: &Value, server: &RealPrometheus) {
    let at: Moment = AT.parse().unwrap();
    let mut selectors: Vec<String> = Vec::new();
    let mut need = |mut selector: Selector| {
        selector.matchers.retain(|matcher| matcher.name == "job");
        let text = Expr::selector(selector).to_string();
        if !selectors.contains(&text) {
            selectors.push(text);
        }
    };
    for slo in specs.iter().flat_map(|spec| &spec.slos) {
        match slo.sli.signal() {
            Signal::Events { part, total, .. } => {
                for counts in [part, total] {
                    let Counts::Counters(found) = counts else { panic!("{counts:?}") };
                    found.into_iter().for_each(&mut need);
                }
            }
            Signal::Slices { value, .. } => value.selectors().into_iter().cloned().for_each(&mut need),
            Signal::Composite(_) => {}
        }
    }
    let stored: f64 = selectors
        .iter()
        .map(|selector| {
            let answer = server.query(
                &format!("sum(count_over_time({selector}[36d]))"),
                (at + Duration::hours(1)).as_secs(),
            );
            let count = answer["result"][0]["value"][1].as_str();
            count.unwrap_or_else(|| panic!("{selector}: {answer}")).parse::<f64>().unwrap()
        })
        .sum();
    let read = number(&report["evaluation"]["samples_read"]);
    println!("samples read {read}, stored {stored}: {:.3}", read / stored);
    assert!(read <= stored * 1.3, "{read} samples read of {stored} stored");
}
