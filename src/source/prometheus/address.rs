use std::fmt;
use std::str::FromStr;

use anyhow::bail;
use reqwest::Url;

use super::Secret;

/// Where a server is. It prints without user, password and query, since those may be secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(Url);

impl FromStr for Address {
    type Err = anyhow::Error;

    /// Reads `http://host:9090` or `https://user:password@host/prefix`.
    fn from_str(text: &str) -> anyhow::Result<Self> {
        match Url::parse(text.trim()) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(Self(url)),
            _ => {
                // What stands before an `@` or after a `?` may be a secret.
                let shown = text.rsplit('@').next().unwrap_or_default();
                let shown = shown.split(['?', '#']).next().unwrap_or_default();
                bail!("`{shown}` is not the address of a server; expected one such as http://localhost:9090")
            }
        }
    }
}

impl Address {
    /// The address of an endpoint: the path below any prefix, or from the root where it begins with a slash; the query
    /// kept, user and password left out.
    pub(super) fn endpoint(&self, path: &str) -> Url {
        let mut url = bare(&self.0);
        if path.starts_with('/') {
            url.set_path(path);
        } else {
            url.set_path(&format!("{}/{path}", self.prefix()));
        }
        url
    }

    /// The path before every endpoint, without a slash at its end.
    pub(super) fn prefix(&self) -> &str {
        self.0.path().trim_end_matches('/')
    }

    /// The user and the password written into the address.
    pub(super) fn login(&self) -> Option<(String, Secret)> {
        let user = self.0.username();
        let password = self.0.password().unwrap_or_default();
        (!user.is_empty() || !password.is_empty())
            .then(|| (percent_decoded(user), Secret::new(percent_decoded(password))))
    }

    /// The values in its query, any of which may be a key.
    pub(super) fn query_values(&self) -> impl Iterator<Item = Secret> {
        self.0.query_pairs().map(|(_, value)| Secret::new(value))
    }

    /// Whether it names this machine.
    pub(super) fn is_loopback(&self) -> bool {
        let host = self.0.host_str().unwrap_or_default().trim_matches(['[', ']']);
        host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
    }

    /// Whether it is reached without TLS.
    pub(super) fn is_plain(&self) -> bool {
        self.0.scheme() == "http"
    }

    /// The whole of it, for the one who connects.
    pub(super) fn expose(&self) -> &str {
        self.0.as_str()
    }
}

/// An address without user and password.
pub(super) fn bare(url: &Url) -> Url {
    let mut bare = url.clone();
    // Both fail only where there is no host, and then there is no user either.
    let _ = bare.set_username("");
    let _ = bare.set_password(None);
    bare.set_fragment(None);
    bare
}

/// An address as it may be shown.
pub(super) fn shown(url: &Url) -> String {
    let mut bare = bare(url);
    bare.set_query(None);
    bare.as_str().trim_end_matches('/').to_owned()
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let escaped = tail
            .get(..2)
            .filter(|_| first == b'%')
            .and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(escaped.unwrap_or(first));
        rest = if escaped.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.0))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_without_secrets_and_keeps_its_prefix() {
        let address: Address = "https://ann:p%40ss%2B@example.org/api/prom/?key=s3cret#x".parse().unwrap();
        assert_eq!(format!("{address} {address:?}"), ["https://example.org/api/prom"; 2].join(" "));
        assert_eq!(
            address.endpoint("api/v1/query").as_str(),
            "https://example.org/api/prom/api/v1/query?key=s3cret"
        );
        assert_eq!(address.login(), Some(("ann".to_owned(), Secret::new("p@ss+"))));
        let plain: Address = "http://localhost:9090".parse().unwrap();
        assert_eq!(plain.endpoint("api/v1/query").as_str(), "http://localhost:9090/api/v1/query");
        assert_eq!((plain.login(), plain.is_loopback(), address.is_loopback()), (None, true, false));
    }

    #[test]
    fn refuses_what_is_no_address_without_naming_its_secrets() {
        for text in ["localhost:9090", "ann:hunter2@host", "", "ftp://host", "http://", "/x?key=hunter2"] {
            let error = text.parse::<Address>().unwrap_err().to_string();
            assert!(error.contains("http://localhost:9090") && !error.contains("hunter2"), "{error}");
        }
    }
}
