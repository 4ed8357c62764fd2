//! Rules sent to a ruler that does what those of Mimir and Cortex are documented to do, and to ones that fail.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_yaml::Value;

use super::loads;
use crate::support::run::{Outcome, SHOP, nines};
use crate::support::server::{FakeServer, Reply, Request, decoded};
use crate::support::tempdir::TempDir;

/// The groups of each namespace, by their names.
type Kept = Arc<Mutex<BTreeMap<String, BTreeMap<String, Value>>>>;

/// A second objective of the shop.
const SECOND: &str = "
  - name: orders
    description: Orders are taken
    objective: 99.5%
    window: 7d
    sli: {events: {bad: 'o_total{failed=\"yes\"}', total: o_total}}
";

struct Ruler {
    kept: Kept,
    server: FakeServer,
    dir: TempDir,
}

fn plain(status: u16, text: &str) -> Reply {
    Reply::Answer(status, vec![("Content-Type", "text/plain; charset=utf-8".to_owned())], format!("{text}\n"))
}

/// What a ruler does with a request below the path of its API, given as the names after it.
fn answered(kept: &Kept, request: &Request, names: &[String]) -> Reply {
    let accepted = || Reply::status(202, r#"{"status":"success","data":null,"errorType":"","error":""}"#);
    let mut kept = kept.lock().unwrap();
    match (request.method.as_str(), names) {
        ("GET", [namespace]) => match kept.get(namespace).filter(|groups| !groups.is_empty()) {
            Some(groups) => {
                let groups: Vec<&Value> = groups.values().collect();
                let text = serde_yaml::to_string(&BTreeMap::from([(namespace, groups)])).unwrap();
                Reply::Answer(200, vec![("Content-Type", "application/yaml".to_owned())], text)
            }
            None => plain(404, "no rule groups found"),
        },
        ("POST", [namespace]) => {
            assert_eq!(request.header("content-type"), Some("application/yaml"));
            let Ok(group) = serde_yaml::from_str::<Value>(&request.body) else {
                return plain(400, "unable to decoded rule group");
            };
            let name = group["name"].as_str().unwrap().to_owned();
            kept.entry(namespace.clone()).or_default().insert(name, group);
            accepted()
        }
        ("DELETE", [namespace, group]) => {
            assert_eq!((request.body.as_str(), request.header("content-type")), ("", None));
            match kept.get_mut(namespace).and_then(|groups| groups.remove(group)) {
                Some(_) => accepted(),
                None => plain(404, "group does not exist"),
            }
        }
        _ => plain(405, "method not allowed"),
    }
}

impl Ruler {
    fn start() -> Self {
        Self::failing("/prometheus/config/v1/rules", |_| None)
    }

    /// One that answers otherwise where `fault` says so.
    fn failing(
        path: &'static str,
        fault: impl Fn(&Request) -> Option<Reply> + Send + Sync + 'static,
    ) -> Self {
        let kept = Kept::default();
        let shared = Arc::clone(&kept);
        let server = FakeServer::start(move |request| {
            if let Some(reply) = fault(request) {
                return reply;
            }
            match request.path.strip_prefix(path) {
                Some(below) => {
                    let names: Vec<String> = below.split('/').skip(1).map(decoded).collect();
                    answered(&shared, request, &names)
                }
                None => plain(404, "404 page not found"),
            }
        });
        let dir = TempDir::new("push");
        dir.write("shop.yaml", SHOP.to_owned() + SECOND);
        Self { kept, server, dir }
    }

    fn push(&self, more: &[&str]) -> Outcome {
        let specs = self.dir.path().to_str().unwrap().to_owned();
        let url = self.server.url();
        let fixed = ["rules", "push", "-f", &specs, "--prometheus-url", &url, "--retries", "0"];
        let outcome = nines([&fixed[..], more].concat());
        Outcome {
            out: outcome.out.replace(&url, "http://ruler"),
            err: outcome.err.replace(&url, "http://ruler").replace(&self.server.authority(), "ruler"),
            ..outcome
        }
    }

    fn groups(&self, namespace: &str) -> Vec<String> {
        let kept = self.kept.lock().unwrap();
        kept.get(namespace).map(|groups| groups.keys().cloned().collect()).unwrap_or_default()
    }

    fn keep(&self, namespace: &str, group: &str) {
        let group: Value = serde_yaml::from_str(group).unwrap();
        let name = group["name"].as_str().unwrap().to_owned();
        self.kept.lock().unwrap().entry(namespace.to_owned()).or_default().insert(name, group);
    }

    /// Changes one group as it is kept.
    fn change(&self, group: &str, from: &str, to: &str) {
        let mut kept = self.kept.lock().unwrap();
        let group = kept.get_mut("nines").and_then(|groups| groups.get_mut(group)).unwrap();
        let text = serde_yaml::to_string(group).unwrap();
        assert!(text.contains(from), "{text}");
        *group = serde_yaml::from_str(&text.replacen(from, to, 1)).unwrap();
    }

    /// What was asked for to be changed.
    fn changes(&self) -> Vec<String> {
        let requests = self.server.requests();
        let changes = requests.iter().filter(|request| ["POST", "DELETE"].contains(&request.method.as_str()));
        changes.map(|request| format!("{} {}", request.method, request.path)).collect()
    }
}

const OTHER: &str = "{name: other, rules: [{record: x, expr: vector(1)}]}";

#[test]
fn what_is_sent_is_there_and_is_not_sent_again() {
    let ruler = Ruler::start();
    let outcome = ruler.push(&["--header", "X-Scope-OrgID: team-a"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    insta::assert_snapshot!(outcome.out + &outcome.err);
    let groups = ruler.groups("nines");
    assert!(!groups.is_empty() && groups.iter().all(|name| name.contains('/')), "{groups:?}");
    let requests = ruler.server.requests();
    let about_rules = requests.iter().filter(|request| request.path.contains("rules"));
    assert!(about_rules.clone().all(|request| request.header("x-scope-orgid") == Some("team-a")));
    // Each is what Prometheus takes for a group.
    let kept: Vec<Value> = ruler.kept.lock().unwrap()["nines"].values().cloned().collect();
    loads(&serde_yaml::to_string(&BTreeMap::from([("groups", kept)])).unwrap());
    let before = ruler.changes().len();
    assert_eq!(before, groups.len());
    let outcome = ruler.push(&[]);
    assert_eq!((outcome.code, ruler.changes().len()), (0, before), "{outcome:?}");
    assert!(outcome.out.contains("groups are as they should be"), "{}", outcome.out);
}

#[test]
fn a_dry_run_changes_nothing() {
    let ruler = Ruler::start();
    ruler.keep("nines", OTHER);
    let outcome = ruler.push(&["--dry-run", "--prune"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert_eq!((ruler.changes(), ruler.groups("nines")), (vec![], vec!["other".to_owned()]));
    assert!(outcome.out.contains("delete: group other") && outcome.out.contains("add: group shop/"));
}

#[test]
fn what_differs_is_told_and_replaced() {
    let ruler = Ruler::start();
    ruler.push(&[]);
    let names = ruler.groups("nines");
    ruler.change(&names[0], "interval: ", "limit: 7\nsource_tenants: [b]\ninterval: 1");
    ruler.change(names.last().unwrap(), "expr: ", "expr: '('\n  x: ");
    let before = ruler.changes().len();
    let outcome = ruler.push(&[]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    insta::assert_snapshot!(outcome.out + &outcome.err);
    assert!(ruler.changes().len() > before);
    assert!(ruler.push(&["--dry-run"]).out.contains(&format!("{0} of {0} groups", names.len())));
}

#[test]
fn the_order_of_rules_and_an_interval_count() {
    let ruler = Ruler::start();
    ruler.push(&[]);
    let name = ruler.groups("nines").remove(0);
    {
        let mut kept = ruler.kept.lock().unwrap();
        let group = kept.get_mut("nines").and_then(|groups| groups.get_mut(&name)).unwrap();
        let rules = group["rules"].as_sequence_mut().unwrap();
        rules.reverse();
    }
    let outcome = ruler.push(&["--dry-run"]);
    assert!(outcome.out.contains("differs: order of group"), "{}", outcome.out);
    {
        let mut kept = ruler.kept.lock().unwrap();
        let group = kept.get_mut("nines").and_then(|groups| groups.get_mut(&name)).unwrap();
        group.as_mapping_mut().unwrap().remove("interval");
    }
    let outcome = ruler.push(&["--dry-run"]);
    assert!(outcome.out.contains("runs   that of the server"), "{}", outcome.out);
}

#[test]
fn only_the_namespace_is_touched_and_what_is_left_goes_only_when_asked() {
    let ruler = Ruler::start();
    ruler.keep("nines", OTHER);
    ruler.keep("theirs", OTHER);
    let outcome = ruler.push(&[]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(outcome.out.contains("left: group other, which no specification makes; --prune deletes it"));
    assert!(ruler.groups("nines").contains(&"other".to_owned()));
    // Of a part of the specifications nothing can be told to be left.
    let outcome = ruler.push(&["--service", "shop"]);
    assert!(outcome.code == 0 && !outcome.out.contains("left:"), "{outcome:?}");
    assert_eq!(ruler.push(&["--service", "shop", "--prune"]).code, 2);
    let outcome = ruler.push(&["--prune"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(!ruler.groups("nines").contains(&"other".to_owned()));
    assert_eq!(ruler.groups("theirs"), ["other"]);
    assert_eq!(ruler.changes().last().unwrap(), "DELETE /prometheus/config/v1/rules/nines/other");
}

#[test]
fn a_slash_in_a_name_is_part_of_it() {
    let ruler = Ruler::start();
    ruler.keep("a/b c%", "{name: d/e?f, rules: [{record: x, expr: vector(1)}]}");
    let outcome = ruler.push(&["--namespace", "a/b c%", "--prune"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert_eq!(ruler.changes().last().unwrap(), "DELETE /prometheus/config/v1/rules/a%2Fb%20c%25/d%2Fe%3Ff");
    assert!(ruler.groups("a/b c%").iter().all(|name| name.starts_with("shop/")));
    for name in ["", ".", ".."] {
        assert_eq!(ruler.push(&["--namespace", name]).code, 2, "{name}");
    }
}

#[test]
fn cortex_has_its_rules_elsewhere() {
    let ruler = Ruler::failing("/api/v1/rules", |_| None);
    let outcome = ruler.push(&["--api", "cortex"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(!ruler.groups("nines").is_empty());
    let outcome = ruler.push(&[]);
    assert_eq!(outcome.code, 3, "{outcome:?}");
    assert!(outcome.err.contains("help: is the ruler's API turned on there"), "{}", outcome.err);
}

/// A limit of the server, for one group: the others are there.
#[test]
fn what_the_server_says_of_a_group_is_passed_on_and_the_others_are_sent() {
    let limit = "per-user rules per rule group limit (limit: 2 actual: 5) exceeded";
    let ruler = Ruler::failing("/prometheus/config/v1/rules", move |request| {
        let refused = request.method == "POST" && request.body.contains("name: shop/availability\n");
        refused.then(|| plain(400, limit))
    });
    ruler.keep("nines", OTHER);
    let outcome = ruler.push(&["--prune"]);
    assert_eq!(outcome.code, 3, "{outcome:?}");
    insta::assert_snapshot!(outcome.out + &outcome.err);
    assert!(outcome.err.contains(limit));
    // What is left stays until everything else is there.
    assert!(ruler.groups("nines").contains(&"other".to_owned()));
    assert!(ruler.groups("nines").len() > 1);
    let json = ruler.push(&["--prune", "--format", "json"]).json();
    assert_eq!((&json["verified"], &json["dry_run"]), (&false.into(), &false.into()));
    let of = |name: &str| {
        json["groups"].as_array().unwrap().iter().find(|group| group["group"] == name).cloned().unwrap()
    };
    assert_eq!(of("shop/availability")["result"], "failed");
    assert!(of("shop/availability")["fault"].as_str().unwrap().contains("HTTP 400"));
    assert_eq!(of("other")["result"], "not tried");
}

/// Faults that would meet every group end the push; what was done and what was not is told.
#[test]
fn a_server_that_fails_in_the_middle() {
    for (fault, said) in [
        (plain(500, "store is gone"), "HTTP 500: `store is gone`"),
        (Reply::html(200, "<!doctype html><title>Log in</title>"), "answered HTML"),
        (Reply::refused(401, "", "no org id"), "HTTP 401: no org id: are credentials missing or wrong?"),
        (
            Reply::status(307, "").with("Location", "https://new.example/rules?key=hunter2"),
            "https://new.example/rules:",
        ),
        (Reply::Late(Duration::from_secs(3), Box::new(plain(202, ""))), "source timed out"),
        (Reply::Raw(Vec::new()), "the connection broke before an answer"),
    ] {
        let sent = Mutex::new(0);
        let ruler = Ruler::failing("/prometheus/config/v1/rules", move |request| {
            if request.method != "POST" {
                return None;
            }
            let mut sent = sent.lock().unwrap();
            *sent += 1;
            (*sent == 2).then(|| fault.clone())
        });
        let outcome = ruler.push(&["--timeout", "1s"]);
        assert_eq!(outcome.code, 3, "{outcome:?}");
        assert!(outcome.err.contains(said), "{said}: {}", outcome.err);
        assert!(outcome.err.contains("not tried after that: group "), "{}", outcome.err);
        assert!(outcome.err.contains("changed 1 group; the server holds 1 of "), "{}", outcome.err);
        assert!(!outcome.err.contains("hunter2"), "{}", outcome.err);
        assert_eq!((ruler.changes().len(), ruler.groups("nines").len()), (2, 1), "{said}");
        // Sent again, what was missing comes.
        let outcome = ruler.push(&[]);
        assert_eq!(outcome.code, 0, "{outcome:?}");
    }
}

/// A server that says yes and does no.
#[test]
fn what_the_server_holds_is_read_back() {
    let ruler = Ruler::failing("/prometheus/config/v1/rules", |request| {
        (request.method != "GET").then(|| Reply::status(202, r#"{"status":"success"}"#))
    });
    ruler.keep("nines", OTHER);
    let outcome = ruler.push(&["--prune"]);
    assert_eq!(outcome.code, 3, "{outcome:?}");
    assert!(outcome.err.contains("the server took group shop/availability, and it is not there"));
    assert!(outcome.err.contains("the server took group other, and it is there still"), "{}", outcome.err);
}

#[test]
fn a_server_that_is_no_ruler_is_told_from_one_without_rules() {
    for (reply, said) in [
        (plain(404, "404 page not found"), "HTTP 404"),
        (Reply::html(200, "<html>Welcome"), "answered HTML"),
        (Reply::data(r#"{"groups":[]}"#), "not rules by namespace"),
        (plain(200, "- a\n"), "not rules by namespace"),
        (plain(503, "starting"), "HTTP 503"),
        (Reply::CutOff("nines: []".to_owned()), "the connection broke"),
    ] {
        let ruler =
            Ruler::failing("/none", move |request| request.path.contains("rules").then(|| reply.clone()));
        let outcome = ruler.push(&["--timeout", "2s"]);
        assert_eq!((outcome.code, ruler.changes()), (3, Vec::<String>::new()), "{outcome:?}");
        assert!(
            outcome.err.contains("cannot be read: ") && outcome.err.contains(said),
            "{said}: {}",
            outcome.err
        );
    }
    assert_eq!(nines(["rules", "push", "-f", "slo-specs", "--data", "fixtures/data"]).code, 2);
}

/// What a server says back of what it was sent holds no secret.
#[test]
fn secrets_are_not_told() {
    let ruler = Ruler::failing("/prometheus/config/v1/rules", |request| {
        let token = request.header("authorization").unwrap_or_default().to_owned();
        (request.method == "POST").then(|| plain(401, &format!("{token} is not welcome")))
    });
    let token = ruler.dir.write("token", "hunter2hunter2");
    let outcome = ruler.push(&["--bearer-token-file", token.to_str().unwrap()]);
    assert_eq!(outcome.code, 3, "{outcome:?}");
    assert!(outcome.err.contains("HTTP 401: `*** is not welcome`"), "{}", outcome.err);
}
