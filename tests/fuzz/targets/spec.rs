//! Specifications: read, with every fault told in every format.

use nines::diag::{Diagnostics, Files, Style};
use nines::spec;

use super::Target;

pub(super) const TARGET: Target = Target {
    name: "spec",
    run,
    seeds: || SEEDS.iter().map(|seed| seed.as_bytes().to_vec()).collect(),
    words: WORDS,
    // Aliases may repeat some megabytes; a fault is told with a line of the text, its code's page, and in four formats.
    memory: |length| (48 << 20) + 2048 * length,
};

const SEEDS: &[&str] = &[
    "apiVersion: nines/v1\nservice: checkout\nowner: payments\nlabels: {team: payments, tier: \"1\"}\nlinks: {runbook: https://example.com/runbooks}\n\
     vars: {job: 'job=\"checkout\"'}\nslos:\n  - name: availability\n    description: >-\n      Requests are answered\n      without an error\n    objective: 99.9%\n    \
     window: 30d\n    sli:\n      events:\n        bad: http_requests_total{${job}, status=~\"5..\"}\n        total: |\n          sum(increase(\n            http_requests_total{${job}}[$window]))\n",
    "apiVersion: nines/v1\nservice: a\nslos:\n- name: latency\n  objective: '99'\n  window: {calendar: month, timezone: Europe/Berlin}\n  by: [route]\n  min_coverage: 95%\n  \
     sli: {latency: {histogram: 'x{a=\"b\"}', threshold: 500ms, unit: milliseconds}}\n",
    "apiVersion: nines/v1\nservice: q\nslos:\n  - &a\n    name: queue # nines: allow N0211: because\n    objective: 99\n    window: 7d\n    min_events: 10\n    \
     sli: &s {slices: {good_when: 'lag <= 1000', slice: 1m, empty: bad}}\n  # nines: allow N0114, N0211: why\n  - {name: b, objective: 99%, window: 1d, sli: *s}\n---\nx: [1, !!str 2, \"\\u00e9\"]\n",
    "%YAML 1.2\n---\n? a\n: - b\n  -  - c\n<<: {d: \"e\n  f\"}\n...\n# g\n",
];

const WORDS: &[&str] = &[
    "\n",
    "\r\n",
    "\n---\n",
    "\n...\n",
    "\t",
    "  ",
    ": ",
    "- ",
    "? ",
    "#",
    " # nines: allow N0211: x\n",
    "# nines:",
    "|\n",
    ">2-\n",
    "'",
    "''",
    "\"",
    "\\x",
    "\\U0001F600",
    "{",
    "}",
    "[",
    "]",
    ",",
    "&a ",
    "*a",
    "*s",
    "!!str ",
    "<<: ",
    "~",
    "${job}",
    "${",
    "$$",
    "$window",
    "99.999999999999%",
    "1e400",
    "9223372036854775808",
    "100y",
    "0.999",
    "apiVersion: nines/v1\n",
    "slos:\n",
    "name: availability\n",
    "events: {bad: x, total: y}",
    "sum(",
    "[5m]",
    "{__name__=~\".*\"}",
    "é",
    "漢",
    "\u{0}",
    "\u{feff}",
    "\u{2028}",
];

fn run(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let mut files = Files::new();
    files.add("fuzz.yaml", text);
    let mut faults = Diagnostics::new();
    let specs = spec::read(&files, &mut faults);
    assert!(!specs.is_empty() || faults.has_errors(), "neither a specification nor an error");
    let told = faults.with_silenced();
    for fault in &told {
        assert!(!fault.message.is_empty(), "a fault without a message");
        for label in std::iter::once(&fault.primary).chain(&fault.secondary) {
            assert!(text.get(label.span.range()).is_some(), "{:?} is no place in the text", label.span);
        }
    }
    let silenced = told.len() - faults.sorted().len();
    assert_eq!(
        faults.to_text(&files, Style { color: true }).is_empty(),
        faults.is_empty(),
        "a text without faults"
    );
    let more = usize::from(faults.dropped() > 0);
    assert_eq!(
        faults.to_github(&files).lines().count(),
        told.len() - silenced + more,
        "not a line for each fault"
    );
    assert_eq!(
        faults.to_json(&files)["faults"].as_array().map(Vec::len),
        Some(told.len()),
        "not an entry for each fault"
    );
    assert!(faults.to_sarif(&files)["runs"][0]["results"].is_array(), "no results");
}
