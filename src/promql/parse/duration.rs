//! Lengths of time: in brackets and after `offset`.

use super::super::ast::BinaryOp;
use super::super::fault::Fault;
use super::super::length::{DurationExpr, LONGEST};
use super::super::lex::Kind;
use super::{Parsed, Parser, unsupported};
use crate::base::{Duration, Span};

/// What stands in brackets: a range and, after a colon, a step that may be left out.
type Bracketed = (DurationExpr, Option<Option<DurationExpr>>);

impl Parser<'_> {
    /// `5m`, `1h:`, `1h:5m`, up to the closing bracket.
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
        let token = self.peek();
        let length = match token.kind {
            Kind::Variable => self.window()?,
            Kind::Operator(BinaryOp::Sub)
                if self.peek_at(1).kind == Kind::Number
                    && matches!(self.peek_at(2).kind, Kind::RightBracket | Kind::Colon) =>
            {
                let span = token.span.to(self.peek_at(1).span);
                return self.fault(Fault::new(span, "a length of time must be longer than zero"));
            }
            Kind::Number => {
                let duration = self.duration()?;
                if duration == Duration::ZERO {
                    self.note(Fault::new(token.span, "a length of time must be longer than zero"));
                }
                DurationExpr::Fixed(duration)
            }
            _ if self.at_calculation() => return Ok(self.calculation()),
            _ => return self.unexpected("a duration such as 5m"),
        };
        let goes_on = matches!(self.peek().kind, Kind::Operator(_));
        Ok(if goes_on { self.calculation() } else { length })
    }

    /// What follows `offset`.
    pub(super) fn offset_duration(&mut self) -> Parsed<Duration> {
        let sign = match self.peek().kind {
            Kind::Operator(BinaryOp::Sub) => -1,
            Kind::Operator(BinaryOp::Add) => 1,
            _ => 0,
        };
        if sign != 0 {
            self.bump();
        }
        match self.peek().kind {
            Kind::Number => Ok(self.duration()? * if sign < 0 { -1 } else { 1 }),
            Kind::Variable if self.text_of(self.peek()) == "$window" => {
                let fault = Fault::new(self.peek().span, "\"$window\" stands in brackets only");
                self.fault(fault.help("write a duration such as 5m after \"offset\""))
            }
            Kind::Word | Kind::LeftParen if self.at_calculation() => {
                self.note_calculation();
                while self.peek().kind == Kind::Word {
                    self.bump();
                }
                if self.peek().kind == Kind::LeftParen {
                    let open = self.bump();
                    self.skip_to(&[Kind::RightParen]);
                    self.close(open, Kind::RightParen, ")")?;
                }
                Ok(Duration::ZERO)
            }
            _ => self.unexpected("a duration such as 5m"),
        }
    }

    /// A duration or a number of seconds.
    fn duration(&mut self) -> Parsed<Duration> {
        let token = self.peek();
        let seconds = match self.eat_number() {
            Some(seconds) => seconds?,
            None => return self.unexpected("a duration such as 5m"),
        };
        // Exact where it is written with units.
        let millis = match self.text_of(token).parse::<Duration>() {
            Ok(duration) => duration.as_millis(),
            Err(_) => (seconds * 1000.0).round() as i64,
        };
        if millis.unsigned_abs() > LONGEST.as_millis().unsigned_abs() {
            self.note(too_long(token.span));
        }
        Ok(Duration::millis(millis.min(LONGEST.as_millis())))
    }

    /// `$window`, where it is asked for.
    fn window(&mut self) -> Parsed<DurationExpr> {
        let token = self.peek();
        let name = self.text_of(token);
        if name == "$window" && self.options.window {
            self.bump();
            return Ok(DurationExpr::Window);
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

    /// Whether something to be calculated is next: `(5m * 2)`, `step()`, `-range()`, `max_of(5m, step())`.
    fn at_calculation(&self) -> bool {
        match self.peek().kind {
            Kind::LeftParen | Kind::Operator(_) => true,
            Kind::Word => ["step", "range", "max_of", "min_of"].iter().any(|word| self.is_keyword(word)),
            _ => false,
        }
    }

    fn note_calculation(&mut self) {
        let fault = unsupported(self.peek().span, "duration expressions are");
        self.note(fault.help("write the duration out, such as 1h30m"));
    }

    /// A duration to be calculated, inside brackets: known, not supported.
    fn calculation(&mut self) -> DurationExpr {
        self.note_calculation();
        self.skip_to(&[Kind::Colon, Kind::RightBracket]);
        DurationExpr::Fixed(Duration::seconds(1))
    }
}

pub(super) fn too_long(span: Span) -> Fault {
    Fault::new(span, "a duration must be shorter than 292 years")
}
