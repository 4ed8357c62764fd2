use std::fmt;

use super::{Bucket, Histogram};

/// As Prometheus prints a histogram: `{count:5, sum:18.4, [-0.001,0.001]:2, (1,2]:3}`.
impl fmt::Display for Histogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{count:{}, sum:{}", Shortest(self.count), Shortest(self.sum))?;
        let zero = if self.zero_count == 0.0 { None } else { Some(self.zero_bucket()) };
        let buckets = self.negative_buckets().rev().chain(zero).chain(self.positive_buckets());
        for bucket in buckets.filter(|bucket| bucket.count != 0.0) {
            write!(f, ", {bucket}")?;
        }
        f.write_str("}")
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let open = if self.lower_inclusive { '[' } else { '(' };
        let close = if self.upper_inclusive { ']' } else { ')' };
        let [lower, upper, count] = [self.lower, self.upper, self.count].map(Shortest);
        write!(f, "{open}{lower},{upper}{close}:{count}")
    }
}

impl Bucket {
    /// Which bounds belong to the bucket, as the HTTP API codes it: 0 the upper, 1 the lower, 2 neither, 3 both.
    pub fn boundary_rule(&self) -> u8 {
        match (self.lower_inclusive, self.upper_inclusive) {
            (false, true) => 0,
            (true, false) => 1,
            (false, false) => 2,
            (true, true) => 3,
        }
    }
}

/// The fewest digits that read back, in the shape of Go's `%g`: with an exponent below 1e-4 and from 1e6 on.
struct Shortest(f64);

impl fmt::Display for Shortest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.0;
        if !value.is_finite() {
            return f.write_str(if value.is_nan() {
                "NaN"
            } else if value > 0.0 {
                "+Inf"
            } else {
                "-Inf"
            });
        }
        let scientific = format!("{value:e}");
        let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        let exponent: i32 = exponent.parse().unwrap_or(0);
        if value == 0.0 || (-4..6).contains(&exponent) {
            return write!(f, "{value}");
        }
        let sign = if exponent < 0 { '-' } else { '+' };
        write!(f, "{digits}e{sign}{:02}", exponent.abs())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Buckets;
    use super::*;

    #[test]
    fn a_histogram_prints_its_filled_buckets_upwards() {
        let histogram = Histogram {
            count: 12.0,
            sum: -1.5,
            zero_threshold: 0.001,
            zero_count: 2.0,
            positive: Buckets::run(1, vec![3.0, 0.0, 1.0]),
            negative: Buckets::run(0, vec![1.0, 5.5]),
            ..Histogram::default()
        };
        assert_eq!(
            histogram.to_string(),
            "{count:12, sum:-1.5, [-2,-1):5.5, [-1,-0.5):1, [-0.001,0.001]:2, (1,2]:3, (4,8]:1}"
        );
        let rules: Vec<u8> = histogram.buckets().map(|bucket| bucket.boundary_rule()).collect();
        assert_eq!(rules, [1, 1, 3, 0, 0, 0]);
    }

    #[test]
    fn numbers_have_the_shape_of_go() {
        let shown =
            [0.0, -0.0, 999_999.5, 1e6, 123_456_789.0, 0.0001, 0.00001, f64::NEG_INFINITY].map(Shortest);
        let shown: Vec<String> = shown.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["0", "-0", "999999.5", "1e+06", "1.23456789e+08", "0.0001", "1e-05", "-Inf"]);
    }
}
