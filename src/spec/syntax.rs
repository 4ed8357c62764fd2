//! What the YAML parser says, in words that tell what to do.

/// A part of the parser's message, what it means, and what to write instead. The first that fits is taken.
const EXPLAINED: [(&str, &str, &str); 23] = [
    (
        "mapping values are not allowed",
        "a `:` stands where no key can be",
        "put a text that holds `: ` in quotes, or check the indentation of this line and the one before",
    ),
    (
        "illegal placement of ':'",
        "a `[` or `{` before this place does not end",
        "close it with `]` or `}`, or put a text that holds `:` in quotes",
    ),
    (
        "simple key expect",
        "a line without `:` stands among the keys of a map",
        "write `key: value`, or put the text in quotes",
    ),
    (
        "did not find expected key",
        "this line is not a key of the map that it stands in",
        "check its indentation",
    ),
    (
        "did not find expected '-'",
        "this line is not an element of the list that it stands in",
        "begin it with `- `, or check its indentation",
    ),
    (
        "flow sequence",
        "a list that begins with `[` does not end",
        "close it with `]`, with `,` between its elements",
    ),
    (
        "flow mapping",
        "a map that begins with `{` does not end",
        "close it with `}`, with `,` between its entries",
    ),
    (
        "misplaced bracket",
        "a bracket is closed that was never opened",
        "remove it, or put the text in quotes",
    ),
    ("unexpected end of stream", "a quoted text does not end", "close it with the quote that it begins with"),
    (
        "unexpected document indicator",
        "a quoted text does not end before `---`",
        "close it with the quote that it begins with",
    ),
    (
        "unknown escape",
        "a text in double quotes holds a `\\` that YAML does not know",
        "write `\\\\` for a backslash, or use single quotes or a `|` block",
    ),
    ("unexpected character", "a value cannot begin with this character", "put the value in quotes"),
    (
        "trailing content after double-quoted",
        "something stands after the end of a quoted text",
        "put all of it in the quotes",
    ),
    (
        "unknown anchor",
        "an alias repeats a value that is not there",
        "define it before with `&name`, or put the text in quotes",
    ),
    (
        "anchor",
        "an anchor or alias stands where it cannot be",
        "put a text that begins with `&` or `*` in quotes",
    ),
    (
        "must be followed by a valid YAML whitespace",
        "a space is missing after `-` or `:`",
        "write `- value` or `key: value`",
    ),
    (
        "block sequence entries",
        "a list cannot begin here",
        "put the first `-` on a line of its own, under its key",
    ),
    (
        "wrongly indented line in block",
        "a line of the block is indented less than its first line",
        "indent all lines of a block the same",
    ),
    ("indentation", "this line is indented less than what it belongs to", "indent it further"),
    ("recursion limit", "brackets stand too deep in one another", "a specification needs about six levels"),
    ("byte order mark", "a byte order mark stands inside the text", "remove it"),
    ("document start", "a directive `%` is not followed by `---`", "remove the line that begins with `%`"),
    ("unprintable", "the text holds a character that cannot be printed", "remove it; is this a text file?"),
];

/// Says a fault of the parser at the byte `at` of `text`: where it is better seen, what it is, and what to do.
pub(super) fn explain(info: &str, text: &str, at: usize) -> (usize, String, Option<&'static str>) {
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = &text[start..before.len() + after.find('\n').unwrap_or(after.len())];
    let indentation = line.len() - line.trim_start_matches([' ', '\t']).len();
    let later = after.find('\t').filter(|_| info.contains("tab")).map(|tab| at + tab);
    if let Some(tab) = line[..indentation].find('\t').map(|tab| start + tab).or(later) {
        return (tab, "a tab stands where YAML needs spaces".to_owned(), Some("indent with spaces"));
    }
    let known = EXPLAINED.iter().find(|(part, ..)| info.contains(part));
    // The parser notices at the start of a later line what ends before it.
    let at =
        if line.trim().is_empty() && ["simple key expect", "flow "].iter().any(|late| info.contains(late)) {
            before.trim_end().len()
        } else {
            at
        };
    let at = if info.contains("unknown escape") { at + unknown_escape(&text[at..]) } else { at };
    match known {
        Some((_, message, help)) => (at, (*message).to_owned(), Some(help)),
        None => (at, format!("not YAML: {info}"), None),
    }
}

/// Where in a text in double quotes the first escape stands that YAML does not know.
fn unknown_escape(quoted: &str) -> usize {
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && chars.next().is_some_and(|(_, next)| !"0abt\tnvfre \"/\\N_LPxuU\n\r".contains(next)) {
            return at;
        }
    }
    0
}
