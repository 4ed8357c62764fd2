//! Rule files of many objectives: made and written in pieces side by side, so that the rules of few are held at once.

use std::collections::{BTreeMap, BTreeSet};

use super::file::{Form, head, yaml};
use super::{Note, Part, RulesError, RulesStyle, made, parts};
use crate::base::side_by_side;
use crate::slo::Spec;

/// How many objectives a piece has.
const PIECE: usize = 64;

/// The text of one file with the rules of `specs`: that of [`rules`](super::rules), written by
/// [`RuleSet::to_yaml`](super::RuleSet::to_yaml).
///
/// # Errors
/// Where no rules can be made or the writer of YAML fails.
pub fn rules_text(specs: &[Spec], style: RulesStyle, name: &str, form: &Form) -> Result<String, RulesError> {
    let parts = parts(specs, style)?;
    let empty = yaml(&[], name, form)?;
    let pieces: Vec<&[Part<'_>]> = parts.chunks(PIECE).collect();
    let pieces = side_by_side(&pieces, |parts| Piece::new(parts, style, name, form, &empty));
    Ok(joined(&pieces.into_iter().collect::<Result<Vec<_>, _>>()?, &empty))
}

/// The text of a file for each service that has rules, by its name.
///
/// # Errors
/// Where no rules can be made or the writer of YAML fails.
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
        let empty = yaml(&[], service, form)?;
        let piece = Piece::new(parts, style, service, form, &empty)?;
        Ok((!piece.text.is_empty()).then(|| (service.clone(), joined(&[piece], &empty))))
    });
    texts.into_iter().filter_map(Result::transpose).collect()
}

/// The rules of some objectives.
struct Piece<'a> {
    files: BTreeSet<&'a str>,
    notes: Vec<Note>,
    /// Their groups, as they stand in a file.
    text: String,
}

/// What a file without groups ends with.
const NONE: &str = " []\n";

impl<'a> Piece<'a> {
    /// `empty` is the text of a file without groups: what stands before the first of them.
    fn new(
        parts: &[Part<'a>],
        style: RulesStyle,
        name: &str,
        form: &Form,
        empty: &str,
    ) -> Result<Self, RulesError> {
        let set = made(parts, style);
        let files: BTreeSet<&str> = set.groups.iter().map(|group| group.file.as_str()).collect();
        let files =
            parts.iter().map(|part| part.spec().file.as_str()).filter(|file| files.contains(file)).collect();
        let mut text = if set.groups.is_empty() { String::new() } else { yaml(&set.groups, name, form)? };
        text.drain(..(empty.len() - NONE.len() + 1).min(text.len()));
        Ok(Self { files, notes: set.notes, text })
    }
}

/// The text of a file with these pieces.
fn joined(pieces: &[Piece<'_>], empty: &str) -> String {
    let files = pieces.iter().flat_map(|piece| piece.files.iter().copied()).collect();
    let notes: Vec<Note> = pieces.iter().flat_map(|piece| piece.notes.iter().cloned()).collect();
    let mut text = head(&files, &notes);
    text.reserve(empty.len() + pieces.iter().map(|piece| piece.text.len()).sum::<usize>());
    if pieces.iter().all(|piece| piece.text.is_empty()) {
        return text + empty;
    }
    text.push_str(empty.strip_suffix(NONE).unwrap_or(empty));
    text.push('\n');
    for piece in pieces {
        text.push_str(&piece.text);
    }
    text
}
