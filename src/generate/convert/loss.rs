use std::fmt;

use super::Target;
use crate::diag::Code;
use crate::slo::{Slo, Spec};

/// Something that a dialect cannot say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// What kind of thing is lost: a number that never changes, with a page.
    pub code: Code,
    /// The file, as the user named it, and the line of the objective where one is concerned.
    pub place: String,
    /// The service, or the objective.
    pub subject: String,
    /// What it is, and what becomes of it.
    pub message: String,
    /// How much is left of it.
    pub kept: Kept,
}

/// What is left of something that a dialect cannot say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kept {
    /// Said in another way, which measures a little otherwise.
    Otherwise,
    /// Left out; the objective is measured as before.
    LeftOut,
    /// The objective itself is left out.
    Nothing,
}

impl Kept {
    /// The word by which it is told.
    pub fn word(self) -> &'static str {
        match self {
            Self::Otherwise => "changed",
            Self::LeftOut => "dropped",
            Self::Nothing => "objective left out",
        }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, place, subject, message, kept } = self;
        write!(f, "{place}: {}[{}]: {subject}: {message}", kept.word(), code.id())
    }
}

/// Losses while they are found.
pub(super) struct Losses {
    target: Target,
    found: Vec<Loss>,
}

impl Losses {
    pub(super) fn new(target: Target) -> Self {
        Self { target, found: Vec::new() }
    }

    pub(super) fn into_inner(self) -> Vec<Loss> {
        self.found
    }

    fn push(&mut self, code: Code, kept: Kept, spec: &Spec, slo: Option<&Slo>, message: String) {
        let line = slo.and_then(|slo| slo.line).map(|line| format!(":{line}")).unwrap_or_default();
        self.found.push(Loss {
            code,
            place: format!("{}{line}", spec.file),
            subject: slo.map_or_else(|| spec.service.clone(), |slo| spec.id(slo)),
            message,
            kept,
        });
    }

    /// A part of a service for which the dialect has no word.
    pub(super) fn of_service(&mut self, code: Code, spec: &Spec, is_lost: bool, what: &str) {
        if is_lost {
            let message = format!("{} has no word for {what}", self.target.title());
            self.push(code, Kept::LeftOut, spec, None, message);
        }
    }

    /// A part of an objective for which the dialect has no word.
    pub(super) fn of_slo(&mut self, code: Code, spec: &Spec, slo: &Slo, is_lost: bool, what: &str) {
        if is_lost {
            let message = format!("{} has no word for {what}", self.target.title());
            self.push(code, Kept::LeftOut, spec, Some(slo), message);
        }
    }

    /// Something that is said in another way.
    pub(super) fn otherwise(&mut self, code: Code, spec: &Spec, slo: &Slo, message: impl Into<String>) {
        self.push(code, Kept::Otherwise, spec, Some(slo), message.into());
    }

    /// An objective that cannot be said, and why.
    pub(super) fn whole(&mut self, spec: &Spec, slo: &Slo, why: &str) {
        let message = format!("{} cannot say it: {why}", self.target.title());
        self.push(Code::ObjectiveLost, Kept::Nothing, spec, Some(slo), message);
    }
}
