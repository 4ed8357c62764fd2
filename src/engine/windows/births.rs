//! Which counters were born while their target was watched, so that their first value is growth from zero; the others
//! were only found then, with whatever they had counted before.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Labels, METRIC_NAME, TARGET};
use crate::promql::{MatchOp, Matcher};

use super::super::pass::Selection;
use super::super::{Found, Store, StoreError};
use super::samples::{SHORTEST_GAP, Samples};

/// How far before a birth other series of the target are read, in milliseconds.
const REACH: i64 = 3_600_000;

/// A series that appears in the windows.
pub(super) struct Birth {
    pub(super) labels: Labels,
    /// When, in milliseconds.
    pub(super) at: i64,
    /// With what value.
    pub(super) value: f64,
}

/// Of the series that appear in a selection, those that were born then: they were never seen before, or lower than they
/// stood; and their target had a sample shortly before, within 5 minutes, or within 4 typical intervals of the series
/// that had it. Also how many samples were read besides.
///
/// Looked at are the series selected, then `up`, then everything of the same metric names, for a short time before
/// each birth, one at a time.
pub(super) fn from_zero(
    store: &dyn Store,
    selection: &Selection,
    births: Vec<Birth>,
) -> Result<(Vec<Birth>, u64), StoreError> {
    let mut samples_read = 0;
    let mut open = unknown(store, selection, births, &mut samples_read)?;
    let mut born = Vec::new();
    let up = vec![Matcher { name: METRIC_NAME.to_owned(), op: MatchOp::Equal, value: "up".to_owned() }];
    let names = selection.matchers.iter().filter(|m| m.name == METRIC_NAME).cloned().collect();
    for matchers in [&selection.matchers, &up, &names] {
        let times = || open.iter().map(|birth| birth.at);
        let (Some(first), Some(last)) = (times().min(), times().max()) else { break };
        // Without a name all there is would be read.
        if matchers.is_empty() {
            continue;
        }
        let wanted: BTreeSet<Labels> = open.iter().map(Birth::target).collect();
        let mut siblings: BTreeMap<Labels, Vec<Found>> = BTreeMap::new();
        for found in store.find(matchers, first - REACH, last - 1)? {
            let target = found.labels.only(&TARGET);
            if wanted.contains(&target) {
                siblings.entry(target).or_default().push(found);
            }
        }
        let mut still_open = Vec::new();
        // The series of a target are often born together.
        let mut known: BTreeMap<(Labels, i64), bool> = BTreeMap::new();
        for birth in open {
            let target = birth.target();
            let siblings = siblings.get(&target).map(Vec::as_slice).unwrap_or_default();
            let key = (target, birth.at);
            let watched = match known.get(&key) {
                Some(watched) => *watched,
                None => watched(store, siblings, birth.at, &mut samples_read)?,
            };
            known.insert(key, watched);
            if watched { &mut born } else { &mut still_open }.push(birth);
        }
        open = still_open;
    }
    Ok((born, samples_read))
}

impl Birth {
    fn target(&self) -> Labels {
        self.labels.only(&TARGET)
    }
}

/// Those that do not go on counting where they once were: never seen before, or standing lower.
fn unknown(
    store: &dyn Store,
    selection: &Selection,
    births: Vec<Birth>,
    samples_read: &mut u64,
) -> Result<Vec<Birth>, StoreError> {
    if births.is_empty() {
        return Ok(births);
    }
    let (from, to) = (i64::MIN, selection.from - 1);
    let found = store.find(&selection.matchers, from, to)?;
    let mut unknown = Vec::new();
    for birth in births {
        let before = match found.binary_search_by(|found| found.labels.cmp(&birth.labels)) {
            Ok(place) => found.get(place).map(|found| store.read(found, from, to)).transpose()?,
            Err(_) => None,
        };
        let last = before.and_then(|column| {
            let samples = Samples::of(&column, from, to);
            *samples_read += samples.times.len() as u64;
            samples.last_number()
        });
        if last.is_none_or(|(_, last)| birth.value < last) {
            unknown.push(birth);
        }
    }
    Ok(unknown)
}

/// Whether one of these series has a sample shortly before a time.
fn watched(
    store: &dyn Store,
    siblings: &[Found],
    at: i64,
    samples_read: &mut u64,
) -> Result<bool, StoreError> {
    for sibling in siblings {
        let column = store.read(sibling, at - REACH, at - 1)?;
        let samples = Samples::of(&column, at - REACH, at - 1);
        *samples_read += samples.times.len() as u64;
        if samples.any_within(at - SHORTEST_GAP.max(samples.longest_step()), at) {
            return Ok(true);
        }
    }
    Ok(false)
}
