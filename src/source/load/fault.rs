use std::fmt;

/// Why a data file is not read: where, what is wrong, what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::source) struct Fault {
    /// The file or folder, as it was named.
    pub(super) file: String,
    /// The line (from 1), where the fault is on one.
    pub(super) line: Option<u64>,
    /// The character in that line (from 1).
    pub(super) column: Option<u64>,
    /// What is wrong, naming what was found and what was expected.
    pub(super) what: String,
    /// What to do about it.
    pub(super) help: Option<String>,
}

impl Fault {
    /// A fault of a whole file.
    pub(super) fn new(file: &str, what: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: None, column: None, what: what.into(), help: None }
    }

    /// The same with what to do about it.
    #[must_use]
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same at a line.
    #[must_use]
    pub(super) fn line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// The same at a character of its line.
    #[must_use]
    pub(super) fn column(mut self, column: u64) -> Self {
        self.column = Some(column);
        self
    }
}

impl fmt::Display for Fault {
    /// `file:line:column: what`, and on a line of its own `help: what to do`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        for place in [self.line, self.column].into_iter().flatten() {
            write!(f, ":{place}")?;
        }
        write!(f, ": {}", self.what)?;
        self.help.iter().try_for_each(|help| write!(f, "\n  help: {help}"))
    }
}

impl std::error::Error for Fault {}

/// A fault at a byte of a line; its file and line are known further up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LineFault {
    /// The byte in the line (from 0).
    pub(super) at: usize,
    /// What is wrong.
    pub(super) what: String,
    /// What to do about it.
    pub(super) help: Option<String>,
}

impl LineFault {
    pub(super) fn new(at: usize, what: impl Into<String>) -> Self {
        Self { at, what: what.into(), help: None }
    }

    #[must_use]
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The fault with its place: columns are counted in characters.
    pub(super) fn on(self, file: &str, line: u64, text: &[u8]) -> Fault {
        let before = String::from_utf8_lossy(text.get(..self.at).unwrap_or(text));
        let fault = Fault::new(file, self.what).line(line).column(before.chars().count() as u64 + 1);
        Fault { help: self.help, ..fault }
    }
}

/// A text for a message: quoted, shortened, on one line.
pub(super) fn quoted(text: &[u8]) -> String {
    const MOST: usize = 80;
    let text = String::from_utf8_lossy(text);
    let shown: String = text.chars().take(MOST).flat_map(char::escape_debug).collect();
    let shown = shown.replace("\\\"", "\"").replace("\\'", "'");
    if text.chars().nth(MOST).is_some() { format!("`{shown}…`") } else { format!("`{shown}`") }
}
