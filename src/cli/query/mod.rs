//! `nines query`: any PromQL against either source, printed in the server's own JSON.

mod json;

use std::sync::mpsc::{self, RecvTimeoutError};

use anyhow::{Result, bail};

use super::args::{Global, QueryArgs};
use super::settings::{self, Opened};
use crate::app::World;
use crate::base::{Duration, Moment, Span, Zone};
use crate::engine::{EvalError, Evaluated, Params, Reason};
use crate::exit::Exit;
use crate::plan::{Eval, NoAnswer};
use crate::promql::{Expr, Fault, ParseOptions, parse};
use crate::source::{LocalSource, Source as _};

pub(super) fn run(args: &QueryArgs, global: &Global, world: &mut World<'_>) -> Exit {
    if args.source.record.is_some() {
        return world.refuse("--record keeps the answers of a report or a gate; query prints its one");
    }
    let style = crate::diag::Style { color: world.color_err(global.color()) };
    let expr = match parse(&args.expr, &ParseOptions::default()) {
        Ok(expr) => expr,
        Err(faults) => {
            let first = faults.first().map(|fault| placed(&args.expr, fault.span, &fault.message));
            let answer = json::error("bad_data", &in_query(&first.unwrap_or_default(), args));
            return refuse(&answer, &args.expr, &faults, Exit::Usage, style, world);
        }
    };
    let asked = async {
        let mut warnings = Vec::new();
        let opened = settings::open(&args.source, global, world, &mut warnings).await?;
        let end = if let Opened::Local(source) = &opened {
            source.describe().data.map(|data| data.to)
        } else {
            None
        };
        let eval = eval(args, world.now, end)?;
        let answer = match &opened {
            Opened::Local(source) => {
                let limit = settings::duration("--timeout", &args.source.timeout)?;
                let params = source.params(eval);
                let evaluated = within(limit, source, &expr, &params);
                evaluated.map(|found| json::success(&args.expr, &found, params.is_instant(), params.compat))
            }
            Opened::Server(source) => {
                let data = source.query_raw(&args.expr, eval).await.map_err(Failed::Server);
                data.map(|data| serde_json::json!({ "status": "success", "data": data }).to_string())
            }
            Opened::Replay(_) => {
                bail!("query needs a server or data: a recording holds only a report's questions")
            }
        };
        Ok((answer, warnings))
    };
    let (answer, warnings): (Result<String, Failed>, Vec<String>) = match crate::app::waiting(asked) {
        Ok(Ok(answered)) => answered,
        Ok(Err(error)) => return world.refuse(&format!("{error:#}")),
        Err(exit) => return exit,
    };
    for warning in warnings.iter().filter(|_| !global.quiet) {
        world.say(&format!("warning: {warning}"));
    }
    match answer {
        Ok(answer) => world.print(format!("{answer}\n").as_bytes()),
        Err(Failed::Server(why)) => {
            world.say(&format!("error: {why}"));
            // The query is wrong, not the source.
            let wrong = matches!(why, NoAnswer::Rejected { status: Some(400), .. });
            if wrong { Exit::Usage } else { Exit::SourceFailed }
        }
        Err(Failed::Local(why)) => {
            let (kind, text, exit) = said(&why, args);
            let fault = Fault { span: why.span, message: why.message, help: why.help };
            refuse(&json::error(kind, &text), &args.expr, &[fault], exit, style, world)
        }
        Err(Failed::TooLong(span)) => {
            let message = format!("the query took longer than --timeout {}", args.source.timeout);
            let answer = json::error("timeout", &message);
            let help = Some("allow it more time, or ask for less".to_owned());
            let fault = Fault { span, message, help };
            refuse(&answer, &args.expr, &[fault], Exit::SourceFailed, style, world)
        }
    }
}

/// Why there is no value.
enum Failed {
    Local(EvalError),
    /// The time was up; what was being evaluated then.
    TooLong(Span),
    Server(NoAnswer),
}

/// Evaluates, but for no longer than the limit.
fn within(limit: Duration, source: &LocalSource, expr: &Expr, params: &Params) -> Result<Evaluated, Failed> {
    let limit = std::time::Duration::from_millis(limit.as_millis().unsigned_abs());
    let (done, wait) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // The other end is dropped once there is a value.
            if wait.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                params.stop.ask();
            }
        });
        let evaluated = source.query(expr, params);
        drop(done);
        evaluated.map_err(|why| match why.reason {
            Reason::Limit if params.stop.is_asked() => Failed::TooLong(why.span),
            _ => Failed::Local(why),
        })
    })
}

/// A refusal in the server's words: the kind of error, what is said of it, and how the program ends.
fn said(why: &EvalError, args: &QueryArgs) -> (&'static str, String, Exit) {
    match why.reason {
        // These are told by the text of the query alone.
        Reason::Unsupported => {
            ("bad_data", in_query(&placed(&args.expr, why.span, &why.message), args), Exit::Usage)
        }
        Reason::Invalid if why.message.starts_with("invalid expression type") => {
            ("bad_data", in_query(&why.message, args), Exit::Usage)
        }
        Reason::Store => ("internal", why.message.clone(), Exit::SourceFailed),
        _ => ("execution", why.message.clone(), Exit::SourceFailed),
    }
}

/// What is wrong with the parameter of that name. Prometheus 2.42 does not say that of a range query.
fn in_query(text: &str, args: &QueryArgs) -> String {
    if args.step.is_some() && args.source.engine.compat == super::engine::Rules::Prom2 {
        text.to_owned()
    } else {
        format!("invalid parameter \"query\": {text}")
    }
}

/// A fault of the text with its line and column, counted from 1.
fn placed(query: &str, span: Span, message: &str) -> String {
    let before = query.get(..span.start).unwrap_or(query);
    let line = before.matches('\n').count() + 1;
    let column = before.rfind('\n').map_or(before.len(), |end| before.len() - end - 1) + 1;
    format!("{line}:{column}: parse error: {message}")
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

/// Prints the server's word for a refusal, and says every fault of an expression, each with its place below it.
fn refuse(
    answer: &str,
    text: &str,
    faults: &[Fault],
    exit: Exit,
    style: crate::diag::Style,
    world: &mut World<'_>,
) -> Exit {
    let mut files = crate::diag::Files::new();
    let file = files.add("<query>", text);
    let mut diagnostics = crate::diag::Diagnostics::new();
    for fault in faults {
        let code = crate::diag::Code::Promql;
        let mut diagnostic = crate::diag::Diagnostic::new(code, file, fault.span, fault.message.clone());
        if let Some(help) = &fault.help {
            diagnostic = diagnostic.help(help.clone());
        }
        diagnostics.push(diagnostic);
    }
    world.say(&diagnostics.to_text(&files, style));
    match world.print(format!("{answer}\n").as_bytes()) {
        Exit::Passed => exit,
        failed => failed,
    }
}
