//! Variables: texts that a specification names once and uses often, as `${name}`.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::decode::At;
use super::document::LONGEST_TEXT;
use crate::base::{Span, nearest};
use crate::diag::{Code, quote};

/// The variables of a specification.
#[derive(Default)]
pub(super) struct Vars<'a> {
    /// Names with values; none where a fault of the value was said.
    defined: BTreeMap<&'a str, Option<&'a str>>,
    /// Those that no text has used yet, with the place of their names.
    unused: RefCell<BTreeMap<&'a str, Span>>,
}

/// A text in which variables were replaced.
pub(super) struct Filled {
    pub(super) text: String,
    pieces: Vec<Piece>,
}

/// A part of a filled text.
struct Piece {
    /// Where it begins in the filled text; it ends where the next one begins.
    start: usize,
    /// What it was in the text as written.
    written: Span,
    /// Whether it was written in the same characters, not as a variable.
    verbatim: bool,
}

impl<'a> Vars<'a> {
    /// Reads the map of variables.
    pub(super) fn read(at: &At<'a>) -> Option<Self> {
        let pairs = at.entries(|entry, value| {
            if !is_name(&entry.key) {
                let message = format!("{} cannot be the name of a variable", quote(&entry.key));
                let fault = value.fault_at(Code::Name, entry.key_span, message);
                return value.say(fault.help("use letters, digits and `_`"));
            }
            Some((entry.key.as_str(), constant(value), entry.key_span))
        })?;
        Some(Self {
            defined: pairs.iter().map(|(name, text, _)| (*name, *text)).collect(),
            unused: RefCell::new(pairs.into_iter().map(|(name, _, span)| (name, span)).collect()),
        })
    }

    /// Says which variables no text has used. `at` is any place of the document. Where an error was said, texts may not
    /// have been reached, so nothing is known.
    pub(super) fn say_unused(&self, at: &At) {
        if at.has_errors() {
            return;
        }
        for (name, span) in self.unused.borrow().iter() {
            let message = format!("the variable {} is not used", quote(name));
            let fault = at.fault_at(Code::UnusedVariable, *span, message);
            at.say::<()>(fault.help(format!("write `${{{name}}}` where it is meant, or remove it")));
        }
    }

    /// The text of a value with every `${name}` replaced and every `$$` as `$`. Other dollars (`$window`) stay.
    pub(super) fn fill(&self, at: &At) -> Option<Filled> {
        let source = at.text()?;
        let mut filled = Filled { text: String::new(), pieces: Vec::new() };
        let mut whole = true;
        let mut from = 0;
        while let Some(dollar) = source[from..].find('$').map(|found| from + found) {
            let rest = &source[dollar..];
            if rest.starts_with("$$") {
                filled.push(&source[from..=dollar], Span::new(from, dollar + 1), true);
                from = dollar + 2;
            } else if let Some(rest) = rest.strip_prefix("${") {
                filled.push(&source[from..dollar], Span::new(from, dollar), true);
                let name = rest.split('}').next().unwrap_or(rest);
                let end = source.len().min(dollar + "${}".len() + name.len());
                from = end;
                self.unused.borrow_mut().remove(name);
                match self.defined.get(name) {
                    // A few lines could stand for gigabytes.
                    Some(Some(value)) if filled.text.len() + value.len() > LONGEST_TEXT => {
                        return say_limit(
                            at,
                            Span::new(dollar, end),
                            "variables make the text longer than 100 kB",
                        );
                    }
                    Some(Some(value)) if !at.repeats(value.len()) => {
                        return say_limit(
                            at,
                            Span::new(dollar, end),
                            "variables repeat more than 2 MB in this file",
                        );
                    }
                    Some(Some(value)) => filled.push(value, Span::new(dollar, end), false),
                    Some(None) => whole = false,
                    None => {
                        self.say_unknown(at, name, Span::new(dollar, end));
                        whole = false;
                    }
                }
            } else {
                filled.push(&source[from..=dollar], Span::new(from, dollar + 1), true);
                from = dollar + 1;
            }
        }
        filled.push(&source[from..], Span::new(from, source.len()), true);
        whole.then_some(filled)
    }

    fn say_unknown(&self, at: &At, name: &str, part: Span) {
        let fault =
            at.fault_in(Code::UnknownVariable, part, format!("the variable {} is not defined", quote(name)));
        let known: Vec<&str> = self.defined.keys().copied().collect();
        at.say::<()>(fault.help(match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `${{{near}}}`?"),
            None if known.is_empty() => {
                "define it under `vars:` at the top, or write `$$` for a `$`".to_owned()
            }
            None => format!("defined under `vars`: {}", known.join(", ")),
        }));
    }
}

fn say_limit<T>(at: &At, part: Span, message: &str) -> Option<T> {
    at.say(at.fault_in(Code::Limit, part, message).help("shorten the variable, or split the file"))
}

/// The value of a variable: a text without variables.
fn constant<'a>(at: &At<'a>) -> Option<&'a str> {
    let text = at.text()?;
    let Some(start) = text.find("${") else { return Some(text) };
    let end = text[start..].find('}').map_or(text.len(), |length| start + length + 1);
    let fault = at.fault_in(Code::UnknownVariable, Span::new(start, end), "a variable cannot use variables");
    at.say(fault.help("write its value out"))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

impl Filled {
    fn push(&mut self, text: &str, written: Span, verbatim: bool) {
        self.pieces.push(Piece { start: self.text.len(), written, verbatim });
        self.text.push_str(text);
    }

    /// Where a part of the filled text was written, and whether it was written in just these characters. A part that
    /// comes from a variable was written where the variable is used.
    pub(super) fn written(&self, part: Span) -> (Span, bool) {
        let last_byte = part.end.saturating_sub(1).max(part.start);
        let (Some(first), Some(last)) = (self.piece(part.start), self.piece(last_byte)) else {
            return (Span::default(), false);
        };
        let from = if first.verbatim { part.start - first.start } else { 0 };
        let to = if last.verbatim { last.written.start + (part.end - last.start) } else { last.written.end };
        (Span::new(first.written.start + from, to), first.verbatim && last.verbatim)
    }

    /// The piece that holds a byte of the filled text.
    fn piece(&self, at: usize) -> Option<&Piece> {
        self.pieces.iter().rev().find(|piece| piece.start <= at)
    }
}
