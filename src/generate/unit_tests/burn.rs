//! Cases of the alerts of an objective.

use super::super::rules::{Rule, RuleSet};
use super::UnitTests;
use super::file::{Case, Check};
use super::story::{Course, Phase, written};
use super::world::{World, looks_back};
use crate::base::{Duration, Labels};
use crate::promql::Expr;
use crate::slo::{AlertRule, BurnRule, Empty, Signal, Slo, Spec};

/// By how much faster and slower than an alert's rate a budget burns when the alert must and must not fire.
const NEAR: f64 = 0.15;

/// How often rules are evaluated in most cases: as often as they ask for.
pub(super) const OFTEN: Duration = Duration::minutes(1);

/// And how often in those that go on for long, by the length of the long window in minutes: they would take minutes
/// otherwise, and prove no more.
const SELDOM: [(usize, Duration); 3] =
    [(4320, Duration::minutes(30)), (1440, Duration::minutes(15)), (360, Duration::minutes(5))];

fn every(minutes: usize) -> Duration {
    SELDOM.iter().find(|(long, _)| minutes >= *long).map_or(OFTEN, |(_, every)| *every)
}

pub(super) fn add(spec: &Spec, slo: &Slo, rules: &RuleSet, tests: &mut UnitTests) {
    let id = spec.id(slo);
    let of_slo = |rule: &&Rule| match rule {
        Rule::Alert(alert) => alert.labels.get("slo_id") == Some(&id),
        Rule::Record { labels, .. } => labels.get("slo_id") == Some(&id),
    };
    let own: Vec<&Rule> = rules.groups.iter().flat_map(|group| &group.rules).filter(of_slo).collect();
    let alerts: Vec<&AlertRule> = own
        .iter()
        .filter_map(|rule| if let Rule::Alert(alert) = rule { Some(alert) } else { None })
        .collect();
    if alerts.is_empty() {
        return;
    }
    let Some(world) = world(slo, &own) else {
        return tests.notes.push(format!(
            "{id}: no tests, no series were found that its queries count as good and others as bad"
        ));
    };
    let subject = Subject { slo, id: &id, world, in_shares: in_shares(slo) };
    for alert in &alerts {
        let tier = alert.labels.get("tier").map_or("", String::as_str);
        match tier {
            "absent" => tests.cases.push(subject.absent(alert)),
            "exhausted" => tests.cases.push(subject.exhausted(alert)),
            _ => {
                let window = alert.labels.get("window");
                let rule = slo.alerting.windows.iter().find(|rule| {
                    Some(rule.severity.word()) == alert.severity.as_deref()
                        && Some(&rule.long.max(subject.slice()).to_string()) == window
                });
                if let Some(rule) = rule {
                    tests.cases.extend(subject.burning(alert, rule));
                }
            }
        }
    }
    tests.cases.push(subject.quiet());
}

/// Whether any share of events, not only none or all, can be bad.
fn in_shares(slo: &Slo) -> bool {
    matches!(slo.sli.signal(), Signal::Events { .. }) && slo.method.slices().is_none()
}

fn world(slo: &Slo, rules: &[&Rule]) -> Option<World> {
    let recorded = |wanted: &dyn Fn(&str) -> bool| {
        rules.iter().find_map(|rule| match rule {
            Rule::Record { record, expr, .. } if wanted(record) => Some(expr),
            _ => None,
        })
    };
    let judged = || {
        recorded(&|name| name == "slo:slice_measured:bool")
            .or_else(|| recorded(&|name| name == "slo:slice_good:bool"))
    };
    match slo.sli.signal() {
        Signal::Events { polarity, part, total, .. } => {
            let least = slo.alerting.min_events.unwrap_or(0);
            let world = World::of_events(polarity, &part, &total, &slo.by, least)?;
            let share: &Expr = if in_shares(slo) {
                // One that is counted, not summed from what was recorded.
                recorded(&|name| name == "slo:sli_error:ratio_rate5m" || name.starts_with("slo:sli_error:"))?
            } else {
                return Some(world);
            };
            world.is_understood(share).then_some(world)
        }
        Signal::Slices { .. } => World::of_slices(judged()?, &slo.by),
        Signal::Composite(_) => None,
    }
}

struct Subject<'a> {
    slo: &'a Slo,
    id: &'a str,
    world: World,
    in_shares: bool,
}

fn minutes(length: Duration) -> usize {
    usize::try_from(length.as_millis() / 60_000).unwrap_or_default()
}

impl Subject<'_> {
    fn slice(&self) -> Duration {
        match self.slo.sli.signal() {
            Signal::Slices { slice, .. } => slice,
            _ => self.slo.method.slices().map_or(Duration::ZERO, |(slice, _)| slice),
        }
    }

    fn unmeasured_is_bad(&self) -> bool {
        match self.slo.sli.signal() {
            Signal::Slices { empty, .. } => empty == Empty::Bad,
            _ => self.slo.method.slices().is_some_and(|(_, empty)| empty == Empty::Bad),
        }
    }

    fn allowed(&self) -> f64 {
        self.slo.objective.complement().as_f64()
    }

    /// The budget burns at twice an alert's rate, not for the whole of its long window, again, and no more. And it burns
    /// a little faster and a little slower than that rate, where shares can be chosen so finely.
    fn burning(&self, alert: &AlertRule, rule: &BurnRule) -> Vec<Case> {
        let (long, short) = (minutes(rule.long.max(self.slice())), minutes(rule.short.max(self.slice())));
        let threshold = rule.threshold(self.slo.window.nominal()) * self.allowed();
        let share = match self.in_shares {
            false => 1.0,
            true if threshold == 0.0 => 0.5,
            true => (2.0 * threshold).min(f64::midpoint(1.0, threshold)),
        };
        let wait = alert.r#for.map_or(0, minutes);
        // Of slices few are looked at in that time, so each is.
        let every = if self.in_shares { every(long) } else { every(long).min(Duration::minutes(5)) };
        // Rules that use what others record may be one evaluation behind.
        let late = 2 * minutes(every) + 2 * minutes(self.slice());
        let detected = |window: usize| (window as f64 * threshold / share).ceil() as usize;
        let fires_after = detected(long).max(detected(short)) + wait;
        let slack = late.max(fires_after.div_ceil(12));
        let burning = fires_after + slack + 1;
        let ends_after = short + alert.keep_firing_for.map_or(0, minutes) + late;
        let before = |minute: usize| minute - minute % minutes(every).max(1);
        // What was bad before the window must not count, so there is some.
        let already = fires_after / 2 + 1;
        let begin = already + long + late;
        let phases = [
            (already, self.world.bad(share)),
            (long + late + 1, self.world.bad(0.0)),
            (burning, self.world.bad(share)),
            (ends_after + 2, self.world.bad(0.0)),
        ];
        let early = fires_after.saturating_sub(slack);
        let checks = vec![
            // Between two evaluations nothing may be seen of an alert: it is asked for at one.
            self.check(alert, before(begin + early), false),
            self.check(alert, before(begin + fires_after + slack), true),
            self.check(alert, before(begin + burning + ends_after), false),
        ];
        let tier = alert.labels.get("tier").map_or("", String::as_str);
        let case = self.case(&format!("{tier} fires in time and resolves"), &phases, checks);
        let mut cases = vec![Case { every, ..case }];
        let late = 2 + 2 * minutes(self.slice());
        let end = wait + late + 10;
        let faster = threshold * (1.0 + NEAR);
        if self.in_shares && threshold > 0.0 && faster < 1.0 {
            let phases = [(end + 1, self.world.bad(faster))];
            let checks = vec![self.check(alert, end, true)];
            cases.push(self.case(&format!("{tier} fires a little above its rate"), &phases, checks));
            let phases = [(end + 1, self.world.bad(threshold * (1.0 - NEAR)))];
            let checks = vec![self.check(alert, end, false)];
            cases.push(self.case(&format!("{tier} is silent a little below its rate"), &phases, checks));
        }
        cases
    }

    /// All is well, then nothing happens, then scrapes are missed.
    fn quiet(&self) -> Case {
        let slice = minutes(self.slice());
        let (well, idle, missed) = (60 + 2 * slice, 30, 8);
        let phases = [
            (well, self.world.bad(0.0)),
            (idle, self.world.idle()),
            (
                missed,
                if self.unmeasured_is_bad() { self.world.idle() } else { self.world.all(Course::Missing) },
            ),
            (20, self.world.bad(0.0)),
        ];
        let silent = |minute| Check {
            minute,
            asked: vec![("slo_id".to_owned(), self.id.to_owned())],
            firing: Vec::new(),
        };
        let times = [well - 1, well + idle - 1, well + idle + missed - 1, well + idle + missed + 19];
        self.case(
            "nothing fires when all is well, idle, or not scraped for a moment",
            &phases,
            times.map(silent).to_vec(),
        )
    }

    /// A little more than the budget is spent, and a little less.
    fn exhausted(&self, alert: &AlertRule) -> Case {
        let slice = minutes(self.slice());
        let (end, allowed) = (20 + 2 * slice, self.allowed());
        let (less, more) = match self.in_shares {
            true if allowed > 0.0 => (allowed * (1.0 - NEAR), allowed * (1.0 + 3.0 * NEAR)),
            true => (0.0, 0.01),
            false => (0.0, 1.0),
        };
        // As long again, so that in the middle between less and more it is just above.
        let after = if self.in_shares { 4 * end } else { end + minutes(self.slo.window.nominal()).min(600) };
        let phases = [(end + 1, self.world.bad(less)), (after, self.world.bad(more))];
        let last = end + after - 1;
        let every = every(after);
        let last = last - last % minutes(every).max(1);
        let checks = vec![self.check(alert, end, false), self.check(alert, last, true)];
        let case = self.case("exhausted fires when more was bad than is allowed", &phases, checks);
        Case { every, ..case }
    }

    /// What is measured goes away, and comes back.
    fn absent(&self, alert: &AlertRule) -> Case {
        let wait = alert.r#for.map_or(0, minutes);
        // What is computed over a range is there until the range is empty.
        let range = match self.slo.sli.signal() {
            Signal::Slices { value, slice, .. } => looks_back(&value.with_window(slice)),
            _ => Duration::minutes(5),
        };
        let (before, gone) = (20, wait + minutes(range) + 4);
        let phases =
            [(before, self.world.bad(0.0)), (gone, self.world.all(Course::Gone)), (10, self.world.bad(0.0))];
        let bare = own_labels(alert);
        let fires = Check { minute: before + gone - 1, asked: asked(alert), firing: vec![bare] };
        let checks =
            vec![self.check(alert, before + 2, false), fires, self.check(alert, before + gone + 8, false)];
        self.case("absent fires when nothing is measured", &phases, checks)
    }

    /// The alert fires, for the one group that the series make, or does not.
    fn check(&self, alert: &AlertRule, minute: usize, fires: bool) -> Check {
        let group = self.world.series.first().map(|labels| labels.only(&self.slo.by)).unwrap_or_default();
        let labels = own_labels(alert);
        let labels = group.iter().fold(labels, |labels, (name, value)| labels.with(name, value));
        Check { minute, asked: asked(alert), firing: if fires { vec![labels] } else { Vec::new() } }
    }

    fn case(&self, what: &str, phases: &[Phase], checks: Vec<Check>) -> Case {
        Case {
            name: format!("{}: {what}", self.id),
            every: OFTEN,
            series: written(&self.world.series, phases),
            checks,
        }
    }
}

/// By what an alert is asked for: its name may be that of others too.
fn asked(alert: &AlertRule) -> Vec<(String, String)> {
    let own = ["slo_id", "tier"]
        .into_iter()
        .filter_map(|name| alert.labels.get(name).map(|value| (name.to_owned(), plain(value))));
    own.collect()
}

/// The labels that an alert has of its own.
fn own_labels(alert: &AlertRule) -> Labels {
    let severity = alert.severity.iter().map(|severity| ("severity", severity.clone()));
    let own = alert.labels.iter().map(|(name, value)| (name.as_str(), plain(value)));
    let own = own.chain(severity).chain([("alertname", alert.name.clone())]);
    own.fold(Labels::new(), |labels, (name, value)| labels.with(name, &value))
}

/// A label as it is once its template was run: the rules of nines hold no templates but braces that stand for themselves.
fn plain(label: &str) -> String {
    label.replace(r#"{{ "{{" }}"#, "{{")
}
