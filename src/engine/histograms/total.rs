//! Sums and means of native histograms, with compensation, over series and over time.

use crate::base::{Histogram, Joined, Kahan, Mixed, ResetHint};

use super::super::remark::{self, Operation, Remark};

/// Histograms are folded into one.
pub(in super::super) trait Totals: Sized {
    fn first(histogram: &Histogram) -> Self;

    /// Adds the next.
    fn add(&mut self, histogram: &Histogram) -> Result<(), Mixed>;

    /// The result, and what is to be told about it.
    fn finish(self) -> (Histogram, Vec<Remark>);
}

/// What was noticed while histograms were added.
#[derive(Debug, Clone, Default)]
struct Noticed {
    reset: bool,
    not_reset: bool,
    reconciled: bool,
}

impl Noticed {
    fn hint(&mut self, histogram: &Histogram) {
        self.reset |= histogram.hint == ResetHint::Reset;
        self.not_reset |= histogram.hint == ResetHint::NotReset;
    }

    fn joined(&mut self, joined: Joined) {
        self.reconciled |= joined.bounds_reconciled;
    }

    fn remarks(&self) -> Vec<Remark> {
        let collide = self.reset && self.not_reset;
        let collide = collide.then(|| remark::hints_collide(Operation::Aggregation));
        let reconciled = self.reconciled.then(|| remark::bounds_reconciled(Operation::Aggregation));
        collide.into_iter().chain(reconciled).collect()
    }
}

/// A sum.
#[derive(Debug, Clone)]
pub(in super::super) struct Total {
    sum: Histogram<Kahan>,
    noticed: Noticed,
}

impl Totals for Total {
    fn first(histogram: &Histogram) -> Self {
        let mut noticed = Noticed::default();
        noticed.hint(histogram);
        Self { sum: histogram.counted(), noticed }
    }

    fn add(&mut self, histogram: &Histogram) -> Result<(), Mixed> {
        self.noticed.hint(histogram);
        let joined = self.sum.add(histogram)?;
        self.noticed.joined(joined);
        Ok(())
    }

    fn finish(self) -> (Histogram, Vec<Remark>) {
        (self.sum.total(), self.noticed.remarks())
    }
}

/// A mean: of the sum while that does not overflow, then incremental.
#[derive(Debug, Clone)]
pub(in super::super) struct Average {
    /// The sum, or once it would have overflowed the mean itself.
    state: Histogram<Kahan>,
    count: f64,
    incremental: bool,
    noticed: Noticed,
}

impl Totals for Average {
    fn first(histogram: &Histogram) -> Self {
        let Total { sum: state, noticed } = Total::first(histogram);
        Self { state, count: 1.0, incremental: false, noticed }
    }

    fn add(&mut self, histogram: &Histogram) -> Result<(), Mixed> {
        self.noticed.hint(histogram);
        self.count += 1.0;
        if !self.incremental {
            let mut sum = self.state.clone();
            let joined = sum.add(histogram)?;
            self.noticed.joined(joined);
            if !sum.overflows() {
                self.state = sum;
                return Ok(());
            }
            self.incremental = true;
            self.state.div(self.count - 1.0);
        }
        self.state.mul((self.count - 1.0) / self.count);
        let mut share = histogram.clone();
        share.div(self.count);
        let joined = self.state.add(&share)?;
        self.noticed.joined(joined);
        Ok(())
    }

    fn finish(mut self) -> (Histogram, Vec<Remark>) {
        if !self.incremental {
            self.state.div(self.count);
        }
        (self.state.total(), self.noticed.remarks())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Buckets;

    fn histogram(count: f64) -> Histogram {
        Histogram { count, sum: count, positive: Buckets::run(0, vec![count]), ..Histogram::default() }
    }

    #[test]
    fn a_sum_keeps_what_is_small() {
        let mut total = Total::first(&histogram(1e100));
        total.add(&histogram(1.0)).unwrap();
        total.add(&histogram(-1e100)).unwrap();
        assert_eq!(total.finish().0.positive.counts, [1.0]);
    }

    #[test]
    fn a_mean_does_not_overflow() {
        let mut average = Average::first(&histogram(f64::MAX));
        average.add(&histogram(f64::MAX)).unwrap();
        average.add(&histogram(f64::MAX)).unwrap();
        let mean = average.finish().0;
        assert!(
            (mean.sum / f64::MAX - 1.0).abs() < 1e-12
                && (mean.positive.counts[0] / f64::MAX - 1.0).abs() < 1e-12
        );
    }

    #[test]
    fn hints_that_disagree_are_told() {
        let mut total = Total::first(&Histogram { hint: ResetHint::Reset, ..histogram(1.0) });
        total.add(&Histogram { hint: ResetHint::NotReset, ..histogram(1.0) }).unwrap();
        assert_eq!(total.finish().1, [remark::hints_collide(Operation::Aggregation)]);
    }
}
