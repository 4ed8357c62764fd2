//! One request and its answer, in bytes.

use std::error::Error;
use std::time::Duration;

use anyhow::Context;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, Client, Identity, Method, Proxy, Request, Response, StatusCode, Url};

use super::address::shown;
use super::secret::Blotter;
use super::{Address, Credentials, Secret, Settings, files, retry};

/// How many redirects are followed.
const MOST_REDIRECTS: usize = 5;
/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);

/// Sends requests to one server.
pub(super) struct Transport {
    http: Client,
    address: Address,
    /// Headers that are meant for this server alone.
    private: HeaderMap,
    blotter: Blotter,
    follow_redirects: bool,
    max_body: usize,
}

/// What is sent with a request.
#[derive(Clone, Copy)]
pub(super) enum Sent<'a> {
    /// The fields of a question, which changes nothing and may be asked anywhere.
    Question(&'a str),
    /// A document as YAML, or nothing, by which something is changed at this address and no other.
    Change(&'a str),
}

impl<'a> Sent<'a> {
    pub(super) fn text(self) -> &'a str {
        let (Self::Question(text) | Self::Change(text)) = self;
        text
    }
}

/// What came back.
pub(super) struct Reply {
    pub(super) status: u16,
    /// Where a redirect that was not followed leads, as it may be shown.
    pub(super) redirects: Option<String>,
    pub(super) content_type: String,
    /// How long the server asks to be left alone.
    pub(super) retry_after: Option<Duration>,
    /// Whether it bears a header that VictoriaMetrics sets.
    pub(super) from_victoria: bool,
    pub(super) body: Vec<u8>,
}

/// Why nothing came back.
#[derive(Debug)]
pub(super) enum Lost {
    /// No connection, or it broke; trying again may help where `again` says so.
    Connection { why: String, again: bool },
    /// A redirect that leads nowhere.
    Astray(String),
    /// Not HTTP, or too much of it.
    Unfit(String),
}

impl Transport {
    /// Reads the files that the settings name and makes ready to connect.
    pub(super) fn new(settings: &Settings) -> anyhow::Result<Self> {
        let (private, secrets) = private_headers(settings)?;
        Ok(Self {
            http: client(settings)?,
            address: settings.url.clone(),
            private,
            blotter: Blotter::new(secrets.into_iter().chain(settings.url.query_values())),
            follow_redirects: settings.follow_redirects,
            max_body: settings.max_body,
        })
    }

    /// Who is asked, as it may be shown.
    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    /// A text that a server wrote, without our secrets.
    pub(super) fn clean(&self, text: &str) -> String {
        self.blotter.clean(text)
    }

    /// Sends to an endpoint and reads the whole answer.
    pub(super) async fn exchange(&self, method: Method, path: &str, sent: Sent<'_>) -> Result<Reply, Lost> {
        let (mut method, mut url) = (method, self.address.endpoint(path));
        let follows = self.follow_redirects && matches!(sent, Sent::Question(_));
        for _ in 0..=MOST_REDIRECTS {
            let response =
                self.http.execute(self.request(&method, &url, sent)).await.map_err(|e| lost(e, 0))?;
            if !response.status().is_redirection() {
                return self.read(response).await;
            }
            let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
            let Some(location) = location else { return self.read(response).await };
            let next = url.join(location).ok().filter(|next| matches!(next.scheme(), "http" | "https"));
            if !follows {
                let redirects = next.as_ref().map(shown);
                return Ok(Reply { redirects, ..self.read(response).await? });
            }
            let Some(next) = next else {
                return Err(Lost::Astray("redirected to what is not an http address".to_owned()));
            };
            // A question changes nothing, so it may be asked again as it was; only 303 asks for GET.
            if response.status() == StatusCode::SEE_OTHER {
                method = Method::GET;
            }
            url = next;
        }
        Err(Lost::Astray(format!("redirected more than {MOST_REDIRECTS} times, last to {}", shown(&url))))
    }

    fn request(&self, method: &Method, url: &Url, sent: Sent<'_>) -> Request {
        let mut request = Request::new(method.clone(), super::address::bare(url));
        let text = sent.text();
        let (written, read) = match sent {
            Sent::Question(_) => ("application/x-www-form-urlencoded", "application/json"),
            Sent::Change(_) => ("application/yaml", "*/*"),
        };
        if *method == Method::GET {
            let query = match url.query() {
                None | Some("") => text.to_owned(),
                // A redirect mostly repeats what it was asked with.
                Some(own) if own.contains(text) => own.to_owned(),
                Some(own) => format!("{own}&{text}"),
            };
            request.url_mut().set_query(Some(query.as_str()).filter(|query| !query.is_empty()));
        } else if *method != Method::DELETE {
            request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(written));
            *request.body_mut() = Some(text.to_owned().into());
        }
        request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static(read));
        if self.is_home(url) {
            request.headers_mut().extend(self.private.clone());
        }
        request
    }

    /// Whether a redirect stays with the server that the credentials are for: the same origin, or the same host once it
    /// asks for TLS on the usual port.
    fn is_home(&self, url: &Url) -> bool {
        let home = self.address.endpoint("");
        let upgraded = home.host_str() == url.host_str()
            && (home.scheme(), home.port_or_known_default()) == ("http", Some(80))
            && (url.scheme(), url.port_or_known_default()) == ("https", Some(443));
        home.origin() == url.origin() || upgraded
    }

    async fn read(&self, mut response: Response) -> Result<Reply, Lost> {
        let text = |name: HeaderName| response.headers().get(name).and_then(|value| value.to_str().ok());
        let content_type = text(header::CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
        let retry_after =
            text(header::RETRY_AFTER).and_then(|value| retry::retry_after(value, text(header::DATE)));
        let from_victoria = response.headers().contains_key("x-server-hostname");
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| lost(error, body.len()))? {
            if body.len() + chunk.len() > self.max_body {
                return Err(Lost::Unfit(format!("the answer is larger than {} bytes", self.max_body)));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply { status, redirects: None, content_type, retry_after, from_victoria, body })
    }
}

/// Names the cause, which lies at the bottom; what lies above may name the address with its secrets.
fn lost(error: reqwest::Error, read: usize) -> Lost {
    let error = error.without_url();
    let mut cause: &dyn Error = &error;
    while let Some(below) = cause.source() {
        cause = below;
    }
    let why = cause.to_string();
    if why.starts_with("invalid HTTP") || why == "message head is too large" {
        return Lost::Unfit(format!("the answer is not HTTP ({why})"));
    }
    if error.is_timeout() {
        let why = format!("no connection within {} s", CONNECT.as_secs());
        return Lost::Connection { why, again: true };
    }
    if error.is_connect() {
        let again = !why.contains("certificate");
        return Lost::Connection { why, again };
    }
    let why = if read == 0 {
        format!("the connection broke before an answer: {why}")
    } else {
        format!("the connection broke after {read} bytes of the answer: {why}")
    };
    Lost::Connection { why, again: true }
}

/// Headers with credentials, and every secret that they are made of.
fn private_headers(settings: &Settings) -> anyhow::Result<(HeaderMap, Vec<Secret>)> {
    let mut named = settings.headers.clone();
    let mut secrets = Vec::new();
    let login = || settings.url.login().map(|(user, password)| Credentials::Basic { user, password });
    let authorization = match settings.credentials.clone().or_else(login) {
        Some(Credentials::Basic { user, password }) => {
            let encoded = base64(format!("{user}:{}", password.expose()).as_bytes());
            secrets.push(password);
            Some(("Basic".to_owned(), Secret::new(encoded)))
        }
        Some(Credentials::Token { scheme, token }) => Some((scheme, token)),
        Some(Credentials::TokenFile { scheme, path }) => Some((scheme, files::read_secret(&path)?)),
        None => None,
    };
    if let Some((scheme, token)) = authorization {
        named.push(("authorization".to_owned(), Secret::new(format!("{scheme} {}", token.expose()))));
        secrets.push(token);
    }
    let mut headers = HeaderMap::new();
    for (name, value) in named {
        let key = HeaderName::from_bytes(name.as_bytes())
            .with_context(|| format!("`{name}` cannot be the name of a header"))?;
        let mut sent = HeaderValue::from_str(value.expose()).with_context(|| {
            format!("the value of the header `{name}` holds a character that cannot be sent")
        })?;
        sent.set_sensitive(true);
        headers.append(key, sent);
        secrets.push(value);
    }
    Ok((headers, secrets))
}

fn client(settings: &Settings) -> anyhow::Result<Client> {
    let built = builder(settings)?.build();
    let built = match built {
        // A machine without any certificate authority can still ask in plain HTTP.
        Err(_) if settings.url.is_plain() && settings.tls.ca_file.is_none() => {
            builder(settings)?.tls_certs_only([]).build()
        }
        built => built,
    };
    built.map_err(reqwest::Error::without_url).context("cannot set up the HTTP client")
}

fn builder(settings: &Settings) -> anyhow::Result<reqwest::ClientBuilder> {
    let mut builder = Client::builder()
        .user_agent(concat!("nines/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECT.min(millis(settings.timeout)))
        .pool_max_idle_per_host(settings.concurrency)
        .tls_danger_accept_invalid_certs(settings.tls.insecure);
    if let Some(path) = &settings.tls.ca_file {
        let authorities = Certificate::from_pem_bundle(&files::read(path)?)
            .ok()
            .filter(|all| !all.is_empty())
            .with_context(|| format!("{} holds no certificate in PEM form", path.display()))?;
        builder = builder.tls_certs_only(authorities);
    }
    if let Some((certificate, key)) = &settings.tls.identity {
        let pem = [files::read(certificate)?, b"\n".to_vec(), files::read(key)?].concat();
        // The error may quote what it could not read, which is a key.
        let identity = Identity::from_pem(&pem).ok().with_context(|| {
            format!(
                "{} and {} are not a certificate and its key in PEM form",
                certificate.display(),
                key.display()
            )
        })?;
        builder = builder.identity(identity);
    }
    if let Some(proxy) = &settings.proxy {
        let proxy = Proxy::all(proxy.expose())
            .map_err(reqwest::Error::without_url)
            .with_context(|| format!("{proxy} cannot be a proxy"))?;
        builder = builder.proxy(proxy);
    } else if settings.url.is_loopback() {
        builder = builder.no_proxy();
    }
    Ok(builder)
}

/// A length of time as the runtime counts it.
pub(super) fn millis(duration: crate::base::Duration) -> Duration {
    Duration::from_millis(u64::try_from(duration.as_millis()).unwrap_or_default())
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            (0..3).fold(0, |bits, i| bits << 8 | usize::from(chunk.get(i).copied().unwrap_or_default()));
        for i in 0..4 {
            let letter = ALPHABET[bits >> (18 - 6 * i) & 63];
            text.push(if i <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_as_in_rfc_4648() {
        let pairs = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, encoded) in pairs {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }

    #[test]
    fn credentials_stay_at_home() {
        let at = |home: &str| Transport::new(&Settings::new(home.parse().unwrap())).unwrap();
        let home = |from: &str, to: &str| at(from).is_home(&to.parse().unwrap());
        assert!(home("http://a.example:9090/x", "http://a.example:9090/y"));
        assert!(home("http://a.example/x", "https://a.example/x"));
        assert!(!home("https://a.example/x", "http://a.example/x"));
        assert!(!home("http://a.example:9090", "http://a.example:9091"));
        assert!(!home("http://a.example:9090", "https://a.example"));
        assert!(!home("http://a.example", "http://b.example"));
    }

    #[test]
    fn a_header_that_cannot_be_sent_is_refused_without_its_value() {
        let mut settings = Settings::new("http://localhost".parse().unwrap());
        settings.headers = vec![("X-Key".to_owned(), Secret::new("hunter2\n"))];
        let error = format!("{:#}", Transport::new(&settings).err().unwrap());
        assert!(error.contains("X-Key") && !error.contains("hunter2"), "{error}");
    }
}
