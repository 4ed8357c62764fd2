//! Which incidents somebody is told of, and which alerts are about nothing.

use super::super::tally::{Bucket, Events, inside, sum};
use super::super::{Budget, Incident, incidents};
use super::{About, Firing, Frame, Replayed, Way, is_page};
use crate::base::{Duration, Interval, Moment, ratio};
use crate::slo::{BUDGET_EVERY, BurnAlert};

/// An incident and who was told of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ToldIncident {
    /// What happened.
    pub incident: Incident,
    /// The first alert about it; nothing where nobody was told.
    pub told: Option<Detection>,
    /// The first alert about it that wakes somebody.
    pub paged: Option<Detection>,
}

/// An incident told by an alert.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detection {
    /// The place of the alert.
    pub alert: usize,
    /// When it told.
    pub at: Moment,
    /// How long the incident had lasted.
    pub delay: Duration,
    /// The share of the budget that it had taken; nothing where nothing may be bad.
    pub budget_gone: Option<f64>,
    /// Whether the alert was firing already when the incident began.
    pub already: bool,
}

/// What alerts and incidents come to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Figures {
    /// How often somebody is woken: stretches in which at least one page alert fires, begun in the time looked at.
    pub pages: usize,
    /// The same for tickets, and how often a budget is spent.
    pub tickets: usize,
    /// The first by the weeks with data; nothing where there are none.
    pub pages_per_week: Option<f64>,
    /// How many incidents there are.
    pub incidents: usize,
    /// Of which nobody is told.
    pub missed: usize,
    /// The share of the budget that those took together.
    pub missed_budget: f64,
    /// Alerts that are about no incident, begun in the time looked at.
    pub stray: usize,
    /// The budget that an incident has taken when somebody is told: the median over incidents.
    pub gone_median: Option<f64>,
    /// The most of it.
    pub gone_most: Option<f64>,
    /// How long it takes until somebody is told: the median over incidents.
    pub delay_median: Option<Duration>,
    /// The longest.
    pub delay_most: Option<Duration>,
    /// All events, or slices, in the time looked at.
    pub events: Events,
    /// Whether the share of good in it is at least the objective.
    pub kept: bool,
}

/// An incident as the stretch of it that burned most beyond an even pace. Before and after, single bad events among much
/// that is good would else make it begin long before anyone could tell.
pub(super) fn refined(incident: Incident, buckets: &[Bucket], budget: &Budget) -> Incident {
    let allowed = budget.objective.complement();
    let mut best: Option<(f64, Interval)> = None;
    let mut open: Option<(f64, Moment)> = None;
    for bucket in inside(buckets, incident.interval) {
        let beyond = bucket.events.bad - allowed.of(bucket.events.total);
        let (sum, from) = match open {
            Some((sum, from)) if sum > 0.0 => (sum + beyond, from),
            _ => (beyond, bucket.interval.from),
        };
        open = Some((sum, from));
        if sum > best.map_or(0.0, |(most, _)| most) {
            best = Some((sum, Interval::new(from, bucket.interval.to)));
        }
    }
    let Some((_, interval)) = best else { return incident };
    let events = sum(buckets, interval);
    Incident { interval, events, budget_ratio: budget.share_of(events.bad), ..incident }
}

/// Puts alerts and incidents together.
pub(super) fn matched(
    mut alerts: Vec<Replayed>,
    mut found: Vec<Incident>,
    buckets: &[Bucket],
    budget: &Budget,
    frame: &Frame,
    covered: f64,
) -> Way {
    found.retain(|incident| incidents::is_worth(incident, frame.least));
    for Replayed { about: of, alert, firings } in &mut alerts {
        for (firing, about) in firings {
            let is_about = |incident| is_about(*of, alert, firing, incident, frame);
            let all = found.iter().enumerate().filter(|(_, incident)| is_about(incident));
            *about =
                all.max_by(|(_, a), (_, b)| a.events.bad.total_cmp(&b.events.bad)).map(|(place, _)| place);
        }
    }
    // A budget is spent by all that happened in its window, be it an incident or not.
    let burning = alerts.iter().filter(|replayed| replayed.about == About::Burning);
    let stray = burning.flat_map(|replayed| &replayed.firings);
    let stray = stray.filter(|(firing, about)| firing.from >= frame.over.from && about.is_none()).count();
    let told = |incident: Incident| {
        let of =
            |which: &dyn Fn(&Replayed) -> bool| detection(&incident, &alerts, which, buckets, budget, frame);
        ToldIncident { told: of(&|_| true), paged: of(&is_page), incident: incident.clone() }
    };
    let told: Vec<ToldIncident> = found.into_iter().map(told).collect();
    let figures = figures(&alerts, &told, stray, sum(buckets, frame.over), budget, frame, covered);
    Way { alerts, incidents: told, figures }
}

/// Whether an alert is about an incident: it burns while the alert fires, or has in the short window before. Of a spent
/// budget, that it spends the rest: it burns when the alert begins, or has since the budget was last looked at.
fn is_about(about: About, alert: &BurnAlert, firing: &Firing, incident: &Incident, frame: &Frame) -> bool {
    let Interval { from, to } = incident.interval;
    match about {
        About::Burning => firing.from < to + alert.rule.short && firing.until(frame.over.to) > from,
        About::Spent => firing.from < to + BUDGET_EVERY && firing.from > from,
    }
}

/// The first alert that begins to fire about an incident; where none does, one that fires already.
fn detection(
    incident: &Incident,
    alerts: &[Replayed],
    which: &dyn Fn(&Replayed) -> bool,
    buckets: &[Bucket],
    budget: &Budget,
    frame: &Frame,
) -> Option<Detection> {
    let from = incident.interval.from;
    let mut all: Vec<(bool, Moment, usize)> = Vec::new();
    for (place, replayed) in alerts.iter().enumerate().filter(|(_, replayed)| which(replayed)) {
        let Replayed { about, alert, firings } = replayed;
        let about = firings.iter().filter(|(firing, _)| is_about(*about, alert, firing, incident, frame));
        all.extend(about.map(|(firing, _)| (firing.from < from, firing.from.max(from), place)));
    }
    let (already, at, alert) = all.into_iter().min()?;
    let gone = sum(buckets, Interval::new(from, at.min(incident.interval.to)));
    Some(Detection { alert, at, delay: at - from, budget_gone: budget.share_of(gone.bad), already })
}

fn figures(
    alerts: &[Replayed],
    told: &[ToldIncident],
    stray: usize,
    events: Events,
    budget: &Budget,
    frame: &Frame,
    covered: f64,
) -> Figures {
    let stretches = |pages: bool| {
        let burning = alerts.iter().filter(|replayed| replayed.about == About::Burning);
        let of = burning.filter(|replayed| is_page(replayed) == pages);
        let mut firings: Vec<Firing> =
            of.flat_map(|replayed| &replayed.firings).map(|(firing, _)| *firing).collect();
        firings.sort_by_key(|firing| firing.from);
        let (mut count, mut until) = (0, None);
        for firing in firings {
            let begins = until.is_none_or(|until| firing.from > until);
            count += usize::from(begins && firing.from >= frame.over.from);
            until = until.max(Some(firing.until(frame.over.to)));
        }
        count
    };
    let pages = stretches(true);
    // It lasts for days; others in them are told all the same.
    let spent = alerts.iter().filter(|replayed| replayed.about == About::Spent);
    let spent = spent.flat_map(|replayed| &replayed.firings);
    let spent = spent.filter(|(firing, _)| firing.from >= frame.over.from).count();
    let missed = told.iter().filter(|told| told.told.is_none());
    let detections = || told.iter().filter_map(|told| told.told);
    let mut gone: Vec<f64> = detections().filter_map(|detection| detection.budget_gone).collect();
    gone.sort_by(f64::total_cmp);
    let mut delays: Vec<Duration> = detections().map(|detection| detection.delay).collect();
    delays.sort_unstable();
    Figures {
        pages,
        tickets: stretches(false) + spent,
        pages_per_week: ratio(pages as f64, covered / Duration::days(7).as_secs()),
        incidents: told.len(),
        missed: missed.clone().count(),
        // A sum of none would be a negative zero.
        missed_budget: missed.filter_map(|told| told.incident.budget_ratio).fold(0.0, |sum, one| sum + one),
        stray,
        gone_median: gone.get(gone.len() / 2).copied(),
        gone_most: gone.last().copied(),
        delay_median: delays.get(delays.len() / 2).copied(),
        delay_most: delays.last().copied(),
        events,
        kept: budget.objective.complement().covers(events.bad, events.total),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Share;
    use crate::budget::tally::State;
    use crate::slo::{BURN_POLICY, BurnAlert};

    fn at(minute: i64) -> Moment {
        Moment::from_secs(minute * 60)
    }

    /// A thousand minutes of ten events, of which some minutes are all bad.
    fn buckets(bad: impl Fn(i64) -> bool) -> Vec<Bucket> {
        let bucket = |m: i64| Bucket {
            interval: Interval::new(at(m), at(m + 1)),
            events: Events { bad: if bad(m) { 10.0 } else { 0.0 }, total: 10.0 },
            state: State::Measured,
        };
        (0..1000).map(bucket).collect()
    }

    fn alert(place: usize, firings: &[(i64, Option<i64>)]) -> Replayed {
        let rule = BURN_POLICY[place];
        let alert = BurnAlert { tier: place.to_string(), rule, factor: 1.0, threshold: 0.01 };
        let firing = |&(from, to): &(i64, Option<i64>)| (Firing { from: at(from), to: to.map(at) }, None);
        Replayed { about: About::Burning, alert, firings: firings.iter().map(firing).collect() }
    }

    fn way(bad: impl Fn(i64) -> bool, alerts: Vec<Replayed>) -> Way {
        let buckets = buckets(bad);
        let budget = Budget::new(Share::whole_percent(99), 0.0, 10_000.0);
        let (over, step) = (Interval::new(at(100), at(1000)), Duration::minutes(1));
        let frame = Frame { over, step, least: 0.02, begins: at(0) };
        let week = Duration::days(7).as_secs();
        matched(alerts, incidents::all(&buckets, &budget), &buckets, &budget, &frame, week)
    }

    #[test]
    fn who_begins_to_fire_tells_and_who_fired_already_tells_if_nobody_does() {
        let burns = |m: i64| (200..220).contains(&m) || (500..520).contains(&m) || (800..820).contains(&m);
        let page = alert(0, &[(205, Some(225))]);
        let ticket = alert(2, &[(203, Some(260)), (450, Some(700))]);
        let way = way(burns, vec![page, ticket]);
        let told: Vec<_> = way
            .incidents
            .iter()
            .map(|one| one.told.map(|told| (told.alert, told.delay, told.already)))
            .collect();
        let minutes = Duration::minutes;
        assert_eq!(told, [Some((1, minutes(3), false)), Some((1, minutes(0), true)), None]);
        let paged: Vec<_> =
            way.incidents.iter().map(|one| one.paged.map(|paged| paged.budget_gone)).collect();
        // Five minutes of ten bad events are half of the hundred that are allowed.
        assert_eq!(paged, [Some(Some(0.5)), None, None]);
        assert_eq!((way.figures.missed, way.figures.missed_budget), (1, 2.0));
    }

    #[test]
    fn two_pages_at_once_wake_once_and_what_is_about_nothing_is_stray() {
        let fast = alert(0, &[(50, Some(120)), (300, Some(320)), (600, Some(601))]);
        let slow = alert(1, &[(310, Some(330)), (330, Some(340)), (900, None)]);
        let way = way(|m| (298..310).contains(&m), vec![fast, slow]);
        // One fired before the time looked at; of the others three of four are pages of their own.
        assert_eq!((way.figures.pages, way.figures.tickets), (3, 0));
        assert_eq!(way.figures.stray, 2);
        assert_eq!(way.figures.pages_per_week, Some(3.0));
    }

    #[test]
    fn an_incident_is_the_part_that_burned_most() {
        let buckets = buckets(|m| m == 400 || (425..430).contains(&m) || m == 455);
        let budget = Budget::new(Share::whole_percent(90), 0.0, 10_000.0);
        let whole = Incident {
            interval: Interval::new(at(400), at(456)),
            events: Events::default(),
            budget_ratio: None,
            peak_burn: None,
        };
        let refined = refined(whole, &buckets, &budget);
        assert_eq!(refined.interval, Interval::new(at(425), at(430)));
        assert_eq!((refined.events.bad, refined.budget_ratio), (50.0, Some(0.05)));
    }
}
