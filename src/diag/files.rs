use super::boundary::floor;
use crate::base::Span;

/// A file among [`Files`]. Files are ordered as they were added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(usize);

/// Texts with the names by which their owner knows them.
#[derive(Debug, Clone, Default)]
pub struct Files(Vec<File>);

#[derive(Debug, Clone)]
struct File {
    name: String,
    text: String,
    /// The first byte that was no text.
    not_utf8: Option<usize>,
    /// Where each line begins.
    lines: Vec<usize>,
}

/// A place in a text as people count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Counted from one.
    pub line: usize,
    /// In characters, counted from one.
    pub column: usize,
}

impl Files {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text under the name that the user gave it.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        self.with(name.into(), text.into(), None)
    }

    /// Adds what a file holds. Bytes that are no text are shown as `�`, and [`Files::not_utf8`] tells the first.
    pub fn add_bytes(&mut self, name: impl Into<String>, bytes: Vec<u8>) -> FileId {
        match String::from_utf8(bytes) {
            Ok(text) => self.with(name.into(), text, None),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                self.with(name.into(), String::from_utf8_lossy(error.as_bytes()).into_owned(), Some(at))
            }
        }
    }

    fn with(&mut self, name: String, text: String, not_utf8: Option<usize>) -> FileId {
        let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(starts).collect();
        self.0.push(File { name, text, not_utf8, lines });
        FileId(self.0.len() - 1)
    }

    /// All files, in the order they were added.
    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..self.0.len()).map(FileId)
    }

    /// Its name; empty for an id of other files.
    pub fn name(&self, id: FileId) -> &str {
        self.0.get(id.0).map_or("", |file| &file.name)
    }

    /// Where its first byte stands that is no UTF-8.
    pub fn not_utf8(&self, id: FileId) -> Option<usize> {
        self.0.get(id.0)?.not_utf8
    }

    /// Its text; empty for an id of other files.
    pub fn text(&self, id: FileId) -> &str {
        self.0.get(id.0).map_or("", |file| &file.text)
    }

    /// Where the byte at `offset` stands; past the end, the end.
    pub fn position(&self, id: FileId, offset: usize) -> Position {
        let Some(file) = self.0.get(id.0) else { return Position { line: 1, column: 1 } };
        let offset = floor(&file.text, offset);
        let line = file.lines.partition_point(|start| *start <= offset).max(1);
        let start = self.line_span(id, line).start;
        let before = file.text.get(start..offset).unwrap_or_default();
        Position { line, column: before.chars().count() + 1 }
    }

    /// A place that can be shown: where a span holds nothing, the character that it stands before, or else the last one
    /// before it.
    #[must_use]
    pub fn shown(&self, id: FileId, span: Span) -> Span {
        if span.end > span.start {
            return span;
        }
        let text = self.text(id);
        let (before, after) = text.split_at(floor(text, span.start));
        let start = match after.chars().next() {
            Some(c) if !matches!(c, ' ' | '\n' | '\r') => before.len(),
            _ => before.trim_end().char_indices().next_back().map_or(0, |(at, _)| at),
        };
        let length = text[start..].chars().next().map_or(0, char::len_utf8);
        Span::new(start, start + length)
    }

    /// The bytes of a line counted from one, without its end.
    pub fn line_span(&self, id: FileId, line: usize) -> Span {
        let Some(file) = self.0.get(id.0) else { return Span::default() };
        let start = file.lines.get(line.saturating_sub(1)).copied().unwrap_or(file.text.len());
        let end = file.lines.get(line).copied().unwrap_or(file.text.len());
        let text = file.text.get(start..end).unwrap_or_default();
        Span::new(start, start + text.trim_end_matches(['\n', '\r']).len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_survive_any_offset() {
        let mut files = Files::new();
        let id = files.add("a", "é: 1\r\nb");
        let at = |offset| files.position(id, offset);
        assert_eq!(at(0), Position { line: 1, column: 1 });
        assert_eq!(at(1), at(0));
        assert_eq!(at(2), Position { line: 1, column: 2 });
        assert_eq!(at(7), Position { line: 2, column: 1 });
        assert_eq!(at(99), Position { line: 2, column: 2 });
        assert_eq!(files.line_span(id, 1), Span::new(0, 5));
        assert_eq!(files.line_span(id, 2), Span::new(7, 8));
        assert_eq!(files.shown(id, Span::new(2, 2)), Span::new(2, 3));
        assert_eq!(files.shown(id, Span::new(7, 7)), Span::new(7, 8));
        assert_eq!(files.shown(id, Span::new(6, 6)), Span::new(4, 5));
        assert_eq!(files.shown(id, Span::new(99, 99)), Span::new(7, 8));
        assert_eq!(files.shown(id, Span::new(1, 1)), Span::new(0, 2));
        let empty = files.add("b", "");
        assert_eq!(files.shown(empty, Span::new(5, 5)), Span::new(0, 0));
        assert_eq!(files.position(empty, 5), Position { line: 1, column: 1 });
    }
}
