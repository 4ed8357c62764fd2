//! Compensated means, in the order and form that Prometheus uses.

pub(super) use crate::base::Kahan;

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

    fn mean(values: &[f64]) -> f64 {
        let mut mean = Mean::new(values[0]);
        for value in &values[1..] {
            mean.add(*value);
        }
        mean.value()
    }

    #[test]
    fn a_mean_does_not_overflow() {
        assert!((mean(&[f64::MAX, f64::MAX, f64::MAX]) / f64::MAX - 1.0).abs() < 1e-12);
        assert!((mean(&[1.0, 2.0, 6.0]) - 3.0).abs() < f64::EPSILON);
    }
}
