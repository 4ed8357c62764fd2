//! The file in which Prometheus's own tools keep how a server is reached (`promtool --http.config.file`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use serde::Deserialize;

use super::{Address, Credentials, Secret, Settings, Tls, files};

/// What such a file says. An unknown field is an error: a setting that is not heard may be the one that protects.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "fields with values")]
pub struct HttpConfig {
    basic_auth: Option<BasicAuth>,
    authorization: Option<Authorization>,
    bearer_token: Option<Secret>,
    bearer_token_file: Option<PathBuf>,
    tls_config: TlsConfig,
    http_headers: BTreeMap<String, Header>,
    proxy_url: Option<Secret>,
    follow_redirects: Option<bool>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "fields with values")]
struct BasicAuth {
    username: String,
    password: Option<Secret>,
    password_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "fields with values")]
struct Authorization {
    #[serde(rename = "type")]
    scheme: Option<String>,
    credentials: Option<Secret>,
    credentials_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "fields with values")]
struct TlsConfig {
    ca_file: Option<PathBuf>,
    cert_file: Option<PathBuf>,
    key_file: Option<PathBuf>,
    server_name: Option<String>,
    insecure_skip_verify: bool,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "fields with values")]
struct Header {
    values: Vec<Secret>,
    secrets: Vec<Secret>,
    files: Vec<PathBuf>,
}

impl HttpConfig {
    /// Reads the file's text. No message quotes a value of it, since a secret may stand in the wrong place.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let yaml = serde_yaml::Deserializer::from_str(text);
        serde_path_to_error::deserialize(yaml).map_err(|error| {
            let (path, inner) = (error.path().to_string(), error.inner());
            let line = inner.location().map(|at| format!("line {}: ", at.line())).unwrap_or_default();
            let said = without_values(&inner.to_string());
            let said = said.split(" at line ").next().unwrap_or_default();
            // The reader says the path too, as far as it saw it.
            let said = match said.split_once(": ") {
                Some((seen, rest)) if path.starts_with(seen) => rest,
                _ => said,
            };
            let named = path.starts_with(|c: char| c.is_ascii_alphabetic());
            if named { anyhow!("{line}`{path}`: {said}") } else { anyhow!("{line}{said}") }
        })
    }

    /// Takes over what the file says. Files that it names are sought from `folder`, where the file lies.
    pub fn apply(self, settings: &mut Settings, folder: &Path) -> anyhow::Result<()> {
        let file = |path: PathBuf| folder.join(path);
        if let Some(credentials) = self.credentials(folder)? {
            settings.credentials = Some(credentials);
        }
        for (name, header) in self.http_headers {
            let from_files = header.files.into_iter().map(|path| files::read_secret(&file(path)));
            let values = header.values.into_iter().chain(header.secrets).map(Ok).chain(from_files);
            for value in values {
                settings.headers.push((name.clone(), value?));
            }
        }
        if let Some(proxy) = self.proxy_url {
            settings.proxy = Some(proxy.expose().parse::<Address>().context("`proxy_url`")?);
        }
        if let Some(follow) = self.follow_redirects {
            settings.follow_redirects = follow;
        }
        let TlsConfig { ca_file, cert_file, key_file, server_name, insecure_skip_verify } = self.tls_config;
        if server_name.is_some_and(|name| !name.is_empty()) {
            bail!(
                "`tls_config.server_name` is not supported; expected the certificate's name in the address"
            );
        }
        let identity = match (cert_file, key_file) {
            (Some(certificate), Some(key)) => Some((file(certificate), file(key))),
            (None, None) => None,
            _ => bail!("`tls_config` names one of `cert_file` and `key_file`; expected both"),
        };
        settings.tls = Tls {
            ca_file: ca_file.map(file).or(settings.tls.ca_file.take()),
            identity: identity.or(settings.tls.identity.take()),
            insecure: insecure_skip_verify || settings.tls.insecure,
        };
        Ok(())
    }

    fn credentials(&self, folder: &Path) -> anyhow::Result<Option<Credentials>> {
        let ways = [
            ("basic_auth", self.basic_auth.is_some()),
            ("authorization", self.authorization.is_some()),
            ("bearer_token", self.bearer_token.is_some()),
            ("bearer_token_file", self.bearer_token_file.is_some()),
        ];
        let given: Vec<_> = ways.into_iter().filter(|(_, given)| *given).map(|(name, _)| name).collect();
        if given.len() > 1 {
            bail!("{} are given together; expected one of them", given.join(" and "));
        }
        if let Some(BasicAuth { username, password, password_file }) = self.basic_auth.clone() {
            let password = match (password, password_file) {
                (Some(_), Some(_)) => {
                    bail!("`basic_auth` has `password` and `password_file`; expected one of them")
                }
                (Some(password), None) => password,
                (None, Some(path)) => files::read_secret(&folder.join(path))?,
                (None, None) => Secret::new(""),
            };
            return Ok(Some(Credentials::Basic { user: username, password }));
        }
        if let Some(Authorization { scheme, credentials, credentials_file }) = self.authorization.clone() {
            let scheme = scheme.unwrap_or_else(|| "Bearer".to_owned());
            if scheme.eq_ignore_ascii_case("basic") {
                bail!("`authorization.type` is `{scheme}`; expected `basic_auth` for a user and a password");
            }
            return match (credentials, credentials_file) {
                (Some(token), None) => Ok(Some(Credentials::Token { scheme, token })),
                (None, Some(path)) => Ok(Some(Credentials::TokenFile { scheme, path: folder.join(path) })),
                _ => bail!("`authorization` needs one of `credentials` and `credentials_file`"),
            };
        }
        let token = self.bearer_token.clone().map(Credentials::bearer);
        let file = self.bearer_token_file.as_ref().map(|path| Credentials::bearer_file(folder.join(path)));
        Ok(token.or(file))
    }
}

/// A message of the YAML reader without the value that it found.
fn without_values(said: &str) -> String {
    match said.rsplit_once(", expected ") {
        Some((found, expected)) if !found.contains("unknown field") => format!("expected {expected}"),
        _ => said.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(text: &str) -> anyhow::Result<Settings> {
        let mut settings = Settings::new("http://localhost:9090".parse()?);
        HttpConfig::parse(text)?.apply(&mut settings, Path::new("/etc/x"))?;
        Ok(settings)
    }

    #[test]
    fn reads_what_promtool_reads() {
        let settings = applied(
            "basic_auth: {username: ann, password: 'hunter2'}\n\
             tls_config: {ca_file: ca.pem, cert_file: /c.pem, key_file: k.pem, insecure_skip_verify: true}\n\
             http_headers: {X-Scope-OrgID: {values: [a], secrets: [b]}}\n\
             proxy_url: http://u:hunter2@proxy:3128\n\
             follow_redirects: false\n",
        )
        .unwrap();
        let password = Secret::new("hunter2");
        assert_eq!(settings.credentials, Some(Credentials::Basic { user: "ann".to_owned(), password }));
        let names = ["a", "b"].map(|value| ("X-Scope-OrgID".to_owned(), Secret::new(value)));
        assert_eq!(settings.headers, names);
        let path = |path: &str| PathBuf::from(path);
        let identity = Some((path("/c.pem"), path("/etc/x/k.pem")));
        assert_eq!(settings.tls, Tls { ca_file: Some(path("/etc/x/ca.pem")), identity, insecure: true });
        assert_eq!(settings.proxy.as_ref().map(ToString::to_string).as_deref(), Some("http://proxy:3128"));
        assert!(!settings.follow_redirects && !format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn every_way_to_say_who_asks() {
        let token = |scheme: &str| {
            Some(Credentials::Token { scheme: scheme.to_owned(), token: Secret::new("t0ken") })
        };
        let file = Some(Credentials::bearer_file("/etc/x/t"));
        for (text, expected) in [
            ("bearer_token: t0ken", token("Bearer")),
            ("bearer_token_file: t", file.clone()),
            ("authorization: {credentials: t0ken}", token("Bearer")),
            ("authorization: {type: Token, credentials: t0ken}", token("Token")),
            ("authorization: {credentials_file: t}", file),
            ("", None),
            ("# nothing\n", None),
        ] {
            assert_eq!(applied(text).unwrap().credentials, expected, "{text}");
        }
    }

    #[test]
    fn a_fault_names_the_place_and_no_value() {
        for (text, part) in [
            ("basic_auth: {user: ann}", "line 1: `basic_auth.user`: unknown field `user`"),
            ("oauth2: {client_secret: hunter2}", "unknown field `oauth2`"),
            ("basic_auth: hunter2", "line 1: `basic_auth`: expected fields with values"),
            ("bearer_token: [hunter2]", "a text"),
            ("bearer_token: 4711", "quotes"),
            ("tls_config: {insecure_skip_verify: hunter2}", "a boolean"),
            ("authorization: 'Bearer hunter2, expected '", "authorization"),
            ("hunter2", "expected fields with values"),
            ("bearer_token: x\nbearer_token_file: y", "together"),
            ("basic_auth: {password: hunter2, password_file: y}", "one of them"),
            ("authorization: {type: basic, credentials: hunter2}", "basic_auth"),
            ("authorization: {}", "credentials_file"),
            ("tls_config: {cert_file: c}", "both"),
            ("tls_config: {server_name: s}", "server_name"),
            ("proxy_url: u:hunter2@proxy", "proxy_url"),
            ("basic_auth: {password_file: missing}", "/etc/x/missing"),
            ("bearer_token: b: hunter2", "mapping values"),
        ] {
            let error = format!("{:#}", applied(text).unwrap_err());
            assert!(
                error.contains(part) && !error.contains("hunter2") && !error.contains("4711"),
                "{text}: {error}"
            );
        }
    }
}
