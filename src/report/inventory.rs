//! What data there is, as a document: the answer of `nines data`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::{Labels, Moment};
use crate::engine::{Survey, Watched};

/// What data there is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inventory {
    /// The version of this document.
    pub schema_version: u32,
    /// The paths that were asked for.
    pub data: Vec<String>,
    /// The time of the first sample.
    pub from: Option<Moment>,
    /// The time of the last sample.
    pub to: Option<Moment>,
    /// Series that have a sample.
    pub series: u64,
    /// Samples.
    pub samples: SampleCounts,
    /// Where they were read from.
    pub origins: Vec<Origin>,
    /// How often series were sampled, most series first.
    pub scrape_intervals: Vec<ScrapeInterval>,
    /// How many metric names there are.
    pub metrics: u64,
    /// Those with the most samples.
    pub top_metrics: Vec<MetricCount>,
    /// What was scraped: `job` and `instance`.
    pub targets: Vec<TargetReport>,
    /// What a reader should know of the data.
    pub warnings: Vec<String>,
}

/// Samples by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SampleCounts {
    /// Numbers.
    pub floats: u64,
    /// Native histograms.
    pub histograms: u64,
    /// Marks that a series ended.
    pub stale_markers: u64,
}

/// A file, a block or a log that samples came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Where it is.
    pub path: String,
    /// What it is: `text`, `block`, `head`.
    pub kind: String,
    /// The time of its first sample, where it says so.
    pub from: Option<Moment>,
    /// The time of its last sample, where it says so.
    pub to: Option<Moment>,
    /// Its series, where it says so.
    pub series: Option<u64>,
    /// Its samples, where it says so.
    pub samples: Option<u64>,
    /// Its chunks, where it has such.
    pub chunks: Option<u64>,
    /// Of how many compactions a block comes.
    pub level: Option<u32>,
}

/// How many series were sampled how often.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScrapeInterval {
    /// The typical time between two samples of a series, in seconds; nothing where a series has only one.
    pub seconds: Option<f64>,
    /// Series.
    pub series: u64,
    /// Their samples.
    pub samples: u64,
}

/// A metric name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MetricCount {
    /// The name.
    pub name: String,
    /// Its series.
    pub series: u64,
    /// Their samples.
    pub samples: u64,
}

/// A target and when it was seen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TargetReport {
    /// `job` and `instance`, as far as its series have them.
    pub labels: BTreeMap<String, String>,
    /// Its series.
    pub series: u64,
    /// When it was first seen.
    pub from: Option<Moment>,
    /// When it was last seen.
    pub to: Option<Moment>,
    /// When it was not seen in between: no series of it had a sample for more than 5 minutes and 4 scrapes.
    pub gaps: Vec<Gap>,
}

/// A stretch of time without data.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gap {
    /// Its start.
    pub from: Moment,
    /// Its end.
    pub to: Moment,
    /// Its length.
    pub seconds: f64,
}

impl Inventory {
    /// From what was found, with the `top` metrics of most samples.
    pub fn of(
        survey: Survey,
        data: Vec<String>,
        origins: Vec<Origin>,
        warnings: Vec<String>,
        top: usize,
    ) -> Self {
        let metrics = survey.metrics.len() as u64;
        let count = |(name, tally): (String, crate::engine::Tally)| MetricCount {
            name,
            series: tally.series,
            samples: tally.samples,
        };
        let mut top_metrics: Vec<MetricCount> = survey.metrics.into_iter().map(count).collect();
        top_metrics.sort_by(|a, b| b.samples.cmp(&a.samples).then_with(|| a.name.cmp(&b.name)));
        top_metrics.truncate(top);
        let interval = |(ms, tally): (Option<i64>, crate::engine::Tally)| ScrapeInterval {
            seconds: ms.map(|ms| ms as f64 / 1000.0),
            series: tally.series,
            samples: tally.samples,
        };
        let lone = (survey.lone.series > 0).then_some((None, survey.lone));
        let known = survey.intervals.into_iter().map(|(ms, tally)| (Some(ms), tally));
        let mut scrape_intervals: Vec<ScrapeInterval> = known.chain(lone).map(interval).collect();
        scrape_intervals.sort_by_key(|interval| std::cmp::Reverse(interval.series));
        let (from, to) = survey.extent.map_or((None, None), |(from, to)| (Some(from), Some(to)));
        Self {
            schema_version: 1,
            data,
            from: from.map(Moment::from_millis),
            to: to.map(Moment::from_millis),
            series: survey.series,
            samples: SampleCounts {
                floats: survey.floats,
                histograms: survey.histograms,
                stale_markers: survey.stale_markers,
            },
            origins,
            scrape_intervals,
            metrics,
            top_metrics,
            targets: survey.targets.into_iter().map(target).collect(),
            warnings,
        }
    }
}

fn target((labels, watched): (Labels, Watched)) -> TargetReport {
    let moment = |ms: &i64| Moment::from_millis(*ms);
    let gap = |pair: &[(i64, i64)]| match pair {
        [(_, from), (to, _)] => {
            Some(Gap { from: moment(from), to: moment(to), seconds: (to - from) as f64 / 1000.0 })
        }
        _ => None,
    };
    TargetReport {
        labels: labels.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        series: watched.series,
        from: watched.stretches.first().map(|(from, _)| moment(from)),
        to: watched.stretches.last().map(|(_, to)| moment(to)),
        gaps: watched.stretches.windows(2).filter_map(gap).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Tally;

    #[test]
    fn the_largest_come_first_and_gaps_lie_between() {
        let tally = |series, samples| Tally { series, samples };
        let watched = Watched { series: 2, stretches: vec![(0, 60_000), (120_000, 180_000)] };
        let survey = Survey {
            series: 3,
            extent: Some((0, 180_000)),
            metrics: [("a".into(), tally(1, 5)), ("b".into(), tally(2, 50))].into(),
            intervals: [(15_000, tally(1, 5)), (30_000, tally(2, 50))].into(),
            targets: [([("job", "api")].into_iter().collect(), watched)].into(),
            ..Survey::default()
        };
        let inventory = Inventory::of(survey, vec!["x".into()], Vec::new(), Vec::new(), 1);
        assert_eq!(inventory.metrics, 2);
        assert_eq!(inventory.top_metrics, [MetricCount { name: "b".into(), series: 2, samples: 50 }]);
        assert_eq!(inventory.scrape_intervals[0].seconds, Some(30.0));
        let gaps = &inventory.targets[0].gaps;
        assert_eq!(gaps.len(), 1);
        assert_eq!(
            (gaps[0].from.as_millis(), gaps[0].to.as_millis(), gaps[0].seconds),
            (60_000, 120_000, 60.0)
        );
    }
}
