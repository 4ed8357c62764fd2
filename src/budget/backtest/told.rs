//! Which incidents somebody is told of, and which alerts are about nothing.

use super::super::tally::{Bucket, Events, inside, sum};
use super::super::{Budget, Incident, incidents};
use super::{Firing, Frame, Replayed, Way, is_page};
use crate::base::{Duration, Interval, Moment, ratio};

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
    /// The same for tickets.
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
    for replayed in &mut alerts {
        let short = replayed.alert.rule.short;
        for (firing, about) in &mut replayed.firings {
            let all =
                found.iter().enumerate().filter(|(_, incident)| is_about(firing, short, incident, frame));
            *about =
                all.max_by(|(_, a), (_, b)| a.events.bad.total_cmp(&b.events.bad)).map(|(place, _)| place);
        }
    }
    let stray = alerts.iter().flat_map(|replayed| &replayed.firings);
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

/// Whether an alert is about an incident: it burns while the alert fires, or has in the short window before.
fn is_about(firing: &Firing, short: Duration, incident: &Incident, frame: &Frame) -> bool {
    firing.from < incident.interval.to + short && firing.until(frame.over.to) > incident.interval.from
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
        let short = replayed.alert.rule.short;
        let about = replayed.firings.iter().filter(|(firing, _)| is_about(firing, short, incident, frame));
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
        let of = alerts.iter().filter(|replayed| is_page(replayed) == pages);
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
    let missed = told.iter().filter(|told| told.told.is_none());
    let detections = || told.iter().filter_map(|told| told.told);
    let mut gone: Vec<f64> = detections().filter_map(|detection| detection.budget_gone).collect();
    gone.sort_by(f64::total_cmp);
    let mut delays: Vec<Duration> = detections().map(|detection| detection.delay).collect();
    delays.sort_unstable();
    Figures {
        pages,
        tickets: stretches(false),
        pages_per_week: ratio(pages as f64, covered / Duration::days(7).as_secs()),
        incidents: told.len(),
        missed: missed.clone().count(),
        missed_budget: missed.filter_map(|told| told.incident.budget_ratio).sum(),
        stray,
        gone_median: gone.get(gone.len() / 2).copied(),
        gone_most: gone.last().copied(),
        delay_median: delays.get(delays.len() / 2).copied(),
        delay_most: delays.last().copied(),
        events,
        kept: budget.objective.complement().covers(events.bad, events.total),
    }
}
