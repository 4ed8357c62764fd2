//! Which counters were born while their target was watched, so that their first value is growth from zero; the others
//! were only found then, with whatever they had counted before.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Column, Labels, METRIC_NAME, TARGET};
use crate::promql::{MatchOp, Matcher};

use super::super::{Store, StoreError};
use super::samples::{SHORTEST_GAP, Samples};

/// How far before a birth other series of the target are read, in milliseconds.
const REACH: i64 = 3_600_000;

/// A series that appears in the windows.
pub(super) struct Birth {
    /// Its place among the series selected.
    pub(super) place: usize,
    /// When, in milliseconds.
    pub(super) at: i64,
}

/// Of the series that appear, the places of those whose target had a sample shortly before: within 5 minutes, or within
/// 4 typical intervals of the series that had it. Also how many samples were read besides.
///
/// Looked at are the series selected, then `up`, then everything of the same metric names: what comes first is read
/// already or small.
pub(super) fn from_zero(
    store: &dyn Store,
    matchers: &[Matcher],
    selected: &[Arc<Column>],
    births: Vec<Birth>,
) -> Result<(Vec<usize>, u64), StoreError> {
    let target = |birth: Birth| {
        let column = selected.get(birth.place)?;
        Some((column.labels.only(&TARGET), birth))
    };
    let mut open: Vec<(Labels, Birth)> = births.into_iter().filter_map(target).collect();
    let mut born = Vec::new();
    let mut samples_read = 0;
    let up = vec![Matcher { name: METRIC_NAME.to_owned(), op: MatchOp::Equal, value: "up".to_owned() }];
    let names: Vec<Matcher> = matchers.iter().filter(|m| m.name == METRIC_NAME).cloned().collect();
    for siblings in [None, Some(up), Some(names)] {
        let (Some(first), Some(last)) =
            (open.iter().map(|(_, birth)| birth.at).min(), open.iter().map(|(_, birth)| birth.at).max())
        else {
            break;
        };
        let (from, to) = (first - REACH, last - 1);
        match siblings {
            None => settle(selected, from, to, &mut open, &mut born),
            // Without a name all there is would be read.
            Some(matchers) if matchers.is_empty() => {}
            Some(matchers) => {
                let columns = store.select(&matchers, from, to)?;
                samples_read += columns
                    .iter()
                    .map(|column| Samples::of(column, from, to).times.len() as u64)
                    .sum::<u64>();
                settle(&columns, from, to, &mut open, &mut born);
            }
        }
    }
    Ok((born, samples_read))
}

/// Moves the births that one of the columns proves from `open` to `born`.
fn settle(
    columns: &[Arc<Column>],
    from: i64,
    to: i64,
    open: &mut Vec<(Labels, Birth)>,
    born: &mut Vec<usize>,
) {
    let mut by_target: BTreeMap<Labels, Vec<Samples<'_>>> = BTreeMap::new();
    for column in columns {
        by_target.entry(column.labels.only(&TARGET)).or_default().push(Samples::of(column, from, to));
    }
    // The series of a target are often born together.
    let mut known: BTreeMap<(Labels, i64), bool> = BTreeMap::new();
    open.retain(|(target, Birth { place, at })| {
        let watched = *known.entry((target.clone(), *at)).or_insert_with(|| {
            let siblings = || by_target.get(target).into_iter().flatten();
            siblings().any(|samples| samples.any_within(at - SHORTEST_GAP, *at))
                || siblings().any(|samples| samples.any_within(at - samples.longest_step(), *at))
        });
        if watched {
            born.push(*place);
        }
        !watched
    });
}
