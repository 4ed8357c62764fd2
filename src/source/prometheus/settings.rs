use std::path::PathBuf;

use super::{Address, Secret};
use crate::base::Duration;

/// How a server is reached and how patiently it is asked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the server is. A prefix in its path is kept, a query is sent with each request.
    pub url: Address,
    /// Who asks. Where this is set, user and password in the address do not count.
    pub credentials: Option<Credentials>,
    /// Headers sent with every request, such as `X-Scope-OrgID`; the values are kept secret.
    pub headers: Vec<(String, Secret)>,
    /// What TLS trusts and shows.
    pub tls: Tls,
    /// A proxy. Without one the usual variables (`HTTPS_PROXY`, …) count, except for this machine's own addresses.
    pub proxy: Option<Address>,
    /// Whether redirects are followed; credentials and headers go only to the host they are meant for.
    pub follow_redirects: bool,
    /// How long one request may take.
    pub timeout: Duration,
    /// How long one question may take with every repeated try.
    pub deadline: Duration,
    /// How many times a request is repeated where that may help.
    pub retries: u32,
    /// The pause before the first repeated try; it doubles with each one.
    pub backoff: Duration,
    /// How many requests are under way at once.
    pub concurrency: usize,
    /// The largest answer that is read, in bytes, unpacked.
    pub max_body: usize,
}

impl Settings {
    /// Asks the server at `url` without credentials: 30 s for a request, 4 repeated tries, 4 requests at once.
    pub fn new(url: Address) -> Self {
        Self {
            url,
            credentials: None,
            headers: Vec::new(),
            tls: Tls::default(),
            proxy: None,
            follow_redirects: true,
            timeout: Duration::seconds(30),
            deadline: Duration::minutes(5),
            retries: 4,
            backoff: Duration::millis(500),
            concurrency: 4,
            max_body: 1 << 30,
        }
    }
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// A user and a password.
    Basic {
        /// The user.
        user: String,
        /// The password.
        password: Secret,
    },
    /// `Authorization: scheme token`.
    Token {
        /// The scheme, mostly `Bearer`.
        scheme: String,
        /// What stands after it.
        token: Secret,
    },
    /// The same with the token in a file, read when the source is opened.
    TokenFile {
        /// The scheme, mostly `Bearer`.
        scheme: String,
        /// The file.
        path: PathBuf,
    },
}

impl Credentials {
    /// A bearer token.
    pub fn bearer(token: Secret) -> Self {
        Self::Token { scheme: "Bearer".to_owned(), token }
    }

    /// A bearer token in a file.
    pub fn bearer_file(path: impl Into<PathBuf>) -> Self {
        Self::TokenFile { scheme: "Bearer".to_owned(), path: path.into() }
    }
}

/// What TLS trusts and shows. Files are PEM.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tls {
    /// The certificate authorities trusted, instead of the system's.
    pub ca_file: Option<PathBuf>,
    /// The client's certificate and its key.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// Trust any certificate.
    pub insecure: bool,
}
