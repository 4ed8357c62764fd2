//! What aggregations keep of the numbers at one step.

use super::super::kahan::{Kahan, Mean, RunningMean};

/// What is kept of numbers at one step.
pub(super) trait State: Send {
    fn first(value: f64) -> Self;
    fn add(&mut self, value: f64);
    fn value(&self) -> f64;
}

/// A sum without compensation.
pub(super) struct Plain(f64);

impl State for Plain {
    fn first(value: f64) -> Self {
        Self(value)
    }

    fn add(&mut self, value: f64) {
        self.0 += value;
    }

    fn value(&self) -> f64 {
        self.0
    }
}

impl State for Kahan {
    fn first(value: f64) -> Self {
        Self::new(value)
    }

    fn add(&mut self, value: f64) {
        Self::add(self, value);
    }

    fn value(&self) -> f64 {
        self.total()
    }
}

impl State for Mean {
    fn first(value: f64) -> Self {
        Self::new(value)
    }

    fn add(&mut self, value: f64) {
        Self::add(self, value);
    }

    fn value(&self) -> f64 {
        Self::value(*self)
    }
}

impl State for RunningMean {
    fn first(value: f64) -> Self {
        let mut mean = Self::default();
        mean.add(value);
        mean
    }

    fn add(&mut self, value: f64) {
        Self::add(self, value);
    }

    fn value(&self) -> f64 {
        Self::value(*self)
    }
}

/// The smallest, or the largest. NaN counts only where nothing else is.
pub(super) struct Extreme<const LARGEST: bool>(f64);

impl<const LARGEST: bool> State for Extreme<LARGEST> {
    fn first(value: f64) -> Self {
        Self(value)
    }

    fn add(&mut self, value: f64) {
        let beats = if LARGEST { value > self.0 } else { value < self.0 };
        if beats || self.0.is_nan() {
            self.0 = value;
        }
    }

    fn value(&self) -> f64 {
        self.0
    }
}

/// How many there are.
pub(super) struct Count(f64);

impl State for Count {
    fn first(_: f64) -> Self {
        Self(1.0)
    }

    fn add(&mut self, _: f64) {
        self.0 += 1.0;
    }

    fn value(&self) -> f64 {
        self.0
    }
}

/// That there are any.
pub(super) struct One;

impl State for One {
    fn first(_: f64) -> Self {
        Self
    }

    fn add(&mut self, _: f64) {}

    fn value(&self) -> f64 {
        1.0
    }
}

/// Welford's running variance. `STRICT`: a single value that is not finite has no variance; with Prometheus 2.42 it
/// has one of zero.
pub(super) struct Spread<const STRICT: bool> {
    count: f64,
    mean: f64,
    squares: f64,
}

impl<const STRICT: bool> State for Spread<STRICT> {
    fn first(value: f64) -> Self {
        let undefined = STRICT && !value.is_finite();
        Self { count: 1.0, mean: value, squares: if undefined { f64::NAN } else { 0.0 } }
    }

    fn add(&mut self, value: f64) {
        self.count += 1.0;
        let delta = value - self.mean;
        self.mean += delta / self.count;
        self.squares += delta * (value - self.mean);
    }

    fn value(&self) -> f64 {
        self.squares / self.count
    }
}

/// The square root of the variance.
pub(super) struct Deviation<const STRICT: bool>(Spread<STRICT>);

impl<const STRICT: bool> State for Deviation<STRICT> {
    fn first(value: f64) -> Self {
        Self(Spread::first(value))
    }

    fn add(&mut self, value: f64) {
        self.0.add(value);
    }

    fn value(&self) -> f64 {
        self.0.value().sqrt()
    }
}
