use std::fmt;

/// Why a report could not be given in a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RenderError {
    /// A template is wrong at a place.
    Template {
        /// Its name.
        template: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// The templates do not fit together: one is missing, or has a name that no format reads.
    Templates(String),
    /// The report could not be written in the format.
    Encode {
        /// The format.
        format: &'static str,
        /// What is wrong.
        message: String,
    },
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Template { template, line, column, message } => {
                write!(f, "template {template}:{line}:{column}: {message}")
            }
            Self::Templates(message) => write!(f, "templates: {message}"),
            Self::Encode { format, message } => write!(f, "cannot write the report as {format}: {message}"),
        }
    }
}

impl std::error::Error for RenderError {}
