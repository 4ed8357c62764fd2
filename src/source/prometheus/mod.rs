//! A Prometheus server, or one that speaks its HTTP API, asked over HTTP.
//!
//! Takes [`Settings`], gives a [`Source`]. Every fault of the way there and back is a [`NoAnswer`] and no fault is a
//! number. No secret leaves it but to the host it is meant for. Must not know what an answer is worth.
//! To teach it another server: its sign in `identify`, its fields in `EXTRAS`.

mod address;
mod api;
mod cadence;
mod files;
mod http_config;
mod identify;
mod retry;
mod ruler;
mod rules;
mod secret;
mod settings;
mod split;
mod transport;
mod wire;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::sync::OnceCell;
use tokio::task::JoinSet;

pub use address::Address;
pub use http_config::HttpConfig;
pub use ruler::{Ruler, RulerApi};
pub use rules::{RunningGroup, RunningRule};
pub use secret::Secret;
pub use settings::{Credentials, Settings, Tls};

use self::api::Api;
use self::wire::Decoded;
use super::{BoxFuture, Source, SourceInfo};
use crate::base::{Duration, Interval, Moment, Sample};
use crate::plan::{Answer, Answered, Ask, Engine, Eval, NoAnswer, Query, as_promql};
use crate::promql::{Expr, Selector};

/// Fields that make some servers answer in full and exactly; the others ignore them.
const EXTRAS: [(&str, &str); 5] = [
    // Thanos: fail rather than leave stores out; count replicas once; raw samples, since downsampled ones change rates.
    ("partial_response", "false"),
    ("dedup", "true"),
    ("max_source_resolution", "0s"),
    // VictoriaMetrics: evaluate at the times asked, not at rounded ones, and do not repeat older values at the newest.
    ("nocache", "1"),
    ("latency_offset", "1ms"),
];

/// A server that answers PromQL over HTTP.
pub struct PrometheusSource {
    api: Arc<Api>,
    engine: Engine,
    product: String,
    /// What is known of each selector's cadence, so that it is asked once.
    cadences: Mutex<BTreeMap<String, Arc<OnceCell<Duration>>>>,
}

/// Makes ready to ask a server, and asks it who it is.
///
/// Fails where the settings cannot be used: a file that cannot be read, a certificate that is none. A server that does
/// not answer is no failure here; each question to it then has its [`NoAnswer`].
pub async fn open(settings: Settings) -> anyhow::Result<PrometheusSource> {
    let api = Arc::new(Api::new(&settings)?);
    let (engine, product) = identify::identify(&api).await;
    Ok(PrometheusSource { api, engine, product, cadences: Mutex::default() })
}

impl PrometheusSource {
    /// The server's own `data` for a query in its own words.
    pub async fn query_raw(&self, promql: &str, eval: Eval) -> Result<Value, NoAnswer> {
        let reply = ask(&self.api, promql, eval).await?;
        let data = wire::success(&reply).map_err(|fault| self.api.clean(fault))?.0;
        Ok(data.unwrap_or(Value::Null))
    }

    /// The rules that the server runs.
    pub async fn rules(&self) -> Result<Vec<RunningGroup>, NoAnswer> {
        let reply = self.api.get("api/v1/rules").await.map_err(|fault| self.api.clean(fault))?;
        let data = wire::success::<rules::Data>(&reply.body).map_err(|fault| self.api.clean(fault))?.0;
        data.map(Vec::from).ok_or_else(|| NoAnswer::Malformed("the answer has no `data`".to_owned()))
    }

    /// The rules that the server keeps for others, where it does.
    pub fn ruler(&self, api: RulerApi) -> Ruler<'_> {
        Ruler::new(&self.api, api)
    }

    async fn answer(&self, query: &Query) -> Answer {
        let promql = as_promql(&query.ask, self.engine).to_string();
        let mut running = JoinSet::new();
        for (index, piece) in split::pieces(query.eval, split::MOST_POINTS).into_iter().enumerate() {
            let (api, promql) = (Arc::clone(&self.api), promql.clone());
            running.spawn(async move { (index, piecewise(&api, &promql, piece).await) });
        }
        let mut answers = BTreeMap::new();
        while let Some(joined) = running.join_next().await {
            match joined {
                Ok((index, answer)) => answers.insert(index, answer),
                Err(stopped) => {
                    return Err(NoAnswer::Unreachable(format!("a request was stopped: {stopped}")));
                }
            };
        }
        let answers =
            answers.into_values().collect::<Result<Vec<_>, _>>().map_err(|fault| self.api.clean(fault))?;
        let Decoded { mut matrix, samples_read, infos } = split::joined(answers);
        if let Ask::Presence { .. } = query.ask {
            for series in &mut matrix {
                series.points.retain(|point| point.value.float().is_some_and(|count| count > 0.0));
                series.points.iter_mut().for_each(|point| point.value = Sample::Float(1.0));
            }
            matrix.retain(|series| !series.points.is_empty());
        }
        Ok(Answered { matrix, promql, samples_read, infos })
    }

    /// The server's now: `time()` at a time that it is not told.
    async fn now(&self) -> Result<Moment, NoAnswer> {
        let mut fields = vec![("query", Expr::call("time", []).to_string())];
        fields.extend(EXTRAS.map(|(name, value)| (name, value.to_owned())));
        let decoded = wire::decode(&self.api.post("api/v1/query", &fields).await?.body)?;
        let mut points = decoded.matrix.iter().flat_map(|series| &series.points);
        let seconds = points.next().and_then(|point| point.value.float());
        seconds
            .map(|seconds| Moment::from_millis((seconds * 1000.0).round() as i64))
            .ok_or_else(|| NoAnswer::Malformed("time() has no value".to_owned()))
    }

    async fn measure(&self, selector: &Selector, within: Interval) -> Result<Option<Duration>, NoAnswer> {
        let key = Expr::selector(selector.clone()).to_string();
        let cell = {
            let mut cadences = self.cadences.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(cadences.entry(key).or_default())
        };
        let known = cell.get_or_try_init(|| async {
            let count =
                async |query: Query| self.answer(&query).await.map(|answered| answered.matrix).map_err(Some);
            let counts = count(cadence::hourly(selector, within)).await?;
            let mut apart = cadence::from_hourly(&counts);
            if apart.is_some() && cadence::is_young(&counts) {
                let recent = cadence::from_recent(&count(cadence::recent(selector, within)).await?);
                apart = apart.min(recent.or(apart));
            }
            let doubt = match apart {
                Some(apart) => cadence::doubt(&counts, apart),
                None => cadence::from_daily(&count(cadence::daily(selector, within)).await?),
            };
            if let Some(counted) = doubt {
                let stamps = count(cadence::stamps(selector, within, counted)).await?;
                apart = cadence::from_stamps(&stamps).or(apart);
            }
            apart.ok_or(None)
        });
        match known.await {
            Ok(&apart) => Ok(Some(apart)),
            Err(None) => Ok(None),
            Err(Some(fault)) => Err(fault),
        }
    }
}

impl Source for PrometheusSource {
    fn describe(&self) -> SourceInfo {
        SourceInfo {
            kind: "prometheus",
            url: self.api.address().to_string(),
            engine: self.product.clone(),
            exact: self.engine == Engine::VictoriaMetrics,
            data: None,
            origins: Vec::new(),
        }
    }

    fn cadence<'a>(
        &'a self,
        selector: &'a Selector,
        within: Interval,
    ) -> BoxFuture<'a, Result<Option<Duration>, NoAnswer>> {
        Box::pin(self.measure(selector, within))
    }

    fn clock(&self) -> BoxFuture<'_, Option<Result<Moment, NoAnswer>>> {
        Box::pin(async { Some(self.now().await.map_err(|fault| self.api.clean(fault))) })
    }

    fn fetch<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Answer> {
        Box::pin(self.answer(query))
    }
}

/// Asks for a range in halves, and halves of these, while the server says that it holds too many samples. Each
/// evaluation time stands alone, so the parts together are exactly the whole.
fn piecewise<'a>(api: &'a Api, promql: &'a str, eval: Eval) -> BoxFuture<'a, Result<Decoded, NoAnswer>> {
    Box::pin(async move {
        let answer = match ask(api, promql, eval).await {
            Ok(body) => wire::decode(&body).and_then(|decoded| on_time(decoded, eval)),
            Err(fault) => Err(fault),
        };
        match answer {
            Err(NoAnswer::Rejected { said, .. }) if eval.len() > 1 && is_too_much(&said) => {
                let mut halves = Vec::new();
                for half in split::pieces(eval, eval.len().div_ceil(2)) {
                    halves.push(piecewise(api, promql, half).await?);
                }
                Ok(split::joined(halves))
            }
            answer => answer,
        }
    })
}

/// Whether a server refused a query for what it would have to hold at once: Prometheus's limit of samples, Mimir's of
/// chunks and of memory.
fn is_too_much(said: &str) -> bool {
    const LIMITS: [&str; 3] =
        ["too many samples", "err-mimir-max-chunks-per-query", "err-mimir-max-estimated-memory"];
    LIMITS.iter().any(|limit| said.contains(limit))
}

/// An answer with values at other times than asked would be counted in the wrong stretches.
fn on_time(decoded: Decoded, eval: Eval) -> Result<Decoded, NoAnswer> {
    let Eval::Range { start, end, step } = eval else { return Ok(decoded) };
    let asked = |t: i64| {
        (start.as_millis()..=end.as_millis()).contains(&t)
            && (t - start.as_millis()) % step.as_millis().max(1) == 0
    };
    let mut points = decoded.matrix.iter().flat_map(|series| &series.points);
    match points.find(|point| !asked(point.t)) {
        Some(point) => Err(NoAnswer::Malformed(format!(
            "the answer has a value at {}, which was not asked for",
            Moment::from_millis(point.t)
        ))),
        None => Ok(decoded),
    }
}

/// The body of the server's answer.
async fn ask(api: &Api, promql: &str, eval: Eval) -> Result<Vec<u8>, NoAnswer> {
    let mut fields = vec![("query", promql.to_owned())];
    let path = match eval {
        Eval::Instant(at) => {
            fields.push(("time", seconds(at.as_millis())));
            "api/v1/query"
        }
        Eval::Range { start, end, step } => {
            fields.extend([
                ("start", seconds(start.as_millis())),
                ("end", seconds(end.as_millis())),
                ("step", seconds(step.as_millis())),
            ]);
            "api/v1/query_range"
        }
    };
    fields.push(("timeout", format!("{}ms", api.timeout().as_millis())));
    fields.push(("stats", "true".to_owned()));
    fields.extend(EXTRAS.map(|(name, value)| (name, value.to_owned())));
    Ok(api.post(path, &fields).await?.body)
}

/// Milliseconds in seconds, exactly.
fn seconds(ms: i64) -> String {
    let sign = if ms < 0 { "-" } else { "" };
    match (ms.unsigned_abs() / 1000, ms.unsigned_abs() % 1000) {
        (whole, 0) => format!("{sign}{whole}"),
        (whole, part) => format!("{sign}{whole}.{part:03}"),
    }
}
