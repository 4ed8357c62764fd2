//! Variables: texts that a specification names once and uses often, as `${name}`, and those of the environment, as
//! `${env:NAME}`. They are replaced in every text of a document before it is read, so no reader hears of them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::decode::At;
use super::document::LONGEST_TEXT;
use super::node::Node;
use crate::base::{Span, nearest};
use crate::diag::{Code, Diagnostic, quote};

/// What names the environment in a variable.
const ENV: &str = "env:";

/// A value of the environment that is shorter than this cannot be a secret.
const SHORTEST_SECRET: usize = 4;

/// The variables of a specification.
#[derive(Default)]
pub(super) struct Vars<'a> {
    /// Names with values; none where a fault of the value was said.
    defined: BTreeMap<&'a str, Option<Filled>>,
    /// Those that no text has used yet, with the place of their names.
    unused: RefCell<BTreeMap<&'a str, Span>>,
}

/// A document in whose texts the variables were replaced.
pub(super) struct FilledIn {
    pub(super) root: Node,
    /// The texts that hold variables, by the byte at which they begin; none where a variable has no value.
    texts: BTreeMap<usize, Option<Filled>>,
    /// What came from the environment.
    foreign: BTreeSet<Foreign>,
}

/// A text in which variables were replaced.
#[derive(Clone)]
pub(super) struct Filled {
    pub(super) text: String,
    /// The text as written.
    pub(super) source: String,
    pieces: Vec<Piece>,
    /// How `$window` was written, where that was otherwise.
    window: Option<String>,
}

/// A part of a filled text.
#[derive(Clone)]
struct Piece {
    /// Where it begins in the filled text; it ends where the next one begins.
    start: usize,
    /// What it was in the text as written.
    written: Span,
    /// Whether it was written in the same characters, not as a variable.
    verbatim: bool,
    /// The variable of the environment that it came from, or would have.
    foreign: Option<Foreign>,
}

/// A variable of the environment.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Foreign {
    pub(super) name: String,
    pub(super) value: String,
    /// Whether the value is written in the specification, since the variable is not set.
    written: bool,
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
            // The environment may stand behind a variable, other variables may not.
            let text = value.text().and_then(|_| fill(value, &|name, part| constant(value, name, part)));
            Some((entry.key.as_str(), text, entry.key_span))
        })?;
        let unused = pairs.iter().map(|(name, _, span)| (*name, *span)).collect();
        let defined = pairs.into_iter().map(|(name, text, _)| (name, text)).collect();
        Some(Self { defined, unused: RefCell::new(unused) })
    }

    /// The document at `root` with every `${name}` replaced and every `$$` as `$`, in all texts but those of the field in
    /// which the variables themselves stand. Other dollars (`$window`) stay.
    pub(super) fn fill_in(&self, root: &At, but: &str) -> FilledIn {
        let own = root.node.get(but).map(|node| node.span);
        let is_other = |at: &At| !own.is_some_and(|own| holds(own, at.node));
        filled_in(root, &is_other, &|at, name, part| self.value(at, name, part))
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

    /// What stands for a variable of the specification.
    fn value(&self, at: &At, name: &str, part: Span) -> Option<Filled> {
        self.unused.borrow_mut().remove(name);
        if let Some(value) = self.defined.get(name) {
            return value.clone();
        }
        let message = format!("the variable {} is not defined", quote(name));
        let fault = at.fault_in(Code::UnknownVariable, part, message);
        let known: Vec<&str> = self.defined.keys().copied().collect();
        at.say(fault.help(match nearest(name, known.iter().copied()) {
            _ if name == "window" => "write `$window`, without braces".to_owned(),
            _ if at.env().get(name).is_some() => {
                format!("write `${{env:{name}}}` if the variable of the environment is meant")
            }
            Some(near) => format!("did you mean `${{{near}}}`?"),
            None if known.is_empty() => {
                "define it under `vars:` at the top, or write `$$` for a `$`".to_owned()
            }
            None => format!("defined under `vars`: {}", known.join(", ")),
        }))
    }
}

/// The document at `root` in which every `${NAME}` is a variable of the environment, in the texts below some of its fields.
pub(super) fn environment(root: &At, fields: &[&str]) -> FilledIn {
    let below: Vec<Span> =
        fields.iter().filter_map(|field| root.node.get(field)).map(|node| node.span).collect();
    let is_below = |at: &At| below.iter().any(|span| holds(*span, at.node));
    filled_in(root, &is_below, &|at, name, part| foreign(at, name, part))
}

/// The document at `root` with its variables replaced in the texts that `is_meant` tells.
fn filled_in(
    root: &At,
    is_meant: &dyn Fn(&At) -> bool,
    value: &dyn Fn(&At, &str, Span) -> Option<Filled>,
) -> FilledIn {
    let (mut texts, mut foreign) = (BTreeMap::new(), BTreeSet::new());
    root.texts(&mut |at| {
        let text = at.node.text().unwrap_or_default();
        if !is_meant(at) || !(text.contains("${") || text.contains("$$")) {
            return;
        }
        let filled = fill(at, &|name, part| value(at, name, part));
        let pieces = filled.iter().flat_map(|filled| &filled.pieces);
        let pieces = pieces.filter_map(|piece| piece.foreign.clone());
        foreign.extend(pieces.filter(|foreign| !foreign.written));
        texts.insert(at.node.span.start, filled);
    });
    let filled = |node: &Node| Some(texts.get(&node.span.start)?.as_ref()?.text.clone());
    let root = root.node.with_texts(&|node| node.text().and_then(|_| filled(node)));
    FilledIn { root, texts, foreign }
}

/// Whether a value stands in these bytes.
fn holds(span: Span, node: &Node) -> bool {
    span.start <= node.span.start && node.span.end <= span.end
}

/// A variable where none can be.
fn constant(at: &At, _: &str, part: Span) -> Option<Filled> {
    let fault = at.fault_in(Code::UnknownVariable, part, "a variable cannot use variables");
    at.say(fault.help("write its value out, or name one of the environment with `${env:NAME}`"))
}

/// The text of a value with its variables replaced; `value` gives what stands for one of them.
fn fill(at: &At, value: &dyn Fn(&str, Span) -> Option<Filled>) -> Option<Filled> {
    let source = at.node.text()?;
    let mut filled = Filled::new(source);
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
            let part = Span::new(dollar, end);
            let found = match name.strip_prefix(ENV) {
                Some(name) => foreign(at, name, part),
                None => value(name, part),
            };
            match found {
                // A few lines could stand for gigabytes.
                Some(value) if filled.text.len() + value.text.len() > LONGEST_TEXT => {
                    return say_limit(at, part, "variables make the text longer than 100 kB");
                }
                Some(value) if !at.repeats(value.text.len()) => {
                    return say_limit(at, part, "variables repeat more than 1 MB in this file");
                }
                Some(value) => filled.insert(&value, part),
                None => whole = false,
            }
        } else {
            filled.push(&source[from..=dollar], Span::new(from, dollar + 1), true);
            from = dollar + 1;
        }
    }
    filled.push(&source[from..], Span::new(from, source.len()), true);
    whole.then_some(filled)
}

fn say_limit<T>(at: &At, part: Span, message: &str) -> Option<T> {
    at.say(at.fault_in(Code::Limit, part, message).help("shorten the variable, or split the file"))
}

/// What stands for `${env:NAME}` or `${env:NAME:-instead}`. Nothing is not a value: a condition on a label would silently
/// mean another one.
fn foreign(at: &At, text: &str, part: Span) -> Option<Filled> {
    let (name, instead) = text.split_once(":-").map_or((text, None), |(name, instead)| (name, Some(instead)));
    if !is_name(name) {
        let message = match name {
            "" => "the variable of the environment has no name".to_owned(),
            name => format!("{} cannot be the name of a variable of the environment", quote(name)),
        };
        return at.say(at.fault_in(Code::UnknownVariable, part, message).help("write `${env:NAME}`"));
    }
    let says_something = |value: &String| !value.trim().is_empty();
    let (set, instead) = (at.env().get(name), instead.map(str::to_owned).filter(says_something));
    let is_set = set.is_some();
    let (value, written) = match (set.filter(says_something), instead) {
        (Some(value), _) => (value, false),
        (None, Some(instead)) => (instead, true),
        (None, None) => {
            let what = if is_set { "holds nothing" } else { "is not set" };
            let message = format!("the variable {} of the environment {what}", quote(name));
            let fault = at.fault_in(Code::UnknownVariable, part, message);
            let written = at.node.text().and_then(|text| text.get(part.range())).unwrap_or_default();
            if !written.contains(ENV) {
                // Other tools know nothing that could stand for it.
                return at.say(fault.help("set it"));
            }
            return at.say(fault.help(format!("set it, or say what stands for it: `${{{ENV}{name}:-…}}`")));
        }
    };
    let foreign = Some(Foreign { name: name.to_owned(), value: value.clone(), written });
    let pieces = vec![Piece { start: 0, written: Span::new(0, text.len()), verbatim: false, foreign }];
    Some(Filled { text: value, source: text.to_owned(), pieces, window: None })
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

impl Foreign {
    /// What stands for its value in a message.
    fn shown(&self) -> String {
        format!("${{{ENV}{}}}", self.name)
    }
}

impl FilledIn {
    /// What was replaced in a text.
    pub(super) fn of(&self, node: &Node) -> Option<&Filled> {
        node.text()?;
        self.texts.get(&node.span.start)?.as_ref()
    }

    /// Whether a text has a variable without a value.
    pub(super) fn failed(&self, node: &Node) -> bool {
        node.text().is_some() && matches!(self.texts.get(&node.span.start), Some(None))
    }

    /// A fault that repeats no value of the environment, and no quoted part of one that stands in `node`, the value at
    /// fault.
    pub(super) fn without_secrets(&self, mut fault: Diagnostic, node: &Node) -> Diagnostic {
        if self.foreign.is_empty() {
            return fault;
        }
        let own = self.of(node).filter(|filled| filled.has_secrets());
        let told = |text: &str| {
            let text = own.map_or_else(|| text.to_owned(), |own| without_parts(text, own));
            let secrets = self.foreign.iter().filter(|foreign| foreign.value.len() >= SHORTEST_SECRET);
            secrets.fold(text, |text, foreign| text.replace(&foreign.value, &foreign.shown()))
        };
        fault.message = told(&fault.message);
        fault.help = fault.help.map(|help| match own {
            Some(own) if proposes(&help, own) => {
                "set the variable of the environment to a value that fits here".to_owned()
            }
            _ => told(&help),
        });
        fault.query = fault.query.filter(|query| told(&query.text) == query.text);
        fault
    }
}

/// Whether what a help proposes is made of what came from the environment: its letters or its digits with other signs
/// between them.
fn proposes(help: &str, text: &Filled) -> bool {
    let plain = |text: &str| {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>()
    };
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let of = |secret: &str, part: &str| {
        let (secret, part, numbers) = ((plain(secret), digits(secret)), plain(part), digits(part));
        part.contains(&secret.0)
            || (part.len() >= SHORTEST_SECRET && secret.0.contains(&part))
            || (!numbers.is_empty() && secret.1.contains(&numbers))
    };
    let mut secrets = text.foreign().filter(|foreign| !foreign.written && !plain(&foreign.value).is_empty());
    secrets.any(|foreign| help.split('`').skip(1).step_by(2).any(|part| of(&foreign.value, part)))
}

/// A message about a text, whose quotes of what came from the environment are quotes of what was written.
fn without_parts(message: &str, text: &Filled) -> String {
    let message = message.replace(&quote(text.text.trim()), &quote(text.source.trim()));
    let mut parts: Vec<String> = message.split('`').map(str::to_owned).collect();
    for part in parts.iter_mut().skip(1).step_by(2) {
        let is_of = |value: &str| !part.is_empty() && value.contains(part.trim_end_matches('…'));
        if let Some(foreign) = text.foreign().find(|foreign| !foreign.written && is_of(&foreign.value)) {
            *part = foreign.shown();
        }
    }
    parts.join("`")
}

impl Filled {
    fn new(source: &str) -> Self {
        Self { text: String::new(), source: source.to_owned(), pieces: Vec::new(), window: None }
    }

    /// A text in which nothing is replaced.
    pub(super) fn verbatim(text: &str) -> Self {
        let mut filled = Self::new(text);
        filled.push(text, Span::new(0, text.len()), true);
        filled
    }

    /// The variables of the environment in it.
    pub(super) fn foreign(&self) -> impl Iterator<Item = &Foreign> {
        self.pieces.iter().filter_map(|piece| piece.foreign.as_ref())
    }

    /// Whether anything in it came from the environment.
    pub(super) fn has_secrets(&self) -> bool {
        self.foreign().any(|foreign| !foreign.written)
    }

    /// A text in which placeholders are replaced: `find` gives the next one in a text, as its bytes and what stands for it.
    pub(super) fn replacing(source: &str, find: impl Fn(&str) -> Option<(Span, &'static str)>) -> Self {
        let mut filled = Self::new(source);
        let mut from = 0;
        while let Some((found, instead)) = find(&source[from..]) {
            let (start, end) = (from + found.start, from + found.end);
            if instead == "$window" {
                filled.window.get_or_insert_with(|| source[start..end].to_owned());
            }
            filled.push(&source[from..start], Span::new(from, start), true);
            filled.push(instead, Span::new(start, end), false);
            from = end;
        }
        filled.push(&source[from..], Span::new(from, source.len()), true);
        filled
    }

    /// What is said of the filled text, in the words that its writer knows.
    pub(super) fn told(&self, message: &str) -> String {
        match &self.window {
            Some(written) => message.replace("$window", written),
            None => message.to_owned(),
        }
    }

    fn push(&mut self, text: &str, written: Span, verbatim: bool) {
        self.pieces.push(Piece { start: self.text.len(), written, verbatim, foreign: None });
        self.text.push_str(text);
    }

    /// Adds what stands for a variable that was written at `written`.
    fn insert(&mut self, value: &Self, written: Span) {
        let foreign = value.foreign().next().cloned();
        self.pieces.push(Piece { start: self.text.len(), written, verbatim: false, foreign });
        self.text.push_str(&value.text);
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

    /// Whether a part of the filled text comes from one place: not half from a variable and half from what is around it.
    pub(super) fn is_of_one_piece(&self, part: Span) -> bool {
        let piece = |at| self.piece(at).map(|piece| piece.start);
        piece(part.start) == piece(part.end.saturating_sub(1).max(part.start))
    }

    /// The piece that holds a byte of the filled text.
    fn piece(&self, at: usize) -> Option<&Piece> {
        self.pieces.iter().rev().find(|piece| piece.start <= at)
    }
}
