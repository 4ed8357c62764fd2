//! Numbers, durations that stand for numbers, and strings.

use std::borrow::Cow;

use super::super::ast::ExprKind;
use super::super::fault::Fault;
use super::super::length::LONGEST;
use super::super::lex::{Kind, Token};
use super::super::quote::unquote;
use super::duration::too_long;
use super::{Parsed, Parser, Tree};
use crate::base::Duration;

impl Parser<'_> {
    /// A number, `Inf`, `NaN` or a duration, which reads as its seconds, if it is next.
    pub(super) fn eat_number(&mut self) -> Option<Parsed<f64>> {
        let token = self.peek();
        let value = match token.kind {
            Kind::Word if self.is_keyword("inf") => f64::INFINITY,
            Kind::Word if self.is_keyword("nan") => f64::NAN,
            Kind::Number => match number(self.text_of(token), token) {
                Ok(value) => value,
                Err(fault) => {
                    let stopped = self.fault(fault);
                    self.bump();
                    return Some(stopped);
                }
            },
            _ => return None,
        };
        self.bump();
        Some(Ok(value))
    }

    /// A number as an operand, if one is next. A faulty one is a single token: what follows it can still be read.
    pub(super) fn number_literal(&mut self) -> Option<Tree> {
        let token = self.peek();
        let value = self.eat_number()?.unwrap_or_default();
        Some(Self::leaf(
            match self.text_of(token).parse() {
                Ok(length) if token.kind == Kind::Number && is_duration(self.text_of(token)) => {
                    ExprKind::Duration(length)
                }
                _ => ExprKind::Number(value),
            },
            token.span,
        ))
    }

    pub(super) fn string_literal(&mut self) -> Parsed<Tree> {
        let span = self.peek().span;
        let text = self.string()?;
        Ok(Self::leaf(ExprKind::String(text), span))
    }

    /// The quoted text that is next, resolved.
    pub(super) fn string(&mut self) -> Parsed<String> {
        let token = self.peek();
        if token.kind != Kind::String {
            let hint = matches!(token.kind, Kind::Word | Kind::Number)
                .then(|| format!("write \"{}\"", self.text_of(token)));
            return self.unexpected_with("a string in quotes", hint);
        }
        match unquote(self.text_of(token)) {
            Ok(text) => {
                self.bump();
                Ok(text)
            }
            Err(reason) => {
                self.note(Fault::new(token.span, reason).help("backslashes are taken as they are in `...`"));
                self.bump();
                Ok(String::new())
            }
        }
    }
}

/// Whether what begins with a digit has a unit at its end.
pub(super) fn is_duration(text: &str) -> bool {
    !text.starts_with("0x") && !text.starts_with("0X") && text.ends_with(['s', 'm', 'h', 'd', 'w', 'y'])
}

/// A whole number without the underscores that part its digits; nothing where one stands elsewhere.
fn without_underscores(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('_') {
        return Some(Cow::Borrowed(text));
    }
    let (prefix, digits) = match text.get(..2) {
        Some("0x" | "0X") => text.split_at(2),
        _ => ("", text),
    };
    let hexadecimal = !prefix.is_empty();
    let is_digit = |digit: char| if hexadecimal { digit.is_ascii_hexdigit() } else { digit.is_ascii_digit() };
    // Right after the prefix one may stand, too.
    let digits = digits.strip_prefix('_').filter(|_| hexadecimal).unwrap_or(digits);
    let valid = digits.split('_').all(|group| !group.is_empty() && group.chars().all(is_digit));
    valid.then(|| Cow::Owned(format!("{prefix}{}", digits.replace('_', ""))))
}

/// The value of a number or a duration.
fn number(text: &str, token: Token) -> Result<f64, Fault> {
    let fault = |message: String| Err(Fault::new(token.span, message));
    let Some(plain) = without_underscores(text) else {
        return fault(format!("\"{text}\" is not a number: an underscore stands between two digits only"));
    };
    let text = plain.as_ref();
    let too_large = || fault(format!("\"{text}\" is too large a number"));
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return match i64::from_str_radix(digits, 16) {
            Ok(value) => Ok(value as f64),
            Err(_) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                too_large()
            }
            Err(_) => fault(format!("\"{text}\" is not a hexadecimal number")),
        };
    }
    // Whole numbers with a leading zero are octal where they can be, as in Go.
    if text.len() > 1 && text.starts_with('0') && text.bytes().all(|byte| matches!(byte, b'0'..=b'7')) {
        return i64::from_str_radix(text, 8).map_or_else(|_| too_large(), |value| Ok(value as f64));
    }
    if let Ok(value) = text.parse::<f64>() {
        return if value.is_finite() { Ok(value) } else { too_large() };
    }
    match text.parse::<Duration>() {
        Ok(duration) if duration > LONGEST => Err(too_long(token.span)),
        Ok(duration) => Ok(duration.as_secs()),
        Err(_) => Err(Fault::new(token.span, format!("\"{text}\" is neither a number nor a duration"))
            .help("durations are whole numbers with units from large to small, such as 30d, 1h30m or 500ms")),
    }
}
