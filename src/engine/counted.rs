//! `count_values`: how many elements have each value. The value becomes a label before the elements are grouped, so that
//! it may take the place of a label that they are grouped by.

use std::collections::HashMap;

use super::fold;
use super::number::plain;
use super::track::{Track, cell};
use crate::base::{Labels, Sample};
use crate::promql::Grouping;

/// One series per group and value, with the value in `label`.
pub(super) fn count_values(label: &str, tracks: &[Track], grouping: &Grouping, steps: usize) -> Vec<Track> {
    let mut grouping = grouping.clone();
    if !grouping.without {
        grouping.labels.push(label.to_owned());
    }
    let mut places: HashMap<Labels, usize> = HashMap::new();
    let mut counts: Vec<(Labels, Vec<f64>)> = Vec::new();
    for track in tracks {
        let mut known: HashMap<String, usize> = HashMap::new();
        for (step, sample) in track.cells.iter().enumerate() {
            let Some(sample) = sample else { continue };
            let place = *known.entry(text(sample)).or_insert_with_key(|value| {
                let labels = fold::labels(&track.labels.with(label, value), &grouping);
                *places.entry(labels).or_insert_with_key(|labels| {
                    counts.push((labels.clone(), vec![0.0; steps]));
                    counts.len() - 1
                })
            });
            if let Some(count) = counts.get_mut(place).and_then(|(_, counts)| counts.get_mut(step)) {
                *count += 1.0;
            }
        }
    }
    let track = |(labels, counts): (Labels, Vec<f64>)| {
        let cells = counts.into_iter().map(|count| cell(count).filter(|_| count > 0.0)).collect();
        Track { labels, drop_name: false, cells }
    };
    counts.into_iter().map(track).collect()
}

/// A value as it stands in a label.
fn text(sample: &Sample) -> String {
    match sample {
        Sample::Float(value) => plain(*value),
        Sample::Histogram(histogram) => histogram.to_string(),
    }
}
