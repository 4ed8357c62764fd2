//! Faults as SARIF 2.1.0 (OASIS), which code hosts and editors show beside the lines.

use serde_json::{Value, json};

use super::formats::Place;
use super::{Code, Diagnostic, Diagnostics, Files, Label};

impl Diagnostics {
    /// As a SARIF log with one run. Its rules are the codes that were raised, each with its page; columns are counted in
    /// characters; a silenced warning is a suppressed result.
    pub fn to_sarif(&self, files: &Files) -> Value {
        let faults = self.with_silenced();
        let mut codes: Vec<Code> = faults.iter().map(|fault| fault.code).collect();
        codes.sort_unstable();
        codes.dedup();
        let results: Vec<Value> = faults.iter().map(|fault| result(files, fault, &codes)).collect();
        let mut notes = Vec::new();
        if self.dropped() > 0 {
            let text = format!("{} more faults were found and are not listed", self.dropped());
            notes.push(json!({"level": "warning", "message": {"text": text}}));
        }
        json!({
            "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": {"driver": {
                    "name": "nines",
                    "version": env!("CARGO_PKG_VERSION"),
                    "rules": codes.iter().map(|code| rule(*code)).collect::<Vec<_>>(),
                }},
                "columnKind": "unicodeCodePoints",
                "invocations": [{"executionSuccessful": true, "toolExecutionNotifications": notes}],
                "results": results,
            }],
        })
    }
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.id(),
        "name": code.name(),
        "shortDescription": {"text": code.meaning()},
        "fullDescription": {"text": code.page().summary()},
        "help": {"text": code.page().summary(), "markdown": code.page().markdown()},
        "defaultConfiguration": {"level": code.severity().word()},
    })
}

fn result(files: &Files, fault: &Diagnostic, codes: &[Code]) -> Value {
    let mut text = fault.message.clone();
    if let Some(query) = &fault.query {
        text = format!("{text}\nquery: {}", query.text);
    }
    if let Some(help) = &fault.help {
        text = format!("{text}\nhelp: {help}");
    }
    let mut location = location(files, &fault.primary);
    if !fault.route.is_root() {
        location["logicalLocations"] = json!([{"fullyQualifiedName": fault.route.to_string()}]);
    }
    let suppression = fault.silenced.iter().map(|silenced| {
        let location = self::location(files, &silenced.by);
        json!({"kind": "inSource", "justification": silenced.reason, "location": location})
    });
    json!({
        "ruleId": fault.code.id(),
        "ruleIndex": codes.binary_search(&fault.code).unwrap_or_default(),
        "level": fault.severity().word(),
        "message": {"text": text},
        "locations": [location],
        "relatedLocations": fault.secondary.iter().map(|label| self::location(files, label)).collect::<Vec<_>>(),
        "suppressions": suppression.collect::<Vec<_>>(),
    })
}

fn location(files: &Files, label: &Label) -> Value {
    let place = Place::of(files, label);
    let mut location = json!({"physicalLocation": {
        "artifactLocation": {"uri": uri(place.file)},
        "region": {
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        },
    }});
    if let Some(text) = place.label {
        location["message"] = json!({"text": text});
    }
    location
}

/// A path as a reference (RFC 3986): relative where the path is, so that it is found below the root of a repository.
fn uri(path: &str) -> String {
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.trim_start_matches("./").bytes() {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            _ => uri.extend(format!("%{byte:02X}").chars()),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("slo-specs/ecap.yaml"), "slo-specs/ecap.yaml");
        assert_eq!(uri("./a b/é:1.yaml"), "a%20b/%C3%A9%3A1.yaml");
        assert_eq!(uri("/tmp/x.yaml"), "file:///tmp/x.yaml");
        assert_eq!(uri("<stdin>"), "%3Cstdin%3E");
    }
}
