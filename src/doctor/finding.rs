use crate::diag::Code;
use crate::promql::{Expr, Selector};

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The objective cannot be evaluated rightly.
    Error,
    /// It can, but some of what is said of it may mislead.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// All, the gravest first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Note];

    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How grave it is.
    pub severity: Severity,
    /// What kind of finding it is.
    pub code: Code,
    /// The query it is about; nothing where it is about none.
    pub query: Option<String>,
    /// What was found, with its numbers: lower case, without a full stop.
    pub found: String,
    /// What to do about it.
    pub help: String,
}

impl Finding {
    pub(super) fn new(
        severity: Severity,
        code: Code,
        found: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self { severity, code, query: None, found: found.into(), help: help.into() }
    }

    /// About this selection.
    pub(super) fn about(self, selector: &Selector) -> Self {
        self.about_expr(&Expr::selector(selector.clone()))
    }

    /// About this query.
    pub(super) fn about_expr(self, expr: &Expr) -> Self {
        Self { query: Some(expr.to_string()), ..self }
    }
}
