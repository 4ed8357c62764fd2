//! Data files in text: OpenMetrics, Prometheus's format, dumps.

use nines::source::LocalSource;

use super::Target;

pub(super) const TARGET: Target = Target {
    name: "text",
    run,
    seeds: || SEEDS.iter().map(|seed| seed.as_bytes().to_vec()).collect(),
    words: WORDS,
    // What a file is read through is a fixed part.
    memory: |length| (8 << 20) + 512 * length,
};

const SEEDS: &[&str] = &[
    "# HELP c Said.\n# TYPE c counter\n# UNIT c seconds\nc_total{job=\"a\",x=\"q\\\"\\\\\\n\"} 1 1700000000.000\n\
     c_total{job=\"a\",x=\"q\\\"\\\\\\n\"} 2.5e3 1700000015.5\nc_created{job=\"a\"} 1.7e9 1700000015.5\n# EOF\n",
    "h_bucket{le=\"+Inf\"} 3 1700000000 # {trace=\"x\"} 0.5 1700000000.1\nh_bucket{le=\"+Inf\"} NaN 1700000060\n# EOF\n",
    "# a comment\nup{instance=\"é:1\"} 1 1700000000000\nup{instance=\"é:1\"} +Inf 1700000060000\n\nx -0 1700000000000\n",
    "{__name__=\"up\", job=\"a\"} 1 1700000000000\n{__name__=\"up\", job=\"a\"} NaN 1700000060000\n",
];

const WORDS: &[&str] = &[
    "\n",
    "\r\n",
    " ",
    "\t",
    "{",
    "}",
    "\"",
    "\\",
    ",",
    "=",
    "#",
    "# EOF\n",
    "# TYPE c counter\n",
    "NaN",
    "-Inf",
    "1e999",
    "0x1p3",
    "1_0",
    "99999999999999999999",
    "-1",
    "0.0000001",
    "1700000000",
    "1700000000000",
    "__name__",
    "le",
    "\u{0}",
    "\u{feff}",
    "a{a=\"\"}",
    "_total",
];

fn run(data: &[u8]) {
    for name in ["fuzz.prom", "fuzz.om"] {
        if let Err(fault) = LocalSource::from_bytes(name, data, &mut Vec::new()) {
            let fault = fault.to_string();
            assert!(fault.starts_with(name), "{fault:?} does not name the file");
        }
    }
}
