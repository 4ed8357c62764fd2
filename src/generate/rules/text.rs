//! Rule files of many objectives: made and written in pieces side by side, so that the rules of few are held at once.

use std::collections::{BTreeMap, BTreeSet};

use super::file::{Form, head};
use super::{Note, Part, RulesError, RulesStyle, made, parts};
use crate::base::side_by_side;
use crate::slo::Spec;

/// How many objectives a piece has.
const PIECE: usize = 64;

/// The text of one file with the rules of `specs`: that of [`rules`](super::rules), written by
/// [`RuleSet::to_yaml`](super::RuleSet::to_yaml).
///
/// # Errors
/// Where no rules can be made.
pub fn rules_text(specs: &[Spec], style: RulesStyle, name: &str, form: &Form) -> Result<String, RulesError> {
    let parts = parts(specs, style)?;
    let pieces: Vec<&[Part<'_>]> = parts.chunks(PIECE).collect();
    Ok(joined(side_by_side(&pieces, |parts| Piece::new(parts, style, form)), name, form))
}

/// The text of a file for each service that has rules, by its name.
///
/// # Errors
/// Where no rules can be made.
pub fn rules_texts(
    specs: &[Spec],
    style: RulesStyle,
    form: &Form,
) -> Result<BTreeMap<String, String>, RulesError> {
    let mut services: BTreeMap<String, Vec<Part<'_>>> = BTreeMap::new();
    for part in parts(specs, style)? {
        services.entry(part.spec().service.clone()).or_default().push(part);
    }
    let services: Vec<(String, Vec<Part<'_>>)> = services.into_iter().collect();
    let texts = side_by_side(&services, |(service, parts)| {
        let piece = Piece::new(parts, style, form);
        (!piece.text.is_empty()).then(|| (service.clone(), joined(vec![piece], service, form)))
    });
    Ok(texts.into_iter().flatten().collect())
}

/// The rules of some objectives.
struct Piece<'a> {
    files: BTreeSet<&'a str>,
    notes: Vec<Note>,
    /// Their groups, as they stand in a file.
    text: String,
}

impl<'a> Piece<'a> {
    fn new(parts: &[Part<'a>], style: RulesStyle, form: &Form) -> Self {
        let set = made(parts, style);
        let files: BTreeSet<&str> = set.groups.iter().map(|group| group.file.as_str()).collect();
        let files =
            parts.iter().map(|part| part.spec().file.as_str()).filter(|file| files.contains(file)).collect();
        Self { files, text: form.groups(&set.groups), notes: set.notes }
    }
}

/// The text of a file with these pieces.
fn joined(pieces: Vec<Piece<'_>>, name: &str, form: &Form) -> String {
    let files = pieces.iter().flat_map(|piece| piece.files.iter().copied()).collect();
    let notes: Vec<Note> = pieces.iter().flat_map(|piece| piece.notes.iter().cloned()).collect();
    let texts: Vec<String> = pieces.into_iter().map(|piece| piece.text).collect();
    form.file(&head(&files, &notes), name, &texts)
}
