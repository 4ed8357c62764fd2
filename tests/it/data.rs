//! What data there is in files.

use crate::support::run::nines;
use crate::support::tempdir::TempDir;

/// Three hours of two targets, with half an hour missing.
fn written(home: &TempDir) -> String {
    let lines = |series: &str| -> String {
        let minutes = (0..240).filter(|minute| !(100..130).contains(minute));
        let line = |minute| format!("{series} {minute} {}", 1_763_596_800 + minute * 60);
        minutes.map(line).collect::<Vec<_>>().join("\n") + "\n"
    };
    let text = [
        "# TYPE http_requests counter\n",
        &lines("http_requests_total{job=\"api\",instance=\"a:80\",code=\"200\"}"),
        &lines("http_requests_total{job=\"api\",instance=\"a:80\",code=\"500\"}"),
        "# TYPE up gauge\n",
        &lines("up{job=\"api\",instance=\"a:80\"}"),
        &lines("up{job=\"db\",instance=\"d:90\"}"),
        "# EOF\n",
    ];
    home.write("data.om", text.concat()).display().to_string()
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
