//! Faults in specifications, as a person at a terminal sees them.
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nines::base::Span;
use nines::diag::{Code, Diagnostic, Diagnostics, Files, Severity, Style};
use nines::promql::Expr;
use nines::slo::{AlertRule, Alerting, ExcludedTime, Exclusion, Method, Sli, Slo, Spec};
use nines::spec;
use serde_json::json;

/// The specifications in a folder of fixtures, in the order of their names.
fn fixtures(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/specs").join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "yaml"));
    paths.sort();
    paths
}

#[expect(clippy::disallowed_methods, reason = "a test reads its own fixtures")]
fn load(path: &Path) -> (String, String) {
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    (name, fs::read_to_string(path).unwrap())
}

fn read(texts: &[(&str, &str)]) -> (Files, Vec<Spec>, Diagnostics) {
    let mut files = Files::new();
    for (name, text) in texts {
        files.add(*name, *text);
    }
    let mut faults = Diagnostics::new();
    let specs = spec::read(&files, &mut faults);
    (files, specs, faults)
}

#[test]
fn every_invalid_fixture_says_what_is_wrong() {
    every_fixture_says("invalid", "snapshots/diagnostics");
}

#[test]
fn every_warned_fixture_says_what_is_odd_and_stops_nothing() {
    for path in fixtures("warned") {
        let (name, text) = load(&path);
        let (files, specs, faults) = read(&[(&name, &text)]);
        assert!(!faults.has_errors(), "{name}:\n{}", faults.to_text(&files, Style::default()));
        assert!(!specs.is_empty(), "{name}");
    }
    every_fixture_says("warned", "snapshots/lints");
}

#[test]
fn every_invalid_policy_says_what_is_wrong() {
    every_fixture_says("../policies/invalid", "snapshots/policies");
}

#[test]
fn every_invalid_file_of_exclusions_says_what_is_wrong() {
    every_fixture_says("../exclusions/invalid", "snapshots/exclusions");
}

#[test]
fn every_code_has_a_fixture() {
    let raised = |path: PathBuf| {
        let (_, text) = load(&path);
        let (_, _, faults) = read(&[("a.yaml", &text)]);
        faults.with_silenced().iter().map(|fault| fault.code).collect::<Vec<_>>()
    };
    let raised: BTreeSet<Code> = ["invalid", "warned", "../policies/invalid", "../exclusions/invalid"]
        .into_iter()
        .flat_map(fixtures)
        .flat_map(raised)
        .collect();
    // Findings in data and losses of a conversion have walks of their own.
    let of_text = Code::ALL.iter().filter(|code| code.is_of_text());
    let silent: Vec<&str> = of_text.filter(|code| !raised.contains(code)).map(|code| code.id()).collect();
    assert!(silent.is_empty(), "no fixture raises {silent:?}");
}

fn every_fixture_says(folder: &str, snapshots: &str) {
    for path in fixtures(folder) {
        let (name, text) = load(&path);
        let (files, _, faults) = read(&[(&format!("{name}.yaml"), &text)]);
        assert!(!faults.is_empty(), "{name} raises nothing");
        for fault in faults.sorted() {
            has_a_place(&name, &text, fault);
            assert!(!fault.message.ends_with('.'), "{name}: {}", fault.message);
            assert!(
                fault.help.is_some() || fault.code == Code::Promql,
                "{name} gives no help: {}",
                fault.message
            );
        }
        insta::with_settings!({ snapshot_path => snapshots, prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, faults.to_text(&files, Style::default()));
        });
    }
}

/// A fault points at something, or at the start of a file that is wrong as a whole.
fn has_a_place(name: &str, text: &str, fault: &Diagnostic) {
    for label in std::iter::once(&fault.primary).chain(&fault.secondary) {
        let shown = text.get(label.span.range()).map(|shown| shown.trim_matches(['\n', '\r', ' ']));
        let whole = label.span == Span::new(0, 0) && matches!(fault.code, Code::NoDocument | Code::Limit);
        assert!(
            whole || shown.is_some_and(|shown| !shown.is_empty()),
            "{name}: {} has no place",
            fault.message
        );
    }
}

#[test]
fn every_format_tells_the_place_of_every_fault() {
    for path in ["invalid", "warned"].into_iter().flat_map(fixtures) {
        let (name, text) = load(&path);
        let name = format!("{name}.yaml");
        let (files, _, faults) = read(&[(&name, &text)]);
        let (plain, github) = (faults.to_text(&files, Style::default()), faults.to_github(&files));
        let (json, sarif) = (faults.to_json(&files), faults.to_sarif(&files));
        let json = &json["faults"];
        for (i, fault) in faults.sorted().iter().enumerate() {
            let place = files.position(fault.primary.file, fault.primary.span.start);
            let (line, column) = (place.line, place.column);
            assert!(plain.contains(&format!("--> {name}:{line}:{column}\n")), "{plain}");
            assert!(
                github.lines().nth(i).unwrap().contains(&format!(" file={name},line={line},")),
                "{github}"
            );
            assert!(github.lines().nth(i).unwrap().contains(&format!(",col={column},")), "{github}");
            assert_eq!(
                (&json[i]["file"], &json[i]["line"], &json[i]["column"]),
                (&json!(name), &json!(line), &json!(column))
            );
            let place = &sarif["runs"][0]["results"][i]["locations"][0]["physicalLocation"];
            assert_eq!(place["artifactLocation"]["uri"], *name);
            let region = &place["region"];
            assert_eq!((&region["startLine"], &region["startColumn"]), (&json!(line), &json!(column)));
        }
    }
}

/// What was understood of a specification.
pub(crate) fn outline(spec: &Spec) -> String {
    let Spec {
        service,
        description,
        owner,
        labels,
        links,
        slos,
        slas,
        exclusions,
        alerts,
        file: _,
        unselected: _,
    } = spec;
    let slos: String = slos.iter().map(outline_slo).collect();
    let mut outline = format!("{service}: {description:?} {owner:?} {labels:?} {links:?}\n{slos}");
    for sla in slas {
        let _ = writeln!(outline, "  contract {sla:?}");
    }
    for exclusion in exclusions {
        let Exclusion { id, category, reason, approved_by, announced, slos, when, file: _ } = exclusion;
        let when = match when {
            ExcludedTime::While(expr) => format!("while {expr}"),
            other => format!("{other:?}"),
        };
        let _ = writeln!(
            outline,
            "  excludes {id}, {when}\n    {category:?}, {reason:?}, {approved_by:?}, {announced:?}, {slos:?}"
        );
    }
    for alert in alerts {
        let AlertRule { name, expr, r#for, keep_firing_for, severity, labels, annotations } = alert;
        let _ = writeln!(
            outline,
            "  alerts {name}, {expr}\n    {:?}, {:?}, {severity:?}, {labels:?}, {annotations:?}",
            r#for.map(|length| length.to_string()),
            keep_firing_for.map(|length| length.to_string()),
        );
    }
    outline
}

fn outline_slo(slo: &Slo) -> String {
    let Slo { name, description, labels, objective, window, sli, method, .. } = slo;
    let Slo { by, max_groups, min_events, min_coverage, alerting, gate, line, .. } = slo;
    let sli = match sli {
        Sli::Events(sli) => format!("{:?} {}\n    total {}", sli.polarity, sli.part, sli.total),
        Sli::Latency(sli) => {
            let buckets = Expr::selector(sli.buckets.clone());
            format!("{buckets} within {} ({}, {:?})", sli.threshold, sli.written, sli.unit)
        }
        Sli::Slices(sli) => format!("{} in {}, empty {:?}", sli.good_when, sli.slice, sli.empty),
        Sli::Ratio(sli) => {
            format!("{:?} {} in {}, empty {:?}", sli.polarity, sli.ratio, sli.slice, sli.empty)
        }
        Sli::Composite(sli) => {
            format!("{:?} in {}, empty {:?}: {:?}", sli.combine, sli.slice, sli.empty, sli.members)
        }
    };
    let mut outline = format!(
        "  {name}: {objective} over {window}, line {line:?}, {description:?}\n    {sli}\n    \
         by {by:?}, at least {min_events:?} events, {min_coverage} coverage\n"
    );
    // What is as it is when nothing is said is not said here either.
    if !labels.is_empty() {
        let _ = writeln!(outline, "    labels {labels:?}");
    }
    if *method != Method::default() {
        let _ = writeln!(outline, "    {method:?}");
    }
    if *max_groups != Slo::DEFAULT_MAX_GROUPS {
        let _ = writeln!(outline, "    at most {max_groups} groups");
    }
    if *alerting != Alerting::default() {
        let _ = writeln!(outline, "    {alerting:?}");
    }
    if let Some(gate) = gate {
        let _ = writeln!(outline, "    {gate:?}");
    }
    outline
}

#[test]
fn every_valid_fixture_is_read_without_a_word() {
    for path in fixtures("valid") {
        let (name, text) = load(&path);
        let (files, specs, faults) = read(&[(&name, &text)]);
        assert!(faults.is_empty(), "{name}:\n{}", faults.to_text(&files, Style::default()));
        assert!(specs.iter().all(|spec| !spec.slos.is_empty()) && !specs.is_empty(), "{name}");
        insta::with_settings!({ snapshot_path => "snapshots/specs", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, specs.iter().map(outline).collect::<String>());
        });
    }
}

#[test]
fn faults_of_one_kind_do_not_hide_those_of_another() {
    let path =
        fixtures("invalid").into_iter().find(|path| path.ends_with("everything-at-once.yaml")).unwrap();
    let (_, text) = load(&path);
    let (_, _, faults) = read(&[("a.yaml", &text)]);
    let codes: BTreeSet<&str> = faults.sorted().iter().map(|fault| fault.code.id()).collect();
    let expected = ["N0103", "N0106", "N0201", "N0202", "N0204", "N0205", "N0303", "N0306"];
    assert_eq!(codes.into_iter().collect::<Vec<_>>(), expected);
    let routes: Vec<String> = faults.sorted().iter().map(|fault| fault.route.to_string()).collect();
    assert!(routes.contains(&"slos[1].sli.slices.slice".to_owned()), "{routes:?}");
}

const WHOLE: &str = "apiVersion: nines/v1
service: checkout
slos:
  - name: availability
    objective: 99.9%
    window: 30d
    sli: {events: {bad: errors_total, total: requests_total}}
    description: Requests are answered
";

#[test]
fn one_objective_in_two_files_is_a_fault_of_the_second() {
    let (files, _, faults) = read(&[("a.yaml", WHOLE), ("b.yaml", WHOLE)]);
    insta::with_settings!({ snapshot_path => "snapshots/diagnostics", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("two-files", faults.to_text(&files, Style::default()));
    });
}

#[test]
fn a_byte_order_mark_and_other_line_ends_change_nothing() {
    let (_, specs, faults) = read(&[("a.yaml", WHOLE)]);
    assert!(faults.is_empty());
    for text in [format!("\u{feff}{WHOLE}"), WHOLE.replace('\n', "\r\n")] {
        let (files, same, faults) = read(&[("a.yaml", &text)]);
        assert!(faults.is_empty(), "{}", faults.to_text(&files, Style::default()));
        assert_eq!(same, specs);
        let (_, _, faults) =
            read(&[("a.yaml", &text.replace("errors_total", "errors_total[").replace("99.9%", "é"))]);
        let (_, _, plain) =
            read(&[("a.yaml", &WHOLE.replace("errors_total", "errors_total[").replace("99.9%", "é"))]);
        let places = |faults: &Diagnostics, files: &Files| -> Vec<_> {
            faults
                .sorted()
                .iter()
                .map(|f| files.position(f.primary.file, f.primary.span.start).line)
                .collect()
        };
        assert_eq!(places(&faults, &files), places(&plain, &files));
    }
}

#[test]
fn what_is_not_utf8_is_told_with_its_place_beside_all_other_faults() {
    let mut files = Files::new();
    files.add("good.yaml", WHOLE.replace("99.9%", "999"));
    let latin: Vec<u8> = WHOLE
        .replace("checkout", "caf�, �")
        .chars()
        .map(|c| if c == '�' { 0xe9 } else { u8::try_from(c).unwrap() })
        .collect();
    files.add_bytes("latin.yaml", latin);
    let wide: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(WHOLE.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    files.add_bytes("wide.yaml", wide);
    files.add_bytes("binary.yaml", b"\x7fELF\0\0\xff\xff".to_vec());
    // What somebody wrote so is a character like any other.
    files.add_bytes("sign.yaml", WHOLE.replace("Requests", "�").replace("availability", "sign").into_bytes());
    let mut faults = Diagnostics::new();
    spec::read(&files, &mut faults);
    let told = faults.sorted();
    let told: Vec<_> = told
        .iter()
        .map(|fault| {
            let place = files.position(fault.primary.file, fault.primary.span.start);
            let name = files.name(fault.primary.file);
            format!(
                "{name}:{}:{} {} {}",
                place.line,
                place.column,
                fault.code.id(),
                fault.help.as_deref().unwrap()
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "good.yaml:5:16 N0201 write a percentage of at most `100%`",
            "latin.yaml:2:13 N0101 save the file as UTF-8",
            "wide.yaml:1:1 N0101 save the file as UTF-8, not as UTF-16",
            "binary.yaml:1:7 N0101 is this a text file? a specification is one, in UTF-8",
        ]
    );
}

/// Texts that are no specification and could take all time or all memory, each of about a megabyte where not said.
fn hostile() -> Vec<(&'static str, String)> {
    let lines = |part: &str| part.repeat((1 << 20) / part.len());
    let numbered = |part: &str| (0..80_000).map(|n| part.replace('N', &n.to_string())).collect::<String>();
    let levels = |n: usize| format!("a{n}: &a{n} [{}]\n", [format!("*a{}", n - 1).as_str(); 10].join(", "));
    let of_vars = |value: &str, uses: &str| {
        WHOLE
            .replace("slos:", &format!("vars: {{a: '{value}'}}\nslos:"))
            .replace("errors_total", &format!("'{uses}'"))
    };
    vec![
        ("a large file", "# much\n".repeat(599_000)),
        ("aliases of aliases", format!("a0: &a0 x\n{}", (1..12).map(levels).collect::<String>())),
        ("anchors in anchors", (0..64).fold("x".repeat(90_000), |inner, n| format!("&a{n} [{inner}]"))),
        ("one alias", format!("- &a {}\n{}", "x".repeat(90_000), "- *a\n".repeat(100_000))),
        ("variables", of_vars(&"x".repeat(90_000), &"${a}".repeat(20_000))),
        (
            "variables in documents",
            format!("---\n{}", of_vars(&"x".repeat(990), &"${a}".repeat(100))).repeat(400),
        ),
        (
            "a long variable",
            of_vars(&"x".repeat(96_000), "${a}").replace("slos:", "labels:\nslos:").replace(
                "labels:\n",
                &format!(
                    "labels:\n{}",
                    (0..2000).map(|n| "  kN: '${a}'\n".replace('N', &n.to_string())).collect::<String>()
                ),
            ),
        ),
        (
            "a long variable in queries",
            format!("---\n{}", of_vars(&format!("x{}", "+x".repeat(47_000)), "${a}")).repeat(10),
        ),
        ("a plain text", format!("a: {}", "x ".repeat(500_000))),
        ("a text in quotes", format!("a: '{}'", "''".repeat(500_000))),
        ("a block", format!("a: >\n{}", "  x\n".repeat(250_000))),
        ("dashes", lines("- ")),
        ("brackets", lines("[")),
        ("braces", lines("{a: ")),
        ("question marks", lines("? ")),
        ("indentation", (0..1400).map(|n| " ".repeat(n) + "a:\n").collect()),
        ("a flow list", format!("[{}]", "a,".repeat(500_000))),
        ("pairs in a flow list", format!("[{}]", "a: b,".repeat(25_000))),
        ("a list", lines("- a\n")),
        ("keys", numbered("kN: 1\n")),
        ("the same key", lines("a: 1\n")),
        ("documents", lines("--- a\n")),
        ("broken documents", lines("--- [\n")),
        ("anchors", numbered("- &aN b\n")),
        ("tags", lines("- !!str b\n")),
        ("directives", lines("%A b\n")),
        ("empty lines", lines("\n")),
        ("silences", lines("# nines: allow N0211: x\n")),
        ("wrong silences", lines("a: 1 # nines: x\n")),
        ("a query of names", WHOLE.replace("errors_total", &"a ".repeat(49_000))),
        (
            "a query of conditions",
            WHOLE.replace("errors_total", &format!("'x{{{}}}'", "a=\"\",".repeat(15_000))),
        ),
        ("a query of sums", WHOLE.replace("errors_total", &format!("'{}1'", "1+".repeat(49_000)))),
    ]
}

/// The limits are those of a release build on an idle machine: a tenth of a second and 64 MB. Here time is asserted for any
/// machine.
#[test]
fn too_much_of_anything_is_refused_quickly() {
    let longest = if cfg!(debug_assertions) { Duration::from_secs(10) } else { Duration::from_millis(500) };
    for (name, text) in hostile() {
        let mut said = String::new();
        let started = Instant::now();
        let taken = allocation_counter::measure(|| {
            let (files, _, faults) = read(&[("a.yaml", &text)]);
            said = faults.to_text(&files, Style::default());
        });
        let took = started.elapsed();
        println!(
            "{name}: {took:.1?}, {} kB, {}",
            taken.bytes_max >> 10,
            said.lines().next().unwrap_or("read")
        );
        assert!(taken.bytes_max <= 64 << 20, "{name}: {} bytes", taken.bytes_max);
        assert!(took <= longest, "{name}: {took:?}");
    }
}

#[test]
fn too_much_is_said_to_be_too_much() {
    for (name, text) in hostile().iter().take(6) {
        let (files, _, faults) = read(&[("a.yaml", text)]);
        let said = faults.to_text(&files, Style::default());
        assert!(said.contains("N0102"), "{name}: {said}");
    }
}

#[test]
fn many_faults_are_counted_not_listed() {
    let text = format!("{WHOLE}labels:\n{}", "  a: 1\n".repeat(30_000));
    let (files, _, faults) = read(&[("a.yaml", &text)]);
    assert_eq!((faults.sorted().len(), faults.len()), (500, 29_999));
    assert!(faults.to_text(&files, Style::default()).ends_with("and 29499 more\n"));
    let json = faults.to_json(&files);
    assert_eq!((json["faults"].as_array().map(Vec::len), &json["not_listed"]), (Some(500), &json!(29_499)));
    let more = "29499 more faults were found and are not listed";
    let note = &faults.to_sarif(&files)["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(note["message"]["text"], more);
    assert!(faults.to_github(&files).ends_with(&format!("::warning::{more}\n")));
    assert!(faults.has_errors());
}

#[test]
fn a_warning_stops_nothing() {
    let text = WHOLE.replace("slos:", "vars: {unused: x}\nslos:");
    let (_, specs, faults) = read(&[("a.yaml", &text)]);
    assert_eq!(faults.sorted().iter().map(|fault| fault.severity()).collect::<Vec<_>>(), [Severity::Warning]);
    assert!(!faults.has_errors());
    assert_eq!(specs.len(), 1);
}

#[test]
fn an_objective_knows_its_line() {
    let (_, specs, _) = read(&[("a.yaml", WHOLE)]);
    assert_eq!((specs[0].slos[0].line, specs[0].file.as_str()), (Some(5), "a.yaml"));
}

mod any_text {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "(?s).{0,200}") {
            let (files, _, faults) = read(&[("a.yaml", &text)]);
            prop_assert_eq!(faults.is_empty(), faults.to_text(&files, Style::default()).is_empty());
        }

        #[test]
        fn yaml_like_text_is_read_without_a_panic(
            lines in prop::collection::vec("( {0,6})(- )?([a-z]{1,3}|slos|sli|window|<<)(: )?([|>]-?|[\"'&*!\\[{]?[a-zé$}\\]{\\\\]{0,4})[\"'\\]}]?", 0..20),
        ) {
            let text = format!("{WHOLE}{}", lines.join("\n"));
            let (files, _, faults) = read(&[("a.yaml", &text)]);
            let _ = faults.to_text(&files, Style { color: true });
            let _ = faults.to_json(&files);
        }

        /// A specification with some of its characters replaced: close to right, so every reader is reached.
        #[test]
        fn a_broken_specification_is_read_without_a_panic(
            edits in prop::collection::vec((0usize..400, "[a-z0-9:{}\\[\\]$\"'|>é\n -]"), 1..6),
            fixture in 0usize..7,
        ) {
            let (_, mut text) = load(&fixtures("valid")[fixture]);
            for (at, new) in edits {
                let at = text.floor_char_boundary(at);
                let end = text.ceil_char_boundary((at + 1).min(text.len()));
                text.replace_range(at..end, &new);
            }
            let (files, _, faults) = read(&[("a.yaml", &text)]);
            for fault in faults.sorted() {
                prop_assert!(fault.primary.span.end <= text.len());
            }
            let _ = faults.to_text(&files, Style::default());
        }
    }
}
