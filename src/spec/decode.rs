//! A small kit for readers of documents. A reader is a function from a place ([`At`]) to a value; where there is no
//! value it has said why. No fault stops another reader, so all of them are found at once.

use std::cell::RefCell;

use super::document::{Document, Environment};
use super::node::{Entry, Kind, Node};
use super::places::places;
use super::vars::{Filled, FilledIn};
use crate::base::{Span, nearest};
use crate::diag::{Code, Diagnostic, Diagnostics, FileId, Files, Route, quote};

/// What is the same for all values of a document.
#[derive(Clone, Copy)]
struct Context<'a> {
    document: &'a Document<'a>,
    files: &'a Files,
    file: FileId,
    env: Environment<'a>,
    faults: &'a RefCell<Diagnostics>,
    /// What stands for the variables in its texts, in a dialect that has variables.
    filled: Option<&'a FilledIn>,
}

/// A value in a document, and the way that led there.
#[derive(Clone)]
pub(super) struct At<'a> {
    /// The value.
    pub(super) node: &'a Node,
    route: Route,
    context: &'a Context<'a>,
}

/// Reads a document from its root.
pub(super) fn read<T>(document: &Document, faults: &mut Diagnostics, read: impl FnOnce(&At) -> T) -> T {
    let said = RefCell::default();
    let Document { files, file, env, ref root, .. } = *document;
    let context = Context { document, files, file, env, faults: &said, filled: None };
    let value = read(&At { node: root, route: Route::default(), context: &context });
    faults.append(said.into_inner());
    value
}

/// Reads documents from their roots, all at once, since one may refer to another. Each root says its faults in its own
/// file.
pub(super) fn read_all<T>(
    documents: &[Document],
    faults: &mut Diagnostics,
    read: impl FnOnce(&[At]) -> T,
) -> T {
    let said: Vec<RefCell<Diagnostics>> = documents.iter().map(|_| RefCell::default()).collect();
    let mut contexts = Vec::new();
    for (document, faults) in documents.iter().zip(&said) {
        let Document { files, file, env, .. } = *document;
        contexts.push(Context { document, files, file, env, faults, filled: None });
    }
    let mut roots = Vec::new();
    for (document, context) in documents.iter().zip(&contexts) {
        roots.push(At { node: &document.root, route: Route::default(), context });
    }
    let value = read(&roots);
    for said in &said {
        faults.append(said.take());
    }
    value
}

impl<'a> At<'a> {
    fn child(&self, node: &'a Node, route: Route) -> Self {
        Self { node, route, ..self.clone() }
    }

    /// Reads the document again, in whose texts the variables were replaced.
    pub(super) fn filled_in<T>(&self, filled: &FilledIn, read: impl FnOnce(&At) -> T) -> T {
        let context = Context { filled: Some(filled), ..*self.context };
        read(&At { node: &filled.root, route: self.route.clone(), context: &context })
    }

    /// The variables of the environment.
    pub(super) fn env(&self) -> Environment<'a> {
        self.context.env
    }

    /// What was replaced in this value's text.
    pub(super) fn filling(&self) -> Option<&'a Filled> {
        self.context.filled?.of(self.node)
    }

    /// Whether its text holds something from the environment.
    pub(super) fn is_secret(&self) -> bool {
        self.filling().is_some_and(Filled::has_secrets)
    }

    /// A fault of this value.
    pub(super) fn fault(&self, code: Code, message: impl Into<String>) -> Diagnostic {
        self.fault_at(code, self.node.span, message)
    }

    /// A fault of some bytes in or near this value.
    pub(super) fn fault_at(&self, code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        let span = self.context.files.shown(self.file(), span);
        Diagnostic { route: self.route.clone(), ..Diagnostic::new(code, self.file(), span, message) }
    }

    /// A fault of some bytes of this value's text; of all of it where they cannot be found in the file.
    pub(super) fn fault_in(&self, code: Code, part: Span, message: impl Into<String>) -> Diagnostic {
        self.fault_at(code, self.written(part).unwrap_or(self.node.span), message)
    }

    /// Where some bytes of this value's text stand in the file.
    pub(super) fn written(&self, part: Span) -> Option<Span> {
        self.origin(part).map(|(span, _)| span)
    }

    /// Where some bytes of this value's text stand in the file, and whether they are written there in just these
    /// characters. What stands for a variable was written where the variable is used.
    pub(super) fn origin(&self, part: Span) -> Option<(Span, bool)> {
        let Kind::Scalar { text, style } = &self.node.kind else { return None };
        let (text, part, verbatim) = match self.filling() {
            Some(filled) => {
                let (written, verbatim) = filled.written(part);
                (&filled.source, written, verbatim)
            }
            None => (text, part, true),
        };
        let raw = self.context.files.text(self.file()).get(self.node.span.range())?;
        let places = places(raw, text, *style)?;
        let (start, end) = (*places.get(part.start)?, *places.get(part.end)?);
        // What follows may stand on a later line.
        let length = raw.get(start..end)?.trim_end().len();
        Some((Span::new(start, start + length).shifted(self.node.span.start), verbatim))
    }

    /// Whether a fault of this kind was said of this value.
    pub(super) fn was_told(&self, code: Code) -> bool {
        self.context.faults.borrow().of(code).any(|fault| fault.primary.span == self.node.span)
    }

    /// What is written in the file.
    fn raw(&self) -> &'a str {
        self.context.files.text(self.file()).get(self.node.span.range()).unwrap_or_default()
    }

    /// What stands for a map in a fault about something that is not there: its first key.
    pub(super) fn handle(&self) -> Span {
        self.node.entries().first().map_or(self.node.span, |entry| entry.key_span)
    }

    /// Whether an error was said of any value of the document.
    pub(super) fn has_errors(&self) -> bool {
        self.context.faults.borrow().has_errors()
    }

    /// Whether its file may repeat so many bytes more.
    pub(super) fn repeats(&self, bytes: usize) -> bool {
        self.context.document.repeats(bytes)
    }

    /// The file it stands in.
    pub(super) fn file(&self) -> FileId {
        self.context.file
    }

    /// The line on which it begins, counted from one.
    pub(super) fn line(&self) -> usize {
        self.context.files.position(self.file(), self.node.span.start).line
    }

    /// Says a fault; gives nothing, as the reader that found it will. What came from the environment may be a secret
    /// and is not repeated.
    pub(super) fn say<T>(&self, fault: Diagnostic) -> Option<T> {
        let fault = match self.context.filled {
            Some(filled) => filled.without_secrets(fault, self.node),
            None => fault,
        };
        self.context.faults.borrow_mut().push(fault);
        None
    }

    /// Says a fault that stops nothing.
    pub(super) fn warn(&self, fault: Diagnostic) {
        self.say::<()>(fault);
    }

    fn expected<T>(&self, what: &str, help: &str) -> Option<T> {
        let message = format!("expected {what}, found {}", self.node.what());
        self.say(self.fault(Code::WrongType, message).help(help))
    }

    /// The text of a value; numbers and `true` are read as they are written.
    pub(super) fn text(&self) -> Option<&'a str> {
        if self.context.filled.is_some_and(|filled| filled.failed(self.node)) {
            // Why was said when its variables were looked for.
            return None;
        }
        match self.node.text() {
            Some(text) if !text.trim().is_empty() => Some(text),
            Some(_) => self.say(
                self.fault(Code::Empty, "the text is empty")
                    .help("write something, or remove the field if it is not needed"),
            ),
            None => match &self.node.kind {
                Kind::List(_) => self.expected("a text", "write one value, without `[ ]` and without `- `"),
                // That a map is a key is said already: a text that begins with a placeholder.
                Kind::Map(_) if self.raw().starts_with("{{") => None,
                Kind::Map(_) => self.expected("a text", "write one value alone, in quotes if it holds `: `"),
                Kind::Scalar { .. } => {
                    self.expected("a text", "write it on the same line as the key, or remove the key")
                }
            },
        }
    }

    /// Visits every text in this value.
    pub(super) fn texts(&self, see: &mut impl FnMut(&At<'a>)) {
        match &self.node.kind {
            Kind::Scalar { .. } => see(self),
            Kind::List(nodes) => {
                for (index, node) in nodes.iter().enumerate() {
                    self.child(node, self.route.index(index)).texts(see);
                }
            }
            Kind::Map(entries) => {
                for entry in entries {
                    self.child(&entry.value, self.route.key(&entry.key)).texts(see);
                }
            }
        }
    }

    /// Remarks on this value.
    pub(super) fn remark(&self, code: Code, message: &str, help: &str) {
        self.say::<()>(self.fault(code, message).help(help));
    }

    /// The value of a field of a map, whatever else the map holds.
    pub(super) fn get(&self, name: &'static str) -> Option<Self> {
        Some(self.child(self.node.get(name)?, self.route.key(name)))
    }

    /// The elements, where it is a list; else none.
    pub(super) fn elements(&self) -> impl Iterator<Item = Self> {
        let nodes: &[Node] = if let Kind::List(nodes) = &self.node.kind { nodes } else { &[] };
        nodes.iter().enumerate().map(|(index, node)| self.child(node, self.route.index(index)))
    }

    /// The elements of a list, each read by `read`; those that could not be read are left out.
    pub(super) fn list<T>(&self, mut read: impl FnMut(&At<'a>) -> Option<T>) -> Option<Vec<T>> {
        let Kind::List(_) = &self.node.kind else {
            return self.expected("a list", "begin every element with `- `, or write `[a, b]`");
        };
        Some(self.elements().filter_map(|at| read(&at)).collect())
    }

    /// The same for a list of words, which is easily written without its brackets.
    pub(super) fn words<T>(&self, read: impl FnMut(&At<'a>) -> Option<T>) -> Option<Vec<T>> {
        let plain = |c: char| c.is_alphanumeric() || "_-., ".contains(c);
        match self.node.text().filter(|text| text.chars().all(plain)) {
            Some(text) => self.expected("a list", &format!("write `[{}]`", text.trim())),
            None => self.list(read),
        }
    }

    /// The elements of a list, each read by `read`; nothing where one could not be read.
    pub(super) fn all<T>(&self, mut read: impl FnMut(&At<'a>) -> Option<T>) -> Option<Vec<T>> {
        let mut whole = true;
        let elements = self.list(|at| {
            let element = read(at);
            whole &= element.is_some();
            element
        });
        elements.filter(|_| whole)
    }

    /// The entries of a map whose keys are free, each read by `read`; those that could not be read are left out.
    pub(super) fn entries<T>(&self, mut read: impl FnMut(&'a Entry, &At<'a>) -> Option<T>) -> Option<Vec<T>> {
        let entries = self.map_entries()?;
        let entry = |entry: &'a Entry| read(entry, &self.child(&entry.value, self.route.key(&entry.key)));
        Some(entries.iter().filter_map(entry).collect())
    }

    /// A map with known fields. Every field that `read` asks for is known; afterwards those that it did not ask for
    /// and those that it needed in vain are said.
    pub(super) fn fields<T>(&self, read: impl FnOnce(&mut Fields<'a, '_>) -> Option<T>) -> Option<T> {
        self.fields_and(false, read)
    }

    /// A map with known fields beside others that are free. Of those that `read` did not ask for, only what is probably
    /// misspelt is said.
    pub(super) fn open_fields<T>(&self, read: impl FnOnce(&mut Fields<'a, '_>) -> Option<T>) -> Option<T> {
        self.fields_and(true, read)
    }

    fn fields_and<T>(&self, open: bool, read: impl FnOnce(&mut Fields<'a, '_>) -> Option<T>) -> Option<T> {
        let entries = self.map_entries()?;
        let mut fields = Fields { at: self, entries, open, known: Vec::new(), missing: Vec::new() };
        let value = read(&mut fields);
        fields.finish();
        value
    }

    fn map_entries(&self) -> Option<&'a [Entry]> {
        match &self.node.kind {
            Kind::Map(entries) => Some(entries),
            _ => self
                .expected("a map", "write `key: value` on lines of their own, indented, or `{key: value}`"),
        }
    }
}

/// No more unknown fields of one map than this are said: the map is something else.
const MOST_UNKNOWN: usize = 50;

/// What is needed and not there: one of several fields, and how it is written.
struct Missing {
    names: Vec<&'static str>,
    help: String,
}

impl Missing {
    fn message(&self) -> String {
        match self.names.as_slice() {
            [name] => format!("`{name}` is missing"),
            names => format!("one of {} must be here", listed(names)),
        }
    }
}

fn listed(names: &[&'static str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The fields of a map while it is read.
pub(super) struct Fields<'a, 'at> {
    at: &'at At<'a>,
    entries: &'a [Entry],
    /// Whether others than the known ones may be there.
    open: bool,
    known: Vec<&'static str>,
    missing: Vec<Missing>,
}

impl<'a> Fields<'a, '_> {
    /// The value of a field, where it is there and says something.
    pub(super) fn find(&mut self, name: &'static str) -> Option<At<'a>> {
        if !self.known.contains(&name) {
            self.known.push(name);
        }
        let entry = self.entries.iter().find(|entry| entry.key == name)?;
        (!entry.value.is_null()).then(|| self.at.child(&entry.value, self.at.route.key(name)))
    }

    /// A field that may be absent.
    pub(super) fn optional<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&At<'a>) -> Option<T>,
    ) -> Option<T> {
        read(&self.find(name)?)
    }

    /// A field that must be there; `help` shows how it is written.
    pub(super) fn required<T>(
        &mut self,
        name: &'static str,
        help: &'static str,
        read: impl FnOnce(&At<'a>) -> Option<T>,
    ) -> Option<T> {
        let found = self.find(name);
        if found.is_none() {
            self.missing.push(Missing { names: vec![name], help: format!("write `{help}`") });
        }
        read(&found?)
    }

    /// A field that must be there where nothing stands for it; `help` shows how it is written.
    pub(super) fn required_unless<T>(
        &mut self,
        instead: Option<T>,
        name: &'static str,
        help: &'static str,
        read: impl FnOnce(&At<'a>) -> Option<T>,
    ) -> Option<T> {
        match (self.find(name), instead) {
            (Some(at), _) => read(&at),
            (None, Some(instead)) => Some(instead),
            (None, None) => {
                self.missing.push(Missing { names: vec![name], help: format!("write `{help}`") });
                None
            }
        }
    }

    /// The one of several fields that is there. None or several are a fault; `help` shows how one is written.
    pub(super) fn one_of(&mut self, names: &[&'static str], help: &str) -> Option<(&'static str, At<'a>)> {
        let mut found: Vec<_> =
            names.iter().filter_map(|name| self.find(name).map(|value| (*name, value))).collect();
        let written = || self.entries.iter().filter(|entry| names.contains(&entry.key.as_str()));
        let given: Vec<&Entry> = written().filter(|entry| !entry.value.is_null()).collect();
        let fault = match (given.as_slice(), written().next()) {
            ([_], _) => return found.pop(),
            ([first, second, ..], _) => {
                let message = format!("{} and {} exclude each other", quote(&first.key), quote(&second.key));
                self.at
                    .fault_at(Code::OneOf, second.key_span, message)
                    .also(self.at.file(), first.key_span, "the other one")
                    .help(format!("keep exactly one of {}", listed(names)))
            }
            ([], empty) => {
                let names = names.iter().copied().filter(|name| empty.is_none_or(|empty| empty.key == *name));
                self.missing.push(Missing { names: names.collect(), help: help.to_owned() });
                return None;
            }
        };
        self.at.say(fault)
    }

    /// Whether a field that will be said to be unknown is probably this one. What it would have said is not missing.
    pub(super) fn is_misspelt(&self, name: &'static str) -> bool {
        self.unknown().any(|entry| nearest(&entry.key, [name]).is_some())
    }

    /// The fields that were not asked for; the first of them where there are very many.
    fn unknown(&self) -> impl Iterator<Item = &'a Entry> {
        let unknown = |entry: &&Entry| !self.known.contains(&entry.key.as_str());
        self.entries.iter().filter(unknown).take(MOST_UNKNOWN)
    }

    /// The field that stands above an unknown one without a value: what belongs to it is perhaps not indented.
    fn empty_above(&self, unknown: &Entry) -> Option<&'static str> {
        let known = |entry: &&Entry| self.known.contains(&entry.key.as_str());
        let before = |entry: &&Entry| entry.key_span.start < unknown.key_span.start;
        let above = self.entries.iter().filter(before).rfind(known).filter(|entry| entry.value.is_null())?;
        self.known.iter().find(|name| **name == above.key).copied()
    }

    fn finish(self) {
        #[cfg(test)]
        asked::note(&self.at.route, &self.known, self.entries);
        let mut misspelt = Vec::new();
        let mut strange = Vec::new();
        for entry in self.unknown() {
            if let Some(above) = self.empty_above(entry).filter(|_| !self.open) {
                misspelt.push(above);
                self.say_unknown(
                    entry,
                    &format!("indent it further than `{above}`, which has no value, if it belongs there"),
                );
                continue;
            }
            match nearest(&entry.key, self.known.iter().copied()) {
                Some(name) => match self.entries.iter().find(|other| other.key == name) {
                    None => {
                        misspelt.push(name);
                        self.say_unknown(entry, &format!("did you mean `{name}`?"));
                    }
                    Some(_) if self.open => {}
                    // Two spellings of one field.
                    Some(other) => {
                        let line = self.at.context.files.position(self.at.file(), other.key_span.start).line;
                        let help = format!("`{name}` is already here, in line {line}; remove one of the two");
                        self.say_unknown(entry, &help);
                    }
                },
                None if self.open => {}
                None => strange.push(entry),
            }
        }
        let missing = |missing: &&Missing| !missing.names.iter().any(|name| misspelt.contains(name));
        let missing: Vec<&Missing> = self.missing.iter().filter(missing).collect();
        let absent = |missing: &&Missing| {
            !self.entries.iter().any(|entry| missing.names.contains(&entry.key.as_str()))
        };
        if let ([strange], [missing]) = (strange.as_slice(), missing.as_slice())
            && absent(missing)
        {
            // Most likely one mistake: the field under another name.
            self.say_unknown(strange, &format!("{}; if that is meant, {}", missing.message(), missing.help));
            return;
        }
        for entry in strange {
            self.say_unknown(entry, &format!("possible here: {}", self.known.join(", ")));
        }
        for missing in missing {
            let empty = self.entries.iter().find(|entry| missing.names.contains(&entry.key.as_str()));
            let (code, span, message) = match empty {
                Some(entry) => (Code::MissingField, entry.key_span, format!("`{}` has no value", entry.key)),
                None if missing.names.len() == 1 => (Code::MissingField, self.at.handle(), missing.message()),
                None => (Code::OneOf, self.at.handle(), missing.message()),
            };
            self.at.say::<()>(self.at.fault_at(code, span, message).help(missing.help.as_str()));
        }
    }

    fn say_unknown(&self, entry: &Entry, help: &str) {
        let message = format!("unknown field {}", quote(&entry.key));
        self.at.say::<()>(self.at.fault_at(Code::UnknownField, entry.key_span, message).help(help));
    }
}

/// Which fields readers ask for: what a schema must say.
#[cfg(test)]
pub(super) mod asked {
    use super::{Entry, RefCell, Route};

    /// A map that was read.
    pub(in crate::spec) struct Asked {
        pub(in crate::spec) route: String,
        pub(in crate::spec) known: Vec<&'static str>,
        pub(in crate::spec) written: Vec<String>,
    }

    thread_local! {
        static ASKED: RefCell<Vec<Asked>> = const { RefCell::new(Vec::new()) };
    }

    pub(super) fn note(route: &Route, known: &[&'static str], entries: &[Entry]) {
        let written = entries.iter().filter(|entry| !entry.value.is_null()).map(|entry| entry.key.clone());
        let asked = Asked { route: route.to_string(), known: known.to_vec(), written: written.collect() };
        ASKED.with_borrow_mut(|all| all.push(asked));
    }

    /// What was asked for on this thread since the last time.
    pub(in crate::spec) fn take() -> Vec<Asked> {
        ASKED.take()
    }
}
