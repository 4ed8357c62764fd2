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
    at: At<'a>,
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
        Some(Self { method, at: at.clone(), slice })
    }

    /// Whether it fits an indicator over these windows; says where it does not.
    pub(super) fn fits(&self, sli: &Sli, windows: &[Window]) -> bool {
        if !matches!(sli, Sli::Events(_) | Sli::Latency(_)) && self.method != Method::Occurrences {
            let message = format!("`method` is for events, and `{}` counts none", sli.kind());
            let help = "remove it; `slices` and `ratio` count slices of their own length";
            self.at.say::<()>(self.at.fault(Code::Misplaced, message).help(help));
            return false;
        }
        match (self.method.slices(), &self.slice) {
            (Some((slice, _)), Some(at)) => fitting::is_filled(at, slice, windows),
            _ => true,
        }
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
        Some(Method::Timeslices { slice: slice?, target: target?, empty })
    })
}

fn ratio_timeslices<'a>(at: &At<'a>, place: &mut Option<At<'a>>) -> Option<Method> {
    at.fields(|f| {
        let slice = f.required("slice", "slice: 5m", |at| {
            *place = Some(at.clone());
            window::slice(at, &[])
        });
        let empty = f.optional("empty", empty).unwrap_or_default();
        Some(Method::RatioTimeslices { slice: slice?, empty })
    })
}
