//! The part of a line that names the series: `name{label="value"}`.

use std::borrow::Cow;

use super::fault::{LineFault, quoted};
use crate::base::METRIC_NAME;

/// How a format writes special characters in quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    /// `\\`, `\"` and `\n`; a backslash before anything else stands for itself.
    Exposition,
    /// Those of Go's `strconv.Quote`: also `\t`, `\x1f`, `\u00e4`, …
    Go,
}

/// A label as read: name and value.
pub(super) type Label<'a> = (Cow<'a, str>, Cow<'a, str>);

/// Where the series part of a line ends; nothing where its brackets or quotes do not close.
pub(super) fn end(line: &[u8]) -> Option<usize> {
    let name = line.iter().position(|b| matches!(b, b'{' | b' ' | b'\t')).unwrap_or(line.len());
    let open = name + blanks(&line[name..]);
    if line.get(open) != Some(&b'{') {
        return Some(name);
    }
    let (mut in_quotes, mut escaped) = (false, false);
    for (i, byte) in line.iter().enumerate().skip(open + 1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_quotes => escaped = true,
            b'"' => in_quotes = !in_quotes,
            b'}' if !in_quotes => return Some(i + 1),
            _ => {}
        }
    }
    None
}

/// How many spaces and tabs stand at the start.
pub(super) fn blanks(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| matches!(b, b' ' | b'\t')).count()
}

/// The labels that the series part of a line writes, the metric's name among them as `__name__`.
pub(super) fn labels(line: &str, escapes: Escapes) -> Result<Vec<Label<'_>>, LineFault> {
    let part = &line[..end(line.as_bytes()).unwrap_or(line.len())];
    let mut reader = Reader { line: part, at: 0, escapes, labels: Vec::new() };
    reader.series()?;
    if reader.at == part.len() { Ok(reader.labels) } else { Err(reader.expected("a value")) }
}

struct Reader<'a> {
    line: &'a str,
    at: usize,
    escapes: Escapes,
    labels: Vec<Label<'a>>,
}

impl<'a> Reader<'a> {
    fn series(&mut self) -> Result<(), LineFault> {
        if self.peek() != Some('{') {
            let name = self.bare_name("a metric's name")?;
            self.labels.push((METRIC_NAME.into(), name.into()));
            self.skip_blanks();
        }
        if self.peek() == Some('{') {
            self.at += 1;
            self.braces()?;
        }
        if self.labels.iter().any(|(name, value)| name == METRIC_NAME && !value.is_empty()) {
            return Ok(());
        }
        Err(LineFault::new(0, "series has no metric name; expected `name{label=\"value\"}`"))
    }

    fn braces(&mut self) -> Result<(), LineFault> {
        loop {
            self.skip_blanks();
            if self.peek() == Some('}') {
                self.at += 1;
                return Ok(());
            }
            self.label()?;
            self.skip_blanks();
            match self.peek() {
                Some(',') => self.at += 1,
                Some('}') => {}
                _ => return Err(self.expected("`,` or `}`")),
            }
        }
    }

    fn label(&mut self) -> Result<(), LineFault> {
        let start = self.at;
        let in_quotes = self.peek() == Some('"');
        let name = if in_quotes { self.quoted()? } else { self.bare_name("a label's name")?.into() };
        self.skip_blanks();
        let label = if self.peek() == Some('=') {
            self.at += 1;
            self.skip_blanks();
            (name, self.quoted()?)
        } else if in_quotes {
            // A name in quotes with no value is the metric's.
            (METRIC_NAME.into(), name)
        } else {
            return Err(self.expected("`=`"));
        };
        if self.labels.iter().any(|(name, _)| *name == label.0) {
            let what = match label.0.as_ref() {
                METRIC_NAME => "the metric is named twice".to_owned(),
                name => format!("label {} is given twice", quoted(name.as_bytes())),
            };
            return Err(LineFault::new(start, what).help("keep one of them"));
        }
        self.labels.push(label);
        Ok(())
    }

    /// A name outside quotes. More is accepted than formats without quoted names allow, since `promtool tsdb
    /// dump-openmetrics` writes names such as `http.requests` bare.
    fn bare_name(&mut self, what: &str) -> Result<&'a str, LineFault> {
        let rest = self.rest();
        let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '{' | '}' | '"' | '#' | '=' | ',' | '\\');
        let name = &rest[..rest.find(ends).unwrap_or(rest.len())];
        if name.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | ':')) {
            self.at += name.len();
            return Ok(name);
        }
        Err(self.expected(what))
    }

    fn quoted(&mut self) -> Result<Cow<'a, str>, LineFault> {
        if self.peek() != Some('"') {
            return Err(self.expected("`\"`"));
        }
        let start = self.at + 1;
        let bytes = self.line.as_bytes();
        let mut end = start;
        while let Some(byte) = bytes.get(end) {
            match byte {
                b'"' => {
                    self.at = end + 1;
                    return unescaped(&self.line[start..end], self.escapes, start);
                }
                b'\\' => end += 2,
                _ => end += 1,
            }
        }
        Err(LineFault::new(start - 1, "quotes do not close before the end of the line"))
    }

    fn rest(&self) -> &'a str {
        &self.line[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_blanks(&mut self) {
        self.at += blanks(self.rest().as_bytes());
    }

    fn expected(&self, what: &str) -> LineFault {
        let found = self.peek().map_or_else(
            || "the end of the line".to_owned(),
            |c| quoted(c.encode_utf8(&mut [0; 4]).as_bytes()),
        );
        LineFault::new(self.at, format!("expected {what}, found {found}"))
    }
}

/// The text that stands in quotes as `raw`, which begins at byte `start` of its line.
fn unescaped(raw: &str, escapes: Escapes, start: usize) -> Result<Cow<'_, str>, LineFault> {
    if !raw.contains('\\') {
        return Ok(raw.into());
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let fault = || {
            let place = start + raw.len() - rest.len() + at;
            LineFault::new(place, "unknown escape; expected one of those of Go's `strconv.Quote`")
        };
        let mut after = rest[at + 1..].chars();
        let Some(mark) = after.next() else { return Err(fault()) };
        rest = after.as_str();
        let length = match (mark, escapes) {
            ('\\' | '"', _) => {
                text.push(mark);
                continue;
            }
            ('n', _) => {
                text.push('\n');
                continue;
            }
            (_, Escapes::Exposition) => {
                text.extend(['\\', mark]);
                continue;
            }
            ('x', Escapes::Go) => 2,
            ('u', Escapes::Go) => 4,
            ('U', Escapes::Go) => 8,
            (_, Escapes::Go) => {
                text.push(control(mark).ok_or_else(fault)?);
                continue;
            }
        };
        let hex = rest.get(..length).filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        let code = hex.and_then(|hex| u32::from_str_radix(hex, 16).ok());
        // `\x` stands for a byte; one that is not ASCII is there because the value was not UTF-8.
        let code = code.filter(|code| mark != 'x' || *code < 0x80).and_then(char::from_u32);
        text.push(code.ok_or_else(fault)?);
        rest = &rest[length..];
    }
    text.push_str(rest);
    Ok(text.into())
}

/// The control character that Go writes as a backslash and this letter.
fn control(letter: char) -> Option<char> {
    Some(match letter {
        't' => '\t',
        'r' => '\r',
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'v' => '\x0b',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Labels;

    fn read(line: &str, escapes: Escapes) -> Result<String, LineFault> {
        let found: Labels = labels(line, escapes)?
            .into_iter()
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        Ok(format!("{found}|{}", &line[end(line.as_bytes()).unwrap()..]))
    }

    #[test]
    fn every_way_to_name_a_series() {
        for (line, expected) in [
            ("up 1", "up| 1"),
            ("up\t1", "up|\t1"),
            ("up{} 1", "up| 1"),
            ("up {a=\"b\"} 1", "up{a=\"b\"}| 1"),
            ("up{ a = \"b\" , c=\"d\", }1", "up{a=\"b\", c=\"d\"}|1"),
            ("{__name__=\"up\", a=\"b\"} 1", "up{a=\"b\"}| 1"),
            ("{\"http.requests\",\"my label\"=\"}\"} 1", "http.requests{my label=\"}\"}| 1"),
            ("http.requests{a=\"\"} 1", "http.requests| 1"),
            ("zähler{ort=\"Köln\"} 1", "zähler{ort=\"Köln\"}| 1"),
            (r#"up{a="\\\"\n"} 1"#, r#"up{a="\\\"\n"}| 1"#),
            (r#"up{a="C:\dir"} 1"#, r#"up{a="C:\\dir"}| 1"#),
        ] {
            assert_eq!(read(line, Escapes::Exposition).as_deref(), Ok(expected), "{line}");
        }
        assert_eq!(
            read(r#"{__name__="up", a="\t\x1f\u00e4\U0001f600"}"#, Escapes::Go).as_deref(),
            Ok("up{a=\"\\t\\u{1f}ä😀\"}|")
        );
    }

    #[test]
    fn faults_name_their_byte() {
        for (line, at, what) in [
            ("up{a=\"1\",a=\"2\"} 1", 9, "label `a` is given twice"),
            ("up{__name__=\"down\"} 1", 3, "the metric is named twice"),
            ("{a=\"1\"} 1", 0, "series has no metric name"),
            ("up{a=1} 1", 5, "expected `\"`, found `1`"),
            ("up{a} 1", 4, "expected `=`, found `}`"),
            ("up{a=\"1\" b=\"2\"} 1", 9, "expected `,` or `}`, found `b`"),
            ("up{a=\"1\"", 8, "expected `,` or `}`, found the end of the line"),
            ("up{a=\"1", 5, "quotes do not close"),
            ("1 2", 0, "expected a metric's name, found `1`"),
            ("{,} 1", 1, "expected a label's name, found `,`"),
        ] {
            let fault = labels(line, Escapes::Exposition).unwrap_err();
            assert!(fault.at == at && fault.what.starts_with(what), "{line}: {fault:?}");
        }
        for line in [r#"up{a="x\q"}"#, r#"up{a="x\xff"}"#, r#"up{a="x\u12"}"#, r#"up{a="x\ud800"}"#] {
            assert_eq!(labels(line, Escapes::Go).unwrap_err().at, 7, "{line}");
        }
    }
}
