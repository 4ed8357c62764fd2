//! Tree to text over several lines.
//!
//! An expression of more than a hundred bytes is parted: what an operator joins, and what stands in brackets, gets lines
//! of its own, two blanks further in. The layout is that of Prometheus' formatter.

use std::fmt::{self, Display, Write};

use super::super::ast::{Expr, ExprKind};
use super::{Steps, brackets};

/// The longest expression that stays on one line, in bytes.
const WIDTH: usize = 100;

impl Expr {
    /// The query over as many lines as it needs: it reads back as the same tree, and none of its parts that can be
    /// parted is longer than a hundred bytes.
    pub fn pretty(&self) -> String {
        let mut pretty = Pretty(String::new());
        pretty.expr(self, 0);
        pretty.0
    }
}

/// What is printed so far.
struct Pretty(String);

impl Pretty {
    fn add(&mut self, text: impl Display) {
        // A string takes everything.
        _ = write!(self.0, "{text}");
    }

    fn indent(&mut self, level: usize) {
        self.0.extend(std::iter::repeat_n("  ", level));
    }

    fn line(&mut self, level: usize, text: impl Display) {
        self.0.push('\n');
        self.indent(level);
        self.add(text);
    }

    /// A part on a line of its own.
    fn part(&mut self, expr: &Expr, brackets: bool, level: usize) {
        self.indent(level);
        self.open(expr, brackets, level);
    }

    /// An expression whose first line is indented already.
    fn open(&mut self, expr: &Expr, brackets: bool, level: usize) {
        if !brackets {
            self.expr(expr, level);
        } else if fits(expr, WIDTH - 2) {
            self.add(format_args!("({expr})"));
        } else {
            self.within("(", &[expr], level);
        }
    }

    /// Parts in brackets, each on a line of its own; the opening bracket comes with what stands before it.
    fn within(&mut self, open: impl Display, parts: &[&Expr], level: usize) {
        self.add(open);
        for (i, part) in parts.iter().enumerate() {
            self.0.push_str(if i == 0 { "\n" } else { ",\n" });
            self.part(part, false, level + 1);
        }
        self.line(level, ")");
    }

    fn expr(&mut self, expr: &Expr, level: usize) {
        if fits(expr, WIDTH) {
            return self.add(expr);
        }
        match &expr.kind {
            ExprKind::Number(_)
            | ExprKind::Duration(_)
            | ExprKind::String(_)
            | ExprKind::Selector(_)
            | ExprKind::Range { .. } => self.add(expr),
            ExprKind::Subquery { expr, range, step, offset, at } => {
                self.open(expr, brackets::in_subquery(expr), level);
                self.add(Steps { range, step: step.as_ref(), offset, at: *at });
            }
            ExprKind::Call { function, args } => {
                self.within(format_args!("{function}("), &args.iter().collect::<Vec<_>>(), level);
            }
            ExprKind::Aggregate { op, param, expr, grouping } => {
                let parts: Vec<&Expr> = param.iter().chain([expr]).map(AsRef::as_ref).collect();
                self.within(format_args!("{}{grouping}(", op.word()), &parts, level);
            }
            ExprKind::Unary { op, expr } => {
                self.add(op.word());
                self.open(expr, brackets::after_sign(expr), level);
            }
            ExprKind::Binary { op, lhs, rhs, matching, return_bool } => {
                // The left side is further in, too.
                self.indent(1);
                self.open(lhs, brackets::on_the_left(*op, lhs), level + 1);
                let bool = if *return_bool { " bool" } else { "" };
                self.line(level, format_args!("{}{bool}{matching}\n", op.word()));
                self.part(rhs, brackets::on_the_right(*op, rhs), level + 1);
            }
            ExprKind::Paren(inner) => self.within("(", &[inner], level),
        }
    }
}

/// Whether an expression on one line has at most so many bytes.
fn fits(expr: &Expr, width: usize) -> bool {
    write!(Room(width), "{expr}").is_ok()
}

/// Takes so many bytes and no more, so that nothing long is printed just to be measured.
struct Room(usize);

impl Write for Room {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.checked_sub(text.len()).ok_or(fmt::Error)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{ParseOptions, parse};

    #[test]
    fn long_queries_get_lines() {
        let cases = [
            ("sum(rate(a[5m]))", "sum(rate(a[5m]))"),
            (
                "sum by (job) (rate(errors_total{job=\"a-long-name\",code=~\"5..\"}[5m])) / on (job) group_left \
                 sum by (job) (rate(requests_total{job=\"a-long-name\"}[5m])) > bool -limit",
                r#"    sum by (job) (rate(errors_total{job="a-long-name",code=~"5.."}[5m]))
  / on (job) group_left ()
    sum by (job) (rate(requests_total{job="a-long-name"}[5m]))
> bool
  -limit"#,
            ),
            (
                "topk without (instance) (5, -(a_metric_with_a_long_name + another_metric_with_a_long_name + \
                 label_replace(up, \"job\", \"$1\", \"instance\", \"(.*)\")))",
                r#"topk without (instance) (
  5,
  -(
      a_metric_with_a_long_name + another_metric_with_a_long_name
    +
      label_replace(up, "job", "$1", "instance", "(.*)")
  )
)"#,
            ),
        ];
        for (text, pretty) in cases {
            let read = |text| parse(text, &ParseOptions::default()).unwrap();
            assert_eq!(read(text).pretty(), pretty, "{text}");
            assert_eq!(read(pretty), read(text), "{text}");
        }
    }
}
