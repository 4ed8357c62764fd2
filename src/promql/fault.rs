//! What is wrong with a query, and where.

use std::error::Error;
use std::fmt;

use crate::base::Span;

/// Something wrong in the text of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The bytes at fault; empty at the end of the text where something is missing there.
    pub span: Span,
    /// What is wrong, and what was expected.
    pub message: String,
    /// What may help, where something is known that does.
    pub help: Option<String>,
}

impl Fault {
    /// A fault without a hint.
    pub(super) fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None }
    }

    /// The same fault with a hint.
    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

impl fmt::Display for Fault {
    /// The message, and the hint in brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

impl Error for Fault {}
