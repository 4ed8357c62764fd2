//! Selectors and lists of labels.

use super::super::ast::{ExprKind, MatchOp, Matcher, Selector};
use super::super::fault::Fault;
use super::super::lex::Kind;
use super::super::quote::{NO_LISTED_LABEL, is_one_of};
use super::super::regex;
use super::{Parsed, Parser, Tree};
use crate::base::METRIC_NAME;

impl Parser<'_> {
    /// `up`, `up{job="api"}`, `{job="api"}`, `{"up", job="api"}`; a legal name or a brace is next.
    pub(super) fn selector(&mut self) -> Parsed<Tree> {
        let start = self.peek();
        let mut selector = Selector::default();
        let mut span = start.span;
        if start.kind == Kind::Word {
            self.bump();
            selector.name = Some(self.text_of(start).to_owned());
        }
        if self.peek().kind == Kind::LeftBrace {
            let named = selector.name.is_some();
            let braces = self.list(Kind::RightBrace, "}", |parser| parser.matcher(&mut selector, named))?;
            span = span.to(braces);
        }
        Ok(Self::leaf(ExprKind::Selector(selector), span))
    }

    /// `job="api"`, `"my.label"=~"a|b"`, or a metric's name in quotes. `named`: the metric's name stood before the brace.
    fn matcher(&mut self, selector: &mut Selector, named: bool) -> Parsed<()> {
        let label = self.peek();
        let name = match label.kind {
            Kind::Word => {
                self.bump();
                self.text_of(label).to_owned()
            }
            Kind::String => self.string()?,
            _ => return self.unexpected("a label or \"}\""),
        };
        let Kind::Match(op) = self.peek().kind else {
            if label.kind != Kind::String {
                return self.unexpected("=, !=, =~ or !~ after the label");
            }
            if named {
                self.note(named_twice(label.span, selector, &name));
            } else if selector.name.is_none() {
                selector.name = Some(name);
            } else {
                selector.matchers.push(Matcher {
                    name: METRIC_NAME.to_owned(),
                    op: MatchOp::Equal,
                    value: name,
                });
            }
            return Ok(());
        };
        self.bump();
        let written = self.peek();
        let value = self.string()?;
        if matches!(op, MatchOp::Regex | MatchOp::NotRegex)
            && let Err(reason) = regex::check(&value)
        {
            self.note(Fault::new(written.span, format!("not a regular expression: {reason}")));
        }
        if name.is_empty() {
            self.note(Fault::new(label.span, "a label must have a name"));
        }
        if named && name == METRIC_NAME {
            self.note(named_twice(label.span.to(written.span), selector, &value));
        }
        selector.matchers.push(Matcher { name, op, value });
        Ok(())
    }

    /// `(job, "my.label")`, the opening bracket being next.
    pub(super) fn label_list(&mut self) -> Parsed<Vec<String>> {
        if self.peek().kind != Kind::LeftParen {
            let word = self.peek_word();
            let is_label = !word.is_empty() && !is_one_of(word, &["by", "without"]);
            let hint = is_label.then(|| format!("write ({word})"));
            return self.unexpected_with("a list of labels such as (job)", hint);
        }
        let mut labels = Vec::new();
        self.list(Kind::RightParen, ")", |parser| {
            let token = parser.peek();
            let word = parser.peek_word();
            let label = match token.kind {
                Kind::Word if is_one_of(word, NO_LISTED_LABEL) => {
                    let fault = Fault::new(token.span, format!("\"{word}\" is a keyword, expected a label"));
                    return parser.fault(fault.help("a label with this name stands in quotes"));
                }
                Kind::Word => {
                    parser.bump();
                    word.to_owned()
                }
                Kind::String => parser.string()?,
                _ => return parser.unexpected("a label or \")\""),
            };
            if label.is_empty() {
                parser.note(Fault::new(token.span, "a label must have a name"));
            }
            labels.push(label);
            Ok(())
        })?;
        Ok(labels)
    }
}

fn named_twice(span: crate::base::Span, selector: &Selector, other: &str) -> Fault {
    let name = selector.name.as_deref().unwrap_or_default();
    Fault::new(span, format!("the metric's name is given twice: \"{name}\" and \"{other}\""))
}
