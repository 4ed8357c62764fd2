//! The real Prometheus: `promtool` and a server with prepared data. Both must be installed; a test without them fails.

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::tempdir::TempDir;

const HELP: &str = "install Prometheus 2.42 or newer with promtool and amtool (Debian: apt-get install prometheus \
                    prometheus-alertmanager), \
                    or run tests/run.sh, which does";

/// Time for a server to come up on a loaded machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Runs `promtool`; its exit and everything it said.
pub(crate) fn promtool<S: AsRef<std::ffi::OsStr>>(
    args: impl IntoIterator<Item = S>,
) -> Result<String, String> {
    run("promtool", args)
}

/// Runs `amtool`; its exit and everything it said.
pub(crate) fn amtool<S: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = S>) -> Result<String, String> {
    run("amtool", args)
}

fn run<S: AsRef<std::ffi::OsStr>>(
    program: &str,
    args: impl IntoIterator<Item = S>,
) -> Result<String, String> {
    let output = Command::new(program)
        .args(args)
        .output()
        .unwrap_or_else(|why| panic!("{program} cannot be run: {why}; {HELP}"));
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if output.status.success() { Ok(said) } else { Err(said) }
}

/// A data folder with blocks made from OpenMetrics text (timestamps in seconds, `# EOF` at the end), without a head.
pub(crate) fn blocks_from_text(text: impl AsRef<[u8]>) -> TempDir {
    let input = TempDir::new("text");
    blocks_from_file(&input.write("metrics.om", text))
}

/// As [`blocks_from_text`], from a file. Blocks span up to a month, so that a month of data is one or two of them.
pub(crate) fn blocks_from_file(text: &Path) -> TempDir {
    blocks_from_files(&[text])
}

/// As [`blocks_from_file`], from several, into one folder.
pub(crate) fn blocks_from_files(texts: &[impl AsRef<Path>]) -> TempDir {
    let data = TempDir::new("blocks");
    let args = ["tsdb", "create-blocks-from", "openmetrics", "--quiet", "--max-block-duration=744h"];
    for text in texts.iter().map(AsRef::as_ref) {
        promtool(args.map(AsRef::as_ref).into_iter().chain([text.as_os_str(), data.path().as_os_str()]))
            .unwrap_or_else(|said| panic!("promtool could not make blocks of {}: {said}", text.display()));
    }
    data
}

/// A running server, stopped when dropped.
pub(crate) struct RealPrometheus {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub(crate) url: String,
    /// Where its configuration and log are.
    home: TempDir,
}

impl RealPrometheus {
    /// Starts a server that scrapes nothing over a data folder, into which it also writes (log, lock, head): give it
    /// a copy of anything that must not change. Nothing is too old to be kept.
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    /// The same with more flags, such as `--query.max-samples=1000`.
    pub(crate) fn start_with(data: &Path, flags: &[&str]) -> Self {
        Self::start_configured(data, "", flags)
    }

    /// The same with the text of a configuration file.
    pub(crate) fn start_configured(data: &Path, config: &str, flags: &[&str]) -> Self {
        let home = TempDir::new("server");
        let config = home.write("prometheus.yml", config);
        let log =
            File::create(home.path().join("log")).unwrap_or_else(|why| panic!("cannot make a log: {why}"));
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", data.display()))
            .arg("--storage.tsdb.retention.time=10y")
            // The server chooses a free port itself and logs it, so that no other test can take it in between.
            .arg("--web.listen-address=127.0.0.1:0")
            .args(flags)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|why| panic!("prometheus cannot be run: {why}; {HELP}"));
        let mut server = Self { child, url: String::new(), home };
        server.wait_until_ready();
        server
    }

    fn wait_until_ready(&mut self) {
        let begun = Instant::now();
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                panic!("prometheus ended with {status}:\n{}", self.log());
            }
            if self.url.is_empty()
                && let Some(address) = self.address()
            {
                self.url = format!("http://{address}");
            }
            if !self.url.is_empty() && http_get(&format!("{}/-/ready", self.url)).0 == 200 {
                return;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "prometheus is not ready after {PATIENCE:?}:\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The address that the log tells, once it does.
    fn address(&self) -> Option<String> {
        let log = self.log();
        // The last line may be half written.
        let whole = &log[..=log.rfind('\n')?];
        let line = whole.lines().find(|line| line.contains(r#"msg="Listening on""#))?;
        line.split_whitespace().find_map(|word| word.strip_prefix("address=")).map(str::to_owned)
    }

    /// What the server said so far.
    #[expect(clippy::disallowed_methods, reason = "a test's own folder")]
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.home.path().join("log")).unwrap_or_default()
    }

    /// Asks it to stop as an operator would, and waits until it did.
    pub(crate) fn stop(mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(asked.is_ok_and(|status| status.success()), "prometheus cannot be asked to stop");
        let ended = self.child.wait();
        assert!(ended.is_ok_and(|status| status.success()), "prometheus did not stop:\n{}", self.log());
    }

    /// The `data` of an instant query at a Unix time in seconds.
    pub(crate) fn query(&self, promql: &str, at: f64) -> serde_json::Value {
        let (status, body) =
            http_post(&format!("{}/api/v1/query", self.url), &[("query", promql), ("time", &at.to_string())]);
        assert_eq!(status, 200, "{promql}: {body}");
        let mut answer: serde_json::Value =
            serde_json::from_str(&body).unwrap_or_else(|why| panic!("{promql}: {why}: {body}"));
        answer["data"].take()
    }
}

impl Drop for RealPrometheus {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `POST` of a form to an `http://` address; the status and the body.
pub(crate) fn http_post(url: &str, form: &[(&str, &str)]) -> (u16, String) {
    let body: Vec<String> = form.iter().map(|(key, value)| format!("{key}={}", encoded(value))).collect();
    let body = body.join("&");
    let head =
        format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n", body.len());
    exchange("POST", url, &head, body.as_bytes())
}

/// `GET` of an `http://` address; the status and the body.
pub(crate) fn http_get(url: &str) -> (u16, String) {
    exchange("GET", url, "", b"")
}

/// HTTP/1.0, to which a server answers without chunks and then hangs up: all that a test needs.
pub(crate) fn exchange(method: &str, url: &str, headers: &str, body: &[u8]) -> (u16, String) {
    let rest = url.strip_prefix("http://").unwrap_or_else(|| panic!("not an http address: {url}"));
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let talk = || -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(host)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(format!("{method} /{path} HTTP/1.0\r\nHost: {host}\r\n{headers}\r\n").as_bytes())?;
        stream.write_all(body)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(answer)
    };
    let answer = talk().unwrap_or_else(|why| panic!("{method} {url}: {why}"));
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split_whitespace().nth(1).and_then(|code| code.parse().ok());
    (status.unwrap_or_else(|| panic!("{method} {url}: not an HTTP answer: {head}")), body.to_owned())
}

/// Percent-encoded, but for what needs no encoding anywhere.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[test]
fn a_real_server_answers_from_prepared_blocks() {
    // Long ago, in late 2026 and far ahead: a machine's clock stands somewhere between, and no answer depends on it.
    for start in [1_600_000_000, 1_793_000_000, 2_500_000_000_i64] {
        let data = blocks_from_text(format!(
            "# TYPE jobs counter\njobs_total{{name=\"a b+c\"}} 1 {start}\njobs_total{{name=\"a b+c\"}} 7 {}\n# EOF\n",
            start + 60
        ));
        let server = RealPrometheus::start(data.path());
        let answer = server.query(r#"sum(jobs_total{name="a b+c"})"#, (start + 90) as f64);
        assert_eq!(answer["result"][0]["value"][1], "7", "{answer}\n{}", server.log());
    }
}

#[test]
fn a_server_is_started_with_more_flags() {
    let data = blocks_from_text("# TYPE up gauge\nup 1 1793000000\nup 1 1793000060\n# EOF\n");
    let server = RealPrometheus::start_with(data.path(), &["--query.max-samples=1"]);
    let form = [("query", "sum_over_time(up[5m])"), ("time", "1793000060")];
    let (status, body) = http_post(&format!("{}/api/v1/query", server.url), &form);
    assert_eq!(status, 422, "{body}");
    assert!(body.contains("too many samples"), "{body}");
}
