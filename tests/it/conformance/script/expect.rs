//! What a case expects beside its values: failure, remarks, order.

use regex::Regex;

/// A text that must come.
#[derive(Debug, Clone)]
pub(crate) enum Text {
    /// Any.
    Any,
    /// This one.
    Exactly(String),
    /// One in which this is found.
    Like(Regex),
}

impl Text {
    pub(crate) fn allows(&self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Exactly(wanted) => wanted == text,
            Self::Like(pattern) => pattern.is_match(text),
        }
    }

    /// A pattern that may match anywhere.
    pub(super) fn like(pattern: &str) -> Self {
        Self::Like(Regex::new(pattern.trim()).unwrap_or_else(|why| panic!("{pattern:?}: {why}")))
    }

    /// What stands behind the word of an expectation: nothing, `msg: text` or `regex: pattern`.
    pub(super) fn read(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::Any;
        }
        match text.split_once(':') {
            Some(("msg", text)) => Self::Exactly(text.trim().to_owned()),
            Some(("regex", pattern)) => Self::like(pattern),
            _ => panic!("{text:?} is neither msg: nor regex:"),
        }
    }
}

/// Remarks of one level.
#[derive(Debug, Default)]
pub(crate) struct Remarks {
    /// Each must be met by a remark, and where there are any, each remark must meet one.
    pub(crate) wanted: Vec<Text>,
    /// At least one must come (the form of older scripts).
    pub(crate) some: bool,
    /// None may come.
    pub(crate) none: bool,
}

impl Remarks {
    /// Whether what was said is what was wanted.
    pub(crate) fn check(&self, level: &str, said: &[String]) -> Result<(), String> {
        if self.none && !said.is_empty() {
            return Err(format!("no {level} was expected, there is {said:?}"));
        }
        if (self.some || !self.wanted.is_empty()) && said.is_empty() {
            return Err(format!("a {level} was expected, there is none"));
        }
        if let Some(missing) = self.wanted.iter().find(|wanted| !said.iter().any(|said| wanted.allows(said)))
        {
            return Err(format!("the {level} {missing:?} was expected, there is {said:?}"));
        }
        let unwanted = |said: &&String| !self.wanted.iter().any(|wanted| wanted.allows(said));
        match said.iter().find(unwanted) {
            Some(said) if !self.wanted.is_empty() => Err(format!("an unexpected {level}: {said:?}")),
            _ => Ok(()),
        }
    }
}
