//! Tokens to a tree.
//!
//! Takes a text, gives its [`Expr`] or every fault found: first those of syntax, and where there are none those of types.
//! One file per part of the grammar. After a fault inside brackets the parser goes on behind them, with a stand-in for
//! what it could not read; a tree with a stand-in never leaves this room. To add syntax: a method in the file of its
//! part of the grammar, called where it may stand.

mod call;
mod duration;
pub(super) mod hints;
mod literal;
mod modifier;
mod operator;
mod selector;

use super::ast::{Expr, ExprKind, Selector};
use super::fault::Fault;
use super::lex::{Kind, Token, lex};
use super::types;
use crate::base::Span;

/// How deep brackets, signs and powers may nest before a query is refused, so that no text can exhaust the stack: a
/// level takes up to 13 kB where nothing is optimised, and a thread has 2 MB.
const MAX_NESTING: usize = 128;

/// How many nodes may stand above one another. More than [`MAX_NESTING`], since `a + b + c + ...` makes a high tree
/// without any nesting; bounded, since every walk over a tree goes down it.
const MAX_HEIGHT: usize = 512;

/// What a query may hold besides PromQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ParseOptions {
    /// Accept `$window` for a duration in brackets.
    pub window: bool,
}

/// Reads a query.
///
/// # Errors
/// Every fault of syntax, or where there is none every fault of types, in the order of the text.
pub fn parse(text: &str, options: &ParseOptions) -> Result<Expr, Vec<Fault>> {
    let (tokens, faults) = lex(text);
    let mut parser =
        Parser { text, options, tokens, at: 0, depth: 0, faults, last_fault: None, halted: false };
    let tree = parser.query();
    let mut faults = parser.faults;
    match tree {
        Ok(tree) if faults.is_empty() => {
            faults = types::check(&tree.expr);
            if faults.is_empty() { Ok(tree.expr) } else { Err(faults) }
        }
        _ => {
            faults.sort_by_key(|fault| fault.span);
            Err(faults)
        }
    }
}

/// A fault is noted and what was being read is lost; whoever can tell where it ends goes on behind it.
struct Stop;

type Parsed<T> = Result<T, Stop>;

/// A node and how many nodes stand above one another from it down.
struct Tree {
    expr: Expr,
    height: usize,
}

struct Parser<'t> {
    text: &'t str,
    options: &'t ParseOptions,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    faults: Vec<Fault>,
    /// The token at which the last fault was met: a second one there is only an echo.
    last_fault: Option<usize>,
    /// No more faults are noted: the text is not worth reading on.
    halted: bool,
}

impl<'t> Parser<'t> {
    fn query(&mut self) -> Parsed<Tree> {
        if self.peek().kind == Kind::End {
            return self.fault(Fault::new(self.peek().span, "the query is empty"));
        }
        let tree = self.expr()?;
        match self.peek().kind {
            Kind::End => Ok(tree),
            kind if kind.closes() => {
                let found = self.found();
                self.fault(Fault::new(self.peek().span, format!("{found} closes nothing")))
            }
            kind => {
                let hint = hints::misplaced(kind, self.text_of(self.peek()));
                self.unexpected_with("an operator or the end of the query", hint)
            }
        }
    }

    // Tokens.

    fn peek(&self) -> Token {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> Token {
        let end = Token { kind: Kind::End, span: Span::new(self.text.len(), self.text.len()) };
        self.tokens.get(self.at + ahead).copied().unwrap_or(end)
    }

    fn bump(&mut self) -> Token {
        let token = self.peek();
        if token.kind != Kind::End {
            self.at += 1;
        }
        token
    }

    fn eat(&mut self, kind: Kind) -> Option<Token> {
        (self.peek().kind == kind).then(|| self.bump())
    }

    fn text_of(&self, token: Token) -> &'t str {
        self.text.get(token.span.range()).unwrap_or_default()
    }

    /// The next token's text where it is a word, else nothing.
    fn peek_word(&self) -> &'t str {
        if self.peek().kind == Kind::Word { self.text_of(self.peek()) } else { "" }
    }

    fn is_keyword(&self, keyword: &str) -> bool {
        self.peek_word().eq_ignore_ascii_case(keyword)
    }

    fn eat_keyword(&mut self, keyword: &str) -> Option<Token> {
        self.is_keyword(keyword).then(|| self.bump())
    }

    /// The end of what was read last.
    fn end_of_last(&self) -> usize {
        self.at.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(0, |token| token.span.end)
    }

    // Faults.

    fn fault<T>(&mut self, fault: Fault) -> Parsed<T> {
        if !self.halted && self.last_fault != Some(self.at) {
            self.faults.push(fault);
        }
        self.last_fault = Some(self.at);
        Err(Stop)
    }

    /// Notes a fault that does not keep the parser from reading on.
    fn note(&mut self, fault: Fault) {
        if !self.halted {
            self.faults.push(fault);
        }
    }

    fn unexpected<T>(&mut self, expected: &str) -> Parsed<T> {
        self.unexpected_with(expected, None::<&str>)
    }

    /// The same with a hint, where there is one.
    fn unexpected_with<T>(&mut self, expected: &str, hint: Option<impl Into<String>>) -> Parsed<T> {
        let token = self.peek();
        if token.kind == Kind::Invalid {
            return Err(Stop);
        }
        let found = self.found();
        let fault = Fault::new(token.span, format!("expected {expected}, found {found}"));
        self.fault(match hint {
            Some(hint) => fault.help(hint),
            None => fault,
        })
    }

    /// The next token in words.
    fn found(&self) -> String {
        let token = self.peek();
        let text = self.text_of(token);
        match token.kind {
            Kind::End => "the end of the query".to_owned(),
            Kind::String => format!("the string {text}"),
            Kind::Number => format!("the number {text}"),
            _ => format!("\"{text}\""),
        }
    }

    /// A fault after which nothing more is read.
    fn halt<T>(&mut self, fault: Fault) -> Parsed<T> {
        let stopped = self.fault(fault);
        self.halted = true;
        self.at = self.tokens.len();
        stopped
    }

    /// Runs `read` one level deeper.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_NESTING {
            return self.halt(too_deep(self.peek().span));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    // Pairs.

    /// The items of a list, the opening bracket being next. After a faulty item it goes on with the one behind.
    /// Gives the bytes from bracket to bracket.
    fn list(
        &mut self,
        close: Kind,
        closing: &str,
        mut item: impl FnMut(&mut Self) -> Parsed<()>,
    ) -> Parsed<Span> {
        let open = self.bump();
        while !matches!(self.peek().kind, Kind::End) && self.peek().kind != close {
            let read = item(self);
            let followed = self.peek().kind == close || self.peek().kind == Kind::Comma;
            if read.is_ok() && !followed && self.peek().kind != Kind::End {
                let token = self.peek();
                let hint = hints::misplaced(token.kind, self.text_of(token));
                let _ = self.unexpected_with::<()>(&format!("\",\" or \"{closing}\""), hint);
            }
            if !followed {
                self.skip_to(&[Kind::Comma, close]);
            }
            if self.eat(Kind::Comma).is_none() {
                break;
            }
        }
        let end = self.close(open, close, closing)?;
        Ok(open.span.to(end))
    }

    /// The closing bracket of a pair. What stands before it is skipped.
    fn close(&mut self, open: Token, close: Kind, closing: &str) -> Parsed<Span> {
        if let Some(token) = self.eat(close) {
            return Ok(token.span);
        }
        if self.peek().kind == Kind::End {
            // A text that is not closed has swallowed whatever closes this.
            let last = self.tokens.iter().rfind(|token| token.kind != Kind::End);
            if last.is_some_and(|&last| {
                last.kind == Kind::Invalid && self.text_of(last).starts_with(['"', '\'', '`'])
            }) {
                return Err(Stop);
            }
            let opening = self.text_of(open);
            return self.fault(
                Fault::new(open.span, format!("\"{opening}\" is not closed"))
                    .help(format!("close it with \"{closing}\"")),
            );
        }
        let _ = self.unexpected::<()>(&format!("\"{closing}\""));
        self.skip_to(&[close]);
        self.eat(close).map(|token| token.span).ok_or(Stop)
    }

    /// Goes on to the next of these tokens that is not inside brackets opened on the way, or to a bracket that closes
    /// something further out.
    fn skip_to(&mut self, stops: &[Kind]) {
        let mut open = 0_usize;
        loop {
            let kind = self.peek().kind;
            if kind == Kind::End || (open == 0 && (kind.closes() || stops.contains(&kind))) {
                return;
            }
            if kind.opens() {
                open += 1;
            } else if kind.closes() {
                open -= 1;
            }
            self.at += 1;
        }
    }

    // Nodes.

    fn leaf(kind: ExprKind, span: Span) -> Tree {
        Tree { expr: Expr { kind, span }, height: 1 }
    }

    /// What stands for an expression that could not be read. Every modifier fits it.
    fn stand_in(span: Span) -> Tree {
        Self::leaf(ExprKind::Selector(Selector::default()), span)
    }

    /// A node above others, the highest of which has `below` nodes above one another.
    fn node(&mut self, kind: ExprKind, span: Span, below: usize) -> Parsed<Tree> {
        let tree = Tree { expr: Expr { kind, span }, height: below + 1 };
        if tree.height > MAX_HEIGHT { self.halt(too_deep(span)) } else { Ok(tree) }
    }
}

fn too_deep(span: Span) -> Fault {
    Fault::new(span, format!("the query nests deeper than {MAX_NESTING} levels or joins too many operands"))
        .help("split it into several queries or recording rules")
}

#[cfg(test)]
mod tests;
