//! A report as rich as they come: every status, hostile names, an objective of 100 %, overspent budgets, unknown
//! everywhere, a month of curves with a hole. Nothing in it is random.

use std::collections::BTreeMap;

use nines::base::{Duration, Interval, Moment, Zone};
use nines::report::words::{self, Spend};
use nines::report::*;

const END: &str = "2026-11-16T00:00:00Z";
const DAYS: i64 = 30;
/// Stretches of six hours.
const STRETCHES: usize = 120;

/// A name that breaks a format which does not escape.
pub(crate) const HOSTILE: &str = "<script>alert(\"x\")</script>|`tick`\n=cmd 😀 'q' & \u{1b}[31m";

pub(crate) fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

fn start() -> Moment {
    at(END) - Duration::days(DAYS)
}

/// When a stretch begins.
fn stretch(i: usize) -> Moment {
    start() + Duration::hours(6) * i64::try_from(i).unwrap()
}

/// A burst: it begins with stretch `at` and takes `share` of the budget.
struct Burst {
    at: usize,
    share: f64,
    minutes: i64,
    peak: f64,
}

/// How an objective fared.
struct Story {
    service: &'static str,
    slo: &'static str,
    percent: &'static str,
    total: f64,
    /// The share of the budget that leaks without any incident.
    leak: f64,
    bursts: Vec<Burst>,
    /// Stretches without data.
    hole: std::ops::Range<usize>,
}

impl Story {
    fn report(&self, status: Status, reason: &str) -> SloReport {
        let share = nines::base::Share::from_percent(self.percent).unwrap();
        let allowed_ratio = share.complement().as_f64();
        let spends: Vec<Option<f64>> = (0..STRETCHES).map(|i| self.spend(i)).collect();
        let spent_ratio: f64 = spends.iter().flatten().sum();
        let allowed = allowed_ratio * self.total;
        let bad = if allowed > 0.0 { (spent_ratio * allowed).round() } else { 3.0 };
        let sli = 1.0 - bad / self.total;
        let window_s = Duration::days(DAYS).as_secs();
        let (remaining, remaining_ratio) = (allowed - bad, nines::base::ratio(allowed - bad, allowed));
        SloReport {
            id: format!("{}/{}", self.service, self.slo),
            service: self.service.into(),
            slo: self.slo.into(),
            description: Some(format!("{} % of requests to {} are good", self.percent, self.service)),
            group: BTreeMap::new(),
            overall_of: None,
            alerts: None,
            labels: BTreeMap::from([("tier".into(), "1".into())]),
            owner: Some("team-web".into()),
            kind: "events".into(),
            method: "occurrences".into(),
            objective: share.as_f64(),
            objective_display: share.to_string(),
            window: WindowReport {
                r#type: "rolling".into(),
                display: "30d".into(),
                from: start(),
                to: at(END),
                timezone: "UTC".into(),
                complete: true,
                elapsed_ratio: 1.0,
            },
            sli: SliReport {
                value: Some(sli),
                raw: Some(sli),
                display: words::sli(sli, bad, share.decimals()),
            },
            events: Some(EventsReport { good: self.total - bad, bad, total: self.total }),
            time: Some(TimeReport { bad_s: bad / self.total * window_s, excluded_s: 0.0, total_s: window_s }),
            coverage: CoverageReport {
                ratio: Some(1.0 - self.hole.len() as f64 / STRETCHES as f64),
                gaps: if self.hole.is_empty() {
                    Vec::new()
                } else {
                    vec![Interval::new(stretch(self.hole.start), stretch(self.hole.end))]
                },
            },
            budget: Some(BudgetReport {
                unit: "events".into(),
                total: allowed,
                spent: bad,
                remaining,
                remaining_ratio,
                display: words::budget(Spend::Events { bad, allowed }),
            }),
            burn: [
                ("5m", 0.3, None),
                ("1h", 0.4, Some(14.4)),
                ("6h", 1.2, Some(6.0)),
                ("1d", 1.1, Some(3.0)),
            ]
            .into_iter()
            .map(|(window, rate, threshold)| BurnReport {
                window: window.into(),
                rate: Some(rate * self.leak),
                threshold,
                firing: false,
            })
            .collect(),
            exhaustion: None,
            latency: None,
            breakdown: Vec::new(),
            series: self.series(&spends, allowed),
            incidents: self.incidents(allowed),
            previous: Some(PreviousReport {
                from: start() - Duration::days(DAYS),
                to: start(),
                status: Status::Met,
                sli: Some(sli + 0.000_4),
                sli_display: words::sli(sli + 0.000_4, bad, share.decimals()),
                events: None,
                remaining_ratio: Some(0.62),
                delta_pp: Some(-0.04),
            }),
            trend: Vec::new(),
            history: None,
            sla: None,
            exclusions: Vec::new(),
            members: Vec::new(),
            forecast: None,
            offenders: Vec::new(),
            links: vec![LinkReport {
                rel: "runbook".into(),
                href: "https://runbooks.example.com/web".into(),
            }],
            gate: None,
            comparison: None,
            queries: vec![
                QueryReport {
                    name: "bad".into(),
                    promql: format!(
                        "sum(increase(http_requests_total{{job=\"{}\",code=~\"5..\"}}[6h]))",
                        self.service
                    ),
                },
                QueryReport {
                    name: "total".into(),
                    promql: format!("sum(increase(http_requests_total{{job=\"{}\"}}[6h]))", self.service),
                },
            ],
            status,
            reason: reason.into(),
            warnings: Vec::new(),
            defined_at: Some("slo-specs/web.yaml:12".into()),
        }
    }

    fn spend(&self, i: usize) -> Option<f64> {
        if self.hole.contains(&i) {
            return None;
        }
        let wave = 1.0 + 0.6 * (i as f64 * 0.7).sin() + 0.3 * (i as f64 * 2.3).cos();
        let leak = self.leak / STRETCHES as f64 * wave;
        Some(leak + self.bursts.iter().filter(|burst| burst.at == i).map(|burst| burst.share).sum::<f64>())
    }

    fn series(&self, spends: &[Option<f64>], allowed: f64) -> SeriesReport {
        let budgeted = allowed > 0.0;
        let mut left = 1.0;
        let mut series = SeriesReport::default();
        for (i, spend) in spends.iter().enumerate() {
            left -= spend.unwrap_or(0.0);
            let known = spend.filter(|_| budgeted);
            series.burn.push(CurvePoint { t: stretch(i), value: known.map(|s| s * STRETCHES as f64) });
            series.budget.push(CurvePoint { t: stretch(i), value: known.map(|_| left) });
        }
        for (day, parts) in spends.chunks(4).enumerate() {
            let spent: f64 = parts.iter().flatten().sum();
            let total = (self.total / DAYS as f64).round();
            let bad = (spent * allowed).round();
            series.daily.push(DayReport {
                date: Zone::UTC.format(stretch(day * 4), "%Y-%m-%d"),
                good: total - bad,
                bad,
                total,
                budget_spent_ratio: budgeted.then_some(spent),
            });
        }
        series
    }

    fn incidents(&self, allowed: f64) -> Vec<IncidentReport> {
        let incident = |burst: &Burst| {
            let from = stretch(burst.at) + Duration::minutes(122);
            IncidentReport {
                from,
                to: from + Duration::minutes(burst.minutes),
                bad: if allowed > 0.0 { (burst.share * allowed).round() } else { 3.0 },
                total: (self.total / 43_200.0 * burst.minutes as f64).round(),
                budget_ratio: (allowed > 0.0).then_some(burst.share),
                peak_burn: (allowed > 0.0).then_some(burst.peak),
                links: vec![LinkReport {
                    rel: "traces".into(),
                    href: "https://traces.example.com/?from=1".into(),
                }],
            }
        };
        self.bursts.iter().map(incident).collect()
    }
}

/// Nothing is known of it.
fn unknown(service: &str, slo: &str, status: Status, reason: &str) -> SloReport {
    let story =
        Story { service: "x", slo: "y", percent: "99", total: 1.0, leak: 0.0, bursts: vec![], hole: 0..0 };
    SloReport {
        id: format!("{service}/{slo}"),
        service: service.into(),
        slo: slo.into(),
        description: None,
        labels: BTreeMap::new(),
        owner: None,
        sli: SliReport { value: None, raw: None, display: words::NO_DATA.into() },
        events: None,
        time: None,
        coverage: CoverageReport { ratio: None, gaps: Vec::new() },
        budget: None,
        burn: vec![BurnReport { window: "1h".into(), rate: None, threshold: Some(14.4), firing: false }],
        series: SeriesReport {
            history: Vec::new(),
            daily: Vec::new(),
            burn: vec![CurvePoint { t: start(), value: None }],
            budget: vec![CurvePoint { t: start(), value: None }],
        },
        previous: None,
        links: Vec::new(),
        queries: Vec::new(),
        defined_at: None,
        ..story.report(status, reason)
    }
}

fn slos() -> Vec<SloReport> {
    let mut checkout = Story {
        service: "checkout",
        slo: "availability",
        percent: "99.9",
        total: 48_213_977.0,
        leak: 0.21,
        bursts: vec![
            Burst { at: 37, share: 0.66, minutes: 47, peak: 312.4 },
            Burst { at: 78, share: 0.31, minutes: 33, peak: 61.0 },
            Burst { at: 101, share: 0.09, minutes: 8, peak: 24.9 },
        ],
        hole: 60..63,
    }
    .report(Status::Breached, "the budget is overspent: 99.8730 % is below 99.9 %");
    checkout.breakdown =
        [("/cart", 0.9981, 0.81, 0.22), ("/pay", 0.9991, 0.17, 0.31), ("/order", 0.9999, 0.02, 0.47)]
            .into_iter()
            .map(|(path, sli, bad, traffic)| BreakdownReport {
                labels: BTreeMap::from([("path".into(), path.into())]),
                sli: Some(sli),
                bad_share: Some(bad),
                traffic_share: Some(traffic),
            })
            .collect();
    checkout.warnings.push("2 of 14 instances had no data for 18 h".into());
    checkout.exhaustion = Some(ExhaustionReport { at: at("2026-11-09T06:00:00Z"), seconds: 0.0 });

    let mut ledger = Story {
        service: "ledger",
        slo: "double-entry",
        percent: "100",
        total: 912_004.0,
        leak: 0.0,
        bursts: vec![Burst { at: 12, share: 0.0, minutes: 3, peak: 0.0 }],
        hole: 0..0,
    }
    .report(Status::Breached, "3 bad events, none allowed");
    ledger.previous = None;

    let failed = unknown("edge", "tls", Status::Error, "the source did not answer within 30 s");
    let mut silent = unknown("batch", "nightly", Status::NoData, "no data (12 events, minimum 100)");
    silent.events = Some(EventsReport { good: 12.0, bad: 0.0, total: 12.0 });

    let mut latency = Story {
        service: "checkout",
        slo: "latency",
        percent: "99",
        total: 48_213_977.0,
        leak: 0.74,
        bursts: vec![Burst { at: 118, share: 0.038, minutes: 41, peak: 18.3 }],
        hole: 0..0,
    }
    .report(Status::AtRisk, "burning at 16.2× over 1 h: the budget ends in 2 d 4 h");
    latency.kind = "latency".into();
    latency.latency = Some(LatencyReport { p50: Some(0.0432), p95: Some(0.23), p99: Some(1.25) });
    latency.exhaustion = Some(ExhaustionReport { at: at("2026-11-18T04:00:00Z"), seconds: 187_200.0 });
    for burn in &mut latency.burn {
        if burn.window == "1h" {
            burn.rate = Some(16.2);
            burn.firing = true;
        }
    }

    let mut hostile = Story {
        service: "ingest",
        slo: "events",
        percent: "99.5",
        total: 1_203_441.5,
        leak: 0.89,
        bursts: vec![],
        hole: 0..0,
    }
    .report(Status::AtRisk, &format!("9.9 % of the budget left in {HOSTILE}"));
    hostile.group = BTreeMap::from([("stage".into(), HOSTILE.into())]);
    hostile.id = format!("ingest/events{{stage={HOSTILE:?}}}");
    hostile.description = Some(HOSTILE.into());
    hostile.owner = Some("+team".into());
    hostile.labels.insert("note".into(), HOSTILE.into());
    hostile.links = vec![
        LinkReport { rel: HOSTILE.into(), href: "javascript:alert(1)".into() },
        LinkReport { rel: "dashboard".into(), href: "https://example.com/?a=1&b=\"><script>".into() },
    ];
    hostile.queries.push(QueryReport { name: HOSTILE.into(), promql: format!("up{{a=\"{HOSTILE}\"}}\n```") });
    hostile.warnings.push(HOSTILE.into());
    hostile.breakdown.push(BreakdownReport {
        labels: hostile.group.clone(),
        sli: None,
        bad_share: None,
        traffic_share: None,
    });

    let mut freshness = Story {
        service: "search",
        slo: "freshness",
        percent: "99",
        total: 8_640.0,
        leak: 0.18,
        bursts: vec![],
        hole: 0..0,
    }
    .report(Status::Met, "within its budget so far");
    freshness.kind = "slices".into();
    freshness.method = "timeslices".into();
    freshness.window.r#type = "calendar".into();
    freshness.window.display = "calendar month (Europe/Berlin)".into();
    freshness.window.timezone = "Europe/Berlin".into();
    freshness.window.from = at("2026-10-31T23:00:00Z");
    freshness.window.to = at("2026-11-30T23:00:00Z");
    let begun = freshness.window.from;
    freshness.series.budget.retain(|point| point.t >= begun);
    freshness.series.burn.retain(|point| point.t >= begun);
    let spent_before =
        freshness.series.budget.first().and_then(|point| point.value).map_or(0.0, |left| 1.0 - left);
    for point in &mut freshness.series.budget {
        point.value = point.value.map(|left| left + spent_before);
    }
    freshness.series.daily.retain(|day| at(&day.date) >= begun);
    freshness.window.complete = false;
    freshness.window.elapsed_ratio = 0.5014;
    if let Some(budget) = &mut freshness.budget {
        budget.unit = "slices".into();
        budget.display =
            words::budget(Spend::Time { bad_s: budget.spent * 300.0, allowed_s: budget.total * 300.0 });
    }

    let mut search = Story {
        service: "search",
        slo: "availability",
        percent: "99.5",
        total: 9_134_552.0,
        leak: 0.0,
        bursts: vec![],
        hole: 0..0,
    }
    .report(Status::Met, "nothing was bad");
    if let Some(previous) = &mut search.previous {
        previous.status = Status::Breached;
        previous.delta_pp = Some(0.61);
        previous.remaining_ratio = Some(-0.22);
    }
    checkout.exclusions = vec![exclusion()];
    checkout.members = vec![
        MemberReport { slo: "pages".into(), weight: 2.0, sli: Some(0.9991), bad_share: Some(0.75) },
        MemberReport { slo: HOSTILE.into(), weight: 1.0, sli: None, bad_share: None },
    ];
    vec![checkout, ledger, failed, silent, latency, hostile, freshness, search]
}

/// An exclusion of two nights, of which a contract accepted one.
fn exclusion() -> ExclusionReport {
    let night =
        |day: i64| Interval::new(start() + Duration::days(day), start() + Duration::hours(day * 24 + 2));
    ExclusionReport {
        id: "db-upgrade".into(),
        category: Some("maintenance".into()),
        reason: Some(HOSTILE.into()),
        approved_by: Some("Head of operations".into()),
        announced: Some(start() + Duration::hours(75)),
        file: Some("plans/maintenance.ics".into()),
        late: true,
        intervals: vec![night(3)],
        excluded_s: 7200.0,
        events: EventsReport { good: 12_000.0, bad: 412.0, total: 12_412.0 },
        refused: vec![RefusalReport {
            from: night(10).from,
            to: night(10).to,
            reason: "the contract excludes at most 2 h of a period".into(),
        }],
    }
}

/// A broken contract with all that can be told of one, and one of which too little is known.
fn contracts() -> Vec<SlaReport> {
    let window = WindowReport {
        r#type: "calendar".into(),
        display: "calendar month (Europe/Berlin)".into(),
        from: at("2026-10-31T23:00:00Z"),
        to: at("2026-11-30T23:00:00Z"),
        timezone: "Europe/Berlin".into(),
        complete: false,
        elapsed_ratio: 0.5,
    };
    let broken = SlaReport {
        service: "checkout".into(),
        sla: "gold".into(),
        customer: Some(HOSTILE.into()),
        slo: "availability".into(),
        target: 0.999,
        target_display: "99.9%".into(),
        method: "timeslices".into(),
        method_display: "slices of 1 m, good with at least 95 % good; an empty slice is good".into(),
        preset: Some(PresetReport {
            name: "atlassian".into(),
            source: "Atlassian Cloud service level agreement".into(),
        }),
        window,
        sli: SliReport { value: Some(0.998_84), raw: Some(0.998_61), display: "99.8840 %".into() },
        raw_display: "99.8610 %".into(),
        events: Some(EventsReport { good: 21_575.0, bad: 25.0, total: 21_600.0 }),
        time: Some(TimeReport { bad_s: 1500.0, excluded_s: 7200.0, total_s: 2_592_000.0 }),
        coverage: CoverageReport { ratio: Some(1.0), gaps: Vec::new() },
        budget: None,
        credit: Some(CreditReport {
            due: 0.1,
            display: "10 % of the bill so far".into(),
            below: Some(0.999),
            capped: false,
            next: Some(NextTierReport {
                below: 0.99,
                credit: 0.25,
                more: 407.0,
                display: "25 % after 6 h 47 m more".into(),
            }),
        }),
        exclusions: vec![exclusion()],
        history: None,
        status: Status::Breached,
        reason: "99.8840 % so far: already more bad than the whole window allows".into(),
        warnings: vec!["the exclusion night took nothing out of this window".into()],
    };
    let unknown = SlaReport {
        sla: "silver".into(),
        customer: None,
        slo: "latency".into(),
        preset: None,
        sli: SliReport { value: None, raw: None, display: words::NO_DATA.into() },
        raw_display: words::NO_DATA.into(),
        events: None,
        time: None,
        credit: None,
        exclusions: Vec::new(),
        status: Status::NoData,
        reason: "no data: no series matched".into(),
        warnings: Vec::new(),
        ..broken.clone()
    };
    vec![broken, unknown]
}

/// The whole of it: eight objectives, worst first.
pub(crate) fn rich() -> Report {
    let slos = slos();
    Report {
        schema_version: 1,
        tool: Tool { name: "nines".into(), version: "0.1.0".into() },
        generated_at: at("2026-11-16T00:00:41Z"),
        evaluation: EvaluationInfo {
            at: at(END),
            from: start(),
            to: at("2026-11-30T23:00:00Z"),
            timezone: "UTC".into(),
            complete: false,
            method: "events counted from increases over 6 h buckets, each sample read once".into(),
            source: SourceReport {
                kind: "prometheus".into(),
                url: "https://prom.example.com".into(),
                engine: "Prometheus 2.42.0".into(),
                data: None,
                origins: Vec::new(),
            },
            queries: 23,
            samples_read: Some(1_812_400),
            duration_ms: 8_412,
            spec_hash: "9f2c41d07be1".into(),
        },
        summary: Summary {
            status: Status::Breached,
            verdict: "2 of 8 objectives were breached; checkout/availability spent 127 % of its budget"
                .into(),
            counts: Counts {
                met: 2,
                in_progress: 0,
                at_risk: 2,
                breached: 2,
                no_data: 1,
                error: 1,
                total: 8,
            },
            worst: Some(SloName { service: "checkout".into(), slo: "availability".into() }),
            previous: Some(Counts {
                met: 5,
                in_progress: 0,
                at_risk: 1,
                breached: 1,
                no_data: 1,
                error: 0,
                total: 8,
            }),
        },
        gate: Gate {
            decision: Decision::Fail,
            exit_code: 1,
            reasons: vec![GateReason {
                slo: "checkout/availability".into(),
                rule: "breached".into(),
                actual: "99.8730 %".into(),
                limit: "99.9 %".into(),
                outcome: Some(Decision::Fail),
                from: Some("slo-specs/web.yaml:12".into()),
                let_pass: false,
            }],
            r#override: None,
            overrides: Vec::new(),
            freeze: Vec::new(),
            score: None,
            policy: None,
            dry_run: None,
        },
        slos,
        slas: contracts(),
        errors: vec![ReportError {
            slo: Some("edge/tls".into()),
            stage: "fetch".into(),
            message: "https://prom.example.com did not answer within 30 s".into(),
            hint: Some("raise --timeout, or ask for a shorter window".into()),
        }],
        warnings: vec!["the server keeps 25 d, the longest window is 30 d".into()],
    }
}

/// One objective that was kept, of a period that has ended.
pub(crate) fn small() -> Report {
    let mut report = rich();
    report.slos.retain(|slo| slo.id == "search/availability");
    report.slas.clear();
    report.summary.status = Status::Met;
    report.summary.verdict = "the one objective was met".into();
    report.summary.counts = Counts { met: 1, total: 1, ..Counts::default() };
    report.summary.previous = None;
    report.summary.worst = None;
    report.evaluation.complete = true;
    report.evaluation.to = at(END);
    report.gate = Gate { decision: Decision::Pass, exit_code: 0, reasons: Vec::new(), ..report.gate };
    report.errors.clear();
    report.warnings.clear();
    report
}

/// Nothing was evaluated.
pub(crate) fn empty() -> Report {
    let mut report = small();
    report.slos.clear();
    report.summary.status = Status::NoData;
    report.summary.verdict = "nothing was evaluated".into();
    report.summary.counts = Counts::default();
    report
}
