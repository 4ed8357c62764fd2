use super::Figure;
use super::axis::DAY;
use super::svg::{Svg, WIDTH};
use crate::base::{Moment, Zone};
use crate::report::{HistoryDayReport, SloReport, words};

/// How high a bar is at most, and at least.
const HIGH: f64 = 44.0;
const LOW: f64 = 16.0;

/// A day's share of the promise that it kept: all of it, too little, or too little by so much that it counts as lost.
const LOST: f64 = 10.0;

/// One bar for each of the last days: whether the day by itself kept what is promised of the window. A day that nothing
/// is known of is a hollow bar; the lower bars are those that did not keep it. Nothing where no history was given.
pub(crate) fn strip(slo: &SloReport, id: &str) -> Option<Figure> {
    let days = &slo.series.history;
    let (first, last) = (days.first()?, days.last()?);
    let all = between(first, last);
    let slot = WIDTH / all.len() as f64;
    let mut svg = Svg::new();
    let mut missed = 0;
    for (place, date) in all.iter().enumerate() {
        let day = days.iter().find(|day| day.date == *date);
        let kind = Kind::of(day, slo.objective);
        missed += usize::from(matches!(kind, Kind::Part | Kind::Lost));
        let height = kind.height();
        let at = (slot * (place as f64 + 0.12), HIGH - height);
        svg.rect(&format!("day {}", kind.class()), at, (slot * 0.76, height));
    }
    svg.text("label", (0.0, HIGH + 18.0), &short(&first.date));
    svg.text("label end", (WIDTH, HIGH + 18.0), &short(&last.date));
    let stored = days.iter().filter(|day| day.stored).count();
    let known = days.iter().filter(|day| Kind::of(Some(day), slo.objective).class() != "none").count();
    let told = format!(
        "{} of {} kept {} by themselves; {} from the history.",
        known - missed,
        words::counted(known, "day"),
        words::objective_spaced(&slo.objective_display),
        words::are(stored, "day")
    );
    let title = format!("Day by day: {}", slo.id);
    Some(Figure {
        title: "Day by day".to_owned(),
        caption: format!("{told} Low bars are days that did not, hollow ones have no data."),
        svg: svg.finish(id, "chart", (WIDTH, HIGH + 24.0), &title, &told),
        columns: vec!["Day", "SLI", "Bad", "Total", "Data", "From"],
        rows: days.iter().map(|day| row(day, slo)).collect(),
    })
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    /// The day by itself kept what is promised.
    Kept,
    /// It did not.
    Part,
    /// It did not by far.
    Lost,
    /// Nothing is known of it, or nothing happened.
    None,
}

impl Kind {
    fn of(day: Option<&HistoryDayReport>, objective: f64) -> Self {
        let Some(day) = day.filter(|day| day.total > 0.0) else { return Self::None };
        let (bad, allowed) = (day.bad / day.total, 1.0 - objective);
        match () {
            () if bad <= allowed * (1.0 + 1e-9) => Self::Kept,
            () if allowed > 0.0 && bad <= allowed * LOST => Self::Part,
            () => Self::Lost,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Part => "part",
            Self::Lost => "lost",
            Self::None => "none",
        }
    }

    fn height(self) -> f64 {
        match self {
            Self::Kept | Self::None => HIGH,
            Self::Part => HIGH * 0.68,
            Self::Lost => LOW,
        }
    }
}

fn row(day: &HistoryDayReport, slo: &SloReport) -> Vec<String> {
    let decimals = slo.objective_display.trim_end_matches('%').split_once('.').map_or(0, |(_, d)| d.len());
    let sli = crate::base::ratio(day.good, day.total);
    vec![
        day.date.clone(),
        sli.map_or(words::NO_DATA.to_owned(), |sli| words::sli(sli, day.bad, decimals)),
        words::count(day.bad),
        words::count(day.total),
        words::coverage(day.coverage),
        if day.stored { "history" } else { "source" }.to_owned(),
    ]
}

/// All dates from that of one day to that of another.
fn between(first: &HistoryDayReport, last: &HistoryDayReport) -> Vec<String> {
    let at = |day: &HistoryDayReport| day.date.parse::<Moment>().ok();
    let Some((mut next, end)) = at(first).zip(at(last)) else { return vec![first.date.clone()] };
    let mut dates = Vec::new();
    while next <= end {
        dates.push(Zone::UTC.format(next, "%Y-%m-%d"));
        next = next + crate::base::Duration::days(1);
    }
    dates
}

/// A date as axes name it.
fn short(date: &str) -> String {
    date.parse::<Moment>().map_or_else(|_| date.to_owned(), |day| Zone::UTC.format(day, DAY))
}
