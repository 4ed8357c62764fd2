use super::silence::Silence;
use super::{Code, FileId, Route};
use crate::base::Span;

/// Whether a fault stops the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing can be evaluated before it is mended.
    Error,
    /// Worth knowing; the run goes on.
    Warning,
}

impl Severity {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A place in a file and, perhaps, what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Which file.
    pub file: FileId,
    /// Which bytes of it.
    pub span: Span,
    /// A few words beside the underline.
    pub text: Option<String>,
}

/// A query as it reads after everything was filled in, for faults whose place is not written out in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The whole query.
    pub text: String,
    /// The bytes of it that are at fault.
    pub span: Span,
}

/// Why a warning is not told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silenced {
    /// What whoever silenced it gives as the reason.
    pub reason: String,
    /// The comment that silences it.
    pub by: Label,
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of fault it is.
    pub code: Code,
    /// What is wrong: lower case, without a full stop.
    pub message: String,
    /// Where.
    pub primary: Label,
    /// Other places that explain it.
    pub secondary: Vec<Label>,
    /// The way to the value, where it stands in a document that has such ways.
    pub route: Route,
    /// The query in which the fault lies, where the file does not show it word for word.
    pub query: Option<Query>,
    /// What to write instead.
    pub help: Option<String>,
    /// Whether a comment in the file allows it.
    pub silenced: Option<Silenced>,
}

impl Diagnostic {
    /// A fault of some bytes of a file.
    pub fn new(code: Code, file: FileId, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            primary: Label { file, span, text: None },
            secondary: Vec::new(),
            route: Route::default(),
            query: None,
            help: None,
            silenced: None,
        }
    }

    /// Whether it stops the run.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// With what to write instead.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// With another place that explains it.
    #[must_use]
    pub fn also(mut self, file: FileId, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { file, span, text: Some(text.into()) });
        self
    }
}

/// Faults, collected: one does not hide the next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics {
    pub(super) kept: Vec<Diagnostic>,
    pub(super) silences: Vec<Silence>,
    dropped: usize,
    errors: bool,
}

impl Diagnostics {
    /// More faults than this help nobody; the rest is counted.
    const MOST: usize = 500;

    /// No faults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one. A fault that was already said of the same place (a value may be used twice) is not said again.
    pub fn push(&mut self, fault: Diagnostic) {
        let same = |other: &Diagnostic| {
            other.primary == fault.primary && other.code == fault.code && other.message == fault.message
        };
        self.errors |= fault.severity() == Severity::Error;
        if self.kept.len() >= Self::MOST {
            self.dropped += 1;
        } else if !self.kept.iter().any(same) {
            self.kept.push(fault);
        }
    }

    /// Adds all of others.
    pub fn append(&mut self, others: Self) {
        self.dropped += others.dropped;
        self.errors |= others.errors;
        self.silences.extend(others.silences);
        for fault in others.kept {
            self.push(fault);
        }
    }

    /// In the order of files and places, without those that are silenced.
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut told = self.with_silenced();
        told.retain(|fault| fault.silenced.is_none());
        told
    }

    /// In the order of files and places, those that are silenced among them.
    pub fn with_silenced(&self) -> Vec<&Diagnostic> {
        let mut all: Vec<&Diagnostic> = self.kept.iter().collect();
        all.sort_by_key(|fault| (fault.primary.file, fault.primary.span, fault.code, &fault.message));
        all
    }

    /// Those of one kind that are kept.
    pub fn of(&self, code: Code) -> impl Iterator<Item = &Diagnostic> {
        self.kept.iter().filter(move |fault| fault.code == code)
    }

    /// How many are silenced.
    pub fn silenced(&self) -> usize {
        self.kept.iter().filter(|fault| fault.silenced.is_some()).count()
    }

    /// Whether any of them stops the run.
    pub fn has_errors(&self) -> bool {
        self.errors
    }

    /// How many were found, those that are not kept among them, those that are silenced not.
    pub fn len(&self) -> usize {
        self.kept.len() - self.silenced() + self.dropped
    }

    /// How many were found beyond those that are kept.
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// Whether there are none, or none that is not silenced.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Files;

    #[test]
    fn sorts_by_place_says_nothing_twice_and_counts_what_it_drops() {
        let mut files = Files::new();
        let (a, b) = (files.add("a", "xyz"), files.add("b", "xyz"));
        let mut faults = Diagnostics::new();
        for (file, start) in [(b, 0), (a, 2), (a, 1), (a, 2)] {
            faults.push(Diagnostic::new(Code::Syntax, file, Span::new(start, 3), "no"));
        }
        let order: Vec<_> = faults.sorted().iter().map(|f| (f.primary.file, f.primary.span.start)).collect();
        assert_eq!(order, [(a, 1), (a, 2), (b, 0)]);
        for start in 0..600 {
            faults.push(Diagnostic::new(Code::Syntax, b, Span::new(start, 900), "many"));
        }
        assert_eq!((faults.sorted().len(), faults.dropped()), (500, 103));
    }
}
