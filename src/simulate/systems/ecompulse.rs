use crate::base::Duration;
use crate::simulate::model::{
    ALWAYS, Condition, Effect, Episode, FLAT, Fault, Flow, Gauge, Histogram, Instance, Job, Name, SHOP,
    System, Timing, Trouble, at,
};

/// Two stages on an instance each. Consumers of one group fall behind for hours; one stage grows slow for a day.
pub(super) const SYSTEM: System = System { name: "ecompulse", jobs: &[INGEST, ENRICH, KAFKA, SPARK] };

const BOUNDS: &[&str] = &["0.5", "1.0"];
const TYPICAL: &[i64] = &[130, 700, 2300];

const INGEST_DURATION: Histogram = Histogram {
    name: Name("ecompulse_processing_duration_seconds", r#"stage="ingest""#),
    bounds: BOUNDS,
    typical: TYPICAL,
    totals: false,
};

const ENRICH_DURATION: Histogram = Histogram {
    name: Name("ecompulse_processing_duration_seconds", r#"stage="enrich""#),
    bounds: BOUNDS,
    typical: TYPICAL,
    totals: false,
};

const INGEST_ODDS: Timing = Timing { histogram: &INGEST_DURATION, odds: &[990_000, 6_000] };

const INGEST: Job = Job {
    name: "ecompulse",
    instances: &[Instance {
        name: "a:9100",
        phase: Duration::seconds(23),
        life: ALWAYS,
        faults: &[Fault::Unscraped(at(8, 15, 4), 2), Fault::Restart(at(14, 3, 15))],
    }],
    flows: &[Flow {
        per_hour: 4000,
        shape: &SHOP,
        all: &[Name("ecompulse_events_total", r#"event_type="page_view",source="web""#)],
        good: &[],
        bad: &[Name("ecompulse_errors_total", r#"error_type="timeout",component="ingest""#)],
        fail: 350,
        timing: Some(INGEST_ODDS),
        troubles: &[
            Trouble { at: at(21, 18, 10), minutes: 30, effect: Effect::Fail(180_000) },
            Trouble { at: at(31, 10, 20), minutes: 6, effect: Effect::Fail(930_000) },
        ],
    }],
    gauges: &[],
};

const ENRICH: Job = Job {
    name: "ecompulse",
    instances: &[Instance {
        name: "b:9100",
        phase: Duration::seconds(95),
        life: ALWAYS,
        faults: &[Fault::Restart(at(14, 3, 41)), Fault::Unscraped(at(17, 4, 0), 40)],
    }],
    flows: &[Flow {
        per_hour: 4000,
        shape: &SHOP,
        all: &[],
        good: &[],
        bad: &[],
        fail: 0,
        timing: Some(Timing { histogram: &ENRICH_DURATION, odds: &[975_000, 18_500] }),
        troubles: &[Trouble { at: at(29, 9, 0), minutes: 1200, effect: Effect::Slow(&[810_000, 120_000]) }],
    }],
    gauges: &[],
};

const KAFKA: Job = Job {
    name: "kafka",
    instances: &[Instance {
        name: "k:9308",
        phase: Duration::seconds(5),
        life: ALWAYS,
        faults: &[Fault::Unscraped(at(10, 12, 0), 2), Fault::Unscraped(at(25, 2, 0), 40)],
    }],
    flows: &[],
    gauges: &[
        Gauge {
            name: Name("kafka_consumer_lag", r#"group="billing",topic="purchases",partition="0""#),
            base: 20,
            spread: 300,
            bad_when: Condition::Above(1000),
            episodes: &[
                Episode { at: at(15, 17, 20), minutes: 310, value: 5400 },
                Episode { at: at(28, 9, 0), minutes: 70, value: 1800 },
                Episode { at: at(34, 11, 30), minutes: 200, value: 3200 },
            ],
        },
        Gauge {
            name: Name("kafka_consumer_lag", r#"group="search",topic="clicks",partition="0""#),
            base: 60,
            spread: 500,
            bad_when: Condition::Above(1000),
            episodes: &[Episode { at: at(23, 19, 40), minutes: 120, value: 2600 }],
        },
    ],
};

const SPARK: Job = Job {
    name: "spark",
    instances: &[Instance {
        name: "s:4040",
        phase: Duration::seconds(38),
        life: ALWAYS,
        faults: &[Fault::Restart(at(11, 4, 3)), Fault::Unscraped(at(24, 16, 0), 2)],
    }],
    flows: &[Flow {
        per_hour: 120,
        shape: &FLAT,
        all: &[],
        good: &[],
        bad: &[],
        fail: 0,
        timing: Some(Timing {
            histogram: &Histogram {
                name: Name("spark_streaming_batch_duration", r#"job_name="sessions""#),
                bounds: &["60.0", "300.0"],
                typical: &[21_500, 96_000, 410_000],
                totals: false,
            },
            odds: &[880_000, 114_000],
        }),
        troubles: &[Trouble { at: at(19, 14, 0), minutes: 130, effect: Effect::Slow(&[100_000, 500_000]) }],
    }],
    gauges: &[Gauge {
        name: Name("spark_streaming_scheduling_delay", r#"job_name="sessions""#),
        base: 1,
        spread: 6,
        bad_when: Condition::Above(30),
        episodes: &[
            Episode { at: at(19, 14, 10), minutes: 90, value: 74 },
            Episode { at: at(32, 7, 50), minutes: 30, value: 45 },
        ],
    }],
};
