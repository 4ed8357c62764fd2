//! What an operator makes of two elements, numbers or native histograms.

use std::sync::Arc;

use crate::base::{Histogram, Joined, Keep, Mixed, ResetHint, Sample};
use crate::promql::BinaryOp;

use super::remark::{self, Operation, Remark};

/// What comes of two elements with whether a filter keeps it (nothing at all where their kinds do not go together), and
/// the last thing to be told about it.
pub(super) type Made = (Option<(Sample, bool)>, Option<Remark>);

/// What a comparison gives where it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The left element.
    Left,
    /// The right element.
    Right,
    /// 1, and 0 where it does not hold.
    Number,
}

/// Applies an operator that works element by element.
pub(super) fn apply(op: BinaryOp, verdict: Verdict, left: &Sample, right: &Sample) -> Made {
    match (left, right) {
        (Sample::Float(_), Sample::Float(_)) if op.is_trim() => incompatible(op, left, right),
        (Sample::Float(l), Sample::Float(r)) if op.is_comparison() => {
            (judged(compare(op, *l, *r), verdict, left, right), None)
        }
        (Sample::Float(l), Sample::Float(r)) => (kept(Sample::Float(arithmetic(op, *l, *r))), None),
        (Sample::Float(factor), Sample::Histogram(histogram)) if op == BinaryOp::Mul => {
            changed(histogram, |histogram| histogram.mul(*factor))
        }
        (Sample::Histogram(histogram), Sample::Float(number)) => match op {
            BinaryOp::Mul => changed(histogram, |histogram| histogram.mul(*number)),
            BinaryOp::Div => changed(histogram, |histogram| histogram.div(*number)),
            BinaryOp::TrimUpper => trimmed(histogram, Keep::Below(*number)),
            BinaryOp::TrimLower => trimmed(histogram, Keep::Above(*number)),
            _ => incompatible(op, left, right),
        },
        (Sample::Histogram(l), Sample::Histogram(r)) => match op {
            BinaryOp::Add => joined(op, l, |sum| sum.add(r), Operation::Addition),
            BinaryOp::Sub => {
                let difference = |difference: &mut Histogram| {
                    let joined = difference.sub(r)?;
                    difference.hint = ResetHint::Gauge;
                    Ok(joined)
                };
                joined(op, l, difference, Operation::Subtraction)
            }
            BinaryOp::Eql => (judged(l == r, verdict, left, right), None),
            BinaryOp::Neq => (judged(l != r, verdict, left, right), None),
            _ => incompatible(op, left, right),
        },
        _ => incompatible(op, left, right),
    }
}

/// Compares two numbers.
#[expect(clippy::float_cmp, reason = "the language compares numbers bit by bit")]
pub(super) fn compare(op: BinaryOp, l: f64, r: f64) -> bool {
    match op {
        BinaryOp::Eql => l == r,
        BinaryOp::Neq => l != r,
        BinaryOp::Gtr => l > r,
        BinaryOp::Lss => l < r,
        BinaryOp::Gte => l >= r,
        _ => l <= r,
    }
}

/// Calculates with two numbers.
pub(super) fn arithmetic(op: BinaryOp, l: f64, r: f64) -> f64 {
    match op {
        BinaryOp::Add => l + r,
        BinaryOp::Sub => l - r,
        BinaryOp::Mul => l * r,
        BinaryOp::Div => l / r,
        BinaryOp::Mod => l % r,
        BinaryOp::Pow => l.powf(r),
        _ => l.atan2(r),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "what is made is optional; this is there")]
fn kept(sample: Sample) -> Option<(Sample, bool)> {
    Some((sample, true))
}

fn judged(holds: bool, verdict: Verdict, left: &Sample, right: &Sample) -> Option<(Sample, bool)> {
    match verdict {
        Verdict::Number => kept(Sample::Float(f64::from(holds))),
        Verdict::Left => Some((left.clone(), holds)),
        Verdict::Right => Some((right.clone(), holds)),
    }
}

fn changed(histogram: &Histogram, change: impl FnOnce(&mut Histogram)) -> Made {
    let mut histogram = histogram.clone();
    change(&mut histogram);
    histogram.compact();
    (kept(Sample::Histogram(Arc::new(histogram))), None)
}

/// Only what is cut loses its empty buckets.
fn trimmed(histogram: &Histogram, keep: Keep) -> Made {
    let mut histogram = histogram.clone();
    histogram.trim(keep);
    (kept(Sample::Histogram(Arc::new(histogram))), None)
}

fn joined(
    op: BinaryOp,
    left: &Histogram,
    join: impl FnOnce(&mut Histogram) -> Result<Joined, Mixed>,
    operation: Operation,
) -> Made {
    let mut result = left.clone();
    match join(&mut result) {
        Err(Mixed) => (None, Some(remark::incompatible_layout(op.word()))),
        // Which of the two was reset? There is no telling what the result would mean.
        Ok(Joined { hints_collide: true, .. }) => (None, Some(remark::hints_collide(operation))),
        Ok(Joined { bounds_reconciled, .. }) => {
            result.compact();
            let remark = bounds_reconciled.then(|| remark::bounds_reconciled(operation));
            (kept(Sample::Histogram(Arc::new(result))), remark)
        }
    }
}

fn incompatible(op: BinaryOp, left: &Sample, right: &Sample) -> Made {
    let kind = |sample: &Sample| match sample {
        Sample::Float(_) => "float",
        Sample::Histogram(_) => "histogram",
    };
    (None, Some(remark::incompatible_types(kind(left), op.word(), kind(right))))
}

/// The last remark at each step: of all that was noticed at a step only that is told. With each the rank of the elements
/// that it is about: where they stand in the order of Prometheus.
#[derive(Debug, Default)]
pub(super) struct LastRemarks(Vec<Option<(usize, Remark)>>);

impl LastRemarks {
    /// Notes what is told at a step, unless what was noted there before is of a later rank.
    pub(super) fn note(&mut self, step: usize, rank: usize, remark: Option<Remark>) {
        let Some(remark) = remark else { return };
        if self.0.len() <= step {
            self.0.resize(step + 1, None);
        }
        if let Some(last) = self.0.get_mut(step)
            && last.as_ref().is_none_or(|(noted, _)| *noted <= rank)
        {
            *last = Some((rank, remark));
        }
    }

    /// What is told, by step.
    pub(super) fn told(self) -> impl Iterator<Item = Remark> {
        self.0.into_iter().flatten().map(|(_, remark)| remark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Buckets;

    fn histogram(count: f64) -> Sample {
        let positive = Buckets::run(0, vec![count]);
        Sample::Histogram(Arc::new(Histogram { count, positive, ..Histogram::default() }))
    }

    #[test]
    fn histograms_are_added_compared_and_scaled() {
        let made = |op, l: &Sample, r: &Sample| {
            apply(op, Verdict::Left, l, r).0.and_then(|(sample, keep)| keep.then_some(sample))
        };
        let (one, two, number) = (histogram(1.0), histogram(2.0), Sample::Float(2.0));
        assert_eq!(made(BinaryOp::Add, &one, &one), Some(two.clone()));
        assert_eq!(made(BinaryOp::Mul, &one, &number), Some(two.clone()));
        assert_eq!(made(BinaryOp::Mul, &number, &one), Some(two.clone()));
        assert_eq!(made(BinaryOp::Div, &two, &number), Some(one.clone()));
        assert_eq!(made(BinaryOp::Eql, &one, &one), Some(one.clone()));
        assert_eq!(made(BinaryOp::Neq, &one, &one), None);
        assert_eq!(apply(BinaryOp::Eql, Verdict::Number, &one, &two).0, Some((Sample::Float(0.0), true)));
    }

    #[test]
    fn what_has_no_meaning_is_told() {
        let (_, remark) = apply(BinaryOp::Div, Verdict::Left, &Sample::Float(1.0), &histogram(1.0));
        assert_eq!(remark, Some(remark::incompatible_types("float", "/", "histogram")));
    }

    #[test]
    fn the_last_remark_of_a_step_counts() {
        let mut last = LastRemarks::default();
        last.note(1, 1, Some(remark::no_gauge("early")));
        last.note(1, 2, Some(remark::no_gauge("late")));
        last.note(1, 0, Some(remark::no_gauge("earlier")));
        last.note(1, 3, None);
        last.note(0, 3, Some(remark::no_gauge("first")));
        assert_eq!(last.told().collect::<Vec<_>>(), [remark::no_gauge("first"), remark::no_gauge("late")]);
    }
}
