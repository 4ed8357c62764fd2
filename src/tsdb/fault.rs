use std::fmt;
use std::path::Path;

/// Why stored data cannot be read: where, what is wrong, what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file or folder.
    pub file: String,
    /// The byte in that file (from 0), where the fault is at one.
    pub offset: Option<u64>,
    /// What is wrong, naming what was found and what was expected.
    pub what: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Fault {
    /// A fault of a whole file or folder.
    pub fn new(file: &Path, what: impl Into<String>) -> Self {
        Self { file: file.display().to_string(), offset: None, what: what.into(), help: None }
    }

    /// The same at a byte.
    #[must_use]
    pub fn at(self, offset: u64) -> Self {
        Self { offset: Some(offset), ..self }
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

impl fmt::Display for Fault {
    /// `file: byte 12: what`, and on a line of its own `help: what to do`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        self.offset.iter().try_for_each(|offset| write!(f, ": byte {offset}"))?;
        write!(f, ": {}", self.what)?;
        self.help.iter().try_for_each(|help| write!(f, "\n  help: {help}"))
    }
}

impl std::error::Error for Fault {}

/// A fault at a byte of some part of a file; which file, and where the part begins in it, is known further up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The byte in the part (from 0).
    pub at: u64,
    /// What is wrong.
    pub what: String,
}

impl Broken {
    /// What is wrong at a byte.
    pub fn new(at: usize, what: impl Into<String>) -> Self {
        Self { at: at as u64, what: what.into() }
    }

    /// The fault with its place: the part begins at byte `start` of `file`.
    pub fn within(self, file: &Path, start: u64) -> Fault {
        Fault::new(file, self.what).at(start.saturating_add(self.at))
    }
}
