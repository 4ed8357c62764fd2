//! Lengths of time in a query, written out or to be calculated, and what they come to.
//!
//! Takes trees whose ranges, steps and offsets may depend on the query around them, gives trees in which all are fixed.
//! Must not know how a query is evaluated. To add an operation: a [`Calculation`] and its value in `seconds`.

use super::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use super::fault::Fault;
use crate::base::{Duration, Span};

/// A length of time: a range or a step in brackets, or an offset.
#[derive(Debug, Clone, PartialEq)]
pub enum DurationExpr {
    /// Written out.
    Fixed(Duration),
    /// `$window`: filled in when the query is planned. Only accepted where a parse option asks for it.
    Window,
    /// To be calculated: `step() * 2`.
    Calculated(Box<Calculated>),
}

/// A calculation with the bytes it was read from. Compared without them, as [`Expr`] is.
#[derive(Debug, Clone)]
pub struct Calculated {
    /// What is calculated.
    pub calculation: Calculation,
    /// Where it stood.
    pub span: Span,
}

/// How a length of time comes about.
#[derive(Debug, Clone, PartialEq)]
pub enum Calculation {
    /// A number, of seconds where nothing is multiplied by it.
    Number(f64),
    /// A duration.
    Duration(Duration),
    /// `$window`.
    Window,
    /// `step()`: the step of the query; nothing at all where it asks for one instant.
    Step,
    /// `range()`: the time from the query's start to its end.
    Range,
    /// `-step()`
    Unary(UnaryOp, Box<Calculated>),
    /// `step() * 2`; one of `+ - * / % ^`.
    Binary(BinaryOp, Box<Calculated>, Box<Calculated>),
    /// `min_of(1h, range())`: the shorter.
    MinOf(Box<Calculated>, Box<Calculated>),
    /// `max_of(5m, step())`: the longer.
    MaxOf(Box<Calculated>, Box<Calculated>),
    /// `(1h + 5m)`
    Paren(Box<Calculated>),
}

impl PartialEq for Calculated {
    fn eq(&self, other: &Self) -> bool {
        self.calculation == other.calculation
    }
}

impl From<Calculation> for Calculated {
    fn from(calculation: Calculation) -> Self {
        Self { calculation, span: Span::default() }
    }
}

impl Default for DurationExpr {
    /// No time at all.
    fn default() -> Self {
        Self::Fixed(Duration::ZERO)
    }
}

impl From<Duration> for DurationExpr {
    fn from(duration: Duration) -> Self {
        Self::Fixed(duration)
    }
}

/// What a query says of time, on which lengths may depend.
#[derive(Debug, Clone, Copy)]
struct Times {
    step: Duration,
    range: Duration,
}

/// The longest duration that Prometheus reads: 2^63 nanoseconds, about 292 years.
pub(super) const LONGEST: Duration = Duration::millis(9_223_372_036_854);

impl DurationExpr {
    /// Its length where it is fixed.
    pub fn fixed(&self) -> Option<Duration> {
        match self {
            Self::Fixed(duration) => Some(*duration),
            _ => None,
        }
    }

    /// The same with so much added.
    #[must_use]
    pub fn plus(&self, more: Duration) -> Self {
        let left = match self {
            Self::Fixed(duration) => return Self::Fixed(*duration + more),
            _ if more == Duration::ZERO => return self.clone(),
            Self::Window => Calculation::Window.into(),
            Self::Calculated(calculated) => (**calculated).clone(),
        };
        let (left, right) = (Box::new(left), Box::new(Calculation::Duration(more).into()));
        Self::Calculated(Box::new(Calculation::Binary(BinaryOp::Add, left, right).into()))
    }

    /// Whether `$window` stands in it.
    pub fn uses_window(&self) -> bool {
        match self {
            Self::Fixed(_) => false,
            Self::Window => true,
            Self::Calculated(calculated) => calculated.any(&|part| *part == Calculation::Window),
        }
    }

    /// The same with `window` wherever it says `$window`; fixed where nothing else is left to be known.
    #[must_use]
    pub fn with_window(&self, window: Duration) -> Self {
        match self {
            Self::Window => Self::Fixed(window),
            Self::Calculated(calculated) if self.uses_window() => {
                let mut filled = calculated.clone();
                filled.fill(window);
                let depends = filled.any(&|part| matches!(part, Calculation::Step | Calculation::Range));
                let times = Times { step: Duration::ZERO, range: Duration::ZERO };
                match filled.length(times, false) {
                    Ok(length) if !depends => Self::Fixed(length),
                    _ => Self::Calculated(filled),
                }
            }
            _ => self.clone(),
        }
    }

    /// Makes it fixed. `signed`: it may be zero or negative, as offsets may.
    fn fix(&mut self, times: Times, signed: bool) -> Result<(), Fault> {
        if let Self::Calculated(calculated) = self {
            *self = Self::Fixed(calculated.length(times, signed)?);
        }
        Ok(())
    }
}

impl Calculated {
    /// Whether something holds for it or for any part of it.
    fn any(&self, holds: &impl Fn(&Calculation) -> bool) -> bool {
        holds(&self.calculation)
            || match &self.calculation {
                Calculation::Unary(_, inner) | Calculation::Paren(inner) => inner.any(holds),
                Calculation::Binary(_, left, right)
                | Calculation::MinOf(left, right)
                | Calculation::MaxOf(left, right) => left.any(holds) || right.any(holds),
                _ => false,
            }
    }

    fn fill(&mut self, window: Duration) {
        match &mut self.calculation {
            Calculation::Window => self.calculation = Calculation::Duration(window),
            Calculation::Unary(_, inner) | Calculation::Paren(inner) => inner.fill(window),
            Calculation::Binary(_, left, right)
            | Calculation::MinOf(left, right)
            | Calculation::MaxOf(left, right) => {
                left.fill(window);
                right.fill(window);
            }
            _ => {}
        }
    }

    /// Its value in whole milliseconds, cut off below.
    fn length(&self, times: Times, signed: bool) -> Result<Duration, Fault> {
        let seconds = self.seconds(times)?;
        let fault = |message: &str| Err(Fault::new(self.span, message));
        if !seconds.is_finite() {
            return fault("duration is NaN or infinite");
        }
        if seconds <= 0.0 && !signed {
            return fault("duration must be greater than 0");
        }
        // As many nanoseconds as fit into 64 bits.
        if seconds.abs() > 9_223_372_036.854_776 {
            return fault("duration is out of range");
        }
        Ok(Duration::millis((seconds * 1000.0) as i64))
    }

    fn seconds(&self, times: Times) -> Result<f64, Fault> {
        Ok(match &self.calculation {
            Calculation::Number(value) => *value,
            Calculation::Duration(duration) => duration.as_secs(),
            Calculation::Window => return Err(Fault::new(self.span, "\"$window\" is not filled in here")),
            Calculation::Step => times.step.as_secs(),
            Calculation::Range => times.range.as_secs(),
            Calculation::Unary(UnaryOp::Plus, inner) | Calculation::Paren(inner) => inner.seconds(times)?,
            Calculation::Unary(UnaryOp::Minus, inner) => -inner.seconds(times)?,
            Calculation::MinOf(left, right) => either(left.seconds(times)?, right.seconds(times)?, f64::min),
            Calculation::MaxOf(left, right) => either(left.seconds(times)?, right.seconds(times)?, f64::max),
            Calculation::Binary(op, left, right) => {
                let (left, right) = (left.seconds(times)?, right.seconds(times)?);
                match op {
                    BinaryOp::Add => left + right,
                    BinaryOp::Sub => left - right,
                    BinaryOp::Mul => left * right,
                    BinaryOp::Div if right == 0.0 => return Err(Fault::new(self.span, "division by zero")),
                    BinaryOp::Div => left / right,
                    BinaryOp::Mod if right == 0.0 => return Err(Fault::new(self.span, "modulo by zero")),
                    BinaryOp::Mod => left % right,
                    BinaryOp::Pow => left.powf(right),
                    _ => {
                        let message = format!("\"{}\" does not calculate a duration", op.word());
                        return Err(Fault::new(self.span, message));
                    }
                }
            }
        })
    }
}

/// One of two values; not a number where either is none.
fn either(left: f64, right: f64, choose: impl Fn(f64, f64) -> f64) -> f64 {
    if left.is_nan() || right.is_nan() { f64::NAN } else { choose(left, right) }
}

impl Expr {
    /// Makes every range, step and offset fixed, for a query of this step (zero for an instant query) and this
    /// range (the time from its start to its end). What is `$window` stays so.
    ///
    /// # Errors
    /// A range or a step that is not longer than zero, a division by zero, or a length that no duration can hold.
    pub fn fix_durations(&mut self, step: Duration, range: Duration) -> Result<(), Fault> {
        let times = Times { step, range };
        let mut fault = None;
        self.rewrite(&mut |kind| {
            let fixed = match kind {
                ExprKind::Selector(selector) => selector.offset.fix(times, true),
                ExprKind::Range { selector, range } => {
                    selector.offset.fix(times, true).and_then(|()| range.fix(times, false))
                }
                ExprKind::Subquery { range, step, offset, .. } => offset
                    .fix(times, true)
                    .and_then(|()| step.as_mut().map_or(Ok(()), |step| step.fix(times, false)))
                    .and_then(|()| range.fix(times, false)),
                _ => Ok(()),
            };
            if let (None, Err(found)) = (&fault, fixed) {
                fault = Some(found);
            }
        });
        fault.map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ParseOptions, parse};
    use super::*;

    fn fixed(text: &str, step: Duration) -> Result<String, String> {
        let mut expr = parse(text, &ParseOptions::default()).expect(text);
        let place = |fault: Fault| format!("{}: {}", &text[fault.span.range()], fault.message);
        expr.fix_durations(step, Duration::hours(1)).map_err(place)?;
        Ok(expr.to_string())
    }

    #[test]
    fn lengths_become_fixed() {
        for (text, expected) in [
            ("x[2 * step() + 1m]", "x[1m30s]"),
            ("x[(range() / 7)]", "x[8m34s285ms]"),
            ("x[min_of(step(), 1m) ^ 2:max_of(step(), 1m)]", "x[3m45s:1m]"),
            ("x offset -step() + y offset (100 % 7s)", "x offset -15s + y offset 2s"),
            ("rate(sum(x offset (5m - 5m))[1h % 50m:])", "rate(sum(x)[10m:])"),
            ("x[-(-2)]", "x[2s]"),
        ] {
            assert_eq!(fixed(text, Duration::seconds(15)), Ok(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_length_is_refused() {
        for (text, expected) in [
            ("x[step()]", "step(): duration must be greater than 0"),
            ("x[5m - 6m]", "5m - 6m: duration must be greater than 0"),
            ("x[1h:(0)]", "(0): duration must be greater than 0"),
            ("x[1m / step()]", "1m / step(): division by zero"),
            ("x offset (1m % step())", "1m % step(): modulo by zero"),
            ("x[(-1) ^ 0.5]", "(-1) ^ 0.5: duration is NaN or infinite"),
            ("x offset (10 ^ 10)", "(10 ^ 10): duration is out of range"),
        ] {
            assert_eq!(fixed(text, Duration::ZERO), Err(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_window_in_a_calculation_is_filled_in() {
        let read = |text| parse(text, &ParseOptions { window: true }).unwrap();
        for (text, expected) in [
            ("x[2 * $window]", "x[2h]"),
            ("x[$window + step()]", "x[1h + step()]"),
            ("x[$window - 1h]", "x[1h - 1h]"),
            ("x[1h:max_of($window, 5m)]", "x[1h:1h]"),
        ] {
            assert!(read(text).uses_window(), "{text}");
            let filled = read(text).with_window(Duration::hours(1));
            assert_eq!(filled.to_string(), expected, "{text}");
            assert!(!filled.uses_window(), "{text}");
        }
    }

    #[test]
    fn lengths_are_added() {
        let minute = Duration::minutes(1);
        let offset =
            |text: &str| parse(text, &ParseOptions::default()).unwrap().selectors()[0].offset.clone();
        for (text, expected) in [("x", "1m"), ("x offset 5m", "6m"), ("x offset (step())", "(step()) + 1m")] {
            assert_eq!(offset(text).plus(minute).to_string(), expected, "{text}");
        }
    }
}
