//! What the budget counts.

use super::sli::empty;
use super::window;
use crate::base::nearest;
use crate::diag::{Code, quote};
use crate::slo::{Method, Sli, Window};
use crate::spec::decode::At;
use crate::spec::{values, windows as fitting};

/// What the budget counts, where that was written, and where the length of its slices was.
#[derive(Clone)]
pub(super) struct Counting<'a> {
    pub(super) method: Method,
    slice: Option<At<'a>>,
}

impl<'a> Counting<'a> {
    /// `occurrences`, `{timeslices: {slice: 1m, target: 95%}}` or `{ratio_timeslices: {slice: 5m}}`.
    pub(super) fn read(at: &At<'a>) -> Option<Self> {
        let mut slice = None;
        let method = if at.node.text().is_some() {
            word(at)?
        } else {
            let help = "write `occurrences`, `{timeslices: {slice: 1m, target: 95%}}` or `{ratio_timeslices: {slice: 5m}}`";
            at.fields(|f| match f.one_of(&["timeslices", "ratio_timeslices"], help)? {
                ("timeslices", at) => timeslices(&at, &mut slice),
                (_, at) => ratio_timeslices(&at, &mut slice),
            })?
        };
        Some(Self { method, slice })
    }

    /// Whether it fits an indicator over these windows; says where it does not.
    pub(super) fn fits(&self, sli: &Sli, windows: &[Window]) -> bool {
        let (Some((slice, _)), Some(at)) = (self.method.slices(), &self.slice) else { return true };
        let judged = sli.slice();
        if let Some(judged) = judged.filter(|judged| slice.as_millis() % judged.as_millis().max(1) != 0) {
            let message = format!(
                "slices of {slice} are not made of whole slices of {judged}, which `{}` judges",
                sli.kind()
            );
            let help = format!("write a multiple of {judged}, or give `{}` a shorter `slice`", sli.kind());
            at.say::<()>(at.fault(Code::Misplaced, message).help(help));
            return false;
        }
        fitting::is_filled(at, slice, windows)
    }
}

/// `occurrences`; the other methods need more than a word.
fn word(at: &At) -> Option<Method> {
    let text = at.text()?;
    let fault = |message: String| at.fault(Code::UnknownWord, message);
    let shown = [
        ("timeslices", "write `method: {timeslices: {slice: 1m, target: 95%}}`"),
        ("ratio_timeslices", "write `method: {ratio_timeslices: {slice: 5m}}`"),
    ];
    if text == Method::Occurrences.word() {
        return Some(Method::Occurrences);
    }
    if let Some((_, help)) = shown.iter().find(|(word, _)| *word == text) {
        return at.say(fault(format!("{} does not say how long its slices are", quote(text))).help(*help));
    }
    let words = ["occurrences", "timeslices", "ratio_timeslices"];
    let fault = fault(format!("{} cannot stand here", quote(text)));
    at.say(fault.help(match nearest(text, words) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write one of {}", words.join(", ")),
    }))
}

fn timeslices<'a>(at: &At<'a>, place: &mut Option<At<'a>>) -> Option<Method> {
    at.fields(|f| {
        let slice = f.required("slice", "slice: 1m", |at| {
            *place = Some(at.clone());
            window::slice(at, &[])
        });
        let target = f.required("target", "target: 95%", values::objective);
        let empty = f.optional("empty", empty).unwrap_or_default();
        let min_events = f.optional("min_events", values::whole_number);
        let consecutive = f.optional("consecutive", consecutive).unwrap_or(1);
        Some(Method::Timeslices { slice: slice?, target: target?, empty, min_events, consecutive })
    })
}

fn ratio_timeslices<'a>(at: &At<'a>, place: &mut Option<At<'a>>) -> Option<Method> {
    at.fields(|f| {
        let slice = f.required("slice", "slice: 5m", |at| {
            *place = Some(at.clone());
            window::slice(at, &[])
        });
        let empty = f.optional("empty", empty).unwrap_or_default();
        let min_events = f.optional("min_events", values::whole_number);
        Some(Method::RatioTimeslices { slice: slice?, empty, min_events })
    })
}

/// How many bad slices must follow each other: one or more.
fn consecutive(at: &At) -> Option<u32> {
    let number = values::whole_number(at)?;
    match u32::try_from(number) {
        Ok(number) if number > 0 => Some(number),
        _ => {
            let fault = at.fault(Code::Number, format!("{number} slices cannot follow each other"));
            at.say(fault.help("write `1`, where every bad slice counts, or more"))
        }
    }
}
