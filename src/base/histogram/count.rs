use crate::base::Kahan;

/// What a bucket counts with: plain numbers, or compensated sums.
pub trait Count: Copy + Default {
    /// One number.
    fn of(value: f64) -> Self;
    /// The sum of two counts.
    #[must_use]
    fn plus(self, other: Self) -> Self;
    /// Every number in it changed by the same linear function.
    #[must_use]
    fn scaled(self, by: impl Fn(f64) -> f64) -> Self;
    /// Whether nothing was counted.
    fn is_none(self) -> bool;
    /// The plain number.
    fn total(self) -> f64;
}

impl Count for f64 {
    fn of(value: f64) -> Self {
        value
    }

    fn plus(self, other: Self) -> Self {
        self + other
    }

    fn scaled(self, by: impl Fn(f64) -> f64) -> Self {
        by(self)
    }

    fn is_none(self) -> bool {
        self == 0.0
    }

    fn total(self) -> f64 {
        self
    }
}

impl Count for Kahan {
    fn of(value: f64) -> Self {
        Self::new(value)
    }

    fn plus(mut self, other: Self) -> Self {
        self.add(other.sum);
        if other.compensation != 0.0 {
            self.add(other.compensation);
        }
        self
    }

    fn scaled(self, by: impl Fn(f64) -> f64) -> Self {
        Self { sum: by(self.sum), compensation: by(self.compensation) }
    }

    fn is_none(self) -> bool {
        self.sum == 0.0 && self.compensation == 0.0
    }

    fn total(self) -> f64 {
        self.total()
    }
}
