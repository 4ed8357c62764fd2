//! The program: arguments, the clock, variables and streams go in, an exit code comes out.

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use nines::app::World;
use nines::base::Moment;

/// Trees of many small values are most of the work; the system's allocator took a third of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[expect(clippy::disallowed_methods, reason = "here, and only here, are the clock and the variables read")]
fn main() -> ExitCode {
    let (mut input, mut out, mut err) = (io::stdin(), io::stdout(), io::stderr());
    let mut world = World {
        now: Moment::from(chrono::Utc::now()),
        vars: &|name| std::env::var(name).ok(),
        out_is_terminal: out.is_terminal(),
        err_is_terminal: err.is_terminal(),
        width: console::Term::stdout().size_checked().map(|(_, columns)| usize::from(columns)),
        input: &mut input,
        out: &mut out,
        err: &mut err,
    };
    nines::run(std::env::args_os(), &mut world).into()
}
