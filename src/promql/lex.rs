//! Text to tokens.
//!
//! Takes any text, gives tokens that end with [`Kind::End`], and a fault for every [`Kind::Invalid`] among them. Knows
//! brackets only as far as they change how characters read: a colon belongs to a name outside brackets and braces, and
//! stands alone inside them. To add a symbol: a [`Kind`] and its line in `symbol`.

use super::ast::{BinaryOp, MatchOp};
use super::fault::Fault;
use super::parse::hints::foreign;
use crate::base::Span;

/// What a token is. Names and keywords are told apart by the parser, since most keywords are legal names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or a keyword, `Inf` and `NaN` included.
    Word,
    /// Something that begins like a number: a number or a duration.
    Number,
    /// A quoted text, quotes included.
    String,
    /// `$name`
    Variable,
    LeftParen,
    RightParen,
    LeftBrace,
    RightBrace,
    LeftBracket,
    RightBracket,
    Comma,
    Colon,
    At,
    /// How a label is compared, inside braces.
    Match(MatchOp),
    /// An operator written with symbols.
    Operator(BinaryOp),
    /// Characters that are no token; their fault is already noted.
    Invalid,
    /// The end of the text.
    End,
}

impl Kind {
    /// Whether it opens a pair.
    pub(super) fn opens(self) -> bool {
        matches!(self, Self::LeftParen | Self::LeftBrace | Self::LeftBracket)
    }

    /// Whether it closes a pair.
    pub(super) fn closes(self) -> bool {
        matches!(self, Self::RightParen | Self::RightBrace | Self::RightBracket)
    }
}

/// A piece of the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

/// Cuts a text into tokens.
pub(super) fn lex(text: &str) -> (Vec<Token>, Vec<Fault>) {
    let mut lexer = Lexer { text, at: 0, inside: Inside::Nothing, faults: Vec::new() };
    let mut tokens = Vec::with_capacity(text.len() / 3 + 2);
    loop {
        let token = lexer.next();
        tokens.push(token);
        if token.kind == Kind::End {
            return (tokens, lexer.faults);
        }
    }
}

/// Which pair decides how a character reads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    Braces,
    Brackets,
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    inside: Inside,
    faults: Vec<Fault>,
}

impl Lexer<'_> {
    /// The byte `ahead` bytes further on; 0 past the end.
    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    fn skip_while(&mut self, mut holds: impl FnMut(u8) -> bool) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().take_while(|&&byte| holds(byte)).count();
    }

    fn skip_blanks(&mut self) {
        loop {
            self.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
            if self.byte(0) != b'#' {
                return;
            }
            self.skip_while(|byte| !matches!(byte, b'\n' | b'\r'));
        }
    }

    fn next(&mut self) -> Token {
        self.skip_blanks();
        let start = self.at;
        let kind = match self.byte(0) {
            0 if start >= self.text.len() => Kind::End,
            b'"' | b'\'' | b'`' => self.string(),
            byte if byte.is_ascii_digit() => self.number(),
            b'.' if self.byte(1).is_ascii_digit() => self.number(),
            b'$' => {
                self.at += 1;
                self.skip_while(is_word_byte);
                Kind::Variable
            }
            byte if byte == b'_' || byte.is_ascii_alphabetic() => self.word(),
            b':' if self.inside == Inside::Nothing => self.word(),
            _ => self.symbol(),
        };
        Token { kind, span: Span::new(start, self.at) }
    }

    fn word(&mut self) -> Kind {
        let colons = self.inside == Inside::Nothing;
        self.skip_while(|byte| is_word_byte(byte) || (colons && byte == b':'));
        Kind::Word
    }

    /// Everything up to what cannot go on a number or a duration, whether it makes sense or not.
    fn number(&mut self) -> Kind {
        let hexadecimal = self.byte(0) == b'0' && matches!(self.byte(1), b'x' | b'X');
        let mut before = 0;
        let mut all_numeric = true;
        self.skip_while(|byte| {
            let exponent_sign = matches!(byte, b'+' | b'-') && matches!(before, b'e' | b'E');
            let goes_on =
                is_word_byte(byte) || byte == b'.' || (exponent_sign && all_numeric && !hexadecimal);
            all_numeric &= byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E');
            before = byte;
            goes_on
        });
        Kind::Number
    }

    /// Up to the closing quote. What the escapes mean is found out when the text is needed.
    fn string(&mut self) -> Kind {
        let start = self.at;
        let quote = self.byte(0);
        self.at += 1;
        loop {
            match self.byte(0) {
                byte if byte == quote => {
                    self.at += 1;
                    return Kind::String;
                }
                b'\\' if quote != b'`' && !matches!(self.byte(1), b'\n') => self.at += 2,
                b'\n' if quote != b'`' => break,
                0 if self.at >= self.text.len() => break,
                _ => self.at += 1,
            }
        }
        // An escape at the very end may have led past it.
        self.at = self.at.min(self.text.len());
        let fault = Fault::new(Span::new(start, self.at), "this string is not closed")
            .help(format!("close it with {}", quote as char));
        self.faults.push(fault);
        // Nobody knows where it was meant to end: whatever is said of the rest would be an echo.
        self.at = self.text.len();
        Kind::Invalid
    }

    fn symbol(&mut self) -> Kind {
        let braces = self.inside == Inside::Braces;
        let (length, kind) = match (self.byte(0), self.byte(1)) {
            (b'(', _) => (1, Kind::LeftParen),
            (b')', _) => (1, Kind::RightParen),
            (b'{', _) => (1, Kind::LeftBrace),
            (b'}', _) => (1, Kind::RightBrace),
            (b'[', _) => (1, Kind::LeftBracket),
            (b']', _) => (1, Kind::RightBracket),
            (b',', _) => (1, Kind::Comma),
            (b':', _) => (1, Kind::Colon),
            (b'@', _) => (1, Kind::At),
            (b'+', _) => (1, Kind::Operator(BinaryOp::Add)),
            (b'-', _) => (1, Kind::Operator(BinaryOp::Sub)),
            (b'*', _) => (1, Kind::Operator(BinaryOp::Mul)),
            (b'/', _) => (1, Kind::Operator(BinaryOp::Div)),
            (b'%', _) => (1, Kind::Operator(BinaryOp::Mod)),
            (b'^', _) => (1, Kind::Operator(BinaryOp::Pow)),
            (b'=', b'=') => (2, Kind::Operator(BinaryOp::Eql)),
            (b'=', b'~') => (2, Kind::Match(MatchOp::Regex)),
            (b'=', _) => (1, Kind::Match(MatchOp::Equal)),
            (b'!', b'~') => (2, Kind::Match(MatchOp::NotRegex)),
            (b'!', b'=') if braces => (2, Kind::Match(MatchOp::NotEqual)),
            (b'!', b'=') => (2, Kind::Operator(BinaryOp::Neq)),
            (b'<', b'/') => (2, Kind::Operator(BinaryOp::TrimUpper)),
            (b'>', b'/') => (2, Kind::Operator(BinaryOp::TrimLower)),
            (b'<', b'=') => (2, Kind::Operator(BinaryOp::Lte)),
            (b'<', _) => (1, Kind::Operator(BinaryOp::Lss)),
            (b'>', b'=') => (2, Kind::Operator(BinaryOp::Gte)),
            (b'>', _) => (1, Kind::Operator(BinaryOp::Gtr)),
            _ => return self.unknown(),
        };
        self.inside = match kind {
            Kind::LeftBrace => Inside::Braces,
            Kind::LeftBracket => Inside::Brackets,
            Kind::RightBrace | Kind::RightBracket => Inside::Nothing,
            _ => self.inside,
        };
        self.at += length;
        kind
    }

    fn unknown(&mut self) -> Kind {
        let start = self.at;
        let character = self.text.get(start..).and_then(|rest| rest.chars().next()).unwrap_or('\u{fffd}');
        self.at += character.len_utf8();
        let fault = Fault::new(Span::new(start, self.at), format!("unexpected character {character:?}"));
        self.faults.push(match foreign(character) {
            Some(help) => fault.help(help),
            None => fault,
        });
        self.at += self.text.get(self.at..).map_or(0, |rest| swallowed(character, rest));
        Kind::Invalid
    }
}

/// How many bytes behind an unexpected character are of one fault with it: the rest of a name, of a text in curly
/// quotes, or the same character again.
fn swallowed(character: char, rest: &str) -> usize {
    let is_quote = |c: char| matches!(c, '\u{2018}'..='\u{201d}');
    if is_quote(character) {
        let mut line = rest.char_indices().take_while(|(_, c)| *c != '\n');
        return line.find(|(_, c)| is_quote(*c)).map_or(0, |(at, c)| at + c.len_utf8());
    }
    let in_name = character == '.' || character.is_alphanumeric();
    let goes_on =
        |c: char| if in_name { c == '.' || c == '_' || c.is_alphanumeric() } else { c == character };
    rest.find(|c| !goes_on(c)).unwrap_or(rest.len())
}

fn is_word_byte(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}
