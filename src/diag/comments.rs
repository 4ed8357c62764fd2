//! Where comments stand in a text, and which of its lines each speaks of.
//!
//! At the end of a line a comment speaks of that line. On a line of its own it speaks of the line directly below it (other
//! comments may stand between) and of all that is indented further beneath that line. A text over several lines counts as
//! one line.

use crate::base::Span;

/// Bytes of a file in which a `#` is no comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quoted {
    /// Those bytes.
    pub span: Span,
    /// Where it begins to people: the line of the `|` before a block, else its first byte.
    pub begins: usize,
}

/// A comment, and what it speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Comment {
    /// From its `#` to its last character.
    pub(super) span: Span,
    /// Whole lines; nothing where no line stands directly below.
    pub(super) covers: Option<Span>,
}

/// The comments that are `wanted`, no more than `most`, in the order of the text. `quoted` has the same order.
pub(super) fn comments(
    text: &str,
    quoted: &[Quoted],
    most: usize,
    wanted: impl Fn(&str) -> bool,
) -> Vec<Comment> {
    let mut walk = Walk { text, quoted, ..Walk::default() };
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.trim_end().len();
        walk.line(Span::new(start, end), &wanted);
        start += line.len();
        if walk.found.len() >= most {
            break;
        }
    }
    walk.close_line();
    while walk.open.pop().is_some_and(|open| walk.close(&open)) {}
    walk.found
}

/// What is known while the lines are read from top to bottom.
#[derive(Default)]
struct Walk<'a> {
    text: &'a str,
    quoted: &'a [Quoted],
    /// How many of the quoted texts began, and how many ended.
    begun: usize,
    ended: usize,
    /// Where the last of those that began ends.
    until: usize,
    found: Vec<Comment>,
    /// Comments on lines of their own, above the line that they speak of.
    waiting: Vec<usize>,
    /// Comments at the end of the line that is read.
    beside: Vec<usize>,
    /// Comments that speak of an element which goes on.
    open: Vec<Open>,
    /// Where the line that is read begins.
    start: usize,
    /// Where the last line ends that was neither empty nor a comment.
    end: usize,
}

/// A comment that speaks of an element, and how the first line of that begins.
struct Open {
    comment: usize,
    start: usize,
    indent: usize,
    dash: bool,
}

impl Walk<'_> {
    fn line(&mut self, line: Span, wanted: impl Fn(&str) -> bool) {
        let goes_on = line.start < self.until;
        let hash = self.hash(line);
        let content = self.text[line.start..hash.unwrap_or(line.end)].trim_end();
        let content = content.strip_prefix('\u{feff}').unwrap_or(content);
        let alone = !goes_on && content.is_empty();
        if !alone {
            if !goes_on {
                self.begin(line.start, content);
            }
            self.end = line.end;
        }
        match hash.map(|hash| Span::new(hash, line.end)) {
            Some(span) if wanted(&self.text[span.range()]) => {
                let side = if alone { &mut self.waiting } else { &mut self.beside };
                side.push(self.found.len());
                self.found.push(Comment { span, covers: None });
            }
            None if alone => self.waiting.clear(),
            _ => {}
        }
    }

    /// Where the comment of a line begins.
    fn hash(&mut self, line: Span) -> Option<usize> {
        while self.quoted.get(self.begun).is_some_and(|quoted| quoted.begins < line.end) {
            self.until = self.until.max(self.quoted[self.begun].span.end);
            self.begun += 1;
        }
        let hashes = self.text[line.range()].match_indices('#').map(|(at, _)| line.start + at);
        for at in hashes {
            while self.quoted.get(self.ended).is_some_and(|quoted| quoted.span.end <= at) {
                self.ended += 1;
            }
            let inside = self.quoted.get(self.ended).is_some_and(|quoted| quoted.span.start <= at);
            let apart =
                self.text[line.start..at].chars().next_back().is_none_or(|c| " \t\u{feff}".contains(c));
            if apart && !inside {
                return Some(at);
            }
        }
        None
    }

    /// A line begins: elements end that are not indented less, and comments above it have found what they speak of.
    fn begin(&mut self, start: usize, content: &str) {
        self.close_line();
        let trimmed = content.trim_start();
        let (indent, dash) = (content.len() - trimmed.len(), trimmed == "-" || trimmed.starts_with("- "));
        // The elements of a list may stand right below the key that they belong to.
        let ends = |open: &Open| indent < open.indent || (indent == open.indent && (open.dash || !dash));
        while let Some(open) = self.open.pop_if(|open| ends(open)) {
            self.close(&open);
        }
        self.start = start;
        self.open.extend(self.waiting.drain(..).map(|comment| Open { comment, start, indent, dash }));
    }

    fn close_line(&mut self) {
        let covers = Some(Span::new(self.start, self.end));
        for comment in self.beside.drain(..) {
            self.found[comment].covers = covers;
        }
    }

    fn close(&mut self, open: &Open) -> bool {
        self.found[open.comment].covers = Some(Span::new(open.start, self.end));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Each comment with the numbers of the lines that it speaks of. A text between `<` and `>` is quoted; it is a block of
    /// the line before where it is the first of its line.
    fn spoken_of(text: &str) -> Vec<(String, Vec<usize>)> {
        let mut quoted = Vec::new();
        for (start, _) in text.match_indices('<') {
            let end = start + text[start..].find('>').unwrap() + 1;
            let before = text[..start].trim_end_matches(' ');
            let begins = if before.ends_with('\n') { before.trim_end().len() - 1 } else { start };
            quoted.push(Quoted { span: Span::new(start, end), begins });
        }
        let line = |at: usize| text[..at].matches('\n').count() + 1;
        comments(text, &quoted, 100, |_| true)
            .into_iter()
            .map(|comment| {
                let lines = comment.covers.map(|covers| (line(covers.start)..=line(covers.end)).collect());
                (text[comment.span.range()].to_owned(), lines.unwrap_or_default())
            })
            .collect()
    }

    fn lines(text: &str) -> Vec<Vec<usize>> {
        spoken_of(text).into_iter().map(|(_, lines)| lines).collect()
    }

    #[test]
    fn at_the_end_of_a_line_it_speaks_of_that_line() {
        assert_eq!(spoken_of("a:\n  b: 1 # x\n  c: 2\n"), [("# x".to_owned(), vec![2])]);
        assert_eq!(lines("a: # x\n  b: 1\n"), [[1]]);
        assert_eq!(lines("a: 1 # x"), [[1]]);
    }

    #[test]
    fn on_its_own_line_it_speaks_of_the_element_below() {
        assert_eq!(lines("# x\na:\n  b:\n\n    c: 1\n  # y\n\nd: 2\n"), [vec![2, 3, 4, 5], vec![]]);
        assert_eq!(lines("s:\n  # x\n  - a: 1\n    b: 2\n  - c: 3\n"), [[3, 4]]);
        assert_eq!(lines("# x\ns:\n- a: 1\n# y\n- b: 2\nc: 3\n"), [vec![2, 3, 4, 5], vec![5]]);
        assert_eq!(lines("# x\n# y\n# z\na: 1\nb: 2\n"), [[4], [4], [4]]);
        assert_eq!(lines("  # x\na: 1\n---\n- b\n"), [[2]]);
        assert_eq!(lines("\u{feff}# x\na: 1\n"), [[2]]);
    }

    #[test]
    fn it_speaks_of_nothing_above_an_empty_line_or_the_end() {
        assert_eq!(lines("# x\n\na: 1\n# y\n"), [[], [] as [usize; 0]]);
    }

    #[test]
    fn a_text_over_several_lines_counts_as_one() {
        assert_eq!(lines("a: | # x\n  <b # no\n\n  c>\nd: 1\n"), [[1, 2, 3, 4]]);
        assert_eq!(
            lines("a: <b\n  c> # x\n# y\nd: <\n# no\n> # z\n"),
            [vec![1, 2], vec![4, 5, 6], vec![4, 5, 6]]
        );
    }

    #[test]
    fn not_every_sign_is_a_comment() {
        assert_eq!(lines("a: b#c\nd: <e # f>\n"), [[]; 0] as [[usize; 0]; 0]);
        assert_eq!(spoken_of("a: <b # c> # d # e\n"), [("# d # e".to_owned(), vec![1])]);
    }

    proptest! {
        #[test]
        fn what_is_spoken_of_is_whole_lines(text in "([ ]{0,3}(- )?[a#é]{0,2}[ #]{0,2}\r?\n){0,8}") {
            for comment in comments(&text, &[], 100, |_| true) {
                prop_assert!(text[comment.span.range()].starts_with('#'));
                let Some(covers) = comment.covers else { continue };
                prop_assert!(covers.start == 0 || text[..covers.start].ends_with('\n'));
                prop_assert!(text[covers.end..].trim_start_matches([' ', '\r']).starts_with(['\n', '#']) || covers.end == text.len());
            }
        }
    }
}
