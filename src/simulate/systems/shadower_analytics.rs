use crate::base::Duration;
use crate::simulate::model::{
    ALWAYS, Condition, Effect, Episode, FLAT, Fault, Flow, Gauge, Histogram, Instance, Job, Name, OFFICE,
    STORY, System, Timing, Trouble, at,
};

/// A release that makes the slowest requests slower for almost two days breaks one latency promise and not the other.
pub(super) const SYSTEM: System = System { name: "shadower-analytics", jobs: &[API, DATA] };

const API: Job = Job {
    name: "analytics-api",
    instances: &[
        Instance {
            name: "a:8000",
            phase: Duration::seconds(29),
            life: (Duration::ZERO, at(19, 3, 50)),
            faults: &[Fault::Unscraped(at(9, 9, 20), 2), Fault::Restart(at(11, 2, 45))],
        },
        Instance { name: "c:8000", phase: Duration::seconds(14), life: (at(19, 3, 50), STORY), faults: &[] },
        Instance {
            name: "b:8000",
            phase: Duration::seconds(101),
            life: ALWAYS,
            faults: &[Fault::Unscraped(at(21, 2, 0), 40), Fault::Unscraped(at(27, 11, 44), 2)],
        },
    ],
    flows: &[Flow {
        per_hour: 450,
        shape: &OFFICE,
        all: &[],
        good: &[Name("http_requests_total", r#"endpoint="/metrics",status="200""#)],
        bad: &[Name("http_requests_total", r#"endpoint="/metrics",status="500""#)],
        fail: 2500,
        timing: Some(Timing {
            histogram: &Histogram {
                name: Name("http_request_duration_seconds", ""),
                bounds: &["1.0", "2.5"],
                typical: &[250, 1500, 3700],
                totals: false,
            },
            odds: &[975_000, 20_000],
        }),
        troubles: &[
            Trouble { at: at(17, 10, 15), minutes: 40, effect: Effect::Fail(500_000) },
            Trouble { at: at(29, 6, 0), minutes: 2520, effect: Effect::Slow(&[850_000, 70_000]) },
        ],
    }],
    gauges: &[],
};

const DATA: Job = Job {
    name: "analytics-data",
    instances: &[Instance {
        name: "d:9187",
        phase: Duration::seconds(62),
        life: ALWAYS,
        faults: &[Fault::Restart(at(15, 4, 7)), Fault::Unscraped(at(28, 4, 10), 40)],
    }],
    flows: &[
        Flow {
            per_hour: 1200,
            shape: &FLAT,
            all: &[],
            good: &[],
            bad: &[Name("database_errors_total", "")],
            fail: 3500,
            timing: Some(Timing {
                histogram: &Histogram {
                    name: Name("database_query_duration_seconds", ""),
                    bounds: &["0.5", "2.5"],
                    typical: &[40, 1100, 3300],
                    totals: true,
                },
                odds: &[970_000, 25_000],
            }),
            troubles: &[Trouble { at: at(22, 12, 30), minutes: 40, effect: Effect::Fail(450_000) }],
        },
        Flow {
            per_hour: 800,
            shape: &OFFICE,
            all: &[],
            good: &[Name("cache_operations_total", r#"result="hit""#)],
            bad: &[Name("cache_operations_total", r#"result="miss""#)],
            fail: 230_000,
            timing: None,
            troubles: &[],
        },
    ],
    gauges: &[Gauge {
        name: Name("database_connections", r#"state="idle""#),
        base: 9,
        spread: 8,
        bad_when: Condition::Below(5),
        episodes: &[
            Episode { at: at(18, 9, 30), minutes: 110, value: 2 },
            Episode { at: at(32, 13, 0), minutes: 40, value: 0 },
        ],
    }],
};
