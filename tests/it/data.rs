//! What data there is in files.

use std::fmt::Write as _;

use crate::support::run::nines;
use crate::support::tempdir::TempDir;

fn written(home: &TempDir) -> String {
    let mut text = String::from("# TYPE http_requests counter\n# TYPE up gauge\n");
    for minute in (0..240).filter(|minute| !(100..130).contains(minute)) {
        let at = 1_763_596_800 + minute * 60;
        for code in ["200", "500"] {
            writeln!(
                text,
                "http_requests_total{{job=\"api\",instance=\"a:80\",code=\"{code}\"}} {minute} {at}"
            )
            .unwrap();
        }
        writeln!(text, "up{{job=\"api\",instance=\"a:80\"}} 1 {at}").unwrap();
        writeln!(text, "up{{job=\"db\",instance=\"d:90\"}} 1 {at}").unwrap();
    }
    // One family after another, as the format wants it.
    let (comments, mut samples): (Vec<&str>, Vec<&str>) =
        text.lines().partition(|line| line.starts_with('#'));
    samples.sort_by_key(|line| line.rsplit_once('}').unwrap().0);
    let (counters, gauges): (Vec<&str>, Vec<&str>) =
        samples.iter().partition(|line| line.starts_with("http"));
    let text =
        format!("{}\n{}\n{}\n{}\n# EOF\n", comments[0], counters.join("\n"), comments[1], gauges.join("\n"));
    home.write("data.om", &text).display().to_string()
}

#[test]
fn it_is_told_as_a_table() {
    let home = TempDir::new("inventory");
    let told = nines(["data", &written(&home), "--top", "1", "--timezone", "Europe/Berlin"]);
    assert_eq!((told.code, told.err.as_str()), (0, ""));
    insta::assert_snapshot!(told.out.replace(&home.path().display().to_string(), "[folder]"));
}

#[test]
fn it_is_told_as_json() {
    let home = TempDir::new("inventory-json");
    let told = nines(["data", &written(&home), "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(told["series"], 4);
    assert_eq!(told["samples"]["floats"], 4 * 210);
    assert_eq!(told["from"], "2025-11-20T00:00:00Z");
    assert_eq!(told["scrape_intervals"][0]["seconds"], 60.0);
    assert_eq!(told["targets"][1]["labels"]["job"], "db");
    assert_eq!(told["targets"][1]["gaps"][0]["seconds"], 30.0 * 60.0);
}

#[test]
fn nothing_there_is_said() {
    let told = nines(["data", "/does/not/exist"]);
    assert_eq!((told.code, told.out.as_str()), (2, ""));
    assert!(told.err.contains("/does/not/exist"), "{}", told.err);
    assert_eq!(nines(["data"]).code, 2);
}
