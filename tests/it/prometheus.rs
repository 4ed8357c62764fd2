//! The HTTP source against a server that misbehaves in every way that is known.

use std::io::Write;
use std::time::{Duration as Wait, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use nines::base::{Duration, Interval, Moment};
use nines::plan::{Answer, Ask, Eval, NoAnswer, Query};
use nines::promql::{Expr, MatchOp, Selector};
use nines::source::Source;
use nines::source::prometheus::{Credentials, PrometheusSource, Secret, Settings, open};

use crate::support::server::{FakeServer, Reply, Request};
use crate::support::tempdir::TempDir;

fn settings(url: &str) -> Settings {
    let mut settings = Settings::new(url.parse().unwrap());
    settings.backoff = Duration::millis(1);
    settings.timeout = Duration::seconds(5);
    settings
}

async fn source(server: &FakeServer) -> PrometheusSource {
    open(settings(&server.url())).await.unwrap()
}

fn up() -> Ask {
    Ask::Value(Expr::selector(Selector::metric("up")))
}

fn instant() -> Query {
    Query { ask: up(), eval: Eval::Instant(Moment::from_secs(60)) }
}

fn range(start: i64, end: i64, step: i64) -> Eval {
    Eval::Range {
        start: Moment::from_secs(start),
        end: Moment::from_secs(end),
        step: Duration::seconds(step),
    }
}

/// What the source makes of a server that gives these replies, and how many queries the server saw.
async fn outcome(replies: impl IntoIterator<Item = Reply>) -> (Answer, usize) {
    let server = FakeServer::prometheus(replies);
    let answer = source(&server).await.fetch(&instant()).await;
    (answer, server.queries().len())
}

#[tokio::test]
async fn asks_as_the_api_wants_and_reads_the_answer() {
    let server = FakeServer::start(|request| match request.path.as_str() {
        "/prom/api/v1/status/buildinfo" => Reply::data(r#"{"version":"2.42.0+ds","revision":"x"}"#),
        "/prom/api/v1/query_range" => Reply::data(
            r#"{"resultType":"matrix","stats":{"samples":{"totalQueryableSamples":7}},"result":[
                {"metric":{"job":"b"},"values":[[60,"1"],[90.5,"NaN"]]},{"metric":{"job":"a"},"values":[[60,"+Inf"]]}]}"#,
        ),
        _ => Reply::status(404, ""),
    });
    let source = open(settings(&format!("{}/prom/", server.url()))).await.unwrap();
    let about = source.describe();
    assert_eq!((about.kind, about.engine.as_str(), about.exact), ("prometheus", "Prometheus 2.42.0", false));
    assert_eq!(about.url, format!("{}/prom", server.url()));

    let selector = Selector::metric("up").with("path", MatchOp::Equal, "/ä\"&+");
    let step = Duration::millis(30_500);
    let eval = Eval::Range { start: Moment::from_secs(60), end: Moment::from_secs(121), step };
    let answer =
        source.fetch(&Query { ask: Ask::Value(Expr::selector(selector.clone())), eval }).await.unwrap();
    let jobs: Vec<_> = answer.matrix.iter().map(|s| (s.labels.value("job"), s.points.len())).collect();
    assert_eq!((jobs, answer.samples_read), (vec![("a", 1), ("b", 2)], Some(7)));
    assert_eq!(answer.promql, Expr::selector(selector).to_string());

    let [query] = &server.queries()[..] else { panic!("one query") };
    assert_eq!(query.method, "POST");
    assert_eq!(query.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(query.field("query"), Some(answer.promql.as_str()));
    for (name, value) in [
        ("start", "60"),
        ("end", "121"),
        ("step", "30.500"),
        ("timeout", "5000ms"),
        ("stats", "true"),
        ("partial_response", "false"),
        ("dedup", "true"),
        ("max_source_resolution", "0s"),
        ("nocache", "1"),
        ("latency_offset", "1ms"),
    ] {
        assert_eq!(query.field(name), Some(value), "{name}");
    }
}

#[tokio::test]
async fn repeats_what_may_pass() {
    let refused = |status, kind| Reply::refused(status, kind, "later");
    for replies in [
        vec![
            Reply::status(429, "").with("Retry-After", "0"),
            Reply::Late(Wait::from_millis(50), Reply::one("5").into()),
        ],
        vec![Reply::html(503, "<html>busy"), Reply::status(502, ""), Reply::one("5")],
        vec![refused(503, "timeout"), refused(504, "timeout"), Reply::one("5")],
        vec![Reply::CutOff(r#"{"status":"succ"#.to_owned()), Reply::one("5")],
        vec![Reply::Raw(Vec::new()), Reply::Raw(b"HTTP/1.1 20".to_vec()), Reply::one("5")],
    ] {
        let tries = replies.len();
        let (answer, seen) = outcome(replies.clone()).await;
        assert_eq!(answer.unwrap().matrix[0].points[0].value.float(), Some(5.0), "{replies:?}");
        assert_eq!(seen, tries, "{replies:?}");
    }
}

#[tokio::test]
async fn waits_as_long_as_the_server_asks() {
    let began = Instant::now();
    let (answer, seen) = outcome([Reply::status(429, "").with("Retry-After", "1"), Reply::one("5")]).await;
    assert!(answer.is_ok() && seen == 2 && began.elapsed() >= Wait::from_secs(1));
}

#[tokio::test]
async fn gives_up_after_the_last_try_and_says_why() {
    let (answer, seen) = outcome([Reply::status(503, "")]).await;
    let unreachable = "HTTP 503: no reason given (5 tries)";
    assert_eq!((answer.unwrap_err(), seen), (NoAnswer::Unreachable(unreachable.to_owned()), 5));

    let (answer, seen) = outcome([Reply::refused(503, "timeout", "query timed out")]).await;
    let late = "HTTP 503: timeout: query timed out (5 tries)";
    assert_eq!((answer.unwrap_err(), seen), (NoAnswer::TimedOut(late.to_owned()), 5));

    let (answer, seen) = outcome([Reply::status(429, "slow down")]).await;
    let said = "`slow down` (5 tries)".to_owned();
    assert_eq!((answer.unwrap_err(), seen), (NoAnswer::Rejected { status: Some(429), said }, 5));

    let (answer, seen) = outcome([Reply::CutOff("{\"status\":\"success\"".to_owned())]).await;
    let NoAnswer::Unreachable(why) = answer.unwrap_err() else { panic!("unreachable") };
    assert!(why.contains("broke after 19 bytes") && why.ends_with("(5 tries)"), "{why}");
    assert_eq!(seen, 5);
}

#[tokio::test]
async fn does_not_repeat_what_will_fail_again() {
    for (reply, status, part) in [
        (Reply::refused(400, "bad_data", "1:5: parse error"), 400, "bad_data: 1:5: parse error"),
        (Reply::refused(422, "execution", "many-to-many matching"), 422, "execution: many-to-many"),
        // A proxy's refusal names no kind of error: the status alone decides.
        (Reply::status(400, "no"), 400, "no"),
        (Reply::status(422, "no"), 422, "no"),
        (Reply::status(500, "no"), 500, "no"),
        (Reply::refused(503, "execution", "expanding series"), 503, "execution: expanding series"),
        (Reply::refused(502, "bad_data", "nonsense"), 502, "bad_data: nonsense"),
        (Reply::status(401, "Unauthorized"), 401, "`Unauthorized`: are credentials missing or wrong?"),
        (Reply::status(403, ""), 403, "are these credentials allowed"),
        (Reply::html(404, "<html><p>404 page not found"), 404, "is a path prefix missing"),
        (Reply::refused(500, "internal", "boom"), 500, "internal: boom"),
    ] {
        let (answer, seen) = outcome([reply.clone()]).await;
        let NoAnswer::Rejected { status: Some(got), said } = answer.unwrap_err() else { panic!("{reply:?}") };
        assert_eq!((got, seen), (status, 1), "{reply:?}");
        assert!(said.contains(part), "{said}");
    }
}

#[tokio::test]
async fn what_is_no_answer_is_never_a_number() {
    let vector = r#""data":{"resultType":"vector","result":[{"metric":{},"value":[1,"1"]}]}"#;
    let mut garbage = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n".to_vec();
    garbage.extend([0xff, 0xfe, 0, 1, 2, b'{', b'"', 0x80, 7]);
    for (reply, part) in [
        (
            Reply::html(200, "<!DOCTYPE html>\n<title>Log in</title>"),
            "answered HTML, not JSON: `<!DOCTYPE html> <title>Log in",
        ),
        (Reply::json(""), "empty"),
        (Reply::json(r#"{"status":"success","data":{"#), "ends in its middle, after 28 bytes"),
        (Reply::json("not json"), "not JSON: `not json`"),
        (Reply::Raw(garbage), "not JSON"),
        (Reply::Raw(b"\x16\x03\x01 this is no HTTP at all\r\n\r\n".to_vec()), "not HTTP"),
        (
            Reply::data(r#"{"resultType":"vector","result":[{"metric":{"a":"b"},"histogram":[1,{}]}]}"#),
            "native histograms",
        ),
    ] {
        let (answer, seen) = outcome([reply.clone()]).await;
        let NoAnswer::Malformed(why) = answer.unwrap_err() else { panic!("{reply:?}") };
        assert!(why.contains(part) && seen == 1, "{seen} {why}");
    }

    let warned = format!(r#"{{"status":"success",{vector},"warnings":["a store is gone"]}}"#);
    assert_eq!(
        outcome([Reply::json(warned)]).await.0,
        Err(NoAnswer::Partial(vec!["a store is gone".to_owned()]))
    );
    let partial = format!(r#"{{"status":"success",{vector},"isPartial":true}}"#);
    assert!(matches!(outcome([Reply::json(partial)]).await.0, Err(NoAnswer::Partial(_))));
    let info = format!(r#"{{"status":"success",{vector},"infos":["PromQL info: x"]}}"#);
    assert_eq!(outcome([Reply::json(info)]).await.0.unwrap().infos, ["PromQL info: x"]);
    let error = r#"{"status":"error","errorType":"internal","error":"x"}"#;
    let said = "internal: x".to_owned();
    assert_eq!(outcome([Reply::json(error)]).await.0, Err(NoAnswer::Rejected { status: None, said }));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_a_value() {
    let url = FakeServer::closed();
    let source = open(settings(&url)).await.unwrap();
    assert_eq!(source.describe().engine, "Prometheus-compatible server");
    let NoAnswer::Unreachable(why) = source.fetch(&instant()).await.unwrap_err() else {
        panic!("unreachable")
    };
    assert!(why.starts_with(&url) && why.contains("refused"), "{why}");
    let selector = Selector::metric("up");
    let cadence = source.cadence(&selector, Interval::new(Moment::from_secs(0), Moment::from_secs(60)));
    assert!(matches!(cadence.await, Err(NoAnswer::Unreachable(_))));
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_not_waited_for_for_ever() {
    for reply in [Reply::Silence, Reply::SlowHeaders(Wait::from_secs(3), "{}".to_owned())] {
        let server = FakeServer::prometheus([reply]);
        let source =
            open(Settings { timeout: Duration::millis(200), ..settings(&server.url()) }).await.unwrap();
        let began = Instant::now();
        let NoAnswer::TimedOut(why) = source.fetch(&instant()).await.unwrap_err() else {
            panic!("timed out")
        };
        assert!(why.contains("within 0.2 s") && began.elapsed() < Wait::from_secs(2), "{why}");
        assert_eq!(server.queries().len(), 1);
    }
}

#[tokio::test]
async fn repeated_tries_end_at_the_deadline() {
    let server = FakeServer::prometheus([Reply::status(503, "").with("Retry-After", "50")]);
    let settings = Settings { deadline: Duration::seconds(2), ..settings(&server.url()) };
    let began = Instant::now();
    let answer = open(settings).await.unwrap().fetch(&instant()).await;
    assert!(matches!(answer, Err(NoAnswer::Unreachable(_))), "{answer:?}");
    assert!(server.queries().len() == 1 && began.elapsed() < Wait::from_secs(2));
}

#[tokio::test]
async fn an_answer_has_a_largest_size() {
    let server = FakeServer::prometheus([Reply::one("5")]);
    let source = open(Settings { max_body: 80, ..settings(&server.url()) }).await.unwrap();
    let NoAnswer::Malformed(why) = source.fetch(&instant()).await.unwrap_err() else { panic!("malformed") };
    assert!(why.contains("larger than 80 bytes"), "{why}");
}

#[tokio::test]
async fn a_packed_answer_is_unpacked_and_its_size_counts_unpacked() {
    let packed = |text: &str| {
        let mut encoder = GzEncoder::new(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n".to_vec(),
            Compression::best(),
        );
        encoder.write_all(text.as_bytes()).unwrap();
        Reply::Raw(encoder.finish().unwrap())
    };
    let one = r#"{"status":"success","data":{"resultType":"scalar","result":[60,"5"]}}"#;
    let (answer, _) = outcome([packed(one)]).await;
    assert_eq!(answer.unwrap().matrix[0].points[0].value.float(), Some(5.0));

    let server = FakeServer::prometheus([packed(&" ".repeat(10_000_000))]);
    let source = open(Settings { max_body: 1_000_000, ..settings(&server.url()) }).await.unwrap();
    let fault = source.fetch(&instant()).await.unwrap_err().to_string();
    assert!(fault.contains("larger than 1000000 bytes"), "{fault}");
}

#[tokio::test]
async fn falls_back_to_get_once_for_all() {
    let server = FakeServer::start(|request| match request.method.as_str() {
        "POST" => Reply::status(405, ""),
        _ => Reply::one("5"),
    });
    let source = source(&server).await;
    for _ in 0..2 {
        assert!(source.fetch(&instant()).await.is_ok());
    }
    let methods: Vec<_> = server.queries().into_iter().map(|request| request.method).collect();
    assert_eq!(methods, ["POST", "GET", "GET"]);
    assert_eq!(
        server.queries()[1].field("query"),
        Some(Expr::selector(Selector::metric("up")).to_string().as_str())
    );
}

/// Every way in which a request can carry a secret.
fn secretive(authority: &str) -> Settings {
    let mut settings = settings(&format!("http://ann:hunter2-in-url@{authority}/?key=hunter2-in-query"));
    settings.headers = vec![("X-Api-Key".to_owned(), Secret::new("hunter2-in-header"))];
    settings
}

#[tokio::test]
async fn no_secret_follows_a_redirect_to_another_host() {
    let stranger = FakeServer::start(|_| Reply::one("5"));
    let elsewhere = format!("{}/login", stranger.url());
    let home = FakeServer::start(move |_| Reply::status(307, "").with("Location", elsewhere.clone()));
    let source = open(secretive(&home.authority())).await.unwrap();
    assert!(source.fetch(&instant()).await.is_ok());
    for request in stranger.requests() {
        assert!(!format!("{request:?}").contains("hunter2"), "{request:?}");
        assert_eq!((request.header("authorization"), request.header("x-api-key")), (None, None));
    }
    assert_eq!(stranger.requests().last().map(|request| request.method.as_str()), Some("POST"));
    // basic auth of ann:hunter2-in-url
    assert!(
        home.requests().iter().all(|r| r.header("authorization") == Some("Basic YW5uOmh1bnRlcjItaW4tdXJs"))
    );
    assert!(home.requests().iter().all(|r| r.header("x-api-key") == Some("hunter2-in-header")));
    assert!(home.requests().iter().all(|r| r.field("key") == Some("hunter2-in-query")));
}

#[tokio::test]
async fn a_redirect_at_home_keeps_everything_and_none_leads_in_circles() {
    let server = FakeServer::start(|request| match request.path.as_str() {
        "/api/v1/query" => Reply::status(302, "").with("Location", "/moved/api/v1/query"),
        "/moved/api/v1/query" => Reply::status(303, "").with("Location", "/again/api/v1/query"),
        "/again/api/v1/query" => Reply::one("5"),
        _ => Reply::status(404, ""),
    });
    let source = open(secretive(&server.authority())).await.unwrap();
    assert!(source.fetch(&instant()).await.is_ok());
    let last = server.queries().pop().unwrap();
    assert_eq!((last.method.as_str(), last.header("x-api-key")), ("GET", Some("hunter2-in-header")));
    assert!(last.field("query").is_some());

    let (answer, _) = outcome([Reply::status(302, "").with("Location", "/api/v1/query")]).await;
    assert!(matches!(answer, Err(NoAnswer::Rejected { .. })), "{answer:?}");
    let (answer, _) = outcome([Reply::status(302, "").with("Location", "file:///etc/passwd")]).await;
    assert!(matches!(answer, Err(NoAnswer::Rejected { .. })), "{answer:?}");
}

/// A server that says back whatever it was sent.
fn parrot(dress: impl Fn(String) -> Reply + Send + Sync + 'static) -> FakeServer {
    FakeServer::start(move |request: &Request| dress(format!("{request:?}").replace(['"', '\\'], " ")))
}

#[tokio::test]
async fn no_message_names_a_secret() {
    let servers = [
        parrot(|said| Reply::status(401, said)),
        parrot(|said| Reply::html(200, format!("<html>{said}"))),
        parrot(Reply::json),
        parrot(|said| Reply::refused(400, "bad_data", &said)),
        parrot(|said| Reply::json(format!(r#"{{"status":"success","warnings":["{said}"]}}"#))),
        parrot(|said| Reply::status(302, "").with("Location", format!("ftp://{}", said.len()))),
        FakeServer::start(|_| Reply::Raw(Vec::new())),
        FakeServer::start(|_| Reply::status(302, "").with("Location", "/?key=hunter2-in-query")),
    ];
    let closed = FakeServer::closed().replace("http://", "");
    for authority in servers.iter().map(FakeServer::authority).chain([closed]) {
        for credentials in [None, Some(Credentials::bearer(Secret::new("hunter2-token")))] {
            let settings = Settings { credentials, ..secretive(&authority) };
            let shown = format!("{settings:?}");
            let source = open(settings).await.unwrap();
            let fault = source.fetch(&instant()).await.unwrap_err();
            let raw = source.query_raw("up", instant().eval).await.unwrap_err();
            let all = format!("{shown} {:?} {fault} {fault:?} {raw}", source.describe());
            assert!(!all.contains("hunter2") && !all.contains("YW5uOmh1"), "{all}");
        }
    }
}

#[tokio::test]
async fn a_token_is_read_from_its_file() {
    let home = TempDir::new("token");
    let path = home.write("token", "t0ken\n");
    let server = FakeServer::prometheus([Reply::one("5")]);
    let credentials = Some(Credentials::bearer_file(&path));
    let source =
        open(Settings { credentials: credentials.clone(), ..settings(&server.url()) }).await.unwrap();
    std::fs::remove_file(&path).unwrap();
    assert!(source.fetch(&instant()).await.is_ok());
    assert_eq!(server.queries()[0].header("authorization"), Some("Bearer t0ken"));
    let error = open(Settings { credentials, ..settings(&server.url()) }).await.err().unwrap();
    assert!(format!("{error:#}").contains(&path.display().to_string()), "{error:#}");
}

/// Answers a range query with the time as the value at every time asked.
fn clock(request: &Request) -> Reply {
    let number = |name| request.field(name).unwrap().parse::<f64>().unwrap();
    let (start, end, step) = (number("start"), number("end"), number("step"));
    let last = ((end - start) / step).floor() as i32;
    let values: Vec<_> =
        (0..=last).map(|k| start + f64::from(k) * step).map(|t| format!(r#"[{t},"{t}"]"#)).collect();
    if values.len() > 11_000 {
        return Reply::refused(
            400,
            "bad_data",
            "exceeded maximum resolution of 11,000 points per timeseries",
        );
    }
    Reply::data(&format!(
        r#"{{"resultType":"matrix","result":[{{"metric":{{"a":"b"}},"values":[{}]}}],
            "stats":{{"samples":{{"totalQueryableSamples":{}}}}}}}"#,
        values.join(","),
        values.len()
    ))
}

#[tokio::test]
async fn a_long_range_is_asked_in_pieces_and_comes_back_whole() {
    let server = FakeServer::start(|request| match request.path.as_str() {
        "/api/v1/query_range" => clock(request),
        _ => Reply::status(404, ""),
    });
    let eval = range(30, 30 + 25_000 * 60, 60);
    let answer = source(&server).await.fetch(&Query { ask: up(), eval }).await.unwrap();
    assert_eq!(answer.matrix.len(), 1);
    let points = &answer.matrix[0].points;
    assert!(points.iter().map(|p| p.t).eq(eval.times().map(Moment::as_millis)));
    assert!(points.iter().all(|p| p.value.float() == Some(p.t as f64 / 1000.0)));
    assert_eq!((server.queries().len(), answer.samples_read), (3, Some(25_001)));
}

#[tokio::test]
async fn a_range_of_too_many_samples_is_halved() {
    let server = FakeServer::start(|request| {
        if request.path.ends_with("buildinfo") {
            return Reply::status(404, "");
        }
        let number = |name| request.field(name).unwrap().parse::<i64>().unwrap();
        if (number("end") - number("start")) / 60 >= 30 {
            let error = "query processing would load too many samples into memory in query execution";
            return Reply::refused(422, "execution", error);
        }
        clock(request)
    });
    let eval = range(0, 99 * 60, 60);
    let answer = source(&server).await.fetch(&Query { ask: up(), eval }).await.unwrap();
    assert!(answer.matrix[0].points.iter().map(|p| p.t).eq(eval.times().map(Moment::as_millis)));
    assert_eq!(server.queries().len(), 7);
}

#[tokio::test]
async fn values_at_other_times_are_refused() {
    let off = Reply::data(r#"{"resultType":"matrix","result":[{"metric":{},"values":[[61,"1"]]}]}"#);
    let server = FakeServer::prometheus([off]);
    let answer = source(&server).await.fetch(&Query { ask: up(), eval: range(0, 600, 60) }).await;
    assert!(matches!(answer, Err(NoAnswer::Malformed(_))), "{answer:?}");
}

#[tokio::test]
async fn no_more_requests_at_once_than_allowed() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static NOW: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);
    let server = FakeServer::start(|request| {
        if request.path.ends_with("buildinfo") {
            return Reply::status(404, "");
        }
        MOST.fetch_max(NOW.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(Wait::from_millis(30));
        NOW.fetch_sub(1, Ordering::SeqCst);
        clock(request)
    });
    let source = open(Settings { concurrency: 2, ..settings(&server.url()) }).await.unwrap();
    let eval = range(0, 79_999, 1);
    assert_eq!(source.fetch(&Query { ask: up(), eval }).await.unwrap().matrix[0].points.len(), 80_000);
    assert_eq!((server.queries().len(), MOST.load(Ordering::SeqCst)), (8, 2));
}

#[tokio::test]
async fn presence_is_one_where_something_is() {
    let counts = Reply::data(
        r#"{"resultType":"matrix","result":[{"metric":{},"values":[[0,"3"],[60,"0"],[120,"1"]]}]}"#,
    );
    let server = FakeServer::prometheus([counts]);
    let ask = Ask::Presence {
        selector: Selector::metric("up"),
        over: Duration::minutes(5),
        cadence: Duration::minutes(1),
    };
    let answer = source(&server).await.fetch(&Query { ask, eval: range(0, 120, 60) }).await.unwrap();
    let points: Vec<_> = answer.matrix[0].points.iter().map(|p| (p.t, p.value.float())).collect();
    assert_eq!(points, [(0, Some(1.0)), (120_000, Some(1.0))]);
}

#[tokio::test]
async fn victoria_metrics_is_asked_for_its_own_increase() {
    let server = FakeServer::start(|request| match request.path.as_str() {
        "/api/v1/status/buildinfo" => Reply::data(r#"{"version":"2.24.0"}"#),
        _ => Reply::one("5"),
    });
    let source = source(&server).await;
    let about = source.describe();
    assert_eq!((about.engine.as_str(), about.exact), ("VictoriaMetrics", true));
    let (selector, by) = (Selector::metric("m"), Vec::new());
    let ask = Ask::Increase { selector, by, over: Duration::hours(1), cadence: Duration::minutes(1) };
    let answer = source.fetch(&Query { ask, eval: instant().eval }).await.unwrap();
    assert!(answer.promql.contains("increase(m[1h])"), "{}", answer.promql);
}

#[tokio::test]
async fn cadence_is_measured_once_from_few_reads() {
    let within = Interval::new(Moment::from_secs(0), Moment::from_secs(30 * 86_400));
    let counts = |request: &Request| {
        let at = request.field("time").or(request.field("end")).unwrap().to_owned();
        let hourly = request.path.ends_with("query_range");
        let at: f64 = at.parse().unwrap();
        match request.field("query").unwrap() {
            query if query.contains("fast") && hourly => Reply::data(&format!(
                r#"{{"resultType":"matrix","result":[{{"metric":{{}},"values":[[{},"239"],[{},"239"],[{at},"239"]]}}]}}"#,
                at - 2.0 * 324_000.0,
                at - 324_000.0,
            )),
            // Born 3 minutes ago.
            query if query.contains("young") && hourly => Reply::data(&format!(
                r#"{{"resultType":"matrix","result":[{{"metric":{{}},"values":[[{at},"12"]]}}]}}"#
            )),
            query if query.contains("young[4m59s999ms]") => Reply::data(&format!(
                r#"{{"resultType":"vector","result":[{{"metric":{{}},"value":[{at},"12"]}}]}}"#
            )),
            "slow[1d]" => Reply::data(&format!(
                r#"{{"resultType":"matrix","result":[{{"metric":{{}},"values":[[{},"7"],[{at},"8"]]}}]}}"#,
                at - 3600.0,
            )),
            query if query.contains("slow") && !hourly => Reply::data(&format!(
                r#"{{"resultType":"vector","result":[{{"metric":{{}},"value":[{at},"24"]}}]}}"#
            )),
            _ => Reply::data(r#"{"resultType":"vector","result":[]}"#),
        }
    };
    let server = FakeServer::start(move |request| match request.path.as_str() {
        "/api/v1/status/buildinfo" => Reply::status(404, ""),
        _ => counts(request),
    });
    let source = source(&server).await;
    let ask = |name| source.cadence_of(name, within);
    for _ in 0..2 {
        assert_eq!(ask("fast").await, Some(Duration::seconds(15)));
    }
    assert_eq!(server.queries().len(), 1);
    assert_eq!(ask("young").await, Some(Duration::seconds(25)));
    assert_eq!(ask("slow").await, Some(Duration::hours(1)));
    assert_eq!(ask("gone").await, None);
    let query = server.queries()[0].field("query").unwrap().to_owned();
    assert_eq!(query, "quantile(0.5, count_over_time(fast[59m59s999ms]))");
}

trait CadenceOf {
    async fn cadence_of(&self, name: &str, within: Interval) -> Option<Duration>;
}

impl CadenceOf for PrometheusSource {
    async fn cadence_of(&self, name: &str, within: Interval) -> Option<Duration> {
        self.cadence(&Selector::metric(name), within).await.unwrap()
    }
}

#[tokio::test]
async fn a_raw_query_gives_the_server_s_own_data() {
    let server = FakeServer::prometheus([
        Reply::status(503, ""),
        Reply::data(r#"{"resultType":"string","result":[60,"x"],"more":[1]}"#),
        Reply::refused(400, "bad_data", "parse error"),
    ]);
    let source = source(&server).await;
    let data = source.query_raw("\"x\"", instant().eval).await.unwrap();
    assert_eq!(data, serde_json::json!({"resultType": "string", "result": [60, "x"], "more": [1]}));
    let fault = source.query_raw("1 +", range(0, 60, 15)).await.unwrap_err();
    assert!(matches!(fault, NoAnswer::Rejected { status: Some(400), .. }), "{fault}");
    assert_eq!(server.queries().len(), 3);
}

#[tokio::test]
async fn a_dead_server_costs_its_patience_once() {
    let server = FakeServer::start(|_| Reply::Raw(Vec::new()));
    let source = source(&server).await;
    let before = server.requests().len();
    assert_eq!(before, 5);
    for _ in 0..3 {
        assert!(matches!(source.fetch(&instant()).await, Err(NoAnswer::Unreachable(_))));
    }
    assert_eq!(server.requests().len(), before + 3);
}
