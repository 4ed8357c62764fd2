//! Compensated sums, in the order and form that Prometheus uses (Neumaier's variant of Kahan's).

/// A running sum with its compensation.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Kahan {
    sum: f64,
    compensation: f64,
}

impl Kahan {
    pub(super) fn new(first: f64) -> Self {
        Self { sum: first, compensation: 0.0 }
    }

    pub(super) fn add(&mut self, value: f64) {
        let total = self.sum + value;
        if total.is_infinite() {
            self.compensation = 0.0;
        } else if self.sum.abs() >= value.abs() {
            self.compensation += (self.sum - total) + value;
        } else {
            self.compensation += (value - total) + self.sum;
        }
        self.sum = total;
    }

    pub(super) fn total(self) -> f64 {
        if self.sum.is_infinite() { self.sum } else { self.sum + self.compensation }
    }
}

/// A running mean: of the sum while it does not overflow, then incremental.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mean {
    /// The sum, or once it would have overflowed the mean itself.
    state: Kahan,
    count: f64,
    incremental: bool,
}

impl Mean {
    pub(super) fn new(first: f64) -> Self {
        Self { state: Kahan::new(first), count: 1.0, incremental: false }
    }

    pub(super) fn add(&mut self, value: f64) {
        self.count += 1.0;
        if !self.incremental {
            let mut sum = self.state;
            sum.add(value);
            if !sum.sum.is_infinite() {
                self.state = sum;
                return;
            }
            self.incremental = true;
            self.state.sum /= self.count - 1.0;
            self.state.compensation /= self.count - 1.0;
        }
        let keep = (self.count - 1.0) / self.count;
        self.state.sum *= keep;
        self.state.compensation *= keep;
        self.state.add(value / self.count);
    }

    pub(super) fn value(self) -> f64 {
        if self.incremental {
            self.state.sum + self.state.compensation
        } else {
            self.state.sum / self.count + self.state.compensation / self.count
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(values: &[f64]) -> f64 {
        let mut sum = Kahan::default();
        for value in values {
            sum.add(*value);
        }
        sum.total()
    }

    fn mean(values: &[f64]) -> f64 {
        let mut mean = Mean::new(values[0]);
        for value in &values[1..] {
            mean.add(*value);
        }
        mean.value()
    }

    #[test]
    fn small_terms_survive_large_ones() {
        assert!((sum(&[1e100, 1.0, -1e100]) - 1.0).abs() < f64::EPSILON);
        assert!(sum(&[f64::INFINITY, 1.0]).is_infinite());
        assert!(sum(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
    }

    #[test]
    fn a_mean_does_not_overflow() {
        assert!((mean(&[f64::MAX, f64::MAX, f64::MAX]) / f64::MAX - 1.0).abs() < 1e-12);
        assert!((mean(&[1.0, 2.0, 6.0]) - 3.0).abs() < f64::EPSILON);
    }
}
