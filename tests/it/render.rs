//! Every format of sample reports: snapshots for people, laws for hostile names and strange numbers.

use std::collections::{BTreeMap, BTreeSet};

use insta::assert_snapshot;
use nines::base::Zone;
use nines::render::{RENDERERS, RenderError, Style, Templates, by_name};
use nines::report::{Report, words};
use proptest::prelude::*;
use regex::Regex;

use crate::support::report::{HOSTILE, empty, rich, small};

fn rendered(format: &str, report: &Report, style: &Style) -> String {
    String::from_utf8(by_name(format).unwrap().render(report, style).unwrap()).unwrap()
}

fn plain(format: &str, report: &Report) -> String {
    rendered(format, report, &Style::default())
}

fn terminal(width: usize) -> String {
    rendered("terminal", &rich(), &Style { width, ..Style::default() })
}

#[test]
fn terminal_of_100_columns() {
    assert_snapshot!(terminal(100));
}

#[test]
fn terminal_of_60_columns() {
    assert_snapshot!(terminal(60));
}

#[test]
fn terminal_of_140_columns_has_the_trend() {
    assert_snapshot!(terminal(140));
}

#[test]
fn terminal_of_ascii_in_a_zone() {
    let timezone: Zone = "Europe/Berlin".parse().unwrap();
    let style = Style { unicode: false, timezone, title: Some("Weekly".into()), ..Style::default() };
    let text = rendered("terminal", &rich(), &style);
    assert!(text.is_ascii(), "{text}");
    assert_snapshot!(text);
}

#[test]
fn markdown_of_the_rich_report() {
    assert_snapshot!(plain("markdown", &rich()));
}

#[test]
fn csv_of_the_rich_report() {
    assert_snapshot!(plain("csv", &rich()));
}

#[test]
fn json_of_the_small_report() {
    assert_snapshot!(plain("json", &small()));
}

#[test]
fn html_of_the_small_report() {
    assert_snapshot!(plain("html", &small()));
}

#[test]
fn every_format_can_tell_that_nothing_was_evaluated() {
    for renderer in RENDERERS {
        let text = plain(renderer.name(), &empty());
        let told = renderer.name() == "csv" || text.contains("nothing was evaluated");
        assert!(told && !text.is_empty(), "{}: {text}", renderer.name());
    }
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    // Widths of the wide signs that the sample holds.
    let columns = |line: &str| line.chars().map(|c| if c == '😀' { 2 } else { 1 }).sum::<usize>();
    for width in 60..150 {
        for line in terminal(width).lines() {
            assert!(columns(line) <= width, "{width}: {line:?}");
        }
    }
}

#[test]
fn columns_go_in_their_order() {
    let shows = |width, column: &str| terminal(width).contains(column);
    let order = ["TREND", "BURN", "BUDGET ", "TARGET"];
    for width in 60..150 {
        let shown: Vec<bool> = order.iter().map(|column| shows(width, column)).collect();
        assert!(shown.is_sorted(), "{width}: {shown:?}");
        assert!(shows(width, "SLI") && shows(width, "LEFT") && shows(width, "STATUS"));
    }
    assert!(shows(140, "TREND") && !shows(60, "BUDGET "));
}

#[test]
fn color_changes_no_letter_and_is_never_alone() {
    let colored = rendered("terminal", &rich(), &Style { color: true, ..Style::default() });
    let codes = Regex::new("\u{1b}\\[[0-9]+m").unwrap();
    assert_eq!(codes.replace_all(&colored, ""), terminal(100));
    assert!(colored.contains("\u{1b}[31m✗ breached\u{1b}[0m"));
    assert!(!terminal(100).contains('\u{1b}'));
}

#[test]
fn the_verdict_comes_first_on_paper_and_last_at_a_prompt() {
    let report = rich();
    let verdict = &report.summary.verdict;
    let markdown = plain("markdown", &report).replace('\u{a0}', " ");
    assert!(markdown.lines().nth(2).unwrap().contains(verdict.as_str()));
    let tail: Vec<String> = terminal(100).lines().rev().take(2).map(str::to_owned).collect();
    assert!(tail[1].contains(verdict.as_str()), "{tail:?}");
    let html = plain("html", &report);
    let body = html.split("<body>").nth(1).unwrap();
    assert!(body.find("127").unwrap() < body.find("Key figures").unwrap());
}

#[test]
fn json_is_the_document_and_reads_back() {
    for report in [rich(), small(), empty()] {
        let text = plain("json", &report);
        assert!(text.ends_with("}\n"));
        let read: Report = serde_json::from_str(&text).unwrap();
        assert_eq!(read, report);
    }
}

#[test]
fn csv_has_one_row_of_equal_length_for_each_objective() {
    let report = rich();
    let text = plain("csv", &report);
    assert!(text.contains("\r\n"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let heads = reader.headers().unwrap().clone();
    assert_eq!(heads.iter().collect::<BTreeSet<_>>().len(), heads.len(), "a name occurs twice");
    let column = |name: &str| heads.iter().position(|head| head == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), report.slos.len());
    for (row, slo) in rows.iter().zip(&report.slos) {
        assert_eq!(&row[column("status")], words::key(slo.status));
        let sli: Option<f64> = row[column("sli_value")].parse().ok();
        assert_eq!(sli, slo.sli.value);
        for cell in row {
            let formula =
                cell.starts_with(['=', '+', '@']) || (cell.starts_with('-') && cell.parse::<f64>().is_err());
            assert!(!formula, "{cell:?}");
        }
    }
    assert_eq!(&rows[5][column("owner")], "'+team");
    assert!(rows[5][column("group")].contains(HOSTILE));
}

/// Parts of a page that a pattern names.
fn found<'a>(pattern: &str, page: &'a str) -> Vec<&'a str> {
    Regex::new(pattern).unwrap().find_iter(page).map(|hit| hit.as_str()).collect()
}

#[test]
fn html_is_alone_in_its_file() {
    let page = plain("html", &rich());
    assert!(page.contains("default-src 'none'"));
    assert!(!page.to_lowercase().contains("<script"), "a label became markup");
    assert!(!page.contains("javascript:"));
    assert_eq!(found(r"(?i)<(img|link|iframe|object|embed|video|audio|form|base)\b", &page), [""; 0]);
    assert_eq!(found(r"(?i)\b(src|srcset|on[a-z]+)\s*=", &page), [""; 0]);
    assert_eq!(found(r"(?i)@import|url\(", &page), [""; 0]);
    for word in ["NaN", "Infinity", "undefined", ">inf<", ">null<"] {
        assert!(!page.contains(word), "{word}");
    }
}

#[test]
fn html_can_be_read_without_seeing_it() {
    let page = plain("html", &rich());
    assert!(page.contains(r#"<html lang="en">"#));
    assert_eq!(found("<h1", &page).len(), 1);
    assert!(page.contains(r##"<a class="skip" href="#scorecard">"##));
    let svgs = found("(?s)<svg.*?</svg>", &page);
    assert!(svgs.len() > 15, "{}", svgs.len());
    let named = Regex::new(r#"role="img" aria-labelledby="(\S+) (\S+)""#).unwrap();
    for svg in svgs {
        let named = named.captures(svg).expect(svg);
        assert!(svg.contains(&format!(r#"<title id="{}">"#, &named[1])), "{svg}");
        assert!(svg.contains(&format!(r#"<desc id="{}">"#, &named[2])), "{svg}");
    }
    for after in page.split("</figure>").skip(1) {
        let next = after.find("<table>").unwrap();
        assert!(after.find("<figure>").is_none_or(|figure| next < figure), "a figure without its numbers");
    }
    for table in found("(?s)<table.*?</table>", &page) {
        assert!(table.contains("<caption"), "{table}");
        assert!(!table.contains("<th>"), "a head without a scope: {table}");
    }
    for heading in found("<t[hd][^>]*></t[hd]>", &page) {
        assert!(!heading.starts_with("<th"), "an empty head");
    }
}

#[test]
fn an_even_pace_is_that_of_the_whole_window_even_when_half_of_it_has_passed() {
    let mut report = rich();
    report.slos.retain(|slo| slo.slo == "freshness");
    assert!(!report.slos[0].window.complete && report.slos[0].series.daily.len() < 16);
    let page = plain("html", &report);
    assert!(page.contains("an even share of 3.3 % a day"), "a thirtieth of the budget");
}

#[test]
fn html_is_well_formed() {
    const VOID: [&str; 5] = ["meta", "br", "line", "rect", "path"];
    let page = plain("html", &rich());
    let ids: Vec<&str> = found(r#" id="[^"]*""#, &page);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id occurs twice");
    for target in found(r##"href="#[^"]*""##, &page) {
        let id = target.replace("href=\"#", " id=\"");
        assert!(ids.contains(&id.as_str()), "{target} leads nowhere");
    }
    let body = page.split("</style>").nth(1).unwrap();
    let mut open: Vec<String> = vec!["html".into(), "head".into()];
    for tag in Regex::new(r"<(/?)([a-z0-9]+)(?:\s[^<>]*)?>").unwrap().captures_iter(body) {
        let name = tag[2].to_owned();
        if &tag[1] == "/" {
            assert_eq!(open.pop(), Some(name), "at {}", &tag[0]);
        } else if !VOID.contains(&name.as_str()) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn a_hostile_name_is_plain_text_in_markdown() {
    let text = plain("markdown", &rich());
    assert!(!text.contains("](<javascript"));
    let mut fence = String::new();
    let mut columns = 0;
    for line in text.lines() {
        let ticks = "`".repeat(line.len() - line.trim_start_matches('`').len());
        if fence.is_empty() && ticks.len() >= 3 {
            fence = ticks;
            continue;
        }
        if !fence.is_empty() {
            if line == fence {
                fence.clear();
            }
            continue;
        }
        assert!(!line.contains("<script"), "{line}");
        // Every row of a table has as many cells as its head.
        let cells = line.replace("\\|", "").matches('|').count();
        if cells > 0 {
            assert!(columns == 0 || cells == columns, "{line}");
        }
        columns = cells;
    }
    assert!(fence.is_empty(), "a fence is not closed");
}

fn templates(name: &str, text: &str) -> Style {
    let templates: Templates = BTreeMap::from([(name.to_owned(), text.to_owned())]);
    Style { templates, ..Style::default() }
}

#[test]
fn a_users_template_is_laid_over_and_is_escaped_too() {
    let mut report = small();
    report.slos[0].service = HOSTILE.into();
    let style =
        templates("report.html.tera", "<p>{{ slos[0].service }}</p>{% include \"style.html.tera\" %}");
    let page = rendered("html", &report, &style);
    assert!(page.starts_with("<p>&lt;script&gt;"), "{page}");
    assert!(page.contains("@page"), "the built-in style is still there");
    let style = templates("slo.md.tera", "own words on {{ slo.slo }}");
    assert!(rendered("markdown", &report, &style).contains("own words on availability"));
}

#[test]
fn a_faulty_template_is_named_with_its_place() {
    let fault = |name: &str, text: &str, format: &str| {
        by_name(format).unwrap().render(&small(), &templates(name, text)).unwrap_err()
    };
    let syntax = fault("report.md.tera", "fine\n{% for x in %}", "markdown");
    assert!(
        matches!(&syntax, RenderError::Template { template, line: 2, .. } if template == "report.md.tera")
    );
    let missing = fault("slo.html.tera", "<p>\n  {{ slo.nonsense.deep }}", "html");
    let place = "template slo.html.tera:2:";
    assert!(missing.to_string().starts_with(place), "{missing}");
    let stray = fault("report.htm", "x", "html").to_string();
    assert!(stray.contains("report.htm") && stray.contains(".html.tera"), "{stray}");
}

fn strange() -> impl Strategy<Value = f64> {
    prop_oneof![any::<f64>(), Just(f64::NAN), Just(f64::INFINITY), Just(-0.0), Just(1e300), -1.0..2.0f64]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The document promises that no number is NaN; a page stays readable even where the promise is broken.
    #[test]
    fn no_number_breaks_a_format(numbers in prop::collection::vec(strange(), 12)) {
        let mut report = small();
        let slo = &mut report.slos[0];
        slo.series.budget.iter_mut().zip(numbers.iter().cycle()).for_each(|(p, n)| p.value = Some(*n));
        slo.series.burn.iter_mut().zip(numbers.iter().cycle().skip(1)).for_each(|(p, n)| p.value = Some(*n));
        slo.series.daily.iter_mut().zip(numbers.iter().cycle().skip(2)).for_each(|(day, n)| {
            day.budget_spent_ratio = Some(*n);
            day.bad = *n;
        });
        for (burn, n) in slo.burn.iter_mut().zip(&numbers) {
            burn.rate = Some(*n);
            burn.threshold = Some(-*n);
        }
        if let Some(budget) = &mut slo.budget {
            (budget.remaining_ratio, budget.spent) = (Some(numbers[0]), numbers[1]);
        }
        slo.coverage.ratio = Some(numbers[2]);
        slo.window.elapsed_ratio = numbers[3];
        for format in ["terminal", "markdown", "html", "csv"] {
            let text = plain(format, &report);
            for noise in ["NaN", "Infinity", " inf", ">inf", ",inf", "\"inf", "-inf"] {
                prop_assert!(!text.contains(noise), "{format}: {noise}");
            }
        }
    }

    /// What is written reads back as it was, whatever the names and numbers.
    #[test]
    fn json_round_trip(name in ".*", number in -1e15..1e15f64) {
        let mut report = small();
        report.slos[0].slo = name;
        report.slos[0].sli.value = Some(number);
        let text = plain("json", &report);
        prop_assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
    }
}
