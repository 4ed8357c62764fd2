use std::sync::Arc;

use super::Count;

/// Runs of neighbouring buckets: how many are left out since the run before (for the first: its index), and how many
/// follow. Shared, since the samples of a series mostly have the same.
pub type Spans = Arc<[(i32, u32)]>;

/// Buckets on one side of zero, given sparsely.
#[derive(Debug, Clone, Default)]
pub struct Buckets<C = f64> {
    /// Which are there.
    pub spans: Spans,
    /// What each of them holds: a count of its own, not cumulative.
    pub counts: Vec<C>,
}

impl Buckets {
    /// Neighbouring buckets, the first of which has the index `first`.
    pub fn run(first: i32, counts: Vec<f64>) -> Self {
        let spans = if counts.is_empty() { Spans::default() } else { [(first, counts.len() as u32)].into() };
        Self { spans, counts }
    }

    /// Buckets whose counts are whole numbers, each given as the difference from the one before it.
    pub fn from_deltas(spans: Spans, deltas: impl IntoIterator<Item = i64>) -> Self {
        let mut count = 0.0;
        let absolute = |delta: i64| {
            count += delta as f64;
            count
        };
        Self { spans, counts: deltas.into_iter().map(absolute).collect() }
    }

    /// Whether the same buckets are there and hold the same, bit by bit, however they are split into runs.
    pub(super) fn same_as(&self, other: &Self) -> bool {
        let bits = |(index, count): (i32, f64)| (index, count.to_bits());
        self.pairs().map(bits).eq(other.pairs().map(bits))
    }
}

impl<C: Count> Buckets<C> {
    /// The index and count of each bucket that is there, by ascending index.
    pub fn pairs(&self) -> impl Iterator<Item = (i32, C)> {
        let mut next = 0_i32;
        let indices = self.spans.iter().flat_map(move |(skipped, length)| {
            let start = next.wrapping_add(*skipped);
            next = start.wrapping_add_unsigned(*length);
            (0..*length).map(move |place| start.wrapping_add_unsigned(place))
        });
        indices.zip(self.counts.iter().copied())
    }

    /// The same buckets without those that hold nothing, neighbours in one run.
    pub(super) fn compact(&mut self) {
        let tidy = self
            .spans
            .iter()
            .enumerate()
            .all(|(n, (skipped, length))| *length > 0 && (n == 0 || *skipped > 0));
        if !tidy || self.counts.iter().any(|count| count.is_none()) {
            *self = self.pairs().filter(|(_, count)| !count.is_none()).collect();
        }
    }

    /// The same observations in buckets of a schema that is `steps` coarser: each holds `2^steps` of these.
    pub(super) fn coarser(&self, steps: u32) -> Self {
        let coarser = |index: i32| (index.wrapping_sub(1) >> steps.min(31)).wrapping_add(1);
        self.pairs().map(|(index, count)| (coarser(index), count)).collect()
    }

    /// The buckets of both, added where both have one.
    pub(super) fn merged(&self, other: impl Iterator<Item = (i32, C)>) -> Self {
        let (mut left, mut right) = (self.pairs().peekable(), other.peekable());
        std::iter::from_fn(|| match (left.peek(), right.peek()) {
            (Some((l, _)), Some((r, _))) if l > r => right.next(),
            (None, _) => right.next(),
            // Of the same index both come, one after the other, and are added by collecting.
            _ => left.next(),
        })
        .collect()
    }

    /// Every count changed by the same function.
    pub(super) fn map<D>(&self, f: impl Fn(C) -> D) -> Buckets<D> {
        Buckets {
            spans: Arc::clone(&self.spans),
            counts: self.counts.iter().map(|count| f(*count)).collect(),
        }
    }
}

/// Buckets from indices that never descend; counts of the same index are added.
impl<C: Count> FromIterator<(i32, C)> for Buckets<C> {
    fn from_iter<I: IntoIterator<Item = (i32, C)>>(pairs: I) -> Self {
        let mut spans: Vec<(i32, u32)> = Vec::new();
        let mut counts: Vec<C> = Vec::new();
        let mut next = 0_i32;
        for (index, count) in pairs {
            match (spans.last_mut(), counts.last_mut()) {
                (Some(_), Some(last)) if index.wrapping_add(1) == next => *last = last.plus(count),
                (Some((_, length)), Some(_)) if index == next => {
                    *length += 1;
                    counts.push(count);
                    next = next.wrapping_add(1);
                }
                _ => {
                    spans.push((index.wrapping_sub(next), 1));
                    counts.push(count);
                    next = index.wrapping_add(1);
                }
            }
        }
        Self { spans: spans.into(), counts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(i32, f64)]) -> Buckets {
        pairs.iter().copied().collect()
    }

    #[test]
    fn indices_become_runs_and_come_back() {
        let pairs = [(-3, 1.0), (-2, 2.0), (4, 3.0), (5, 0.0), (9, 4.0)];
        let buckets = of(&pairs);
        assert_eq!(*buckets.spans, [(-3, 2), (5, 2), (3, 1)]);
        assert_eq!(buckets.pairs().collect::<Vec<_>>(), pairs);
    }

    #[test]
    fn merging_adds_where_both_have_a_bucket() {
        let merged = of(&[(0, 1.0), (2, 1.0)]).merged(of(&[(-1, 5.0), (2, 5.0), (3, 5.0)]).pairs());
        assert_eq!(merged.pairs().collect::<Vec<_>>(), [(-1, 5.0), (0, 1.0), (2, 6.0), (3, 5.0)]);
    }

    #[test]
    fn a_coarser_schema_joins_neighbours() {
        // Schema 1 to 0: (1, 1.41] and (1.41, 2] become (1, 2].
        let coarser = of(&[(0, 1.0), (1, 2.0), (2, 4.0), (3, 8.0)]).coarser(1);
        assert_eq!(coarser.pairs().collect::<Vec<_>>(), [(0, 1.0), (1, 6.0), (2, 8.0)]);
    }

    #[test]
    fn empty_buckets_and_runs_are_left_out() {
        let mut buckets =
            Buckets { spans: [(0, 2), (0, 1), (3, 0), (1, 2)].into(), counts: vec![0.0, 1.0, 2.0, 0.0, 3.0] };
        buckets.compact();
        assert_eq!(*buckets.spans, [(1, 2), (5, 1)]);
        assert_eq!(buckets.counts, [1.0, 2.0, 3.0]);
    }

    #[test]
    fn deltas_add_up() {
        assert_eq!(Buckets::from_deltas([(1, 3)].into(), [2, -1, 4]).counts, [2.0, 1.0, 5.0]);
    }
}
