use crate::base::Duration;
use crate::simulate::model::{
    ALWAYS, Effect, FLAT, Fault, Flow, Histogram, Instance, Job, Name, SHOP, STORY, System, Timing, Trouble,
    at,
};

/// An outage of orders, a short one of everything, a slow release of orders, and transactions that fail more and more in
/// the last two days. One instance is replaced.
pub(super) const SYSTEM: System = System { name: "ecap", jobs: &[API, WORKER] };

const DURATION: Histogram = Histogram {
    name: Name("http_request_duration_seconds", ""),
    bounds: &["0.5", "1.0"],
    typical: &[140, 700, 1600],
    totals: false,
};

const API: Job = Job {
    name: "ecap-api",
    instances: &[
        Instance {
            name: "a:8000",
            phase: Duration::seconds(17),
            life: ALWAYS,
            faults: &[
                Fault::Unscraped(at(9, 13, 30), 2),
                Fault::Restart(at(16, 3, 12)),
                Fault::Unscraped(at(26, 4, 0), 40),
            ],
        },
        Instance {
            name: "b:8000",
            phase: Duration::seconds(71),
            life: (Duration::ZERO, at(12, 3, 20)),
            faults: &[Fault::Unscraped(at(7, 9, 14), 2)],
        },
        Instance {
            name: "c:8000",
            phase: Duration::seconds(44),
            life: (at(12, 3, 20), STORY),
            faults: &[Fault::Unscraped(at(29, 11, 2), 2)],
        },
    ],
    flows: &[
        Flow {
            per_hour: 1800,
            shape: &SHOP,
            all: &[],
            good: &[Name("http_requests_total", r#"endpoint="/api/orders",status="200""#)],
            bad: &[Name("http_requests_total", r#"endpoint="/api/orders",status="500""#)],
            fail: 200,
            timing: Some(Timing { histogram: &DURATION, odds: &[960_000, 35_000] }),
            troubles: &[
                Trouble { at: at(18, 17, 5), minutes: 25, effect: Effect::Fail(250_000) },
                Trouble { at: at(24, 8, 0), minutes: 600, effect: Effect::Slow(&[860_000, 80_000]) },
                Trouble { at: at(27, 20, 42), minutes: 6, effect: Effect::Fail(950_000) },
            ],
        },
        Flow {
            per_hour: 600,
            shape: &SHOP,
            all: &[],
            good: &[Name("http_requests_total", r#"endpoint="/api/analytics",status="200""#)],
            bad: &[Name("http_requests_total", r#"endpoint="/api/analytics",status="503""#)],
            fail: 1000,
            timing: Some(Timing { histogram: &DURATION, odds: &[850_000, 138_000] }),
            troubles: &[Trouble { at: at(27, 20, 42), minutes: 6, effect: Effect::Fail(950_000) }],
        },
    ],
    gauges: &[],
};

const WORKER: Job = Job {
    name: "ecap-worker",
    instances: &[Instance {
        name: "w:8000",
        phase: Duration::seconds(58),
        life: ALWAYS,
        faults: &[
            Fault::Restart(at(13, 3, 33)),
            Fault::Unscraped(at(19, 10, 8), 2),
            Fault::Unscraped(at(22, 4, 10), 40),
        ],
    }],
    flows: &[
        Flow {
            per_hour: 900,
            shape: &SHOP,
            all: &[],
            good: &[Name("transactions_total", r#"status="completed",payment_method="credit_card""#)],
            bad: &[Name("transactions_total", r#"status="failed",payment_method="credit_card""#)],
            fail: 2500,
            timing: None,
            troubles: &[Trouble { at: at(33, 0, 0), minutes: 2880, effect: Effect::Fail(15_000) }],
        },
        Flow {
            per_hour: 120,
            shape: &FLAT,
            all: &[],
            good: &[Name("analytics_jobs_total", r#"type="spark",status="success""#)],
            bad: &[Name("analytics_jobs_total", r#"type="spark",status="failed""#)],
            fail: 4000,
            timing: None,
            troubles: &[Trouble { at: at(20, 1, 20), minutes: 40, effect: Effect::Fail(900_000) }],
        },
        Flow {
            per_hour: 1200,
            shape: &SHOP,
            all: &[],
            good: &[Name("cache_hits_total", "")],
            bad: &[Name("cache_misses_total", "")],
            fail: 160_000,
            timing: None,
            troubles: &[Trouble { at: at(30, 6, 0), minutes: 240, effect: Effect::Fail(450_000) }],
        },
    ],
    gauges: &[],
};
