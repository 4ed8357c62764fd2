use crate::base::Duration;
use crate::simulate::model::{
    ALWAYS, Condition, Effect, Episode, Fault, Flow, Gauge, Histogram, Instance, Job, Name, OFFICE, System,
    Timing, Trouble, at,
};

/// Office hours. A slow burn of two days and an outage eat almost the whole budget; the only instance goes down at night.
pub(super) const SYSTEM: System = System { name: "expense-tracker", jobs: &[API] };

const API: Job = Job {
    name: "expense-api",
    instances: &[Instance {
        name: "a:8080",
        phase: Duration::seconds(11),
        life: ALWAYS,
        faults: &[
            Fault::Unscraped(at(10, 14, 6), 2),
            Fault::Down(at(13, 2, 10), 20),
            Fault::Unscraped(at(20, 1, 0), 40),
            Fault::Down(at(26, 3, 40), 10),
            Fault::Restart(at(27, 3, 26)),
        ],
    }],
    flows: &[
        Flow {
            per_hour: 800,
            shape: &OFFICE,
            all: &[],
            good: &[Name("http_requests_total", r#"endpoint="/expenses",status="200""#)],
            bad: &[Name("http_requests_total", r#"endpoint="/expenses",status="500""#)],
            fail: 2400,
            timing: Some(Timing {
                histogram: &Histogram {
                    name: Name("http_request_duration_seconds", ""),
                    bounds: &["0.5", "1.0"],
                    typical: &[160, 680, 1500],
                    totals: false,
                },
                odds: &[900_000, 88_000],
            }),
            troubles: &[
                Trouble { at: at(16, 9, 40), minutes: 25, effect: Effect::Fail(600_000) },
                Trouble { at: at(22, 8, 0), minutes: 1200, effect: Effect::Slow(&[680_000, 170_000]) },
                Trouble { at: at(29, 0, 0), minutes: 2880, effect: Effect::Fail(15_000) },
            ],
        },
        Flow {
            per_hour: 1600,
            shape: &OFFICE,
            all: &[Name("database_queries_total", r#"operation="select",table="expenses""#)],
            good: &[],
            bad: &[Name("errors_total", r#"type="database_timeout",endpoint="/expenses""#)],
            fail: 2000,
            timing: None,
            troubles: &[Trouble { at: at(24, 13, 10), minutes: 15, effect: Effect::Fail(400_000) }],
        },
    ],
    gauges: &[Gauge {
        name: Name("process_resident_memory_bytes", ""),
        base: 380_000_000,
        spread: 40_000_000,
        bad_when: Condition::Above(500_000_000),
        episodes: &[Episode { at: at(23, 10, 0), minutes: 180, value: 531_628_032 }],
    }],
};
