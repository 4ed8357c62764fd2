//! How far apart samples are, from few reads.

use crate::base::{Duration, Interval, Matrix, Moment, Series};
use crate::plan::{Ask, Eval, Query};
use crate::promql::{AggregateOp, Expr, ExprKind, Grouping, Selector};

/// How often samples are counted over a window: 8 hours are about 1 % of a month.
const LOOKS: i64 = 8;

/// How far back samples are counted where an hour is too long.
const RECENT: Duration = Duration::minutes(5);

/// Samples further apart than this, by their number, may as well be those of series that exist for moments only.
const DOUBTFUL: Duration = Duration::minutes(2);

/// Lengths of time between scrapes that people choose, in seconds.
const USUAL: [i64; 15] = [1, 5, 10, 15, 20, 30, 60, 120, 180, 240, 300, 600, 900, 1800, 3600];

/// Where samples were found by counting them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Counted {
    /// In the hour that ends here.
    Hour(Moment),
    /// So many in the last day.
    Day(f64),
}

/// Asks how many samples the typical series has in an hour, at times spread over the interval.
pub(super) fn hourly(selector: &Selector, within: Interval) -> Query {
    let length = within.length().as_millis();
    let looks = (length / Duration::hours(1).as_millis()).clamp(1, LOOKS);
    let step = Duration::millis((length / looks).max(1));
    let eval = Eval::Range { start: within.to - step * (looks - 1), end: within.to, step };
    Query { ask: Ask::Value(typical_count(selector, Duration::hours(1))), eval }
}

/// Asks the same of the interval's last day, for samples too rare to be counted in an hour.
pub(super) fn daily(selector: &Selector, within: Interval) -> Query {
    Query { ask: Ask::Value(typical_count(selector, Duration::days(1))), eval: Eval::Instant(within.to) }
}

/// Asks for the times of all samples, of the last hour or day that is known to hold `count` of the typical series; of
/// the whole interval where a day holds too few to lie between any two.
pub(super) fn stamps(selector: &Selector, within: Interval, counted: Counted) -> Query {
    let (range, at) = match counted {
        Counted::Hour(end) => (Duration::hours(1), end),
        Counted::Day(count) if count > 2.0 => (Duration::days(1), within.to),
        Counted::Day(_) => (within.length(), within.to),
    };
    Query { ask: Ask::Value(Expr::range(selector.clone(), range)), eval: Eval::Instant(at) }
}

/// Asks the same of the interval's last minutes, for series so young that they did not live for a whole hour.
pub(super) fn recent(selector: &Selector, within: Interval) -> Query {
    Query { ask: Ask::Value(typical_count(selector, RECENT)), eval: Eval::Instant(within.to) }
}

/// `quantile(0.5, count_over_time(m[range - 1ms]))`, short of the closed edge that a Prometheus 2 range has.
fn typical_count(selector: &Selector, range: Duration) -> Expr {
    let counts = Expr::call("count_over_time", [Expr::range(selector.clone(), range - Duration::millis(1))]);
    ExprKind::Aggregate {
        op: AggregateOp::Quantile,
        param: Some(Box::new(Expr::number(0.5))),
        expr: Box::new(counts),
        grouping: Grouping::default(),
    }
    .into()
}

/// The cadence when the answer counts samples per hour; nothing where an hour holds too few to tell.
pub(super) fn from_hourly(counts: &Matrix) -> Option<Duration> {
    median(counts).filter(|&count| count > 1.0).map(|count| apart(Duration::hours(1), count))
}

/// Where to look for the samples themselves, when the answer counts samples per hour and their number leaves doubt.
pub(super) fn doubt(counts: &Matrix, apart: Duration) -> Option<Counted> {
    let newest = counts.iter().flat_map(|series| &series.points).map(|point| point.t).max()?;
    (apart > DOUBTFUL).then(|| Counted::Hour(Moment::from_millis(newest)))
}

/// Whether so few hours held samples that the typical one may be an hour of which a part is missing.
pub(super) fn is_young(counts: &Matrix) -> bool {
    counts.iter().map(|series| series.points.len()).sum::<usize>() <= 2
}

/// The cadence when the answer counts samples in the last minutes; nothing where they hold too few to tell.
pub(super) fn from_recent(counts: &Matrix) -> Option<Duration> {
    median(counts).filter(|&count| count > 1.0).map(|count| apart(RECENT, count))
}

/// How many samples the typical series has, when the answer counts them per day.
pub(super) fn from_daily(counts: &Matrix) -> Option<Counted> {
    median(counts).filter(|&count| count > 0.0).map(Counted::Day)
}

/// The cadence when the answer is the samples: the median, over the series, of the median time between two.
pub(super) fn from_stamps(samples: &Matrix) -> Option<Duration> {
    let typical = |series: &Series| {
        let between = series.points.windows(2).map(|pair| (pair[1].t - pair[0].t) as f64 / 1000.0);
        middle(between.filter(|&seconds| seconds > 0.0).collect())
    };
    middle(samples.iter().filter_map(typical).collect()).map(usual)
}

fn median(counts: &Matrix) -> Option<f64> {
    let points = counts.iter().flat_map(|series| &series.points);
    middle(points.filter_map(|point| point.value.float()).filter(|value| value.is_finite()).collect())
}

fn middle(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

fn apart(range: Duration, count: f64) -> Duration {
    usual(range.as_secs() / count)
}

/// A usual scrape interval where one is within a tenth, else whole seconds, rounded up.
fn usual(seconds: f64) -> Duration {
    let off = |usual: i64| (usual as f64 - seconds).abs() / seconds;
    let nearest = USUAL.into_iter().min_by(|&a, &b| off(a).total_cmp(&off(b)));
    let usual = nearest.filter(|&usual| off(usual) <= 0.1);
    Duration::seconds(usual.unwrap_or_else(|| seconds.ceil() as i64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Labels, Point};

    fn counts(values: &[f64]) -> Matrix {
        let points = values.iter().zip(0..).map(|(&value, t)| Point::float(t, value)).collect();
        vec![Series { labels: Labels::new(), points }]
    }

    #[test]
    fn snaps_to_usual_intervals() {
        for (count, seconds) in [
            (240.0, 15),
            (239.0, 15),
            (60.0, 60),
            (58.0, 60),
            (3600.0, 1),
            (120.0, 30),
            (12.0, 300),
            (2.0, 1800),
            (45.0, 80),
            (43.0, 84),
        ] {
            assert_eq!(from_hourly(&counts(&[count])), Some(Duration::seconds(seconds)), "{count}");
        }
        assert_eq!(from_recent(&counts(&[20.0])), Some(Duration::seconds(15)));
    }

    #[test]
    fn samples_that_lie_together_tell_more_than_their_number() {
        let at = |seconds: &[i64]| Series {
            labels: Labels::new(),
            points: seconds.iter().map(|t| Point::float(t * 1000, 1.0)).collect(),
        };
        let moments = vec![at(&[0, 30, 60, 43_200, 43_230]), at(&[500]), at(&[70, 100])];
        assert_eq!(from_stamps(&moments), Some(Duration::seconds(30)));
        assert_eq!(from_stamps(&vec![at(&[0, 86_400]), at(&[7])]), Some(Duration::days(1)));
        assert_eq!((from_stamps(&vec![at(&[7])]), from_stamps(&vec![])), (None, None));

        let (day, week) =
            (Duration::days(1), Interval::new(Moment::from_secs(0), Moment::from_secs(604_800)));
        let asked = |counted| stamps(&Selector::metric("m"), week, counted);
        let whole = |range, at| Query {
            ask: Ask::Value(Expr::range(Selector::metric("m"), range)),
            eval: Eval::Instant(at),
        };
        assert_eq!(asked(from_daily(&counts(&[24.0])).unwrap()), whole(day, week.to));
        assert_eq!(asked(from_daily(&counts(&[2.0])).unwrap()), whole(day * 7, week.to));
        let hour = Duration::hours(1);
        assert_eq!(
            doubt(&counts(&[12.0, 12.0]), Duration::minutes(5)),
            Some(Counted::Hour(Moment::from_millis(1)))
        );
        assert_eq!(asked(Counted::Hour(week.from)), whole(hour, week.from));
        assert_eq!(doubt(&counts(&[60.0]), Duration::minutes(1)), None);
    }

    #[test]
    fn takes_the_median_and_no_guess() {
        assert_eq!(from_hourly(&counts(&[1.0, 240.0, f64::NAN, 240.0])), Some(Duration::seconds(15)));
        assert_eq!((from_hourly(&counts(&[1.0])), from_recent(&counts(&[1.0]))), (None, None));
        assert!(is_young(&vec![]) && is_young(&counts(&[9.0, 9.0])) && !is_young(&counts(&[9.0; 3])));
        assert_eq!((from_hourly(&vec![]), from_daily(&vec![])), (None, None));
    }

    #[test]
    fn looks_at_most_eight_times_and_within_the_interval() {
        let to = Moment::from_secs(1_763_294_400);
        for (length, looks) in [(Duration::days(30), 8), (Duration::hours(3), 3), (Duration::minutes(5), 1)] {
            let within = Interval::new(to - length, to);
            let times: Vec<_> = hourly(&Selector::metric("m"), within).eval.times().collect();
            assert_eq!((times.len(), times.last()), (looks, Some(&to)));
            assert!(times.iter().all(|&t| t > within.from));
        }
    }
}
