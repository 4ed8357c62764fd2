//! Faults for people, for programs and for GitHub (SARIF has a file of its own). Writing to a `String` cannot fail.

use std::fmt::Write;

use serde::Serialize;

use super::quote::visible;
use super::snippet::{Style, draw};
use super::{Diagnostics, Files, Label};

#[derive(Serialize)]
struct Told<'a> {
    faults: Vec<Fault<'a>>,
    not_listed: usize,
}

#[derive(Serialize)]
struct Fault<'a> {
    severity: &'static str,
    code: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    route: Option<String>,
    #[serde(flatten)]
    place: Place<'a>,
    related: Vec<Place<'a>>,
    silenced: Option<Allowed<'a>>,
}

#[derive(Serialize)]
struct Allowed<'a> {
    reason: &'a str,
    line: usize,
}

/// A label as lines and columns.
#[derive(Serialize)]
pub(super) struct Place<'a> {
    pub(super) file: &'a str,
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) end_line: usize,
    pub(super) end_column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) label: Option<&'a str>,
}

impl<'a> Place<'a> {
    pub(super) fn of(files: &'a Files, label: &'a Label) -> Self {
        let start = files.position(label.file, label.span.start);
        let end = files.position(label.file, label.span.end);
        Self {
            file: files.name(label.file),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            label: label.text.as_deref(),
        }
    }
}

impl Diagnostics {
    /// For people: each fault with its line and a caret, an empty line between them.
    pub fn to_text(&self, files: &Files, style: Style) -> String {
        let mut out = String::new();
        for fault in self.sorted() {
            if !out.is_empty() {
                out.push('\n');
            }
            draw(&mut out, files, fault, style);
        }
        if self.dropped() > 0 {
            let _ = writeln!(out, "\n… and {} more", self.dropped());
        }
        out
    }

    /// For programs: `{faults, not_listed}`, the faults as a list of `{severity, code, message, help, route, file, line,
    /// column, end_line, end_column, related, silenced}` and how many more there are, since no more than a few hundred are
    /// listed. Lines and columns are counted from one, columns in characters. `silenced` holds reason and line of the
    /// comment that allows a warning.
    pub fn to_json(&self, files: &Files) -> serde_json::Value {
        let faults = self.with_silenced().into_iter().map(|fault| Fault {
            severity: fault.severity().word(),
            code: fault.code.id(),
            message: &fault.message,
            help: fault.help.as_deref(),
            route: (!fault.route.is_root()).then(|| fault.route.to_string()),
            place: Place::of(files, &fault.primary),
            related: fault.secondary.iter().map(|label| Place::of(files, label)).collect(),
            silenced: fault.silenced.as_ref().map(|silenced| Allowed {
                reason: &silenced.reason,
                line: Place::of(files, &silenced.by).line,
            }),
        });
        let told = Told { faults: faults.collect(), not_listed: self.dropped() };
        // Texts and numbers alone: this cannot fail.
        serde_json::to_value(told).unwrap_or_default()
    }

    /// For GitHub: a workflow command per fault, which shows it beside the line in a pull request.
    pub fn to_github(&self, files: &Files) -> String {
        let mut out = String::new();
        for fault in self.sorted() {
            let place = Place::of(files, &fault.primary);
            let mut message = fault.message.clone();
            if let Some(help) = &fault.help {
                message = format!("{message}\n{help}");
            }
            // A last column is read only where it stands on the same line.
            let last = (place.end_line == place.line).then(|| format!(",endColumn={}", place.end_column));
            let _ = writeln!(
                out,
                "::{} file={},line={},endLine={},col={}{},title={}::{}",
                fault.severity().word(),
                property(place.file),
                place.line,
                place.end_line,
                place.column,
                last.unwrap_or_default(),
                fault.code.id(),
                data(&message),
            );
        }
        if self.dropped() > 0 {
            let _ = writeln!(out, "::warning::{} more faults were found and are not listed", self.dropped());
        }
        out
    }
}

/// The escapes of a workflow command's message.
fn data(text: &str) -> String {
    let steer = |c: char| if matches!(c, '\n' | '\r') { c } else { visible(c) };
    text.chars().map(steer).collect::<String>().replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The escapes of a workflow command's properties.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Span;
    use crate::diag::{Code, Diagnostic};

    fn example() -> (Files, Diagnostics) {
        let mut files = Files::new();
        let file = files.add("a,b:c.yaml", "x: 1\ny: 2\n");
        let mut faults = Diagnostics::new();
        let percentage = Diagnostic::new(Code::Percentage, file, Span::new(8, 9), "not 100 %");
        faults.push(percentage.help("write\n99").also(file, Span::new(0, 1), "see"));
        faults.push(Diagnostic::new(Code::UnusedVariable, file, Span::new(0, 10), "a: b, c"));
        (files, faults)
    }

    #[test]
    fn github_escapes_messages_and_properties() {
        let (files, faults) = example();
        assert_eq!(
            faults.to_github(&files),
            "::warning file=a%2Cb%3Ac.yaml,line=1,endLine=3,col=1,title=N0211::a: b, c\n\
             ::error file=a%2Cb%3Ac.yaml,line=2,endLine=2,col=4,endColumn=5,title=N0201::not 100 %25%0Awrite%0A99\n"
        );
    }

    #[test]
    fn json_says_where() {
        let (files, faults) = example();
        let json = faults.to_json(&files);
        assert_eq!(json["not_listed"], 0);
        let json = &json["faults"];
        assert_eq!(json[1]["line"], 2);
        assert_eq!(json[1]["end_column"], 5);
        assert_eq!(json[1]["related"][0]["label"], "see");
        assert_eq!(json[1]["route"], serde_json::Value::Null);
        assert_eq!(json[1]["silenced"], serde_json::Value::Null);
    }

    #[test]
    fn color_changes_no_word() {
        let (files, faults) = example();
        let painted = faults.to_text(&files, Style { color: true });
        let codes = regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap();
        assert!(painted.contains('\u{1b}'));
        assert_eq!(codes.replace_all(&painted, ""), faults.to_text(&files, Style::default()));
    }
}
