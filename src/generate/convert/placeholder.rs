//! `$window` in the words of dialects whose queries are templates.

use crate::promql::Expr;

const WINDOW: &str = "$window";

/// A query whose window is `{{.window}}`. What stands in quotes is the user's, and is no template.
pub(super) fn templated(query: &Expr) -> String {
    let mut text = String::new();
    let mut quote = None;
    let printed = query.pretty();
    let mut rest = printed.trim();
    while let Some(c) = rest.chars().next() {
        let taken = match quote {
            None if rest.starts_with(WINDOW) => {
                text.push_str("{{.window}}");
                WINDOW.len()
            }
            None => {
                quote = matches!(c, '"' | '\'' | '`').then_some(c);
                text.push(c);
                c.len_utf8()
            }
            Some(_) if rest.starts_with("{{") => {
                text.push_str("{{`{{`}}");
                "{{".len()
            }
            Some('"' | '\'') if c == '\\' => {
                let escaped = rest.chars().take(2).map(char::len_utf8).sum();
                text.push_str(&rest[..escaped]);
                escaped
            }
            Some(open) => {
                if c == open {
                    quote = None;
                }
                text.push(c);
                c.len_utf8()
            }
        };
        rest = &rest[taken..];
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promql::{ParseOptions, parse};

    #[test]
    fn the_window_is_replaced_and_what_is_quoted_is_not() {
        for (query, expected) in [
            ("sum(rate(m[$window]))", "sum(rate(m[{{.window}}]))"),
            (r#"sum(rate(m{a="[$window]"}[$window]))"#, r#"sum(rate(m{a="[$window]"}[{{.window}}]))"#),
            (r#"m{a="{{x}}"}"#, r#"m{a="{{`{{`}}x}}"}"#),
            (r#"m{a="\"$window"}"#, r#"m{a="\"$window"}"#),
        ] {
            assert_eq!(templated(&parse(query, &ParseOptions { window: true }).unwrap()), expected);
        }
    }
}
