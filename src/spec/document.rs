//! A YAML stream as documents: trees in which every key and value knows its bytes.
//!
//! Takes a file's text, gives [`Document`]s and the faults of the YAML itself. Must not know what a field means.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use saphyr_parser::{Event, Parser, ScanError};

use super::chars::Chars;
use super::node::{Entry, Kind, Node, Style};
use super::syntax::explain;
use crate::base::Span;
use crate::diag::{Code, Diagnostic, Diagnostics, FileId, Files, Quoted, quote};

/// The largest file that is read, in bytes; some two thousand objectives.
const LARGEST_FILE: usize = 1 << 20;
/// How many commas a file may have: the parser holds all of a `[…]` or `{…}` before it gives any of it, some kilobytes
/// for each comma.
const MOST_COMMAS: usize = 25_000;
/// How many tags (`!!str`) a file may have: each costs the parser more than a whole line. No specification needs one.
const MOST_TAGS: usize = 10_000;
/// The longest text of one value, in bytes.
pub(super) const LONGEST_TEXT: usize = 100_000;
/// How deep maps and lists may stand in one another.
const DEEPEST: usize = 64;
/// How much aliases and variables may add to a file, in bytes of text (every value counts as some bytes too).
const MOST_REPEATED: usize = 1 << 20;
/// After so many documents that are not YAML, the rest of a file is not read.
const MOST_BROKEN: usize = 20;
/// How many values a file may have.
const MOST_VALUES: usize = 100_000;
/// How many documents a file may have.
const MOST_DOCUMENTS: usize = 10_000;
/// What a value weighs beside its text, in bytes.
const NODE_WEIGHT: usize = 64;

/// Variables of the environment by their names, as they are handed in.
#[derive(Clone, Copy)]
pub struct Environment<'a>(pub &'a (dyn Fn(&str) -> Option<String> + Sync));

impl Environment<'_> {
    /// One in which nothing is set.
    pub const EMPTY: Environment<'static> = Environment(&|_| None);

    /// What a variable holds, where it is set.
    pub fn get(&self, name: &str) -> Option<String> {
        (self.0)(name)
    }
}

impl fmt::Debug for Environment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Environment")
    }
}

/// One document of a file.
#[derive(Debug, Clone)]
pub struct Document<'a> {
    /// All files.
    pub files: &'a Files,
    /// The file it stands in; every span counts the bytes of its text.
    pub file: FileId,
    /// The environment that its texts may ask for.
    pub env: Environment<'a>,
    /// The outermost value.
    pub(super) root: Node,
    /// What aliases and variables have added so far to the file that it stands in.
    repeated: Arc<AtomicUsize>,
}

/// What a document says of itself, by which a dialect knows its own.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// The text of `apiVersion`.
    pub api_version: Option<&'a str>,
    /// The text of `kind`.
    pub kind: Option<&'a str>,
    root: &'a Node,
}

impl<'a> Head<'a> {
    /// The text of any of its outermost fields.
    pub fn text(&self, field: &str) -> Option<&'a str> {
        self.root.get(field).and_then(Node::text)
    }

    /// Whether it has an outermost field.
    pub fn has(&self, field: &str) -> bool {
        self.root.get(field).is_some()
    }
}

impl Document<'_> {
    /// What it says of itself.
    pub fn head(&self) -> Head<'_> {
        let text = |field| self.root.get(field).and_then(Node::text);
        Head { api_version: text("apiVersion"), kind: text("kind"), root: &self.root }
    }

    /// Its file, and its first byte there.
    pub fn place(&self) -> (FileId, usize) {
        (self.file, self.start().start)
    }

    /// Whether so many bytes more may be repeated in its file.
    pub(super) fn repeats(&self, bytes: usize) -> bool {
        self.repeated.fetch_add(bytes, Ordering::Relaxed) + bytes <= MOST_REPEATED
    }

    /// The first bytes of it: its first key, or all of a root that has none.
    pub fn start(&self) -> Span {
        self.root.entries().first().map_or(self.root.span, |entry| entry.key_span)
    }
}

/// Reads the documents of a file, and its comments that silence warnings. After a fault of the YAML itself, goes on at the
/// next `---`.
pub(super) fn documents<'a>(
    files: &'a Files,
    file: FileId,
    env: Environment<'a>,
    faults: &mut Diagnostics,
) -> Vec<Document<'a>> {
    let text = files.text(file);
    if let Some(message) = too_large(text) {
        let fault = Diagnostic::new(Code::Limit, file, Span::new(0, 0), message);
        faults.push(fault.help("is this a specification at all? split it into several files if it is"));
        return Vec::new();
    }
    if let Some(at) = files.not_utf8(file) {
        // Nothing that is read there can be trusted.
        let message = "here the text is not UTF-8";
        let wide = text.starts_with("\u{fffd}\u{fffd}") && text.contains('\0');
        let help = match (wide, text.contains('\0')) {
            (true, _) => "save the file as UTF-8, not as UTF-16",
            (false, true) => "is this a text file? a specification is one, in UTF-8",
            (false, false) => "save the file as UTF-8",
        };
        faults.push(Diagnostic::new(Code::Syntax, file, Span::new(at, at + 3), message).help(help));
        return Vec::new();
    }
    let before = faults.len();
    let (mut roots, mut quoted) = (Vec::new(), Vec::new());
    let (mut start, mut taken) = (0, Taken::default());
    for _ in 0..MOST_BROKEN {
        let rest = text.get(start..).unwrap_or_default();
        let mut stream = Stream::new(files, rest, start, file, faults);
        stream.taken = taken;
        let stopped = stream.read(&mut roots);
        let unread = stream.reached;
        taken = stream.taken;
        quoted.append(&mut stream.quoted);
        let Err(stopped) = stopped else { break };
        // A line that begins with `---` begins a document, whatever stands before it.
        let mut marks = rest.match_indices("\n---").map(|(at, _)| start + at + 1);
        let next = marks.find(|mark| *mark >= stopped && *mark > start);
        // What was not read may hold texts.
        quoted.push(Quoted { span: Span::new(unread, next.unwrap_or(text.len())), begins: unread });
        let Some(next) = next else { break };
        start = next;
    }
    faults.read_silences(files, file, &quoted);
    roots.retain(|root| !root.is_null());
    if roots.is_empty() && faults.len() == before {
        faults.push(
            Diagnostic::new(Code::NoDocument, file, Span::new(0, 0), "the file holds no specification")
                .help("begin with `apiVersion: nines/v1`, `service:` and `slos:`, or remove the file"),
        );
    }
    let repeated = Arc::new(AtomicUsize::new(taken.repeated));
    let document = |root| Document { files, file, env, root, repeated: Arc::clone(&repeated) };
    roots.into_iter().map(document).collect()
}

/// What can be told of a text without reading it.
fn too_large(text: &str) -> Option<&'static str> {
    if text.len() > LARGEST_FILE {
        Some("the file is larger than 1 MB")
    } else if text.bytes().filter(|byte| *byte == b',').count() > MOST_COMMAS {
        Some("the file has more than 25,000 commas")
    } else if tags(text) > MOST_TAGS {
        Some("the file has more than 10,000 tags")
    } else {
        None
    }
}

/// How many marks could begin a tag: no operators of queries.
fn tags(text: &str) -> usize {
    let operators = text.matches("!=").count() + text.matches("!~").count();
    text.bytes().filter(|byte| *byte == b'!').count() - operators
}

/// A map or list that is not closed yet.
struct Open {
    span: Span,
    anchor: usize,
    parts: Parts,
}

enum Parts {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, key: Option<(Option<String>, Span)> },
}

/// A value that aliases can repeat.
struct Anchored {
    node: Node,
    weight: usize,
    height: usize,
}

/// What a file has taken of its limits.
#[derive(Default, Clone, Copy)]
struct Taken {
    values: usize,
    documents: usize,
    repeated: usize,
}

struct Stream<'a> {
    files: &'a Files,
    text: &'a str,
    /// Where `text` begins in the file.
    offset: usize,
    chars: Chars<'a>,
    file: FileId,
    faults: &'a mut Diagnostics,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Anchored>,
    taken: Taken,
    /// The texts that were read.
    quoted: Vec<Quoted>,
    /// Where the last part that could be read ends.
    reached: usize,
}

impl<'a> Stream<'a> {
    fn new(
        files: &'a Files,
        text: &'a str,
        offset: usize,
        file: FileId,
        faults: &'a mut Diagnostics,
    ) -> Self {
        Self {
            files,
            text,
            offset,
            chars: Chars::of(text),
            file,
            faults,
            open: Vec::new(),
            anchors: BTreeMap::new(),
            taken: Taken::default(),
            quoted: Vec::new(),
            reached: offset,
        }
    }

    /// Reads to the end, or to the place in the file where reading cannot go on.
    fn read(&mut self, roots: &mut Vec<Node>) -> Result<(), usize> {
        for event in Parser::new_from_str(self.text) {
            let (event, span) = event.map_err(|error| self.syntax(&error))?;
            let span = self.span(span);
            if let Some(root) = self.event(event, span)? {
                roots.push(root);
            }
            self.reached = self.reached.max(span.end);
        }
        Ok(())
    }

    fn span(&self, span: saphyr_parser::Span) -> Span {
        let byte = |marker: saphyr_parser::Marker| self.offset + self.chars.byte(marker.index());
        Span::new(byte(span.start), byte(span.end))
    }

    /// Takes one event; gives the root when a document's value is complete.
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<Option<Node>, usize> {
        self.taken.values += 1;
        if self.taken.values > MOST_VALUES {
            self.limit(span, "the file has more than 100,000 values", "split it into several files");
            // Nor is another document of it read.
            return Err(self.offset + self.text.len());
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), span);
                if text.len() > LONGEST_TEXT {
                    return Err(self.limit(span, "a text of more than 100 kB", "shorten it"));
                }
                let span = self.text_span(span, style);
                let node = Node { span, kind: Kind::Scalar { text: text.into_owned(), style } };
                self.keep(anchor, &node)?;
                return Ok(self.add(node));
            }
            Event::Alias(anchor) => return self.alias(anchor, span),
            Event::SequenceStart(anchor, tag) => {
                self.refuse_tag(tag.as_deref(), span);
                self.begin(span, anchor, Parts::List(Vec::new()))?;
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_tag(tag.as_deref(), span);
                let parts = Parts::Map { entries: Vec::new(), key: None };
                self.begin(span, anchor, parts)?;
            }
            Event::SequenceEnd | Event::MappingEnd => return self.end(span),
            Event::DocumentStart(_) => {
                self.taken.documents += 1;
                if self.taken.documents > MOST_DOCUMENTS {
                    self.limit(
                        span,
                        "the file has more than 10,000 documents",
                        "split it into several files",
                    );
                    return Err(self.offset + self.text.len());
                }
                self.anchors.clear();
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Ok(None)
    }

    fn begin(&mut self, span: Span, anchor: usize, parts: Parts) -> Result<(), usize> {
        if self.open.len() >= DEEPEST {
            return Err(self.limit(
                span,
                "maps and lists stand more than 64 deep in one another",
                "a specification needs about six levels",
            ));
        }
        self.open.push(Open { span, anchor, parts });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<Option<Node>, usize> {
        let Some(open) = self.open.pop() else { return Ok(None) };
        let kind = match open.parts {
            Parts::List(nodes) => Kind::List(nodes),
            Parts::Map { entries, .. } => Kind::Map(self.without_repeated_keys(entries)),
        };
        let whole = self.trimmed(open.span.to(span));
        let node = Node { kind, span: whole };
        self.keep(open.anchor, &node)?;
        Ok(self.add(node))
    }

    /// Puts a complete value where it belongs; gives it back where it is a document's root.
    fn add(&mut self, node: Node) -> Option<Node> {
        let file = self.file;
        let Some(open) = self.open.last_mut() else { return Some(node) };
        match &mut open.parts {
            Parts::List(nodes) => nodes.push(node),
            Parts::Map { entries, key } => match key.take() {
                None => *key = Some((key_name(&node, file, self.faults), node.span)),
                Some((Some(key), key_span)) => entries.push(Entry { key, key_span, value: node }),
                Some((None, _)) => {}
            },
        }
        None
    }

    /// Says which keys stand in a map more than once, and keeps the first of each.
    fn without_repeated_keys(&mut self, mut entries: Vec<Entry>) -> Vec<Entry> {
        let mut order: Vec<usize> = (0..entries.len()).collect();
        order.sort_by_key(|&at| &entries[at].key);
        if order.windows(2).all(|pair| entries[pair[0]].key != entries[pair[1]].key) {
            return entries;
        }
        let mut first = order[0];
        let mut repeated = vec![None; entries.len()];
        for &at in &order[1..] {
            if entries[at].key == entries[first].key {
                repeated[at] = Some(entries[first].key_span);
            } else {
                first = at;
            }
        }
        let mut first = repeated.into_iter();
        entries.retain(|entry| {
            let Some(first) = first.next().flatten() else { return true };
            let message = format!("{} stands twice in this map", quote(&entry.key));
            let fault = Diagnostic::new(Code::DuplicateKey, self.file, entry.key_span, message);
            self.faults
                .push(fault.also(self.file, first, "first here").help("remove one of the two, or rename it"));
            false
        });
        entries
    }

    /// Remembers a value that has an anchor.
    fn keep(&mut self, anchor: usize, node: &Node) -> Result<(), usize> {
        if anchor != 0 {
            let (weight, height) = measure(node);
            self.repeat(weight, node.span)?;
            self.anchors.insert(anchor, Anchored { node: node.clone(), weight, height });
        }
        Ok(())
    }

    /// Repeats a value that had an anchor. Its spans stay where it was written.
    fn alias(&mut self, anchor: usize, span: Span) -> Result<Option<Node>, usize> {
        let Some(found) = self.anchors.get(&anchor) else {
            let message = "the alias stands inside the value that it repeats";
            self.faults.push(
                Diagnostic::new(Code::Syntax, self.file, span, message)
                    .help("an alias `*name` can repeat a value only after that value has ended"),
            );
            return Err(span.end);
        };
        let (node, weight, height) = (found.node.clone(), found.weight, found.height);
        self.repeat(weight, span)?;
        if self.open.len() + height > DEEPEST {
            let help = "a specification needs about six levels";
            return Err(self.limit(span, "aliases stand more than 64 deep in one another", help));
        }
        Ok(self.add(node))
    }

    fn repeat(&mut self, weight: usize, span: Span) -> Result<(), usize> {
        self.taken.repeated += weight;
        if self.taken.repeated > MOST_REPEATED {
            let help = "write the values out, or use `vars` for texts that repeat";
            return Err(self.limit(span, "anchors and aliases repeat more than 1 MB", help));
        }
        Ok(())
    }

    fn refuse_tag(&mut self, tag: Option<&saphyr_parser::Tag>, span: Span) {
        let Some(tag) = tag else { return };
        let name = if tag.is_yaml_core_schema() { format!("!!{}", tag.suffix) } else { tag.to_string() };
        let message = format!("the YAML tag {} means nothing here", quote(&name));
        self.faults.push(
            Diagnostic::new(Code::Unsupported, self.file, span, message)
                .help("remove it; every value is read as the text it was written as"),
        );
    }

    fn limit(&mut self, span: Span, message: &str, help: &str) -> usize {
        self.faults.push(Diagnostic::new(Code::Limit, self.file, span, message).help(help));
        span.end
    }

    fn syntax(&mut self, error: &ScanError) -> usize {
        let stopped = self.chars.byte(error.marker().index());
        let (at, message, help) = explain(error.info(), self.text, stopped);
        let at = self.offset + at;
        let span = self.files.shown(self.file, Span::new(at, at));
        let mut fault = Diagnostic::new(Code::Syntax, self.file, span, message);
        fault.help = help;
        self.faults.push(fault);
        self.offset + stopped
    }

    /// The span of a text, remembered as a place for no comments. The parser counts a comment after a text in quotes to it.
    fn text_span(&mut self, span: Span, style: Style) -> Span {
        let mut span = self.trimmed(span);
        let raw = &self.text[span.start - self.offset..span.end - self.offset];
        if let Some(quoted) = quoted_length(raw, style) {
            span.end = span.start + quoted;
        }
        let before = &self.text[..span.start - self.offset];
        let begins = match style {
            Style::Literal | Style::Folded => (self.offset + before.trim_end().len()).saturating_sub(1),
            _ => span.start,
        };
        self.quoted.push(Quoted { span, begins });
        span
    }

    /// The span without white space at its end (the parser counts the lines after a block to it).
    fn trimmed(&self, span: Span) -> Span {
        let text = self.text.get(span.start - self.offset..span.end - self.offset).unwrap_or_default();
        Span::new(span.start, span.start + text.trim_end().len())
    }
}

/// How long a text in quotes is, its quotes among it.
fn quoted_length(raw: &str, style: Style) -> Option<usize> {
    let mut bytes = raw.bytes().enumerate().skip(1).peekable();
    while let Some((at, byte)) = bytes.next() {
        match (style, byte) {
            (Style::DoubleQuoted, b'\\') => drop(bytes.next()),
            (Style::SingleQuoted, b'\'') if bytes.next_if(|(_, next)| *next == b'\'').is_some() => {}
            (Style::DoubleQuoted, b'"') | (Style::SingleQuoted, b'\'') => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The name of a key; nothing, and a fault, where it is not a text or asks for a merge.
fn key_name(key: &Node, file: FileId, faults: &mut Diagnostics) -> Option<String> {
    let (message, help) = match &key.kind {
        Kind::Scalar { text, style: Style::Plain } if text == "<<" => (
            "the merge key `<<` is not read",
            "write the fields out, or repeat a whole map with `key: *name`",
        ),
        Kind::Scalar { text, .. } => return Some(text.clone()),
        Kind::Map(_) => {
            ("a key must be a text", "write `key: value`, or put a text that begins with `{{` in quotes")
        }
        Kind::List(_) => ("a key must be a text", "write `key: value`"),
    };
    faults.push(Diagnostic::new(Code::Unsupported, file, key.span, message).help(help));
    None
}

/// The weight of a value, and how many levels it has.
fn measure(node: &Node) -> (usize, usize) {
    let sum = |(weight, height): (usize, usize), child: &Node| {
        let (more, deeper) = measure(child);
        (weight + more, height.max(deeper + 1))
    };
    match &node.kind {
        Kind::Scalar { text, .. } => (NODE_WEIGHT + text.len(), 0),
        Kind::List(nodes) => nodes.iter().fold((NODE_WEIGHT, 1), sum),
        Kind::Map(entries) => entries.iter().fold((NODE_WEIGHT, 1), |so_far, entry| {
            let (weight, height) = sum(so_far, &entry.value);
            (weight + entry.key.len(), height)
        }),
    }
}
