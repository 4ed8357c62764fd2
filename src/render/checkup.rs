//! What was found between specifications and data, for a terminal: the source first, then each objective, those with
//! the gravest findings first; what could not be checked and the numbers last.

use super::Style;
use super::terminal::wrapped;
use super::text::{ascii, one_line};
use crate::doctor::{Checkup, FindingReport, ObjectiveReport, SkippedReport};
use crate::report::words;

/// A checkup as lines for a terminal.
pub fn checkup(checkup: &Checkup, style: &Style) -> String {
    let mut lines = Vec::new();
    let of_source: Vec<&FindingReport> =
        checkup.findings.iter().filter(|finding| finding.service.is_none()).collect();
    let head = format!("{}, {}", one_line(&checkup.source.url), one_line(&checkup.source.engine));
    let unknown = checkup.not_checked.iter().any(|skipped| skipped.service.is_none());
    section(&mut lines, &head, unknown, &of_source, &[], style);

    let mut objectives: Vec<(&ObjectiveReport, Vec<&FindingReport>)> =
        checkup.objectives.iter().map(|objective| (objective, of(checkup, objective))).collect();
    // As they stand in the specifications, but those with the gravest findings first.
    objectives.sort_by_key(|(_, findings)| findings.first().map_or(u8::MAX, |worst| weight(worst)));
    let mut told: Vec<(&FindingReport, String)> = Vec::new();
    for (objective, findings) in &objectives {
        let skipped = checkup.not_checked.iter().any(|one| is_of(one, objective));
        if findings.is_empty() && skipped {
            continue;
        }
        let place = objective.line.map(|line| format!("  {}:{line}", objective.file));
        let name = format!("{}/{}", objective.service, objective.slo);
        let head = one_line(&format!("{name}{}", place.unwrap_or_default()));
        section(&mut lines, &head, skipped, findings, &told, style);
        told.extend(findings.iter().map(|&finding| (finding, name.clone())));
    }
    lines.extend(not_checked(checkup, style));
    lines.push(String::new());
    lines.extend(summary(checkup, style));
    let say = |text: &str| if style.unicode { text.to_owned() } else { ascii(text) };
    lines.iter().map(|line| say(line.trim_end()) + "\n").collect()
}

fn of<'a>(checkup: &'a Checkup, objective: &ObjectiveReport) -> Vec<&'a FindingReport> {
    let is_its = |finding: &&FindingReport| {
        finding.service.as_ref() == Some(&objective.service) && finding.slo.as_ref() == Some(&objective.slo)
    };
    checkup.findings.iter().filter(is_its).collect()
}

fn is_of(skipped: &SkippedReport, objective: &ObjectiveReport) -> bool {
    skipped.service.as_ref() == Some(&objective.service) && skipped.slo.as_ref() == Some(&objective.slo)
}

fn weight(finding: &FindingReport) -> u8 {
    match finding.severity {
        "error" => 0,
        "warning" => 1,
        _ => 2,
    }
}

fn symbol(weight: u8) -> &'static str {
    match weight {
        0 => "✗",
        1 => "!",
        2 => "·",
        _ => "✓",
    }
}

fn dye(text: &str, weight: u8, style: &Style) -> String {
    let code = match weight {
        0 => 31,
        1 => 33,
        2 => 36,
        _ => 32,
    };
    if style.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// A heading and what was found there. What was told of an earlier objective word for word is told in a line.
fn section(
    lines: &mut Vec<String>,
    head: &str,
    unknown: bool,
    findings: &[&FindingReport],
    told: &[(&FindingReport, String)],
    style: &Style,
) {
    // What was not checked is not fine, whatever was not found.
    let worst = findings.first().map(|worst| weight(worst));
    let sign = match worst {
        None | Some(2) if unknown => dye("?", 1, style),
        worst => dye(symbol(worst.unwrap_or(u8::MAX)), worst.unwrap_or(u8::MAX), style),
    };
    lines.push(format!("{sign} {head}"));
    for finding in findings {
        let same = |(other, _): &&(&FindingReport, String)| {
            other.code == finding.code && other.found == finding.found && other.help == finding.help
        };
        let plain = format!("{} {}", finding.severity, finding.code);
        let painted = dye(&plain, weight(finding), style);
        if let Some((other, name)) = told.iter().find(same) {
            let query = finding.query.as_ref().filter(|query| Some(*query) != other.query.as_ref());
            let of = query.map_or(String::new(), |query| format!(", of {}", one_line(query)));
            lines.push(format!("    {painted}  as {}{of}", one_line(name)));
            continue;
        }
        let indent = " ".repeat(4);
        let mut text = wrapped(&one_line(&finding.found), &format!("{indent}{plain}  "), style.width);
        if let Some(first) = text.first_mut() {
            *first = first.replacen(&plain, &painted, 1);
        }
        lines.extend(
            text.into_iter().enumerate().map(|(i, line)| if i == 0 { line } else { reindented(&line) }),
        );
        if let Some(query) = &finding.query {
            // A query is copied from here: it is never broken.
            lines.push(format!("        query: {}", one_line(query)));
        }
        let help = wrapped(&one_line(&finding.help), "        help:  ", style.width);
        lines.extend(help);
    }
}

/// A line that goes on, no deeper than the lines beneath.
fn reindented(line: &str) -> String {
    format!("        {}", line.trim_start())
}

/// What could not be checked, once for each reason.
fn not_checked(checkup: &Checkup, style: &Style) -> Vec<String> {
    let mut reasons: Vec<(&str, Vec<&SkippedReport>)> = Vec::new();
    for skipped in &checkup.not_checked {
        match reasons.iter_mut().find(|(reason, _)| *reason == skipped.reason) {
            Some((_, all)) => all.push(skipped),
            None => reasons.push((&skipped.reason, vec![skipped])),
        }
    }
    let mut lines = Vec::new();
    for (reason, all) in reasons {
        let head = format!("{} not checked: ", dye("?", 1, style));
        let text = wrapped(&one_line(reason), "? not checked: ", style.width);
        lines.extend(
            text.into_iter()
                .enumerate()
                .map(|(i, line)| if i == 0 { line.replacen("? not checked: ", &head, 1) } else { line }),
        );
        let mut of: Vec<(String, Vec<&str>)> = Vec::new();
        for skipped in all {
            let whose = whose(skipped);
            match of.iter_mut().find(|(known, _)| *known == whose) {
                Some((_, checks)) => checks.push(skipped.check),
                None => of.push((whose, vec![skipped.check])),
            }
        }
        for (whose, checks) in &mut of {
            let all = checkup.objectives.iter().find(|one| format!("{}/{}", one.service, one.slo) == *whose);
            if all.is_some_and(|all| all.checks.len() == checks.len()) {
                *checks = vec!["every check"];
            }
        }
        // Objectives that miss the same checks share a line.
        let mut shared: Vec<(Vec<&str>, Vec<String>)> = Vec::new();
        for (whose, checks) in of {
            match shared.iter_mut().find(|(known, _)| *known == checks) {
                Some((_, names)) => names.push(whose),
                None => shared.push((checks, vec![whose])),
            }
        }
        for (checks, names) in shared {
            let told = format!("{} of {}", checks.join(", "), several(&names));
            lines.extend(wrapped(&one_line(&told), "    ", style.width));
        }
    }
    lines
}

fn whose(skipped: &SkippedReport) -> String {
    match (&skipped.service, &skipped.slo) {
        (Some(service), Some(slo)) => format!("{service}/{slo}"),
        _ => "the source".to_owned(),
    }
}

fn several(names: &[String]) -> String {
    const SHOWN: usize = 3;
    match names.len().saturating_sub(SHOWN) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names[..SHOWN].join(", ")),
    }
}

fn summary(checkup: &Checkup, style: &Style) -> Vec<String> {
    let summary = &checkup.summary;
    let counted =
        |n: usize, noun: &str| format!("{} {noun}{}", words::count(n as f64), if n == 1 { "" } else { "s" });
    let counts = summary.findings;
    let (weight, all) = match (counts.error, counts.warning, summary.not_checked) {
        (0, 0, 0) => (u8::MAX, "no errors, no warnings".to_owned()),
        (0, 0, _) => (1, "no errors, no warnings in what was checked".to_owned()),
        (0, ..) => (1, counted(counts.warning, "warning")),
        _ => (0, format!("{}, {}", counted(counts.error, "error"), counted(counts.warning, "warning"))),
    };
    let notes = if counts.note > 0 { format!(", {}", counted(counts.note, "note")) } else { String::new() };
    let not_made =
        if summary.not_checked > 0 { format!(", {} not made", summary.not_checked) } else { String::new() };
    let told = format!(
        "{}, {} made{not_made}: {all}{notes} (exit {})",
        counted(summary.objectives, "objective"),
        counted(summary.checks, "check"),
        summary.exit_code
    );
    let sign = symbol(weight);
    let mut lines = wrapped(&told, &format!("{sign} "), style.width);
    if let Some(first) = lines.first_mut() {
        *first = first.replacen(sign, &dye(sign, weight, style), 1);
    }
    lines
}
