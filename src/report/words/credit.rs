use super::{Spend, budget_amount, objective};
use crate::base::Share;

/// What a contract pays back: `10 % of the bill`, `none`, with `so far` where its period is not over.
pub fn credit(due: Share, capped: bool, complete: bool) -> String {
    let so_far = if complete { "" } else { " so far" };
    if due == Share::ZERO {
        return format!("none{so_far}");
    }
    let cap = if capped { ", the cap" } else { "" };
    format!("{} of the bill{cap}{so_far}", objective(due))
}

/// How far the next tier is: `25 % after 28 m more`. `more` is the bad time, or the bad events, that lead to it.
pub fn next_tier(credit: Share, more: Spend) -> String {
    format!("{} after {} more", objective(credit), budget_amount(more))
}
