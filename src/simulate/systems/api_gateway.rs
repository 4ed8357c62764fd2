use crate::base::Duration;
use crate::simulate::model::{
    ALWAYS, Condition, Effect, Episode, FLAT, Fault, Flow, Gauge, Histogram, Instance, Job, Name, SHOP,
    System, Timing, Trouble, at,
};

/// Image generation breaks its promise: an outage of ten hours, and a burn in the last two days that goes on.
pub(super) const SYSTEM: System = System { name: "api-gateway", jobs: &[GATEWAY, BACKENDS] };

const GATEWAY: Job = Job {
    name: "api-gateway",
    instances: &[Instance {
        name: "a:8000",
        phase: Duration::seconds(104),
        life: ALWAYS,
        faults: &[
            Fault::Restart(at(12, 3, 6)),
            Fault::Unscraped(at(16, 13, 0), 2),
            Fault::Unscraped(at(23, 3, 0), 40),
        ],
    }],
    flows: &[Flow {
        per_hour: 900,
        shape: &SHOP,
        all: &[],
        good: &[Name("http_requests_total", r#"endpoint="/generate",status_code="200""#)],
        bad: &[Name("http_requests_total", r#"endpoint="/generate",status_code="502""#)],
        fail: 2500,
        timing: Some(Timing {
            histogram: &Histogram {
                name: Name("http_request_duration_seconds", ""),
                bounds: &["1.0", "5.0"],
                typical: &[420, 2600, 6900],
                totals: false,
            },
            odds: &[900_000, 93_500],
        }),
        troubles: &[
            Trouble { at: at(20, 16, 10), minutes: 30, effect: Effect::Fail(600_000) },
            Trouble { at: at(32, 18, 24), minutes: 6, effect: Effect::Fail(950_000) },
        ],
    }],
    gauges: &[],
};

const BACKENDS: Job = Job {
    name: "backends",
    instances: &[Instance {
        name: "s:8000",
        phase: Duration::seconds(33),
        life: ALWAYS,
        faults: &[Fault::Restart(at(10, 3, 21)), Fault::Unscraped(at(21, 9, 30), 2)],
    }],
    flows: &[
        Flow {
            per_hour: 300,
            shape: &SHOP,
            all: &[],
            good: &[Name("code_generations_total", r#"framework="react",status="success""#)],
            bad: &[Name("code_generations_total", r#"framework="react",status="failure""#)],
            fail: 25_000,
            timing: None,
            troubles: &[Trouble { at: at(28, 12, 0), minutes: 180, effect: Effect::Fail(300_000) }],
        },
        Flow {
            per_hour: 200,
            shape: &SHOP,
            all: &[],
            good: &[Name("image_generations_total", r#"status="success""#)],
            bad: &[Name("image_generations_total", r#"status="failure""#)],
            fail: 40_000,
            timing: None,
            troubles: &[
                Trouble { at: at(24, 9, 0), minutes: 600, effect: Effect::Fail(600_000) },
                Trouble { at: at(33, 0, 0), minutes: 2880, effect: Effect::Fail(150_000) },
            ],
        },
        Flow {
            per_hour: 4000,
            shape: &SHOP,
            all: &[],
            good: &[Name("auth_token_validations_total", r#"result="valid""#)],
            bad: &[Name("auth_token_validations_total", r#"result="error""#)],
            fail: 500,
            timing: None,
            troubles: &[Trouble { at: at(26, 17, 20), minutes: 35, effect: Effect::Fail(200_000) }],
        },
        Flow {
            per_hour: 360,
            shape: &FLAT,
            all: &[],
            good: &[Name("service_health_checks_total", r#"result="healthy""#)],
            bad: &[Name("service_health_checks_total", r#"result="unhealthy""#)],
            fail: 4000,
            timing: None,
            troubles: &[Trouble { at: at(24, 9, 0), minutes: 120, effect: Effect::Fail(600_000) }],
        },
    ],
    gauges: &[
        Gauge {
            name: Name("circuit_breaker_state", r#"service="code-generator",state="open""#),
            base: 0,
            spread: 0,
            bad_when: Condition::Above(0),
            episodes: &[Episode { at: at(28, 12, 30), minutes: 20, value: 1 }],
        },
        Gauge {
            name: Name("circuit_breaker_state", r#"service="image-generator",state="open""#),
            base: 0,
            spread: 0,
            bad_when: Condition::Above(0),
            episodes: &[
                Episode { at: at(24, 9, 10), minutes: 50, value: 1 },
                Episode { at: at(24, 14, 0), minutes: 40, value: 1 },
            ],
        },
    ],
};
