//! A server on this machine that answers as a test says, faults included.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path without the query.
    pub(crate) path: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The fields of the query and of the form.
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// What the server does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// An answer with a status, headers and a body.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// The same, announced as longer than it is.
    CutOff(String),
    /// These bytes, whatever they are, then the end.
    Raw(Vec<u8>),
    /// No answer for so long, then the reply.
    Late(Duration, Box<Reply>),
    /// The headers in two parts with a pause between, then the body.
    SlowHeaders(Duration, String),
    /// No answer at all.
    Silence,
}

impl Reply {
    pub(crate) fn json(body: impl Into<String>) -> Self {
        Self::status(200, body)
    }

    pub(crate) fn status(status: u16, body: impl Into<String>) -> Self {
        Self::Answer(status, vec![("Content-Type", "application/json".to_owned())], body.into())
    }

    pub(crate) fn html(status: u16, body: impl Into<String>) -> Self {
        Self::Answer(status, vec![("Content-Type", "text/html; charset=utf-8".to_owned())], body.into())
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Answer(_, headers, _) = &mut self {
            headers.push((name, value.into()));
        }
        self
    }

    /// A whole answer with this `data`.
    pub(crate) fn data(data: &str) -> Self {
        Self::json(format!(r#"{{"status":"success","data":{data}}}"#))
    }

    /// A whole answer with one element without labels.
    pub(crate) fn one(value: &str) -> Self {
        Self::data(&format!(
            r#"{{"resultType":"vector","result":[{{"metric":{{}},"value":[60,"{value}"]}}]}}"#
        ))
    }

    /// `status: error` in Prometheus's form.
    pub(crate) fn refused(status: u16, kind: &str, error: &str) -> Self {
        Self::status(status, format!(r#"{{"status":"error","errorType":"{kind}","error":"{error}"}}"#))
    }
}

/// A server that lives as long as this value.
pub(crate) struct FakeServer {
    address: std::net::SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    stopped: Arc<AtomicBool>,
}

impl FakeServer {
    /// Starts one that asks `handler` about each request.
    pub(crate) fn start(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let stopped = Arc::new(AtomicBool::new(false));
        let (seen, stop, handler) = (Arc::clone(&requests), Arc::clone(&stopped), Arc::new(handler));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                let (seen, stop, handler) = (Arc::clone(&seen), Arc::clone(&stop), Arc::clone(&handler));
                thread::spawn(move || {
                    let mut stream = stream;
                    if let Some(request) = read(&mut stream) {
                        let reply = handler(&request);
                        seen.lock().expect("requests").push(request);
                        // A client that is gone does not matter.
                        let _ = send(&mut stream, &reply, &stop);
                    }
                });
            }
        });
        Self { address, requests, stopped }
    }

    /// Starts a Prometheus 2.42.0 that gives these replies to queries, one by one, the last one ever after.
    pub(crate) fn prometheus(replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies: Vec<_> = replies.into_iter().collect();
        let next = Mutex::new(0);
        Self::start(move |request| {
            if request.path.ends_with("/buildinfo") {
                return Reply::data(r#"{"version":"2.42.0+ds","revision":"x"}"#);
            }
            let mut next = next.lock().expect("next");
            let reply = replies[(*next).min(replies.len() - 1)].clone();
            *next += 1;
            reply
        })
    }

    /// An address at which nobody listens.
    pub(crate) fn closed() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        format!("http://{}", listener.local_addr().expect("an address"))
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// `host:port`
    pub(crate) fn authority(&self) -> String {
        self.address.to_string()
    }

    /// Every request so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("requests").clone()
    }

    /// Every query so far.
    pub(crate) fn queries(&self) -> Vec<Request> {
        self.requests().into_iter().filter(|request| request.path.contains("/query")).collect()
    }
}

impl Drop for FakeServer {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for a connection.
        let _ = TcpStream::connect(self.address);
    }
}

fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return None,
            Ok(n) => bytes.extend_from_slice(&chunk[..n]),
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let mut lines = text.lines();
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length =
        headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, n)| n.parse().unwrap_or(0));
    while bytes.len() < head + 4 + length {
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return None,
            Ok(n) => bytes.extend_from_slice(&chunk[..n]),
        }
    }
    let body = String::from_utf8_lossy(&bytes[head + 4..]).into_owned();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let fields = [query, &body].into_iter().flat_map(|form| form.split('&')).filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        Some((decoded(name), decoded(value)))
    });
    let fields = fields.collect();
    Some(Request { method, path: path.to_owned(), headers, fields, body })
}

/// A text of an address or a form, as it is meant.
pub(crate) fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let hex: Vec<u8> = rest.by_ref().take(2).collect();
                u8::from_str_radix(&String::from_utf8_lossy(&hex), 16).unwrap_or(b'?')
            }
            other => other,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn send(stream: &mut TcpStream, reply: &Reply, stopped: &AtomicBool) -> std::io::Result<()> {
    match reply {
        Reply::Answer(status, headers, body) => {
            stream.write_all(head(*status, headers, body.len()).as_bytes())?;
            stream.write_all(body.as_bytes())
        }
        Reply::CutOff(body) => {
            stream.write_all(
                head(200, &[("Content-Type", "application/json".to_owned())], body.len() * 2).as_bytes(),
            )?;
            stream.write_all(body.as_bytes())
        }
        Reply::Raw(bytes) => stream.write_all(bytes),
        Reply::Late(pause, reply) => {
            thread::sleep(*pause);
            send(stream, reply, stopped)
        }
        Reply::SlowHeaders(pause, body) => {
            let head = head(200, &[], body.len());
            let (first, rest) = head.split_at(12);
            stream.write_all(first.as_bytes())?;
            stream.flush()?;
            thread::sleep(*pause);
            stream.write_all(rest.as_bytes())?;
            stream.write_all(body.as_bytes())
        }
        Reply::Silence => {
            while !stopped.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(5));
            }
            Ok(())
        }
    }
}

fn head(status: u16, headers: &[(&'static str, String)], length: usize) -> String {
    let headers: Vec<_> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!(
        "HTTP/1.1 {status} x\r\n{}Content-Length: {length}\r\nConnection: close\r\n\r\n",
        headers.concat()
    )
}
