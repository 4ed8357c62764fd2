use super::{Counts, Distribution, Polarity, Signal};
use crate::promql::{MatchOp, Matcher, Selector};

/// Events faster than a threshold among all, from a histogram.
#[derive(Debug, Clone, PartialEq)]
pub struct LatencySli {
    /// The histogram's bucket series (`x_bucket{..}`), without a matcher on `le`.
    pub buckets: Selector,
    /// The threshold, in the histogram's unit.
    pub threshold: f64,
    /// The threshold as it was written: `500ms`.
    pub written: String,
    /// The histogram's unit.
    pub unit: Unit,
}

/// The unit in which a histogram measures time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Seconds, as Prometheus recommends.
    Seconds,
    /// Milliseconds.
    Milliseconds,
}

impl Unit {
    /// Seconds in one of it.
    pub fn seconds(self) -> f64 {
        match self {
            Self::Seconds => 1.0,
            Self::Milliseconds => 0.001,
        }
    }
}

impl LatencySli {
    pub(super) fn signal(&self) -> Signal {
        let bucket = |le: Matcher| {
            let mut selector = self.buckets.clone();
            selector.matchers.push(le);
            Counts::Counters(vec![selector])
        };
        Signal::Events {
            polarity: Polarity::Good,
            part: bucket(le_matcher(self.threshold)),
            total: bucket(Matcher { name: "le".to_owned(), op: MatchOp::Equal, value: "+Inf".to_owned() }),
            distribution: Some(Distribution {
                buckets: self.buckets.clone(),
                threshold: self.threshold,
                seconds_per_unit: self.unit.seconds(),
            }),
        }
    }
}

/// A matcher that meets every usual spelling of a bucket's boundary: `1`, `1.0`, `1e0`, `1e+00`. Exporters keep
/// their own spelling; Prometheus 3 writes `1.0`; data that crosses the upgrade holds both.
pub fn le_matcher(boundary: f64) -> Matcher {
    let shortest = format!("{boundary}");
    let decimal = match shortest.split_once('.') {
        Some((whole, fraction)) => format!("{whole}\\.{fraction}0*"),
        None => format!("{shortest}(\\.0*)?"),
    };
    let scientific = format!("{boundary:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let mantissa = mantissa.replace('.', "\\.");
    let exponent = match exponent.strip_prefix('-') {
        Some(digits) => format!("-0*{digits}"),
        None => format!("\\+?0*{exponent}"),
    };
    let mantissa = if mantissa.contains("\\.") { mantissa } else { format!("{mantissa}(\\.0)?") };
    Matcher { name: "le".to_owned(), op: MatchOp::Regex, value: format!("{decimal}|{mantissa}e{exponent}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meets_every_spelling_of_a_boundary_and_no_other() {
        for (boundary, spellings, others) in [
            (1.0, ["1", "1.0", "1e0", "1e+00"], ["10", "1.5", "0.1", "11", "1e1"]),
            (0.5, ["0.5", "0.50", "5e-1", "5e-01"], ["0.55", "5", "05", "0x5", "5e1"]),
            (2.5, ["2.5", "2.50", "2.5e0", "2.5e+00"], ["25", "2x5", "2.55", "+Inf", "2"]),
            (100.0, ["100", "100.0", "1e2", "1e+02"], ["1000", "10", "1", "100.5", "1e3"]),
        ] {
            let regex = regex::Regex::new(&format!("^(?s:{})$", le_matcher(boundary).value)).unwrap();
            for spelling in spellings {
                assert!(regex.is_match(spelling), "{boundary} should meet {spelling}");
            }
            for other in others {
                assert!(!regex.is_match(other), "{boundary} should not meet {other}");
            }
        }
    }
}
