//! Where the parts of a selector stand, for who must point at one of them.
//!
//! Takes the text of a query and the bytes of a selector in it, gives those of its name, its conditions and its range. A
//! tree does not carry them: few ask, and everyone else builds selectors.

use super::lex::{Kind, Token, lex};
use crate::base::Span;

/// Where the parts of a selector stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places {
    /// The metric's name, in or before the braces.
    pub name: Option<Span>,
    /// Each of the selector's `matchers`, in the same order.
    pub matchers: Vec<Span>,
    /// The range, from bracket to bracket.
    pub range: Option<Span>,
}

impl Places {
    /// The places in a selector or a range selector that was read from these bytes of `text`.
    pub fn of(text: &str, selector: Span) -> Self {
        let (tokens, _) = lex(text.get(selector.range()).unwrap_or_default());
        let mut places = Self::default();
        let mut tokens =
            tokens.iter().map(|token| Token { span: token.span.shifted(selector.start), ..*token });
        while let Some(token) = tokens.next() {
            match token.kind {
                Kind::Word if places.name.is_none() && token.span.start == selector.start => {
                    places.name = Some(token.span);
                }
                Kind::LeftBrace => places.braces(tokens.by_ref().take_while(|t| t.kind != Kind::RightBrace)),
                Kind::LeftBracket => {
                    let close = tokens.by_ref().find(|token| token.kind == Kind::RightBracket);
                    places.range = close.map(|close| token.span.to(close.span));
                }
                _ => {}
            }
        }
        places
    }

    /// What stands between braces, cut at the commas.
    fn braces(&mut self, tokens: impl Iterator<Item = Token>) {
        let mut part: Vec<Token> = Vec::with_capacity(3);
        let comma = Token { kind: Kind::Comma, span: Span::default() };
        for token in tokens.chain([comma]) {
            if token.kind != Kind::Comma {
                part.push(token);
                continue;
            }
            match part.as_slice() {
                // A text alone is the metric's name, the second such text a condition on it.
                [name] if self.name.is_none() => self.name = Some(name.span),
                [first, .., last] => self.matchers.push(first.span.to(last.span)),
                [only] => self.matchers.push(only.span),
                [] => {}
            }
            part.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ExprKind, ParseOptions, parse};
    use super::*;

    #[test]
    fn every_part_is_found_where_it_stands() {
        for (text, name, matchers, range) in [
            ("sum(up)", "up", &[][..], ""),
            ("up{}", "up", &[], ""),
            ("rate(a:b{x=\"}[5m]\", y!~'#,' ,}[ 5m ] )", "a:b", &["x=\"}[5m]\"", "y!~'#,'"], "[ 5m ]"),
            ("rate(a{x=\"1\"} [5m] offset 5m @ 10)", "a", &["x=\"1\""], "[5m]"),
            ("{\"a b\", x=\"1\", \"my.label\"=~\"2\"}", "\"a b\"", &["x=\"1\"", "\"my.label\"=~\"2\""], ""),
            ("{\"a\", \"b\"}", "\"a\"", &["\"b\""], ""),
            ("{__name__=\"a\"} offset -5m", "", &["__name__=\"a\""], ""),
            ("by{x=\"1\"}[$window]", "by", &["x=\"1\""], "[$window]"),
            ("a{x=\"1\", # why, {not}\n y=\"2\"}", "a", &["x=\"1\"", "y=\"2\""], ""),
        ] {
            let expr = parse(text, &ParseOptions { window: true }).expect(text);
            let mut found = None;
            expr.walk(&mut |node| {
                if let ExprKind::Selector(selector) | ExprKind::Range { selector, .. } = &node.kind {
                    found = Some((node.span, selector.matchers.len()));
                }
            });
            let (span, count) = found.unwrap();
            let places = Places::of(text, span);
            let said = |span: Option<Span>| span.map_or("", |span| &text[span.range()]);
            assert_eq!((said(places.name), said(places.range)), (name, range), "{text}");
            let said: Vec<&str> = places.matchers.iter().map(|span| &text[span.range()]).collect();
            assert_eq!(said, matchers, "{text}");
            assert_eq!(said.len(), count, "{text}");
        }
    }
}
