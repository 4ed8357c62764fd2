//! Operands: literals, selectors, brackets, calls of functions and aggregations.

use super::super::ast::{AggregateOp, Expr, ExprKind, Grouping};
use super::super::fault::Fault;
use super::super::lex::Kind;
use super::super::quote::{NO_METRIC, is_one_of};
use super::super::signatures::signature;
use super::super::types;
use super::{Parsed, Parser, Tree};
use crate::base::Span;

/// Words that may stand before a bracket without being a function.
const KEYWORDS: &[&str] =
    &["and", "or", "unless", "by", "without", "offset", "fill", "fill_left", "fill_right"];

impl Parser<'_> {
    /// An operand without what may follow it.
    pub(super) fn operand(&mut self) -> Parsed<Tree> {
        if let Some(number) = self.number_literal() {
            return Ok(number);
        }
        match self.peek().kind {
            Kind::String => self.string_literal(),
            Kind::LeftParen => self.parenthesised(),
            Kind::LeftBrace => self.selector(),
            Kind::Word => self.named(),
            Kind::Variable => {
                let name = self.text_of(self.peek());
                let fault = Fault::new(
                    self.peek().span,
                    format!("\"{name}\" cannot stand here, expected an expression"),
                );
                self.fault(if name == "$window" {
                    fault.help("\"$window\" stands in brackets: rate(errors_total[$window])")
                } else {
                    fault.help("variables of dashboards are not filled in")
                })
            }
            _ => self.unexpected("an expression"),
        }
    }

    /// What begins with a word: an aggregation, a call or a selector.
    fn named(&mut self) -> Parsed<Tree> {
        let word = self.peek_word();
        let next = self.peek_at(1);
        let before_bracket = next.kind == Kind::LeftParen;
        let op = AggregateOp::ALL.iter().copied().find(|op| word.eq_ignore_ascii_case(op.word()));
        if let Some(op) = op
            && (before_bracket
                || (next.kind == Kind::Word && is_one_of(self.text_of(next), &["by", "without"])))
        {
            return self.aggregate(op);
        }
        if is_one_of(word, NO_METRIC) {
            let fault =
                Fault::new(self.peek().span, format!("\"{word}\" is a keyword, expected an expression"));
            return self
                .fault(fault.help(format!("a metric with this name stands in quotes: {{\"{word}\"}}")));
        }
        if before_bracket && !word.contains(':') && !is_one_of(word, KEYWORDS) {
            return self.call();
        }
        self.selector()
    }

    /// `rate(x[5m])`
    fn call(&mut self) -> Parsed<Tree> {
        let name = self.bump();
        let word = self.text_of(name);
        let (mut args, span, below) = self.arguments()?;
        if word == "info" {
            args.iter_mut().skip(1).for_each(|arg| self.label_matchers_only(arg));
        }
        // What is sorted into groups was meant as an aggregation.
        if signature(word).is_none() && (self.is_keyword("by") || self.is_keyword("without")) {
            return self.fault(types::unknown(word, name.span));
        }
        let function = word.to_owned();
        self.node(ExprKind::Call { function, args }, name.span.to(span), below)
    }

    /// `info` takes what stands in braces as conditions on labels, a metric's name in quotes among them.
    fn label_matchers_only(&self, arg: &mut Expr) {
        let in_braces = self.text.get(arg.span.range()).is_some_and(|text| text.starts_with('{'));
        if let ExprKind::Selector(selector) = &mut arg.kind
            && in_braces
        {
            selector.matchers = selector.all_matchers();
            selector.name = None;
        }
    }

    /// `sum by (job) (x)`, `sum(x) by (job)`
    fn aggregate(&mut self, op: AggregateOp) -> Parsed<Tree> {
        let name = self.bump();
        let before = self.grouping()?;
        if self.peek().kind != Kind::LeftParen {
            return self.unexpected(&format!("\"(\" and what {}() aggregates", op.word()));
        }
        let (args, span, below) = self.arguments()?;
        let grouping = match before {
            Some(grouping) => Some(grouping),
            None => self.grouping()?,
        };
        let grouping = grouping.unwrap_or_default();
        let span = name.span.to(span).to(Span::new(name.span.start, self.end_of_last()));
        let found = args.len();
        let mut args = args.into_iter();
        let (param, expr) = match (op.has_param(), found) {
            (true, 2) => (args.next(), args.next()),
            (false, 1) => (None, args.next()),
            _ => (None, None),
        };
        let Some(expr) = expr else {
            let expected = if op.has_param() { "2 arguments" } else { "1 argument" };
            self.note(Fault::new(span, format!("{}() takes {expected}, found {found}", op.word())));
            return Ok(Self::stand_in(span));
        };
        let kind = ExprKind::Aggregate { op, param: param.map(Box::new), expr: Box::new(expr), grouping };
        self.node(kind, span, below)
    }

    /// `by (job)` or `without (instance)`, if it is next.
    fn grouping(&mut self) -> Parsed<Option<Grouping>> {
        for (keyword, without) in [("by", false), ("without", true)] {
            if self.eat_keyword(keyword).is_some() {
                return Ok(Some(Grouping { without, labels: self.label_list()? }));
            }
        }
        Ok(None)
    }

    /// Arguments in brackets, the opening one being next, with the height of the highest.
    fn arguments(&mut self) -> Parsed<(Vec<Expr>, Span, usize)> {
        let mut args = Vec::new();
        let mut below = 0;
        let span = self.list(Kind::RightParen, ")", |parser| {
            let read = parser.expr();
            let stopped = read.is_err();
            let tree = read.unwrap_or_else(|_| Self::stand_in(parser.peek().span));
            below = below.max(tree.height);
            args.push(tree.expr);
            if stopped {
                return Err(super::Stop);
            }
            if parser.peek().kind == Kind::Comma && parser.peek_at(1).kind == Kind::RightParen {
                parser.note(Fault::new(parser.peek().span, "no comma may follow the last argument"));
            }
            Ok(())
        })?;
        Ok((args, span, below))
    }
}
