//! Compensated means, in the order and form that Prometheus uses.

pub(super) use crate::base::Kahan;

/// Adds a value as Prometheus did it up to 2.42: where a sum overflows, the compensation becomes NaN.
pub(super) fn add_unguarded(to: &mut Kahan, value: f64) {
    let total = to.sum + value;
    to.compensation +=
        if to.sum.abs() >= value.abs() { (to.sum - total) + value } else { (value - total) + to.sum };
    to.sum = total;
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

/// A running mean as Prometheus 2.42 computes it: incremental from the first value on.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RunningMean {
    mean: Kahan,
    count: f64,
}

impl RunningMean {
    /// Takes a value with compensation, as `avg_over_time` does.
    pub(super) fn add_compensated(&mut self, value: f64) {
        if let Some(step) = self.step(value) {
            add_unguarded(&mut self.mean, step);
        }
    }

    /// Takes a value without compensation, as `avg` does.
    pub(super) fn add(&mut self, value: f64) {
        if let Some(step) = self.step(value) {
            self.mean.sum += step;
        }
    }

    /// By how much a value moves the mean; nothing where that is infinite and stays so.
    fn step(&mut self, value: f64) -> Option<f64> {
        self.count += 1.0;
        let mean = self.mean.sum;
        let stays = if value.is_infinite() { (mean > 0.0) == (value > 0.0) } else { !value.is_nan() };
        if mean.is_infinite() && stays { None } else { Some(value / self.count - mean / self.count) }
    }

    pub(super) fn value(self) -> f64 {
        self.mean.total()
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
    fn an_old_mean_is_incremental() {
        let mean = |values: &[f64]| {
            let mut mean = RunningMean::default();
            for value in values {
                mean.add_compensated(*value);
            }
            mean.value()
        };
        assert!((mean(&[1.0, 2.0, 6.0]) - 3.0).abs() < f64::EPSILON);
        assert!(mean(&[f64::INFINITY, 1.0]).is_infinite());
        assert!(mean(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
    }

    #[test]
    fn a_mean_does_not_overflow() {
        assert!((mean(&[f64::MAX, f64::MAX, f64::MAX]) / f64::MAX - 1.0).abs() < 1e-12);
        assert!((mean(&[1.0, 2.0, 6.0]) - 3.0).abs() < f64::EPSILON);
    }
}
