//! A report that was saved as JSON, read back.

use std::fmt;

use serde::Deserialize;

use super::Report;

/// Why a text is not a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// It is not such a document.
    NotAReport(String),
    /// It is of another form of the document.
    OtherSchema(u32),
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAReport(why) => write!(f, "not a report as `-o json=report.json` writes it: {why}"),
            Self::OtherSchema(version) => write!(
                f,
                "a report of schema_version {version}, of which this program reads {}",
                Report::SCHEMA_VERSION
            ),
        }
    }
}

impl std::error::Error for Unread {}

#[derive(Deserialize)]
struct Head {
    schema_version: u32,
}

impl Report {
    /// The form of the document that is written and read.
    pub const SCHEMA_VERSION: u32 = 1;

    /// Reads a report from JSON.
    ///
    /// # Errors
    /// Where it is none, or one of another form.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Unread> {
        let not = |error: serde_json::Error| Unread::NotAReport(error.to_string());
        let head: Head = serde_json::from_slice(bytes).map_err(not)?;
        if head.schema_version != Self::SCHEMA_VERSION {
            return Err(Unread::OtherSchema(head.schema_version));
        }
        serde_json::from_slice(bytes).map_err(not)
    }
}
