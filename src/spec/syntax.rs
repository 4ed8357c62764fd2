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
        "put all of it in the quotes, or write the `,` that is missing between two values",
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

/// What is said of a fault: where it is better seen, what it is, and what to do.
type Said = (usize, String, Option<String>);

/// Says a fault of the parser at the byte `at` of `text`.
pub(super) fn explain(info: &str, text: &str, at: usize) -> Said {
    let place = Place::of(text, at);
    let later = place.after.find('\t').filter(|_| info.contains("tab")).map(|tab| at + tab);
    if let Some(tab) = place.indentation().find('\t').map(|tab| place.start + tab).or(later) {
        return said(tab, "a tab stands where YAML needs spaces", "indent with spaces");
    }
    if let Some(cause) = cause(info, &place) {
        return cause;
    }
    let at = if info.contains("unknown escape") { at + unknown_escape(&text[at..]) } else { at };
    match EXPLAINED.iter().find(|(part, ..)| info.contains(part)) {
        Some((_, message, help)) => said(at, message, help),
        None => (at, format!("not YAML: {info}"), None),
    }
}

fn said(at: usize, message: &str, help: &str) -> Said {
    (at, message.to_owned(), Some(help.to_owned()))
}

/// Where the parser stopped.
struct Place<'t> {
    /// All that stands before it, and all that stands behind it.
    before: &'t str,
    after: &'t str,
    /// Where its line begins.
    start: usize,
    line: &'t str,
}

impl<'t> Place<'t> {
    fn of(text: &'t str, at: usize) -> Self {
        let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let line = &text[start..before.len() + after.find('\n').unwrap_or(after.len())];
        Self { before, after, start, line }
    }

    fn at(&self) -> usize {
        self.before.len()
    }

    fn indentation(&self) -> &'t str {
        &self.line[..self.line.len() - self.line.trim_start_matches([' ', '\t']).len()]
    }

    /// What stands before it on its line.
    fn left(&self) -> &'t str {
        &self.before[self.start..]
    }

    /// The last line before its own that says something, and where its first character is.
    fn line_before(&self) -> Option<(usize, &'t str)> {
        let before = &self.before[..self.start];
        let lines = before.split_inclusive('\n').scan(0, |at, line| {
            *at += line.len();
            Some((*at - line.len(), line.trim_end()))
        });
        let says = |(_, line): &(usize, &str)| !line.trim().is_empty() && !line.trim_start().starts_with('#');
        let (start, line) = lines.filter(says).last()?;
        let text = line.trim_start();
        Some((start + line.len() - text.len(), text))
    }
}

/// What the parser noticed later, or took for something else.
fn cause(info: &str, place: &Place) -> Option<Said> {
    let has = |part: &str| info.contains(part);
    let next = place.after.chars().next().unwrap_or('\n');
    if has("indentation") && !has("block") && matches!(next, '\'' | '"') {
        return Some(said(
            place.at(),
            "a quoted text does not end",
            "close it with the quote that it begins with",
        ));
    }
    if has("must be followed by a valid YAML whitespace") && (next == '\t' || place.left().ends_with('\t')) {
        let at = place.start + place.left().rfind('\t').unwrap_or(place.left().len());
        return Some(said(at, "a tab stands where YAML needs spaces", "write a space instead"));
    }
    if has("trailing content") && place.left().trim_end().ends_with('\'') {
        return Some(said(
            place.at(),
            "something stands after the end of a quoted text",
            "write `''` for an apostrophe in single quotes, or put all of it in the quotes",
        ));
    }
    if has("simple key expect") {
        let (at, text) = place.line_before().filter(|_| place.left().trim().is_empty())?;
        let end = text.find(" #").unwrap_or(text.len());
        let words = text[..end].trim_start_matches("- ").trim_end();
        // `service = checkout`, `objective 99.9%`
        let (key, value) = words.split_once([' ', '='])?;
        let value = value.trim_start_matches([' ', '=']);
        let help = if key.chars().all(|c| c.is_alphanumeric() || c == '_') && !value.is_empty() {
            format!("write `{key}: {value}`, or put the text in quotes")
        } else {
            "write `key: value`, or put the text in quotes".to_owned()
        };
        return Some((at, "a line without `:` stands among the keys of a map".to_owned(), Some(help)));
    }
    if has("mapping values are not allowed") && !place.left().contains(": ") {
        return missing_space(place);
    }
    if has("did not find expected key") && [": {", ": ["].iter().any(|open| place.left().contains(open)) {
        return Some(said(
            place.at(),
            "something stands after the end of a map or a list in brackets",
            "put a text that begins with `{` or `[` in quotes",
        ));
    }
    if has("flow ") || has("illegal placement of ':'") {
        return unclosed(next, place);
    }
    None
}

/// `name:availability` or `-name: availability` in the line before.
fn missing_space(place: &Place) -> Option<Said> {
    let (start, line) = place.line_before()?;
    let word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_');
    if let Some((key, _)) =
        line.strip_prefix('-').and_then(|rest| rest.split_once(':')).filter(|(key, _)| word(key))
    {
        let help = format!("write `- {key}: …`");
        return Some((start, "a space is missing after `-`".to_owned(), Some(help)));
    }
    let pair = line.trim_start_matches("- ");
    let (key, value) =
        pair.split_once(':').filter(|(key, value)| word(key) && !value.starts_with([' ', '/']))?;
    let at = start + line.len() - pair.len() + key.len();
    (!value.is_empty())
        .then(|| (at, "a space is missing after `:`".to_owned(), Some(format!("write `{key}: {value}`"))))
}

/// A `[` or `{` that does not end, or that stands in a text without quotes.
fn unclosed(next: char, place: &Place) -> Option<Said> {
    let within = place.left().chars().next_back().is_some_and(|c| !c.is_whitespace() && !",[{:".contains(c));
    if matches!(next, '[' | '{' | ']' | '}') && within {
        let message = format!("a text without quotes inside `{{ }}` or `[ ]` cannot hold `{next}`");
        return Some((place.at(), message, Some("put all of the text in quotes".to_owned())));
    }
    // The parser notices at the end of the line, or at the start of the next.
    let (start, line) = match place.left() {
        left if left.trim().is_empty() => place.line_before()?,
        left => (place.start, left),
    };
    if let Some(comment) = line.find(" #").filter(|comment| line[*comment..].contains([',', ']', '}'])) {
        return Some(said(
            start + comment + 1,
            "a comment begins before the `{` or `[` around it ends",
            "put a text that holds ` #` in quotes",
        ));
    }
    let (at, open) = open_bracket(place.before)?;
    Some(if open == '[' {
        said(
            at,
            "a list that begins with `[` does not end",
            "close it with `]`, with `,` between its elements",
        )
    } else {
        said(at, "a map that begins with `{` does not end", "close it with `}`, with `,` between its entries")
    })
}

/// The innermost bracket of the last document of a text that is not closed.
fn open_bracket(text: &str) -> Option<(usize, char)> {
    let begin = text.rfind("\n---").filter(|at| !text[*at + 4..].trim().is_empty()).map_or(0, |at| at + 4);
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut quote = None;
    let mut before = '\n';
    let mut comment = false;
    for (at, c) in text[begin..].char_indices() {
        let begins = before.is_whitespace() || ",[{:".contains(before);
        match (quote, c) {
            _ if comment => comment = c != '\n',
            (Some(end), _) if end == c => quote = None,
            (None, '#') if before.is_whitespace() => comment = true,
            (None, '"' | '\'') if begins && before != '\n' => quote = Some(c),
            (None, '[' | '{') if begins || !open.is_empty() => open.push((begin + at, c)),
            (None, ']' | '}') => drop(open.pop()),
            _ => {}
        }
        before = c;
    }
    open.pop()
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
