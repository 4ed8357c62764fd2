use std::fmt;

use super::{Buckets, Histogram};

/// Why a histogram makes no sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidHistogram(
    /// What is wrong.
    pub String,
);

impl fmt::Display for InvalidHistogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidHistogram {}

/// No bucket of numbers has an index beyond this: the finest schema ends at 2^1024 and begins at 2^-1074.
const FARTHEST: i64 = 1 << 20;

fn fault<T>(what: impl Into<String>) -> Result<T, InvalidHistogram> {
    Err(InvalidHistogram(what.into()))
}

impl Histogram {
    /// Whether runs and counts go together, and bounds, thresholds and schema are within their limits. Everything that
    /// comes from outside is asked this once; the algebra relies on it.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), InvalidHistogram> {
        if self.is_custom() {
            self.check_custom()?;
        } else if !(Histogram::COARSEST..=Histogram::FINEST).contains(&self.schema) {
            return fault(format!(
                "schema {}: expected {} to {}, or {} for custom buckets",
                self.schema,
                Histogram::COARSEST,
                Histogram::FINEST,
                Histogram::CUSTOM
            ));
        } else if !self.bounds.is_empty() {
            return fault("custom bounds in a histogram with exponential buckets");
        }
        if self.zero_threshold.is_nan() || self.zero_threshold < 0.0 {
            return fault(format!("zero threshold {}: expected zero or more", self.zero_threshold));
        }
        self.positive.check("positive")?;
        self.negative.check("negative")
    }

    fn check_custom(&self) -> Result<(), InvalidHistogram> {
        if let Some(bound) = self.bounds.iter().find(|bound| bound.is_nan() || **bound == f64::INFINITY) {
            return fault(format!("custom bound {bound}: expected a number"));
        }
        if let Some((before, after)) =
            self.bounds.iter().zip(self.bounds.iter().skip(1)).find(|(a, b)| a >= b)
        {
            return fault(format!("custom bound {after} after {before}: expected them to ascend"));
        }
        if self.zero_count != 0.0 || self.zero_threshold != 0.0 || !self.negative.spans.is_empty() {
            return fault("a zero bucket or negative buckets beside custom ones");
        }
        let end =
            self.positive.spans.iter().map(|(skipped, n)| i64::from(*skipped) + i64::from(*n)).sum::<i64>();
        if self.positive.spans.first().is_some_and(|(first, _)| *first < 0) {
            return fault("a custom bucket with an index below zero");
        }
        if end > self.bounds.len() as i64 + 1 {
            return fault(format!("{end} custom buckets, but {} bounds", self.bounds.len()));
        }
        Ok(())
    }
}

impl Buckets {
    fn check(&self, side: &str) -> Result<(), InvalidHistogram> {
        let mut index = 0_i64;
        let mut present = 0_u64;
        for (n, (skipped, length)) in self.spans.iter().enumerate() {
            if n > 0 && *skipped < 0 {
                return fault(format!(
                    "{side} side: a run of buckets that begins before the end of the last"
                ));
            }
            index += i64::from(*skipped);
            let end = index + i64::from(*length);
            if index < -FARTHEST || end > FARTHEST {
                return fault(format!("{side} side: bucket {index} is beyond all numbers"));
            }
            index = end;
            present += u64::from(*length);
        }
        if present == self.counts.len() as u64 {
            return Ok(());
        }
        fault(format!("{side} side: {} counts for {present} buckets", self.counts.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(histogram: &Histogram) -> String {
        histogram.check().err().map_or_else(String::new, |fault| fault.to_string())
    }

    #[test]
    fn runs_and_counts_must_go_together() {
        let mut histogram = Histogram { positive: Buckets::run(3, vec![1.0, 2.0]), ..Histogram::default() };
        assert_eq!(histogram.check(), Ok(()));
        histogram.positive.counts.push(1.0);
        assert_eq!(told(&histogram), "positive side: 3 counts for 2 buckets");
        histogram.positive = Buckets { spans: [(1, 1), (-1, 1)].into(), counts: vec![1.0, 1.0] };
        assert!(told(&histogram).contains("begins before the end"));
        histogram.positive = Buckets { spans: [(i32::MAX, u32::MAX)].into(), counts: vec![] };
        assert!(told(&histogram).contains("beyond all numbers"));
    }

    #[test]
    fn bounds_ascend_and_are_enough() {
        let custom = |bounds: &[f64], buckets| Histogram {
            schema: Histogram::CUSTOM,
            bounds: bounds.into(),
            positive: Buckets::run(0, buckets),
            ..Histogram::default()
        };
        assert_eq!(custom(&[1.0, 2.0], vec![1.0; 3]).check(), Ok(()));
        assert!(told(&custom(&[1.0, 2.0], vec![1.0; 4])).contains("4 custom buckets, but 2 bounds"));
        assert!(told(&custom(&[2.0, 2.0], vec![])).contains("ascend"));
        assert!(told(&custom(&[f64::NAN], vec![])).contains("expected a number"));
        assert!(told(&Histogram { schema: 9, ..Histogram::default() }).contains("schema 9"));
    }
}
