//! Alert windows, `kind: AlertWindows`: how fast is too fast, for the objectives of one period.

use super::super::decode::At;
use super::super::foreign::{self, Metadata};
use super::super::values;
use crate::base::{Duration, Share, Span};
use crate::diag::{Code, Diagnostic, Diagnostics, FileId};
use crate::slo::{BURN_POLICY, BurnRule, Pace, Severity};

/// Alert windows, and what else follows from their period.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Catalogue {
    /// Over which time objectives are promised.
    pub(super) period: Duration,
    /// The alerts, the most urgent first.
    pub(super) rules: Vec<BurnRule>,
    /// The short window of the most urgent alert, over which Sloth takes the ratios whose mean is its period's.
    pub(super) slice: Duration,
}

impl Default for Catalogue {
    /// What Sloth takes where nothing else is said: 30 days, and the workbook's windows.
    fn default() -> Self {
        Self { period: Duration::days(30), rules: BURN_POLICY.to_vec(), slice: Duration::minutes(5) }
    }
}

/// Which of the alert windows that were read are for the objectives of this run.
#[derive(Default)]
pub(super) struct Choice {
    known: Vec<(Catalogue, FileId, Span)>,
    broken: bool,
}

impl Choice {
    /// Adds what was read of a document. Two for one period must say the same.
    pub(super) fn add(&mut self, at: &At, read: Option<(Catalogue, Span)>) {
        let Some((catalogue, span)) = read else {
            self.broken = true;
            return;
        };
        let twin = self.known.iter().find(|(known, ..)| known.period == catalogue.period);
        match twin {
            Some((known, ..)) if *known == catalogue => {}
            Some((_, file, first)) => {
                let message = format!("other alert windows are for {} too", catalogue.period);
                let fault = at.fault_at(Code::AlertWindows, span, message).also(*file, *first, "the others");
                at.say::<()>(fault.help("read one of the two files, not both"));
                self.broken = true;
            }
            None => self.known.push((catalogue, at.file(), span)),
        }
    }

    /// The only ones; of several those for 30 days, which is Sloth's own period; where there are none, Sloth's own.
    pub(super) fn made(self, faults: &mut Diagnostics) -> Catalogue {
        let usual = Catalogue::default();
        let mut known = self.known.into_iter();
        let Some((first, file, span)) = known.next() else { return usual };
        let others: Vec<(Catalogue, FileId, Span)> = known.collect();
        if others.is_empty() || first.period == usual.period {
            return first;
        }
        if let Some((fitting, ..)) = others.iter().find(|(other, ..)| other.period == usual.period) {
            return fitting.clone();
        }
        if !self.broken {
            let message = "alert windows of several periods are read, and none for Sloth's usual 30d";
            let mut fault = Diagnostic::new(Code::AlertWindows, file, span, message);
            for (_, file, span) in &others {
                fault = fault.also(*file, *span, "another period");
            }
            faults.push(
                fault.help("read those alone whose period is meant: it is the window of all objectives"),
            );
        }
        first
    }
}

/// Reads a document; gives the place of its period too.
pub(super) fn read(at: &At) -> Option<(Catalogue, Span)> {
    at.fields(|f| {
        f.required("apiVersion", "apiVersion: sloth.slok.dev/v1", values::text);
        f.required("kind", "kind: AlertWindows", values::text);
        f.optional("metadata", |at| Metadata::read(at, None));
        f.required("spec", "spec: {sloPeriod: 30d, page: …, ticket: …}", spec)
    })
}

fn spec(at: &At) -> Option<(Catalogue, Span)> {
    at.fields(|f| {
        let period = f.required("sloPeriod", "sloPeriod: 30d", |at| {
            values::window_length(at).map(|period| (period, at.node.span))
        });
        let length = period.map_or(Duration::days(30), |(period, _)| period);
        let page = f.required("page", "page: {quick: …, slow: …}", |at| tier(at, Severity::Page, length));
        let ticket =
            f.required("ticket", "ticket: {quick: …, slow: …}", |at| tier(at, Severity::Ticket, length));
        let ((period, span), page) = (period?, page?);
        // Slices must fill the period.
        let whole = |slice: &Duration| period.as_millis() % slice.as_millis() == 0;
        let minute = Duration::minutes(1);
        let slice = [page[0].short, Duration::minutes(5)].into_iter().find(whole).unwrap_or(minute);
        let rules = page.into_iter().chain(ticket?).collect();
        Some((Catalogue { period, rules, slice }, span))
    })
}

fn tier(at: &At, severity: Severity, period: Duration) -> Option<[BurnRule; 2]> {
    at.fields(|f| {
        let mut rule = |name, example| f.required(name, example, |at| rule(at, severity, period));
        let quick = rule("quick", "quick: {errorBudgetPercent: 2, shortWindow: 5m, longWindow: 1h}");
        let slow = rule("slow", "slow: {errorBudgetPercent: 5, shortWindow: 30m, longWindow: 6h}");
        Some([quick?, slow?])
    })
}

fn rule(at: &At, severity: Severity, period: Duration) -> Option<BurnRule> {
    at.fields(|f| {
        let share = f.required("errorBudgetPercent", "errorBudgetPercent: 2", |at| {
            let share = foreign::percentage(at)?;
            if share > Share::ZERO {
                return Some(share);
            }
            let fault = at.fault(Code::AlertWindows, "0 % of a budget is spent at once");
            at.say(fault.help("write the share of the budget whose loss in the long window is an alarm"))
        });
        let long = f.required("longWindow", "longWindow: 1h", values::duration);
        let short = f.required("shortWindow", "shortWindow: 5m", |at| {
            let short = values::duration(at)?;
            if long.is_none_or(|long| short < long) {
                return Some(short);
            }
            let message = "the short window is not shorter than the long one";
            at.say(at.fault(Code::AlertWindows, message).help("a twelfth of the long window is usual"))
        });
        let (share, long) = (share?, long?);
        Some(BurnRule { severity, long, short: short?, pace: pace(share, long, period) })
    })
}

/// Sloth lets a pace be slower than an even one, as its 10 % of 28 days in 3 days is.
fn pace(share: Share, long: Duration, period: Duration) -> Pace {
    let hours = |length: Duration| length.as_secs() / 3600.0;
    // In this order it has the last digit that it has in Sloth.
    let factor = share.as_f64() * 100.0 * hours(period) / 100.0 / hours(long);
    if factor < 1.0 { Pace::Factor(factor) } else { Pace::Spends(share) }
}
