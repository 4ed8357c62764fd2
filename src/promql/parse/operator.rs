//! Signs, operators between expressions, and brackets around them.

use super::super::ast::{BinaryOp, ExprKind, Fill, Group, Matching, UnaryOp};
use super::super::fault::Fault;
use super::super::lex::{Kind, Token};
use super::{Parsed, Parser, Tree};
use crate::base::Span;

/// A sign binds looser than a power and as tightly as a product: `-a ^ b` is `-(a ^ b)`, `-a * b` is `(-a) * b`.
pub(super) const TIGHTER_THAN_SIGN: u8 = 6;

/// Operators that are words.
const WORDS: [BinaryOp; 4] = [BinaryOp::And, BinaryOp::Or, BinaryOp::Unless, BinaryOp::Atan2];

impl Parser<'_> {
    /// Any expression.
    pub(super) fn expr(&mut self) -> Parsed<Tree> {
        self.nested(|parser| parser.operands(0))
    }

    /// Operands joined by operators that bind at least so tightly.
    fn operands(&mut self, tightness: u8) -> Parsed<Tree> {
        let mut lhs = self.signed()?;
        while let Some(op) = self.peek_operator().filter(|op| op.precedence() >= tightness) {
            let token = self.bump();
            let (matching, return_bool) = self.matching(op, token)?;
            let tightness = op.precedence();
            let rhs = if op == BinaryOp::Pow {
                self.nested(|parser| parser.operands(tightness))?
            } else {
                // No deeper than there are precedences.
                self.operands(tightness + 1)?
            };
            let span = lhs.expr.span.to(rhs.expr.span);
            let below = lhs.height.max(rhs.height);
            let (lhs_expr, rhs_expr) = (Box::new(lhs.expr), Box::new(rhs.expr));
            let kind = ExprKind::Binary { op, lhs: lhs_expr, rhs: rhs_expr, matching, return_bool };
            lhs = self.node(kind, span, below)?;
        }
        Ok(lhs)
    }

    fn peek_operator(&self) -> Option<BinaryOp> {
        match self.peek().kind {
            Kind::Operator(op) => Some(op),
            Kind::Word => WORDS.into_iter().find(|op| self.is_keyword(op.word())),
            _ => None,
        }
    }

    /// What may stand between an operator and its right side.
    fn matching(&mut self, op: BinaryOp, operator: Token) -> Parsed<(Matching, bool)> {
        let return_bool = self.eat_keyword("bool");
        if let Some(token) = return_bool.filter(|_| !op.is_comparison()) {
            self.note(Fault::new(token.span, "\"bool\" goes with comparisons only"));
        }
        let mut matching = Matching::default();
        let mut explicit = false;
        for (keyword, on) in [("on", true), ("ignoring", false)] {
            if !explicit && self.eat_keyword(keyword).is_some() {
                explicit = true;
                matching.on = on;
                matching.labels = self.label_list()?;
            }
        }
        for (keyword, group) in
            [("group_left", Group::Left as fn(Vec<String>) -> Group), ("group_right", Group::Right)]
        {
            if matching.group.is_some() || !self.is_keyword(keyword) {
                continue;
            }
            let token = self.bump();
            if !explicit {
                let fault =
                    Fault::new(token.span, format!("\"{keyword}\" needs \"on\" or \"ignoring\" before it"));
                self.note(fault.help(format!("say which labels match: on (job) {keyword}")));
            }
            if op.is_set() {
                let message = format!("\"{keyword}\" does not go with \"{}\"", op.word());
                self.note(Fault::new(token.span, message));
            }
            let include = if self.peek().kind == Kind::LeftParen { self.label_list()? } else { Vec::new() };
            if let Some(label) = include.iter().find(|label| matching.on && matching.labels.contains(label)) {
                let message = format!("label \"{label}\" must not be in both \"on\" and \"{keyword}\"");
                self.note(Fault::new(operator.span, message));
            }
            matching.group = Some(group(include));
        }
        matching.fill = self.fill()?;
        Ok((matching, return_bool.is_some()))
    }

    /// `fill (0)`, or `fill_left (0)` and `fill_right (1)` in any order.
    fn fill(&mut self) -> Parsed<Fill> {
        let mut fill = Fill::default();
        loop {
            let word = self.peek_word().to_ascii_lowercase();
            // Where no bracket follows it is a metric.
            if !matches!(word.as_str(), "fill" | "fill_left" | "fill_right")
                || self.peek_at(1).kind != Kind::LeftParen
            {
                return Ok(fill);
            }
            let keyword = self.bump();
            let (left, right) = (word != "fill_right", word != "fill_left");
            if (left && fill.left.is_some()) || (right && fill.right.is_some()) {
                let message = format!("\"{word}\" says again what is filled in on a side");
                self.note(Fault::new(keyword.span, message));
            }
            let value = self.fill_value()?;
            fill.left = if left { Some(value) } else { fill.left };
            fill.right = if right { Some(value) } else { fill.right };
        }
    }

    /// `(0)`, `(-5m)`
    fn fill_value(&mut self) -> Parsed<f64> {
        let open = self.bump();
        let negative = self.eat(Kind::Operator(BinaryOp::Sub)).is_some();
        if !negative {
            self.eat(Kind::Operator(BinaryOp::Add));
        }
        let value = match self.eat_number() {
            Some(value) => value,
            None => self.unexpected("a number to fill in"),
        };
        if value.is_err() {
            self.skip_to(&[Kind::RightParen]);
        }
        self.close(open, Kind::RightParen, ")")?;
        let value = value.unwrap_or_default();
        Ok(if negative { -value } else { value })
    }

    fn signed(&mut self) -> Parsed<Tree> {
        let op = match self.peek().kind {
            Kind::Operator(BinaryOp::Add) => UnaryOp::Plus,
            Kind::Operator(BinaryOp::Sub) => UnaryOp::Minus,
            _ => return self.modified(),
        };
        let sign = self.bump();
        let tree = self.nested(|parser| parser.operands(TIGHTER_THAN_SIGN))?;
        let span = sign.span.to(tree.expr.span);
        let minus = op == UnaryOp::Minus;
        // A sign before a number is a part of it.
        let signed = match tree.expr.kind {
            ExprKind::Number(value) => ExprKind::Number(if minus { -value } else { value }),
            ExprKind::Duration(length) => ExprKind::Duration(length * if minus { -1 } else { 1 }),
            _ => return self.signed_node(op, tree, span),
        };
        Ok(Self::leaf(signed, span))
    }

    fn signed_node(&mut self, op: UnaryOp, tree: Tree, span: Span) -> Parsed<Tree> {
        self.node(ExprKind::Unary { op, expr: Box::new(tree.expr) }, span, tree.height)
    }

    /// `(expr)`
    pub(super) fn parenthesised(&mut self) -> Parsed<Tree> {
        let open = self.bump();
        let inner = self.expr();
        if inner.is_err() {
            self.skip_to(&[Kind::RightParen]);
        }
        let span = open.span.to(self.close(open, Kind::RightParen, ")")?);
        match inner {
            Ok(tree) => self.node(ExprKind::Paren(Box::new(tree.expr)), span, tree.height),
            Err(_) => Ok(Self::stand_in(span)),
        }
    }
}
