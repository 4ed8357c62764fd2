//! `nines query`: any PromQL against either source, printed in the server's own JSON.

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::args::{Global, QueryArgs};
use super::settings::{self, Opened};
use crate::app::World;
use crate::base::{Duration, Moment, Point, Sample, Series, Zone};
use crate::engine::{self, EvalError, Evaluated};
use crate::exit::Exit;
use crate::plan::{Eval, NoAnswer};
use crate::promql::{Fault, ParseOptions, parse};
use crate::source::Source as _;

pub(super) fn run(args: &QueryArgs, global: &Global, world: &mut World<'_>) -> Exit {
    let expr = match parse(&args.expr, &ParseOptions::default()) {
        Ok(expr) => expr,
        Err(faults) => return refuse(&args.expr, &faults, world),
    };
    let asked = async {
        let mut warnings = Vec::new();
        let opened = settings::open(&args.source, world, &mut warnings).await?;
        let end = if let Opened::Local(source) = &opened {
            source.describe().data.map(|data| data.to)
        } else {
            None
        };
        let eval = eval(args, world.now, end)?;
        let answer = match &opened {
            Opened::Local(source) => {
                let params = match eval {
                    Eval::Instant(at) => engine::Params::instant(at),
                    Eval::Range { start, end, step } => engine::Params::range(start, end, step),
                };
                source.query(&expr, &params).map(data).map_err(Failed::Local)
            }
            Opened::Server(source) => source.query_raw(&args.expr, eval).await.map_err(Failed::Server),
            Opened::Replay(_) => {
                bail!("query needs a server or data: a recording holds only a report's questions")
            }
        };
        Ok((answer, warnings))
    };
    let (answer, warnings): (Result<Value, Failed>, Vec<String>) = match crate::app::waiting(asked) {
        Ok(Ok(answered)) => answered,
        Ok(Err(error)) => return world.refuse(&format!("{error:#}")),
        Err(exit) => return exit,
    };
    for warning in warnings.iter().filter(|_| !global.quiet) {
        world.say(&format!("warning: {warning}"));
    }
    match answer {
        Ok(data) => world.print(format!("{}\n", json!({ "status": "success", "data": data })).as_bytes()),
        Err(Failed::Server(why)) => {
            world.say(&format!("error: {why}"));
            Exit::SourceFailed
        }
        Err(Failed::Local(why)) => {
            let fault = Fault { span: why.span, message: why.message, help: why.help };
            refuse(&args.expr, &[fault], world);
            Exit::SourceFailed
        }
    }
}

/// Why there is no value.
enum Failed {
    Local(EvalError),
    Server(NoAnswer),
}

fn eval(args: &QueryArgs, now: Moment, end: Option<Moment>) -> Result<Eval> {
    let moment = |flag: &str, text: &str| match (text, end) {
        ("now", _) => Ok(now),
        ("end", Some(end)) => Ok(end),
        ("end", None) => bail!("{flag} end: only local data has an end; give a time"),
        (text, _) => settings::moment(flag, text, Zone::UTC),
    };
    match (&args.start, &args.end, &args.step) {
        (Some(start), Some(end), Some(step)) => {
            let (start, end) = (moment("--start", start)?, moment("--end", end)?);
            let step: Duration = settings::duration("--step", step)?;
            if end < start {
                bail!("--end lies before --start");
            }
            Ok(Eval::Range { start, end, step })
        }
        _ => Ok(Eval::Instant(args.time.as_deref().map_or(Ok(now), |text| moment("--time", text))?)),
    }
}

/// Says every fault of an expression, each with its place below the expression.
fn refuse(text: &str, faults: &[Fault], world: &mut World<'_>) -> Exit {
    let mut files = crate::diag::Files::new();
    let file = files.add("<query>", text);
    let mut diagnostics = crate::diag::Diagnostics::new();
    for fault in faults {
        let code = crate::diag::Code::Promql;
        let mut diagnostic = crate::diag::Diagnostic::error(code, file, fault.span, fault.message.clone());
        if let Some(help) = &fault.help {
            diagnostic = diagnostic.help(help.clone());
        }
        diagnostics.push(diagnostic);
    }
    let style = crate::diag::Style { color: world.color_err(crate::app::ColorChoice::Auto) };
    world.say(&diagnostics.to_text(&files, style));
    Exit::Usage
}

/// A value as the server's `data`.
fn data(evaluated: Evaluated) -> Value {
    let (kind, result) = match evaluated.value {
        engine::Value::Scalar(points) if points.len() != 1 => {
            let values = points.into_iter().map(|(t, value)| pair(t, value)).collect::<Vec<_>>();
            ("matrix", json!([{ "metric": {}, "values": values }]))
        }
        engine::Value::Scalar(points) => {
            ("scalar", points.first().map_or(Value::Null, |&(t, value)| pair(t, value)))
        }
        engine::Value::String(t, text) => ("string", json!([seconds(t), text])),
        engine::Value::Vector(series) => ("vector", series.iter().filter_map(element).collect()),
        engine::Value::Matrix(series) => ("matrix", series.iter().map(row).collect()),
    };
    json!({ "resultType": kind, "result": result })
}

fn element(series: &Series) -> Option<Value> {
    let (_, value) = floats(&series.points).next()?;
    Some(json!({ "metric": metric(series), "value": value }))
}

fn row(series: &Series) -> Value {
    let values: Vec<Value> = floats(&series.points).map(|(_, pair)| pair).collect();
    json!({ "metric": metric(series), "values": values })
}

fn metric(series: &Series) -> Value {
    series.labels.iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect()
}

fn floats(points: &[Point]) -> impl Iterator<Item = (i64, Value)> {
    points.iter().filter_map(|point| match point.value {
        Sample::Float(value) => Some((point.t, pair(point.t, value))),
        Sample::Histogram(_) => None,
    })
}

fn pair(t: i64, value: f64) -> Value {
    json!([seconds(t), number(value)])
}

/// Whole seconds without a fraction, as the server writes them.
fn seconds(t: i64) -> Value {
    if t % 1000 == 0 { Value::from(t / 1000) } else { Value::from(t as f64 / 1000.0) }
}

/// The shortest digits that read back as the same number; an exponent only where there would be many zeros.
fn number(value: f64) -> String {
    match value {
        value if value.is_nan() => "NaN".to_owned(),
        f64::INFINITY => "+Inf".to_owned(),
        f64::NEG_INFINITY => "-Inf".to_owned(),
        value if value != 0.0 && !(1e-6..1e21).contains(&value.abs()) => {
            let text = format!("{value:e}");
            if text.contains("e-") { text } else { text.replacen('e', "e+", 1) }
        }
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_server_writes_them() {
        for (value, text) in [
            (1.0, "1"),
            (0.1, "0.1"),
            (-0.0, "-0"),
            (1e21, "1e+21"),
            (123_456_789_012_345_680_000.0, "123456789012345680000"),
            (1.5e-7, "1.5e-7"),
            (1e-6, "0.000001"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
        ] {
            assert_eq!(number(value), text);
        }
        assert_eq!(seconds(1_500).to_string(), "1.5");
        assert_eq!(seconds(2_000).to_string(), "2");
    }
}
