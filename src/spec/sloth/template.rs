//! Queries that are Go templates: `{{.window}}` stands for the time that is counted.

use super::super::decode::At;
use super::super::query::{self, Query};
use super::super::vars::Filled;
use crate::base::Span;
use crate::diag::{Code, quote};

/// Whether an action is `{{.window}}` but for its point or its case.
fn is_nearly_window(action: &str) -> bool {
    action.trim_matches(['{', '}', '-', ' ', '.']).eq_ignore_ascii_case("window")
}

/// Reads a query whose `{{.window}}` becomes `$window`.
pub(super) fn query<'q, 'a>(at: &'q At<'a>) -> Option<Query<'q, 'a>> {
    let text = at.text()?;
    let mut strange = false;
    for action in actions(text) {
        let written = &text[action.range()];
        if !is_window(written) {
            let (message, help) = match written {
                OPEN => ("`{{` is not closed".to_owned(), "write `{{.window}}`"),
                other if is_nearly_window(other) => {
                    (format!("{} is not filled in here", quote(other)), "did you mean `{{.window}}`?")
                }
                _ => (
                    format!("{} is not filled in here", quote(written)),
                    "`{{.window}}` alone is; write out what the template gives",
                ),
            };
            at.say::<()>(at.fault_in(Code::TemplateAction, action, message).help(help));
            strange = true;
        }
    }
    if strange {
        return None;
    }
    if actions(text).next().is_none() {
        let fault = at.fault(Code::NoPlaceholder, "the query does not say which time it counts");
        return at.say(fault.help("write `[{{.window}}]` where it has a range; Sloth refuses it too"));
    }
    let placeholder = |text: &str| actions(text).next().map(|action| (action, "$window"));
    query::counted(Query::of(at, Filled::replacing(text, placeholder), true)?)
}

/// What begins an action.
const OPEN: &str = "{{";

/// Every `{{…}}`; of one that is not closed, its beginning.
fn actions(text: &str) -> impl Iterator<Item = Span> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text.get(from..)?.find(OPEN)?;
        from = start + OPEN.len();
        let inner = &text[from..];
        if let Some(length) = inner.find("}}")
            && inner.find(OPEN).is_none_or(|next| next > length)
        {
            from += length + "}}".len();
        }
        Some(Span::new(start, from))
    })
}

/// `{{.window}}`, `{{ .window }}`, `{{- .window -}}`
fn is_window(action: &str) -> bool {
    let inner = action.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
    let trimmed = |inner: &str| {
        let inner = inner.strip_prefix("- ").unwrap_or(inner);
        inner.strip_suffix(" -").unwrap_or(inner).trim() == ".window"
    };
    inner.is_some_and(trimmed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_found_and_the_window_known() {
        let found =
            |text: &str| -> Vec<bool> { actions(text).map(|a| is_window(&text[a.range()])).collect() };
        assert_eq!(found("rate(a[{{.window}}]) / rate(b[{{ .window }}])"), [true, true]);
        assert_eq!(found("rate(a[{{- .window -}}])"), [true]);
        assert_eq!(found("{{ if x }}a{{ end }}{{.Window}}{{window}}"), [false; 4]);
        assert_eq!(found("a[{{.window}] / b[{{.window}}]"), [false, true]);
        assert_eq!(found("a{b=\"c\"}"), [false; 0]);
    }
}
