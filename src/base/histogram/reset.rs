use super::custom::shared_bounds;
use super::{Buckets, Histogram, ResetHint};

impl Histogram {
    /// Whether the counter was reset between `before` and this sample: by the hint where there is one, else because a
    /// count fell, a bucket is gone, the schema became finer or the zero bucket narrower.
    pub fn resets_after(&self, before: &Self) -> bool {
        match self.hint {
            ResetHint::Reset => return true,
            ResetHint::NotReset => return false,
            ResetHint::Unknown | ResetHint::Gauge => {}
        }
        if self.count < before.count || self.is_custom() && !before.is_custom() {
            return true;
        }
        if self.is_custom() && self.bounds != before.bounds {
            return self.falls_within_shared_bounds(before);
        }
        if self.schema > before.schema || self.zero_threshold < before.zero_threshold {
            return true;
        }
        let (zero_before, threshold) = before.zero_bucket_for(self.zero_threshold);
        // A wider zero bucket can only be compared where it cuts no bucket.
        threshold > self.zero_threshold
            || self.zero_count < zero_before
            || self.falls(&self.positive, before, &before.positive)
            || self.falls(&self.negative, before, &before.negative)
    }

    /// Whether one side holds less than before in any bucket beyond the zero bucket.
    fn falls(&self, side: &Buckets, before: &Self, side_before: &Buckets) -> bool {
        let reduced;
        let side_before = if before.schema == self.schema {
            side_before
        } else {
            reduced = side_before.coarser(before.schema.abs_diff(self.schema));
            &reduced
        };
        let in_zero_bucket =
            |(index, _): &(i32, f64)| !self.is_custom() && self.bound(*index) <= self.zero_threshold;
        let mut now = side.pairs().peekable();
        side_before.pairs().skip_while(in_zero_bucket).any(|(index, before)| {
            while now.next_if(|(own, _)| *own < index).is_some() {}
            match now.peek() {
                Some((own, now)) if *own == index => *now < before,
                _ => before != 0.0,
            }
        })
    }

    fn falls_within_shared_bounds(&self, before: &Self) -> bool {
        let shared = shared_bounds(&self.bounds, &before.bounds);
        let (now, before) = (self.counts_within(&shared), before.counts_within(&shared));
        now.iter().zip(&before).any(|(now, before)| now < before)
    }

    /// What custom buckets with these bounds, and one more, would hold.
    fn counts_within(&self, bounds: &[f64]) -> Vec<f64> {
        let mut counts = vec![0.0; bounds.len() + 1];
        for (index, count) in self.positive.pairs() {
            let upper = self.bound(index);
            if let Some(sum) = counts.get_mut(bounds.partition_point(|bound| *bound < upper)) {
                *sum += count;
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counter(zero_threshold: f64, first: i32, counts: &[f64]) -> Histogram {
        Histogram {
            count: 100.0,
            zero_threshold,
            positive: Buckets::run(first, counts.to_vec()),
            ..Histogram::default()
        }
    }

    #[test]
    fn a_bucket_that_fell_or_is_gone_tells() {
        let before = counter(0.0, 1, &[1.0, 2.0, 0.0]);
        assert!(!counter(0.0, 1, &[1.0, 2.0]).resets_after(&before));
        assert!(counter(0.0, 1, &[1.0]).resets_after(&before));
        assert!(counter(0.0, 1, &[0.5, 9.0]).resets_after(&before));
        assert!(!counter(0.0, 0, &[7.0, 1.0, 2.0, 1.0]).resets_after(&before));
        let hinted = |hint| Histogram { hint, ..counter(0.0, 1, &[]) };
        assert!(!hinted(ResetHint::NotReset).resets_after(&before));
        assert!(hinted(ResetHint::Gauge).resets_after(&before));
    }

    #[test]
    fn a_wider_zero_bucket_is_no_reset_unless_it_cuts() {
        let before = counter(0.5, 1, &[1.0, 2.0]);
        let wider = |threshold, zero_count| Histogram { zero_count, ..counter(threshold, 2, &[2.0]) };
        assert!(!wider(2.0, 1.0).resets_after(&before));
        assert!(wider(2.0, 0.0).resets_after(&before));
        assert!(wider(1.5, 1.0).resets_after(&before));
        assert!(wider(0.25, 1.0).resets_after(&before));
    }

    #[test]
    fn a_coarser_schema_is_no_reset() {
        let fine = Histogram { schema: 1, ..counter(0.0, 1, &[1.0, 2.0]) };
        assert!(!counter(0.0, 1, &[3.0]).resets_after(&fine));
        assert!(counter(0.0, 1, &[2.0]).resets_after(&fine));
        assert!(fine.resets_after(&counter(0.0, 1, &[3.0])));
    }

    #[test]
    fn custom_buckets_are_compared_within_shared_bounds() {
        let custom = |bounds: &[f64], counts: &[f64]| Histogram {
            schema: Histogram::CUSTOM,
            bounds: bounds.into(),
            ..counter(0.0, 0, counts)
        };
        let before = custom(&[1.0, 2.0], &[5.0, 5.0, 0.0]);
        assert!(!custom(&[2.0, 3.0], &[10.0, 0.0, 0.0]).resets_after(&before));
        assert!(custom(&[2.0, 3.0], &[9.0, 9.0, 9.0]).resets_after(&before));
        assert!(custom(&[2.0], &[10.0]).resets_after(&counter(0.0, 0, &[])));
    }
}
