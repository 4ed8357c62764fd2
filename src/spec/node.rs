use crate::base::Span;
pub(super) use saphyr_parser::ScalarStyle as Style;

/// A value of a YAML document with the bytes it was written in.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// What it is.
    pub(super) kind: Kind,
    /// Where it stands. For a block text: its lines, without the `|` or `>` before them.
    pub(super) span: Span,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// A text; what it means (number, duration, query) is for its reader to say, so `1.10` stays `1.10`.
    Scalar {
        /// The text without quotes, escapes and folds.
        text: String,
        /// How it was written.
        style: Style,
    },
    /// Keys with values, in the order written, no key twice.
    Map(Vec<Entry>),
    /// Values in a row.
    List(Vec<Node>),
}

/// A key with its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The key.
    pub(super) key: String,
    /// Where the key stands.
    pub(super) key_span: Span,
    /// The value.
    pub(super) value: Node,
}

impl Node {
    /// The entries, where it is a map; else none.
    pub(super) fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The value under a key, where it is a map that has it.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The text, where it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } if !self.is_null() => Some(text),
            _ => None,
        }
    }

    /// The same with other texts: `other` gives one for a text, or nothing where it stays.
    pub(super) fn with_texts(&self, other: &impl Fn(&Self) -> Option<String>) -> Self {
        let kind = match &self.kind {
            Kind::Scalar { text, style } => {
                Kind::Scalar { text: other(self).unwrap_or_else(|| text.clone()), style: *style }
            }
            Kind::List(nodes) => Kind::List(nodes.iter().map(|node| node.with_texts(other)).collect()),
            Kind::Map(entries) => Kind::Map(
                entries
                    .iter()
                    .map(|entry| Entry {
                        key: entry.key.clone(),
                        key_span: entry.key_span,
                        value: entry.value.with_texts(other),
                    })
                    .collect(),
            ),
        };
        Self { kind, span: self.span }
    }

    /// Whether it is a list, and of maps alone.
    pub(super) fn is_list_of_maps(&self) -> bool {
        matches!(&self.kind, Kind::List(nodes) if !nodes.is_empty() && nodes.iter().all(|node| matches!(node.kind, Kind::Map(_))))
    }

    /// Whether it is a list without elements.
    pub(super) fn is_empty_list(&self) -> bool {
        matches!(&self.kind, Kind::List(nodes) if nodes.is_empty())
    }

    /// Whether it is YAML's nothing: an empty place, `~` or `null` without quotes.
    pub(super) fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { text, style: Style::Plain }
            if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// What it is, for people: `a list`.
    pub(super) fn what(&self) -> &'static str {
        match &self.kind {
            _ if self.is_null() => "nothing",
            Kind::Scalar { text, style: Style::Plain } => match text.as_str() {
                "true" | "false" | "True" | "False" | "TRUE" | "FALSE" => "true or false",
                number if number.parse::<f64>().is_ok() => "a number",
                _ => "a text",
            },
            Kind::Scalar { .. } => "a text",
            Kind::Map(_) => "a map",
            Kind::List(_) => "a list",
        }
    }
}
