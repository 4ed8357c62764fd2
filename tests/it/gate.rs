//! A gate that cannot judge does not pass.

use crate::support::run::{Outcome, SHOP, nines};
use crate::support::server::{FakeServer, Reply};
use crate::support::tempdir::TempDir;

fn gate(url: &str) -> Outcome {
    let home = TempDir::new("gate");
    let spec = home.write("spec.yaml", SHOP).display().to_string();
    nines(["gate", "-f", &spec, "--prometheus-url", url, "--timeout", "500ms", "--retries", "0"])
}

#[track_caller]
fn does_not_pass(outcome: &Outcome, reason: &str) {
    assert_eq!(outcome.code, 3, "{outcome:?}");
    assert!(outcome.out.contains("could not be measured"), "{outcome:?}");
    assert!(outcome.out.contains("gate: unknown (exit 3)"), "{outcome:?}");
    assert!(
        outcome.out.contains(reason) || outcome.err.contains(reason),
        "{reason:?} is not named: {outcome:?}"
    );
}

#[test]
fn a_server_that_is_not_there() {
    does_not_pass(&gate(&FakeServer::closed()), "unreachable");
}

#[test]
fn a_server_that_never_answers() {
    does_not_pass(&gate(&FakeServer::prometheus([Reply::Silence]).url()), "timed out");
}

#[test]
fn a_server_that_answers_a_page() {
    does_not_pass(
        &gate(&FakeServer::prometheus([Reply::html(200, "<html><title>Sign in</title></html>")]).url()),
        "HTML",
    );
}

#[test]
fn an_answer_cut_off_in_the_middle() {
    let body = "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[";
    does_not_pass(
        &gate(&FakeServer::prometheus([Reply::CutOff(body.to_owned())]).url()),
        "source unreachable",
    );
    // The same text, but announced as whole.
    does_not_pass(&gate(&FakeServer::prometheus([Reply::json(body)]).url()), "not understood");
}

#[test]
fn a_server_that_refuses() {
    let refused = Reply::refused(422, "execution", "too many samples for one query");
    does_not_pass(&gate(&FakeServer::prometheus([refused]).url()), "too many samples for one query");
    let failed = Reply::refused(500, "internal", "the disk is on fire");
    does_not_pass(&gate(&FakeServer::prometheus([failed]).url()), "the disk is on fire");
}

#[test]
fn an_answer_with_warnings_is_no_answer() {
    let partial = "{\"status\":\"success\",\"warnings\":[\"store eu-1 is down\"],\
                   \"data\":{\"resultType\":\"matrix\",\"result\":[]}}";
    does_not_pass(&gate(&FakeServer::prometheus([Reply::json(partial)]).url()), "store eu-1 is down");
}

#[test]
fn an_empty_answer_is_no_data() {
    let outcome =
        gate(&FakeServer::prometheus([Reply::data("{\"resultType\":\"matrix\",\"result\":[]}")]).url());
    assert_eq!(outcome.code, 4, "{outcome:?}");
    assert!(outcome.out.contains("no series matched"), "{outcome:?}");
}

#[test]
fn secrets_are_never_said() {
    let server = FakeServer::prometheus([Reply::refused(401, "unauthorized", "who is hunter2?")]);
    let url = server.url().replacen("http://", "http://admin:hunter2@", 1);
    let outcome = gate(&url);
    assert_eq!(outcome.code, 3);
    assert!(!outcome.out.contains("hunter2") && !outcome.err.contains("hunter2"), "{outcome:?}");
}

#[test]
fn opened_knowingly_it_passes() {
    let home = TempDir::new("gate");
    let spec = home.write("spec.yaml", SHOP).display().to_string();
    let url = FakeServer::closed();
    let base = ["gate", "-f", &spec, "--prometheus-url", &url, "--retries", "0", "--on-error", "warn"];
    let outcome = nines(base);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(outcome.out.contains("gate: warn"), "{outcome:?}");
}
