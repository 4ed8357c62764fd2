/// A running sum that also carries what rounding lost: Neumaier's variant of Kahan's sum, in the form and order that
/// Prometheus uses (`util/kahansum`).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Kahan {
    /// The sum as plain addition gives it.
    pub sum: f64,
    /// What it lacks.
    pub compensation: f64,
}

impl Kahan {
    /// A sum of one value.
    pub fn new(first: f64) -> Self {
        Self { sum: first, compensation: 0.0 }
    }

    /// Adds a value.
    pub fn add(&mut self, value: f64) {
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

    /// The sum with what it lacks.
    pub fn total(self) -> f64 {
        if self.sum.is_infinite() { self.sum } else { self.sum + self.compensation }
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

    #[test]
    fn small_terms_survive_large_ones() {
        assert!((sum(&[1e100, 1.0, -1e100]) - 1.0).abs() < f64::EPSILON);
        assert!(sum(&[f64::INFINITY, 1.0]).is_infinite());
        assert!(sum(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
    }
}
