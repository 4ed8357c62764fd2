//! Lengths of time to text.

use std::fmt::{self, Display, Formatter};

use super::super::ast::BinaryOp;
use super::super::length::{Calculated, Calculation, DurationExpr};
use super::brackets::SIGN;
use super::number;
use crate::base::Duration;

impl Display for DurationExpr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(duration) => duration.fmt(f),
            Self::Window => f.write_str("$window"),
            Self::Calculated(calculated) => calculated.fmt(f),
        }
    }
}

impl Display for Calculated {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let tightness = |part: &Self| match &part.calculation {
            Calculation::Binary(op, ..) => op.precedence(),
            Calculation::Unary(..) => SIGN,
            Calculation::Number(value) if value.is_sign_negative() => SIGN,
            Calculation::Duration(length) if *length < Duration::ZERO => SIGN,
            _ => u8::MAX,
        };
        match &self.calculation {
            Calculation::Number(value) => number(*value, f),
            Calculation::Duration(length) => length.fmt(f),
            Calculation::Window => f.write_str("$window"),
            Calculation::Step => f.write_str("step()"),
            Calculation::Range => f.write_str("range()"),
            Calculation::Unary(op, inner) => {
                f.write_str(op.word())?;
                // A number would take the sign as its own.
                let number = matches!(inner.calculation, Calculation::Number(_) | Calculation::Duration(_));
                operand(inner, number || tightness(inner) <= SIGN, f)
            }
            Calculation::Binary(op, left, right) => {
                let power = u8::from(*op == BinaryOp::Pow);
                operand(left, tightness(left) < op.precedence() + power, f)?;
                write!(f, " {} ", op.word())?;
                // A sign may open the right side of anything.
                let looser = tightness(right) != SIGN || matches!(right.calculation, Calculation::Binary(..));
                operand(right, looser && tightness(right) < op.precedence() + 1 - power, f)
            }
            Calculation::MinOf(left, right) => write!(f, "min_of({left}, {right})"),
            Calculation::MaxOf(left, right) => write!(f, "max_of({left}, {right})"),
            Calculation::Paren(inner) => operand(inner, true, f),
        }
    }
}

fn operand(part: &Calculated, brackets: bool, f: &mut Formatter<'_>) -> fmt::Result {
    if brackets { write!(f, "({part})") } else { part.fmt(f) }
}

/// Whether an operator stands outside all brackets.
pub(super) fn has_operator(calculated: &Calculated) -> bool {
    match &calculated.calculation {
        Calculation::Binary(..) => true,
        Calculation::Unary(_, inner) => has_operator(inner),
        _ => false,
    }
}

/// ` offset 5m`
pub(super) fn shifted(offset: &DurationExpr, f: &mut Formatter<'_>) -> fmt::Result {
    match offset {
        DurationExpr::Fixed(Duration::ZERO) => Ok(()),
        // Operators would be read as those of the selector.
        DurationExpr::Calculated(calculated) if has_operator(calculated) => {
            write!(f, " offset ({calculated})")
        }
        DurationExpr::Fixed(_) | DurationExpr::Window | DurationExpr::Calculated(_) => {
            write!(f, " offset {offset}")
        }
    }
}
