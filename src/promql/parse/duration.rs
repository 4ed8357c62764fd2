//! Lengths of time: in brackets and after `offset`, written out or to be calculated.

use super::super::ast::{BinaryOp, UnaryOp};
use super::super::fault::Fault;
use super::super::length::{Calculated, Calculation, DurationExpr, LONGEST};
use super::super::lex::{Kind, Token};
use super::literal::is_duration;
use super::operator::TIGHTER_THAN_SIGN;
use super::{MAX_HEIGHT, Parsed, Parser, too_deep};
use crate::base::{Duration, Span};

/// What stands in brackets: a range and, after a colon, a step that may be left out.
type Bracketed = (DurationExpr, Option<Option<DurationExpr>>);

/// What begins a length of time, in words.
const LENGTH: &str = "a duration such as 5m";

/// A part of a calculation and how many parts stand above one another from it down.
struct Part {
    calculated: Calculated,
    height: usize,
}

impl Parser<'_> {
    /// `5m`, `1h:`, `1h:5m`, `step() * 2:step()`, up to the closing bracket.
    pub(super) fn bracketed(&mut self) -> Parsed<Bracketed> {
        let range = self.length()?;
        if self.eat(Kind::Colon).is_none() {
            return match self.peek().kind {
                Kind::RightBracket | Kind::End => Ok((range, None)),
                _ => self.unexpected("\":\" or \"]\""),
            };
        }
        if self.peek().kind == Kind::RightBracket {
            return Ok((range, Some(None)));
        }
        Ok((range, Some(Some(self.length()?))))
    }

    /// A length of time longer than zero.
    fn length(&mut self) -> Parsed<DurationExpr> {
        let part = self.parts(0)?;
        let span = part.calculated.span;
        let length = Self::settled(part.calculated);
        if length.fixed().is_some_and(|length| length <= Duration::ZERO) {
            self.note(Fault::new(span, "a length of time must be longer than zero"));
        }
        Ok(length)
    }

    /// What follows `offset`. Without brackets around it, that is a single part with its sign: `x offset 5m * 2` is
    /// twice what it was five minutes ago.
    pub(super) fn offset_duration(&mut self) -> Parsed<DurationExpr> {
        let signed = matches!(self.peek().kind, Kind::Operator(BinaryOp::Add | BinaryOp::Sub));
        let begin = self.peek_at(usize::from(signed));
        if begin.kind == Kind::Variable && self.text_of(begin) == "$window" {
            return self.window_in_offset(begin);
        }
        let goes_on =
            if signed { matches!(begin.kind, Kind::Operator(_)) } else { begin.kind == Kind::LeftParen };
        let part = if goes_on { self.parts(0)? } else { self.signed_part(Self::part)? };
        let length = Self::settled(part.calculated);
        if length.uses_window() { self.window_in_offset(begin) } else { Ok(length) }
    }

    fn window_in_offset<T>(&mut self, begin: Token) -> Parsed<T> {
        let fault = Fault::new(begin.span, "\"$window\" stands in brackets only");
        self.fault(fault.help("write a duration such as 5m after \"offset\""))
    }

    /// The length that a calculation is, where it is one number or one duration only.
    fn settled(calculated: Calculated) -> DurationExpr {
        match calculated.calculation {
            Calculation::Number(seconds) => {
                DurationExpr::Fixed(Duration::millis((seconds * 1000.0).round() as i64))
            }
            Calculation::Duration(length) => DurationExpr::Fixed(length),
            Calculation::Window => DurationExpr::Window,
            _ => DurationExpr::Calculated(Box::new(calculated)),
        }
    }

    /// Parts joined by operators that bind at least so tightly.
    fn parts(&mut self, tightness: u8) -> Parsed<Part> {
        let mut left = self.signed_part(|parser| parser.parts(TIGHTER_THAN_SIGN))?;
        while let Kind::Operator(op) = self.peek().kind
            && op.calculates_durations()
            && op.precedence() >= tightness
        {
            let token = self.bump();
            let tightness = op.precedence();
            let right = if op == BinaryOp::Pow {
                self.nested(|parser| parser.parts(tightness))?
            } else {
                self.parts(tightness + 1)?
            };
            let zero = match right.calculated.calculation {
                Calculation::Number(value) => value == 0.0,
                Calculation::Duration(length) => length == Duration::ZERO,
                _ => false,
            };
            if zero && matches!(op, BinaryOp::Div | BinaryOp::Mod) {
                let what = if op == BinaryOp::Div { "division" } else { "modulo" };
                self.note(Fault::new(token.span, format!("{what} by zero")));
            }
            let span = left.calculated.span.to(right.calculated.span);
            let below = left.height.max(right.height);
            let sides = (Box::new(left.calculated), Box::new(right.calculated));
            left = self.above(Calculation::Binary(op, sides.0, sides.1), span, below)?;
        }
        Ok(left)
    }

    /// A part with the sign before it, if one is. `signed` reads what a sign is for.
    fn signed_part(&mut self, signed: impl FnOnce(&mut Self) -> Parsed<Part>) -> Parsed<Part> {
        let op = match self.peek().kind {
            Kind::Operator(BinaryOp::Add) => UnaryOp::Plus,
            Kind::Operator(BinaryOp::Sub) => UnaryOp::Minus,
            _ => return self.part(),
        };
        let sign = self.bump();
        let part = self.nested(signed)?;
        let span = sign.span.to(part.calculated.span);
        let minus = op == UnaryOp::Minus;
        match part.calculated.calculation {
            // A sign before a number is a part of it.
            Calculation::Number(value) => {
                self.above(Calculation::Number(if minus { -value } else { value }), span, 0)
            }
            Calculation::Duration(length) => {
                self.above(Calculation::Duration(length * if minus { -1 } else { 1 }), span, 0)
            }
            _ => self.above(Calculation::Unary(op, Box::new(part.calculated)), span, part.height),
        }
    }

    /// `5m`, `300`, `$window`, `step()`, `range()`, `min_of(a, b)`, `max_of(a, b)`, `(a)`
    fn part(&mut self) -> Parsed<Part> {
        let token = self.peek();
        match token.kind {
            Kind::Variable => {
                self.window()?;
                self.above(Calculation::Window, token.span, 0)
            }
            Kind::LeftParen => {
                let open = self.bump();
                let inner = self.nested(|parser| parser.parts(0))?;
                let span = open.span.to(self.close(open, Kind::RightParen, ")")?);
                self.above(Calculation::Paren(Box::new(inner.calculated)), span, inner.height)
            }
            Kind::Word if self.is_keyword("step") || self.is_keyword("range") => {
                let calculation =
                    if self.is_keyword("step") { Calculation::Step } else { Calculation::Range };
                self.bump();
                let open = self.opening()?;
                let span = token.span.to(self.close(open, Kind::RightParen, ")")?);
                self.above(calculation, span, 0)
            }
            Kind::Word if self.is_keyword("min_of") || self.is_keyword("max_of") => {
                let choose = if self.is_keyword("min_of") { Calculation::MinOf } else { Calculation::MaxOf };
                self.bump();
                let open = self.opening()?;
                let left = self.nested(|parser| parser.parts(0))?;
                if self.eat(Kind::Comma).is_none() {
                    return self.unexpected("\",\" and a second duration");
                }
                let right = self.nested(|parser| parser.parts(0))?;
                let span = token.span.to(self.close(open, Kind::RightParen, ")")?);
                let sides = (Box::new(left.calculated), Box::new(right.calculated));
                self.above(choose(sides.0, sides.1), span, left.height.max(right.height))
            }
            _ => self.written_out(),
        }
    }

    /// A number or a duration.
    fn written_out(&mut self) -> Parsed<Part> {
        let token = self.peek();
        let Some(seconds) = self.eat_number() else {
            let window = self.options.window && self.is_keyword("window");
            return self.unexpected_with(LENGTH, window.then_some("write $window"));
        };
        let seconds = seconds?;
        // Not a number is no length either.
        let fits = seconds.abs() <= LONGEST.as_secs();
        if !fits {
            self.note(too_long(token.span));
        }
        let text = self.text_of(token);
        let calculation = match text.parse() {
            _ if !fits => Calculation::Number(1.0),
            Ok(length) if is_duration(text) => Calculation::Duration(length),
            _ => Calculation::Number(seconds),
        };
        self.above(calculation, token.span, 0)
    }

    /// The opening bracket of a call.
    fn opening(&mut self) -> Parsed<Token> {
        match self.eat(Kind::LeftParen) {
            Some(open) => Ok(open),
            None => self.unexpected("\"(\""),
        }
    }

    /// A part above others, the highest of which has `below` parts above one another.
    fn above(&mut self, calculation: Calculation, span: Span, below: usize) -> Parsed<Part> {
        if below >= MAX_HEIGHT {
            return self.halt(too_deep(span));
        }
        Ok(Part { calculated: Calculated { calculation, span }, height: below + 1 })
    }

    /// `$window`, where it is asked for.
    fn window(&mut self) -> Parsed<()> {
        let token = self.peek();
        let name = self.text_of(token);
        if name == "$window" && self.options.window {
            self.bump();
            return Ok(());
        }
        let fault = if name == "$window" {
            Fault::new(token.span, "\"$window\" is not filled in here")
        } else {
            Fault::new(token.span, format!("unknown variable \"{name}\""))
        };
        self.fault(fault.help(if self.options.window && name != "$window" {
            "write a duration such as 5m, or $window for the window that is evaluated"
        } else {
            "write a duration such as 5m"
        }))
    }
}

pub(super) fn too_long(span: Span) -> Fault {
    Fault::new(span, "a duration must be shorter than 292 years")
}
