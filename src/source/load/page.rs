//! A page of metrics as a process shows it when it is scraped: text without timestamps.

use std::collections::BTreeMap;

use super::fault::{Fault, LineFault, quoted};
use super::input::Input;
use super::series::{self, Escapes, blanks};
use super::{Path, number};
use crate::base::Labels;

/// What a page shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// The declared types (`counter`), by the names of metric families.
    pub types: BTreeMap<String, String>,
    /// The series, with their values.
    pub samples: Vec<(Labels, f64)>,
}

impl Page {
    /// Reads a page from a file, plain or packed. Timestamps are passed over.
    ///
    /// # Errors
    /// The fault found, with its place, reason and what to do.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        Ok(Self::read(Input::open(path)?)?)
    }

    /// Reads a page that is already in memory.
    ///
    /// # Errors
    /// The fault found, with its place, reason and what to do.
    pub fn from_bytes(name: &str, bytes: Vec<u8>) -> anyhow::Result<Self> {
        Ok(Self::read(Input::of_bytes(name.to_owned(), Box::new(std::io::Cursor::new(bytes)))?)?)
    }

    fn read(mut input: Input) -> Result<Self, Fault> {
        let (file, mut page, mut number) = (input.file.clone(), Self::default(), 0);
        loop {
            let lines = input.lines()?;
            if lines.is_empty() {
                break;
            }
            for line in lines.split(|&byte| byte == b'\n') {
                number += 1;
                page.line(line).map_err(|fault| fault.on(&file, number, line))?;
            }
            // What follows the last line feed is no line.
            number -= u64::from(lines.ends_with(b"\n"));
            input.consume();
        }
        if page.samples.is_empty() {
            return Err(Fault::new(&file, "holds no samples").help(
                "give what a process shows when it is scraped, such as `curl -s localhost:8080/metrics`",
            ));
        }
        Ok(page)
    }

    fn line(&mut self, line: &[u8]) -> Result<(), LineFault> {
        let text = str::from_utf8(line).map_err(|e| LineFault::new(e.valid_up_to(), "not UTF-8"))?;
        let text = text.strip_suffix('\r').unwrap_or(text);
        let text = &text[blanks(text.as_bytes())..];
        if let Some(comment) = text.strip_prefix('#') {
            let mut words = comment.split_whitespace();
            if let (Some("TYPE"), Some(name), Some(kind)) = (words.next(), words.next(), words.next()) {
                self.types.insert(name.to_owned(), kind.to_owned());
            }
        } else if !text.is_empty() {
            let labels = series::labels(text, Escapes::Exposition)?;
            let end = series::end(text.as_bytes()).unwrap_or(text.len());
            let at = end + blanks(&text.as_bytes()[end..]);
            let field = text[at..].split([' ', '\t']).next().unwrap_or_default();
            let value = number::value(field.as_bytes()).ok_or_else(|| {
                LineFault::new(at, format!("value {} is not a number", quoted(field.as_bytes())))
            })?;
            self.samples.push((labels.into_iter().collect(), value));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Page, String> {
        Page::from_bytes("page", text.as_bytes().to_vec()).map_err(|error| error.to_string())
    }

    #[test]
    fn reads_both_formats_with_and_without_timestamps() {
        let page = read(
            "# HELP a_total Some.\n# TYPE a_total counter\na_total{code=\"200\"} 5\n\na_total{code=\"5\\\"0\"} 1e3 1763596800000\n\
             # TYPE b histogram\nb_bucket{le=\"+Inf\"} 7 # {trace_id=\"x\"} 0.5 1\r\n# EOF",
        )
        .unwrap();
        assert_eq!(page.types["b"], "histogram");
        let told: Vec<String> =
            page.samples.iter().map(|(labels, value)| format!("{labels} {value}")).collect();
        assert_eq!(
            told,
            ["a_total{code=\"200\"} 5", "a_total{code=\"5\\\"0\"} 1000", "b_bucket{le=\"+Inf\"} 7"]
        );
    }

    #[test]
    fn what_is_no_page_is_refused_with_its_place() {
        assert!(read("a 1\n<html>\n").unwrap_err().starts_with("page:2:1: "), "{:?}", read("a 1\n<html>\n"));
        assert!(read("a 1\nb {} x 3\n").unwrap_err().starts_with("page:2:6: value `x` is not a number"));
        assert!(read("").unwrap_err().contains("page: holds no samples"));
    }
}
