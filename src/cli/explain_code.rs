//! `nines explain-code`: the page of a code, or all codes.

use super::args::{ExplainCodeArgs, Global};
use crate::app::World;
use crate::diag::{Code, Style, quote};
use crate::exit::Exit;

pub(super) fn run(args: &ExplainCodeArgs, global: &Global, world: &mut World<'_>) -> Exit {
    if args.list {
        return world.print(list().as_bytes());
    }
    let (mut pages, mut unknown) = (Vec::new(), Vec::new());
    let (width, style) =
        (world.width.unwrap_or(100).min(100), Style { color: world.color_out(global.color()) });
    for id in &args.codes {
        match Code::find(id) {
            Ok(code) => pages.push(code.page().to_text(width, style)),
            Err(near) => unknown.push(no_such(id, near)),
        }
    }
    if !unknown.is_empty() {
        return world.refuse(&unknown.join("\nerror: "));
    }
    world.print(pages.join("\n\n").as_bytes())
}

/// A line for each code: number, severity, meaning.
fn list() -> String {
    let line = |code: &Code| format!("{}  {:7}  {}\n", code.id(), code.severity().word(), code.meaning());
    Code::ALL.iter().map(line).collect()
}

fn no_such(id: &str, near: Option<&str>) -> String {
    let instead = match near {
        Some(near) => format!("did you mean {near}?"),
        None => "`nines explain-code --list` tells all".to_owned(),
    };
    format!("there is no code {}; {instead}", quote(id))
}
