//! Which samples a range looks at whose edges are `anchored` or `smoothed`: besides those within, a sample beyond each
//! edge that tells of the value there.

use crate::promql::Edges;

/// How far a range reaches beyond its edges for samples that tell of the values there, in milliseconds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Reach {
    pub(super) before: i64,
    pub(super) after: i64,
}

impl Reach {
    pub(super) fn of(edges: Edges, lookback: i64) -> Self {
        match edges {
            Edges::Sampled => Self::default(),
            Edges::Anchored => Self { before: lookback, after: 0 },
            Edges::Smoothed => Self { before: lookback, after: lookback },
        }
    }
}

/// The first of some samples and one past the last.
pub(super) type Place = (usize, usize);

/// The samples of one kind in reach of a range.
struct Kind<'a> {
    times: &'a [i64],
    place: Place,
    /// The first after the range's start.
    first: usize,
    /// When the last at or before the range's start was taken.
    anchor: Option<i64>,
}

impl<'a> Kind<'a> {
    fn new((times, place): (&'a [i64], Place), start: i64) -> Self {
        let before = times.get(place.0..place.1).unwrap_or_default();
        let before = before.get(..before.partition_point(|t| *t <= start)).unwrap_or_default();
        Self { times, place, first: place.0 + before.len(), anchor: before.last().copied() }
    }

    fn trimmed(&self, edges: Edges, end: i64, anchor: Option<i64>) -> Place {
        let lo = if anchor.is_some() && self.anchor == anchor { self.first - 1 } else { self.first };
        let within = self.times.get(lo..self.place.1).unwrap_or_default();
        let past = match edges {
            Edges::Smoothed => (within.partition_point(|t| *t < end) + 1).min(within.len()),
            Edges::Anchored | Edges::Sampled => within.len(),
        };
        (lo, lo + past)
    }
}

/// Of the floats and of the histograms in reach of a range: the last sample of all at or before its start, those within,
/// and for smoothed edges the first at or after its end; none where all are at or before the start.
pub(super) fn trimmed(edges: Edges, (start, end): (i64, i64), kinds: [(&[i64], Place); 2]) -> [Place; 2] {
    let kinds = kinds.map(|kind| Kind::new(kind, start));
    if kinds.iter().all(|kind| kind.first == kind.place.1) {
        return kinds.map(|kind| (kind.first, kind.first));
    }
    let anchor = kinds.iter().filter_map(|kind| kind.anchor).max();
    kinds.map(|kind| kind.trimmed(edges, end, anchor))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trim(edges: Edges, range: (i64, i64), floats: &[i64], histograms: &[i64]) -> (Vec<i64>, Vec<i64>) {
        let kinds = [floats, histograms];
        let [a, b] = trimmed(edges, range, kinds.map(|times| (times, (0, times.len()))));
        (floats[a.0..a.1].to_vec(), histograms[b.0..b.1].to_vec())
    }

    #[test]
    fn an_anchored_range_has_one_sample_before_it() {
        let (edges, none) = (Edges::Anchored, Vec::new());
        assert_eq!(trim(edges, (20, 40), &[0, 10, 30, 40], &[]), (vec![10, 30, 40], none.clone()));
        assert_eq!(trim(edges, (20, 40), &[0, 20, 30], &[]), (vec![20, 30], none.clone()));
        assert_eq!(trim(edges, (20, 40), &[30], &[]), (vec![30], none.clone()));
        assert_eq!(trim(edges, (20, 40), &[0, 20], &[]), (none.clone(), none));
    }

    #[test]
    fn floats_and_histograms_share_an_anchor() {
        let edges = Edges::Anchored;
        assert_eq!(trim(edges, (20, 40), &[0, 10, 30], &[5, 35]), (vec![10, 30], vec![35]));
        assert_eq!(trim(edges, (20, 40), &[0, 10], &[15, 35]), (vec![], vec![15, 35]));
        assert_eq!(trim(edges, (20, 40), &[0, 10], &[35]), (vec![10], vec![35]));
        assert_eq!(trim(edges, (20, 40), &[0, 10], &[15]), (vec![], vec![]));
    }

    #[test]
    fn a_smoothed_range_has_a_sample_after_it_too() {
        let edges = Edges::Smoothed;
        assert_eq!(trim(edges, (20, 40), &[0, 10, 30, 45, 50], &[]).0, [10, 30, 45]);
        assert_eq!(trim(edges, (20, 40), &[10, 40, 50], &[]).0, [10, 40]);
        assert_eq!(trim(edges, (20, 40), &[50, 60], &[]).0, [50]);
    }
}
