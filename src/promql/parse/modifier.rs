//! What follows an operand and binds tightest: `[5m]`, `[1h:5m]`, `offset 5m`, `@ end()`.

use super::super::ast::{At, BinaryOp, Edges, ExprKind};
use super::super::fault::Fault;
use super::super::length::DurationExpr;
use super::super::lex::Kind;
use super::{Parsed, Parser, Tree};
use crate::base::{Moment, Span};

impl Parser<'_> {
    /// An operand and everything that follows it.
    pub(super) fn modified(&mut self) -> Parsed<Tree> {
        let mut tree = self.operand()?;
        loop {
            tree = match self.peek().kind {
                Kind::LeftBracket => self.range_or_subquery(tree)?,
                Kind::At => self.at_modifier(tree)?,
                Kind::Word if self.is_keyword("offset") => self.offset(tree)?,
                Kind::Word if self.is_keyword("anchored") => self.edges(tree, Edges::Anchored),
                Kind::Word if self.is_keyword("smoothed") => self.edges(tree, Edges::Smoothed),
                _ => return Ok(tree),
            };
        }
    }

    fn range_or_subquery(&mut self, tree: Tree) -> Parsed<Tree> {
        let open = self.bump();
        let read = self.bracketed();
        if read.is_err() {
            self.skip_to(&[Kind::RightBracket]);
        }
        let brackets = open.span.to(self.close(open, Kind::RightBracket, "]")?);
        let span = tree.expr.span.to(brackets);
        let Ok((range, step)) = read else { return Ok(Self::stand_in(span)) };
        if let Some(step) = step {
            let (offset, at) = (DurationExpr::default(), None);
            let kind = ExprKind::Subquery { expr: Box::new(tree.expr), range, step, offset, at };
            return self.node(kind, span, tree.height);
        }
        let message = match tree.expr.kind {
            ExprKind::Selector(selector)
                if selector.offset == DurationExpr::default() && selector.at.is_none() =>
            {
                return Ok(Self::leaf(ExprKind::Range { selector, range }, span));
            }
            ExprKind::Selector(_) => {
                let fault = Fault::new(brackets, "a range stands before \"offset\" and \"@\"");
                self.note(fault.help("write it right after the selector: up[5m] offset 1h"));
                return Ok(Self::stand_in(span));
            }
            ExprKind::Range { .. } | ExprKind::Subquery { .. } => "this has a range already",
            _ => "a range selects series; only a selector can have one",
        };
        let written = self.text.get(brackets.start..brackets.end.saturating_sub(1)).unwrap_or_default();
        let fault = Fault::new(brackets, message);
        self.note(if message.starts_with("this") {
            fault
        } else {
            fault.help(format!(
                "a subquery evaluates any expression over a range: {written}:]; only MetricsQL leaves the colon out"
            ))
        });
        Ok(Self::stand_in(span))
    }

    /// `offset 5m`, `offset -5m`
    fn offset(&mut self, tree: Tree) -> Parsed<Tree> {
        let keyword = self.bump();
        let offset = self.offset_duration()?;
        let modifier = Span::new(keyword.span.start, self.end_of_last());
        Ok(self.modify(tree, modifier, "offset", |place, _| {
            std::mem::replace(place, offset) == DurationExpr::default()
        }))
    }

    /// `anchored`, `smoothed`
    fn edges(&mut self, mut tree: Tree, edges: Edges) -> Tree {
        let keyword = self.bump();
        let word = self.text_of(keyword);
        match &mut tree.expr.kind {
            ExprKind::Selector(selector) | ExprKind::Range { selector, .. } => {
                let before = std::mem::replace(&mut selector.edges, edges);
                if before != Edges::Sampled && before != edges {
                    let message = "\"anchored\" and \"smoothed\" exclude each other";
                    self.note(Fault::new(keyword.span, message));
                }
            }
            _ => {
                let message = format!("\"{word}\" goes with a selector only");
                self.note(Fault::new(keyword.span, message).help("put it on each selector inside"));
            }
        }
        tree.expr.span = tree.expr.span.to(keyword.span);
        tree
    }

    /// `@ 1609746000`, `@ start()`, `@ end()`
    fn at_modifier(&mut self, tree: Tree) -> Parsed<Tree> {
        let sign = self.bump();
        let at = self.at_time()?;
        let modifier = Span::new(sign.span.start, self.end_of_last());
        Ok(self.modify(tree, modifier, "@", |_, place| place.replace(at).is_none()))
    }

    fn at_time(&mut self) -> Parsed<At> {
        for (word, at) in [("start", At::Start), ("end", At::End)] {
            if self.is_keyword(word) {
                self.bump();
                if self.peek().kind != Kind::LeftParen {
                    return self.unexpected("\"()\"");
                }
                let open = self.bump();
                self.close(open, Kind::RightParen, ")")?;
                return Ok(at);
            }
        }
        let negative = self.eat(Kind::Operator(BinaryOp::Sub)).is_some();
        if !negative {
            self.eat(Kind::Operator(BinaryOp::Add));
        }
        let token = self.peek();
        let Some(seconds) = self.eat_number() else {
            return self.unexpected("a time in seconds since 1970, start() or end()");
        };
        let millis = (seconds? * 1000.0).round();
        if !millis.is_finite() || millis >= i64::MAX as f64 {
            let found = self.text_of(token);
            self.note(Fault::new(token.span, format!("\"{found}\" is out of range for a time")));
        }
        Ok(At::Moment(Moment::from_millis(if negative { -millis } else { millis } as i64)))
    }

    /// Puts a modifier on what may have it. `set` tells whether it was free.
    fn modify(
        &mut self,
        mut tree: Tree,
        modifier: Span,
        name: &str,
        set: impl FnOnce(&mut DurationExpr, &mut Option<At>) -> bool,
    ) -> Tree {
        let free = match &mut tree.expr.kind {
            ExprKind::Selector(selector) | ExprKind::Range { selector, .. } => {
                Some(set(&mut selector.offset, &mut selector.at))
            }
            ExprKind::Subquery { offset, at, .. } => Some(set(offset, at)),
            _ => None,
        };
        tree.expr.span = tree.expr.span.to(modifier);
        match free {
            Some(true) => {}
            Some(false) => {
                self.note(Fault::new(modifier, format!("\"{name}\" is given twice")));
            }
            None => {
                let message = format!("\"{name}\" goes with a selector or a subquery only");
                self.note(Fault::new(modifier, message).help("put it on each selector inside"));
            }
        }
        tree
    }
}
