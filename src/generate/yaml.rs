//! YAML as a person writes it: short maps on a line, long queries over several, quotes only where they are needed.

use std::fmt::{Display, Write as _};

use crate::promql::Expr;

/// Short maps and lists end before this column.
const WIDTH: usize = 110;

/// A value to be written.
pub(super) enum Yaml {
    /// Written as it stands: a number, or a word that cannot be misread.
    Word(String),
    /// A text, in quotes where it needs them; over several lines where it has several.
    Text(String),
    /// A text whose reader does not care for the end of its last line: a query.
    Query(String),
    /// Keys with values.
    Map(Map),
    /// Texts in a row, on one line.
    List(Vec<String>),
    /// Maps in a column, each below its comments.
    Items(Vec<(Map, Vec<String>)>),
}

/// Keys with values, in the order written.
pub(super) struct Map {
    entries: Vec<(String, Yaml)>,
    /// On one line, in braces, where there is room for it.
    flow: bool,
}

impl From<Map> for Yaml {
    fn from(map: Map) -> Self {
        Self::Map(map)
    }
}

/// A map of a line for each key.
pub(super) fn block() -> Map {
    Map { entries: Vec::new(), flow: false }
}

/// A map on one line.
pub(super) fn flow() -> Map {
    Map { entries: Vec::new(), flow: true }
}

impl Map {
    pub(super) fn field(mut self, key: &str, value: Yaml) -> Self {
        self.entries.push((key.to_owned(), value));
        self
    }

    /// A field that may be absent. A text that says nothing is absent.
    pub(super) fn optional(self, key: &str, value: Option<Yaml>) -> Self {
        match value {
            Some(Yaml::Text(text) | Yaml::Query(text)) if text.trim().is_empty() => self,
            Some(value) => self.field(key, value),
            None => self,
        }
    }

    /// A field whose map may have no keys.
    pub(super) fn unless_empty(self, key: &str, map: Self) -> Self {
        if map.entries.is_empty() { self } else { self.field(key, map.into()) }
    }

    /// Whether it has no keys.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

pub(super) fn word(word: impl Display) -> Yaml {
    Yaml::Word(word.to_string())
}

pub(super) fn text(text: &str) -> Yaml {
    Yaml::Text(text.to_owned())
}

/// Maps in a column, none of which has comments.
pub(super) fn items(maps: impl IntoIterator<Item = Map>) -> Yaml {
    Yaml::Items(maps.into_iter().map(|map| (map, Vec::new())).collect())
}

/// Texts by their keys, on one line where there is room.
pub(super) fn texts<'t>(texts: impl IntoIterator<Item = (&'t String, &'t String)>) -> Map {
    texts.into_iter().fold(flow(), |map, (key, value)| map.field(key, text(value)))
}

pub(super) fn list(texts: &[String]) -> Yaml {
    Yaml::List(texts.to_vec())
}

/// A query: on one line, or over several where it is long.
pub(super) fn query(query: &Expr) -> Yaml {
    // The first line sets the indentation of a block, so it has none itself.
    Yaml::Query(without_variables(query.pretty().trim_start()))
}

/// A text in which no dollar begins a variable: where the reader looks for variables, `${` and `$$` mean something else.
pub(super) fn without_variables(text: &str) -> String {
    let mut written = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        written.push(c);
        if c == '$' && matches!(rest.peek(), Some('$' | '{')) {
            written.push('$');
        }
    }
    written
}

/// Comment lines at an indentation.
pub(super) fn comments(lines: &[String], indent: usize, file: &mut String) {
    for line in lines.iter().flat_map(|line| line.lines()) {
        let line = format!("# {}", line.replace(|c| !is_seen(c), " "));
        indented(file, indent, line.trim_end());
    }
}

/// A document whose outermost value is a map.
pub(super) fn document(root: &Map, file: &mut String) {
    entries(root, 0, true, file);
}

/// An item of a column at an indentation.
pub(super) fn item(map: &Map, indent: usize, file: &mut String) {
    spaces(file, indent);
    file.push_str("- ");
    match flowing(map).filter(|line| line.len() + indent + 2 <= WIDTH) {
        Some(line) => _ = writeln!(file, "{line}"),
        None => entries(map, indent + 2, true, file),
    }
}

/// The keys of a map with their values; `begun` says whether what stands before the first is written already.
fn entries(map: &Map, indent: usize, mut begun: bool, file: &mut String) {
    for (key, value) in &map.entries {
        if !std::mem::take(&mut begun) {
            spaces(file, indent);
        }
        push_scalar(key, false, file);
        file.push(':');
        value_at(value, indent, file);
    }
}

/// The value of a key that stands at an indentation, and the end of its line.
fn value_at(value: &Yaml, indent: usize, file: &mut String) {
    match value {
        Yaml::Word(word) => _ = writeln!(file, " {word}"),
        Yaml::Text(text) if is_block(text) => {
            file.push_str(if text.ends_with('\n') { " |\n" } else { " |-\n" });
            lines(text, indent + 2, file);
        }
        Yaml::Query(text) if is_block(text) => {
            file.push_str(" |\n");
            lines(text, indent + 2, file);
        }
        Yaml::Text(text) | Yaml::Query(text) => {
            file.push(' ');
            push_scalar(text, false, file);
            file.push('\n');
        }
        Yaml::List(texts) => _ = writeln!(file, " {}", listed(texts)),
        Yaml::Map(map) => {
            let column = file.len() - file.rfind('\n').map_or(0, |end| end + 1);
            if let Some(line) = flowing(map).filter(|line| column + 1 + line.len() <= WIDTH) {
                _ = writeln!(file, " {line}");
            } else {
                file.push('\n');
                entries(map, indent + 2, false, file);
            }
        }
        Yaml::Items(items) if items.is_empty() => file.push_str(" []\n"),
        Yaml::Items(items) => {
            file.push('\n');
            for (i, (map, said)) in items.iter().enumerate() {
                if i > 0 && !map.flow {
                    file.push('\n');
                }
                comments(said, indent + 2, file);
                item(map, indent + 2, file);
            }
        }
    }
}

fn lines(text: &str, indent: usize, file: &mut String) {
    for line in text.lines() {
        indented(file, indent, line);
    }
}

fn indented(file: &mut String, indent: usize, line: &str) {
    if !line.is_empty() {
        spaces(file, indent);
        file.push_str(line);
    }
    file.push('\n');
}

fn spaces(file: &mut String, n: usize) {
    file.extend(std::iter::repeat_n(' ', n));
}

/// A map on one line, where it may be on one.
fn flowing(map: &Map) -> Option<String> {
    if map.flow { braced(map) } else { None }
}

/// A map in braces; nothing where a value needs lines of its own.
fn braced(map: &Map) -> Option<String> {
    let entry =
        |(key, value): &(String, Yaml)| in_line(value).map(|value| format!("{}: {value}", scalar(key, true)));
    let entries = map.entries.iter().map(entry).collect::<Option<Vec<_>>>()?;
    Some(format!("{{{}}}", entries.join(", ")))
}

/// A value inside braces; nothing where it needs lines of its own.
fn in_line(value: &Yaml) -> Option<String> {
    match value {
        Yaml::Word(word) => Some(word.clone()),
        Yaml::Text(text) | Yaml::Query(text) => (!is_block(text)).then(|| scalar(text, true)),
        Yaml::List(texts) => Some(listed(texts)),
        Yaml::Map(map) => braced(map),
        Yaml::Items(_) => None,
    }
}

/// Texts in brackets.
fn listed(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| scalar(text, true)).collect();
    format!("[{}]", texts.join(", "))
}

/// Whether a text of several lines can be written as such: it begins with a letter or the like, ends in one or in the end
/// of a line, and what is in it can be seen. Others are written on one line, with escapes.
fn is_block(text: &str) -> bool {
    text.contains('\n')
        && !text.starts_with(char::is_whitespace)
        && !text.strip_suffix('\n').unwrap_or(text).ends_with(char::is_whitespace)
        && text.chars().all(|c| c == '\n' || is_seen(c))
}

/// A text on one line, in the quotes that it needs; `flow` says whether it stands in braces or brackets.
fn scalar(text: &str, flow: bool) -> String {
    let mut written = String::new();
    push_scalar(text, flow, &mut written);
    written
}

fn push_scalar(text: &str, flow: bool, file: &mut String) {
    let (mut seen, mut plain) = (true, true);
    let mut before = ' ';
    for c in text.chars() {
        seen &= is_seen(c);
        plain &= match c {
            ' ' => before != ':',
            '#' => before != ' ',
            // Some readers take a question mark in brackets for the beginning of a key, wherever it stands.
            ',' | '[' | ']' | '{' | '}' | '?' => !flow,
            _ => true,
        };
        before = c;
    }
    if !seen || is_other_type(text) {
        double_quoted(text, file);
    } else if plain && has_plain_ends(text, flow) {
        file.push_str(text);
    } else {
        file.push('\'');
        for (i, part) in text.split('\'').enumerate() {
            file.push_str(if i > 0 { "''" } else { "" });
            file.push_str(part);
        }
        file.push('\'');
    }
}

/// Whether a character means itself in every kind of text: what cannot be seen, and what some readers take for the end of
/// a line, does not.
fn is_seen(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether any reader of YAML, of 1.1 too, may take the text for something else than a text: a number, true or false,
/// nothing, a date or a time. What begins like a number and has no other letters than numbers and times have is one.
fn is_other_type(text: &str) -> bool {
    const WORDS: [&str; 13] =
        ["~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "<<", "=", ".nan"];
    let number = text.trim_start_matches(['+', '-']);
    let digits = number.strip_prefix('.').unwrap_or(number);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
        && match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
            Some(hex) => hex.chars().all(|c| c.is_ascii_hexdigit() || c == '_'),
            None => digits.chars().all(|c| c.is_ascii_digit() || "_:+-. eEoObBtTzZ".contains(c)),
        };
    text.is_empty()
        || WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
        || number.eq_ignore_ascii_case(".inf")
        || is_number
}

/// Whether a text without quotes begins and ends in what cannot be taken for something else.
fn has_plain_ends(text: &str, flow: bool) -> bool {
    let mut chars = text.chars();
    let (first, second) = (chars.next().unwrap_or(' '), chars.next());
    let begins = match first {
        ':' if flow => false,
        '-' | '?' | ':' => second.is_some_and(char::is_alphanumeric),
        _ => !first.is_whitespace() && !",[]{}#&*!|>'\"%@`".contains(first),
    };
    let ends_in = |of: &[char]| text.ends_with(of);
    // Before a closing bracket a hyphen begins something, for some readers.
    let ends = !(ends_in(&[':']) || text.ends_with(char::is_whitespace) || flow && ends_in(&['-']));
    begins && ends && !text.starts_with("---") && !text.starts_with("...")
}

fn double_quoted(text: &str, file: &mut String) {
    file.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => file.extend(['\\', c]),
            '\n' => file.push_str("\\n"),
            '\t' => file.push_str("\\t"),
            '\r' => file.push_str("\\r"),
            _ if is_seen(c) => file.push(c),
            _ => _ = write!(file, "\\U{:08x}", u32::from(c)),
        }
    }
    file.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_stand_only_where_they_are_needed() {
        for (text, in_block, in_flow) in [
            ("checkout", "checkout", "checkout"),
            ("99.9%", "99.9%", "99.9%"),
            ("https://example.com/a?b=c#d", "https://example.com/a?b=c#d", "'https://example.com/a?b=c#d'"),
            ("https://example.com/a#d", "https://example.com/a#d", "https://example.com/a#d"),
            ("0b1", "\"0b1\"", "\"0b1\""),
            ("-0b_1", "\"-0b_1\"", "\"-0b_1\""),
            ("1_0e3", "\"1_0e3\"", "\"1_0e3\""),
            (".5", "\".5\"", "\".5\""),
            ("-.inf", "\"-.inf\"", "\"-.inf\""),
            ("190:20:30", "\"190:20:30\"", "\"190:20:30\""),
            (
                "2026-01-01 10:00:00 +02:00",
                "\"2026-01-01 10:00:00 +02:00\"",
                "\"2026-01-01 10:00:00 +02:00\"",
            ),
            ("0xF_F", "\"0xF_F\"", "\"0xF_F\""),
            ("5xx", "5xx", "5xx"),
            ("30d", "30d", "30d"),
            ("99.9% of 30d", "99.9% of 30d", "99.9% of 30d"),
            ("10m", "10m", "10m"),
            ("up{job=\"a\"}", "up{job=\"a\"}", "'up{job=\"a\"}'"),
            ("1", "\"1\"", "\"1\""),
            ("2026-11-16", "\"2026-11-16\"", "\"2026-11-16\""),
            ("No", "\"No\"", "\"No\""),
            ("it's", "it's", "it's"),
            ("'tis: so", "'''tis: so'", "'''tis: so'"),
            ("a: b", "'a: b'", "'a: b'"),
            ("a #b", "'a #b'", "'a #b'"),
            ("- a", "'- a'", "'- a'"),
            ("-a", "-a", "-a"),
            ("{a}", "'{a}'", "'{a}'"),
            ("a\tb\\", "\"a\\tb\\\\\"", "\"a\\tb\\\\\""),
            ("", "\"\"", "\"\""),
        ] {
            assert_eq!(
                (scalar(text, false).as_str(), scalar(text, true).as_str()),
                (in_block, in_flow),
                "{text}"
            );
        }
    }

    proptest::proptest! {
        /// Whatever a text is, it is read as it was meant, wherever it stands.
        #[test]
        fn every_text_is_read_as_it_was(
            one in any_text(), key in any_text(), list in proptest::collection::vec(any_text(), 0..4),
        ) {
            let inner = flow().field(&key, text(&one)).field(&format!("{key}'"), Yaml::List(list.clone()));
            let column = [block().field("a", text(&one)).field("b", text(&key)), block().field("c", text(&key))];
            let root = block().field(&key, text(&one)).field(&format!("{key}-"), inner.into());
            let mut file = String::new();
            document(&root.field(&format!("{key}:"), items(column)), &mut file);
            let read: serde_json::Value = serde_yaml::from_str(&file).map_err(|error| {
                proptest::test_runner::TestCaseError::fail(format!("{error}:\n{file}"))
            })?;
            proptest::prop_assert_eq!(
                read,
                serde_json::json!({
                    &key: &one,
                    format!("{key}-"): {&key: &one, format!("{key}'"): &list},
                    format!("{key}:"): [{"a": &one, "b": &key}, {"c": &key}],
                }),
                "{}", file
            );
        }
    }

    /// Texts, many of which YAML would read as something else.
    fn any_text() -> impl proptest::strategy::Strategy<Value = String> {
        use proptest::strategy::Strategy as _;
        let odd = "[-+~?:,{}\\[\\]#&*!|>'\"%@`.=<0-9a-zé\t\n\r \u{85}\u{2028}\u{feff}]{0,12}";
        let words = proptest::sample::select(vec![
            "null", "No", "1_000", "0x1F", "1:30", ".inf", "a: b", "a\n\nb\n", "a\n  b", "- x",
        ]);
        proptest::prop_oneof![odd, words.prop_map(str::to_owned), ".{0,40}"]
    }

    #[test]
    fn a_dollar_begins_no_variable() {
        for (text, written) in [
            ("x[$window]", "x[$window]"),
            ("a$|b", "a$|b"),
            ("${a}", "$${a}"),
            ("$$", "$$$"),
            ("$${", "$$$${"),
        ] {
            assert_eq!(without_variables(text), written);
        }
    }
}
