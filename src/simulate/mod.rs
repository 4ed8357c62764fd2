//! Data with known truth.
//!
//! Takes a [`System`] and [`Options`], gives two texts: what a Prometheus would have scraped (OpenMetrics, as `promtool
//! tsdb create-blocks-from openmetrics` reads it) and what really happened (CSV). Every event is drawn one by one from a
//! seeded generator in whole numbers, so that the same options give the same bytes everywhere. Must not know what is
//! measured with the data.
//!
//! The scraped text has what makes counting hard: restarts, a replaced instance, lost scrapes, error series that are born
//! at their first error, scrapes a few milliseconds late, outages of three scrapes and burns of two days.
//!
//! The truth has the columns `hour,metric,labels,events`; rows with 0 are left out.
//! - A counter, or a bucket of a histogram: the events of the hour, counted when they happened and not when they were
//!   scraped, summed over instances. Labels are without `job` and `instance`.
//! - A gauge: the seconds of the hour in which its condition was bad on at least one instance. The condition stands in
//!   the label `bad_when`, such as `bad_when="> 1000"`. For `up` the label `job` is kept.
//!
//! To add a system: its table in `systems/` and its line in [`SYSTEMS`].

mod model;
mod openmetrics;
mod process;
mod random;
mod systems;
mod truth;

use std::io;

pub use model::System;
pub use systems::SYSTEMS;

use crate::base::{Duration, Moment};
use process::Track;
use truth::Truth;

/// What to simulate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Another seed gives other events in the same story.
    pub seed: u64,
    /// When the data begins; taken down to the full hour, so that the edges of incidents keep their place on the clock.
    pub start: Moment,
    /// How much time it covers. The story has 35 days and is told again where this is longer.
    pub length: Duration,
    /// The time between two scrapes of an instance.
    pub scrape: Duration,
}

impl Default for Options {
    /// The options of the data in `fixtures/data`.
    fn default() -> Self {
        Self {
            seed: 1,
            start: Moment::from_secs(1_791_763_200), // 2026-10-12T00:00:00Z
            length: Duration::days(35),
            scrape: Duration::minutes(2),
        }
    }
}

/// How much was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Series in the scraped text.
    pub series: usize,
    /// Samples in the scraped text.
    pub samples: usize,
    /// Rows of truth.
    pub rows: usize,
}

/// Simulates a system: writes what was scraped to `data` and what happened to `truth`.
///
/// # Errors
/// What a writer says, or `InvalidInput` where the time between two scrapes is below a second or above an hour, or where
/// no time is covered.
pub fn simulate(
    system: &System,
    options: &Options,
    data: &mut dyn io::Write,
    truth: &mut dyn io::Write,
) -> io::Result<Summary> {
    if !(Duration::seconds(1)..=Duration::hours(1)).contains(&options.scrape) {
        let said = format!("scrape interval {} is not between 1s and 1h", options.scrape);
        return Err(io::Error::new(io::ErrorKind::InvalidInput, said));
    }
    if options.length <= Duration::ZERO {
        let said = format!("length {} is not above zero", options.length);
        return Err(io::Error::new(io::ErrorKind::InvalidInput, said));
    }
    let options = Options { start: options.start.floor(Duration::hours(1)), ..*options };
    let mut tracks: Vec<Track> = Vec::new();
    let mut happened = Truth::new(&options);
    for job in system.jobs {
        for instance in job.instances {
            tracks.extend(process::run(system, job, instance, &options, &mut happened));
        }
    }
    tracks.retain(|track| !track.samples.is_empty());
    let samples = openmetrics::write(&mut tracks, data)?;
    let rows = happened.write(&options, truth)?;
    Ok(Summary { series: tracks.len(), samples, rows })
}

/// The two files of a system in memory, with the names under which they are kept: `ecap.om` and `ecap.truth.csv`.
///
/// # Errors
/// As [`simulate`].
pub fn files(system: &System, options: &Options) -> io::Result<[(String, Vec<u8>); 2]> {
    let (mut data, mut truth) = (Vec::new(), Vec::new());
    simulate(system, options, &mut data, &mut truth)?;
    Ok([(format!("{}.om", system.name), data), (format!("{}.truth.csv", system.name), truth)])
}
