use std::io::{self, Read, Write};

use crate::base::Moment;
use crate::exit::Exit;

/// Everything outside the program: the clock's reading, variables and streams. Handed in by `main`, and by tests.
pub struct World<'a> {
    /// What time it is.
    pub now: Moment,
    /// Environment variables by name.
    pub vars: &'a (dyn Fn(&str) -> Option<String> + Sync),
    /// Standard input.
    pub input: &'a mut (dyn Read + Send),
    /// Standard output.
    pub out: &'a mut (dyn Write + Send),
    /// Standard error.
    pub err: &'a mut (dyn Write + Send),
    /// Whether standard output is a terminal.
    pub out_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub err_is_terminal: bool,
    /// Columns of the terminal, where there is one.
    pub width: Option<usize>,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set or the terminal is dumb.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl World<'_> {
    /// Writes a line (or lines) to standard error. What cannot be said there can be said nowhere.
    pub fn say(&mut self, text: &str) {
        let _ = self.err.write_all(text.as_bytes());
        if !text.ends_with('\n') {
            let _ = self.err.write_all(b"\n");
        }
    }

    /// Says that nothing was done, and why.
    pub fn refuse(&mut self, why: &str) -> Exit {
        self.say(&format!("error: {why}"));
        Exit::Usage
    }

    /// Writes to standard output. A reader who has read enough (a closed pipe) is no failure.
    pub fn print(&mut self, bytes: &[u8]) -> Exit {
        match self.out.write_all(bytes).and_then(|()| self.out.flush()) {
            Ok(()) => Exit::Passed,
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Passed,
            Err(error) => {
                self.say(&format!("error: cannot write to standard output: {error}"));
                Exit::Undelivered
            }
        }
    }

    /// Whether to colour standard output.
    pub fn color_out(&self, choice: ColorChoice) -> bool {
        self.color(choice, self.out_is_terminal)
    }

    /// Whether to colour standard error.
    pub fn color_err(&self, choice: ColorChoice) -> bool {
        self.color(choice, self.err_is_terminal)
    }

    fn color(&self, choice: ColorChoice, is_terminal: bool) -> bool {
        let set = |name: &str| (self.vars)(name).filter(|value| !value.is_empty());
        match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                is_terminal && set("NO_COLOR").is_none() && set("TERM").as_deref() != Some("dumb")
            }
        }
    }
}
