//! Who answers: `/api/v1/status/buildinfo`.

use super::api::Api;
use super::wire;
use crate::plan::Engine;

/// What VictoriaMetrics says that it is, whatever its version, so that other tools take it for Prometheus.
const VICTORIA_VERSION: &str = "2.24.0";
/// Who cannot be told.
const UNKNOWN: &str = "Prometheus-compatible server";

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct BuildInfo {
    version: String,
    revision: Option<String>,
    application: Option<String>,
}

/// Whose PromQL the server speaks, and its product and version. One that does not say is taken for Prometheus.
pub(super) async fn identify(api: &Api) -> (Engine, String) {
    let Ok(reply) = api.get("api/v1/status/buildinfo").await else {
        return (Engine::Prometheus, UNKNOWN.to_owned());
    };
    let info = wire::success::<BuildInfo>(&reply.body).ok().and_then(|(info, _)| info);
    name(info.unwrap_or_default(), reply.from_victoria)
}

fn name(info: BuildInfo, from_victoria: bool) -> (Engine, String) {
    if from_victoria || (info.version == VICTORIA_VERSION && info.revision.is_none()) {
        return (Engine::VictoriaMetrics, "VictoriaMetrics".to_owned());
    }
    // `2.42.0+ds` is Debian's build of 2.42.0.
    let version = info.version.split('+').next().unwrap_or_default();
    let product = info.application.filter(|name| !name.is_empty());
    // Prometheus answers here since 2.14; others that answer count their own versions from 0 or 1.
    let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    let product = product.as_deref().unwrap_or(if major.is_some_and(|major| major >= 2) {
        "Prometheus"
    } else {
        UNKNOWN
    });
    (Engine::Prometheus, format!("{product} {version}").trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_who_answers() {
        let name = |json: &str, victoria| name(serde_json::from_str(json).unwrap(), victoria);
        let prometheus = r#"{"version":"2.42.0+ds","revision":"x","goVersion":"go1.19"}"#;
        assert_eq!(name(prometheus, false), (Engine::Prometheus, "Prometheus 2.42.0".to_owned()));
        let old = r#"{"version":"2.24.0","revision":"x"}"#;
        assert_eq!(name(old, false), (Engine::Prometheus, "Prometheus 2.24.0".to_owned()));
        let victoria = (Engine::VictoriaMetrics, "VictoriaMetrics".to_owned());
        assert_eq!(name(r#"{"version":"2.24.0"}"#, false), victoria);
        assert_eq!(name("{}", true), victoria);
        let mimir = r#"{"application":"Grafana Mimir","version":"2.10.0","revision":"x"}"#;
        assert_eq!(name(mimir, false).1, "Grafana Mimir 2.10.0");
        assert_eq!(name(r#"{"version":"0.34.0"}"#, false).1, "Prometheus-compatible server 0.34.0");
        assert_eq!(name("{}", false).1, UNKNOWN);
    }
}
