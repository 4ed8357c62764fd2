//! What a contract pays back.

use super::Events;
use crate::base::Share;
use crate::slo::{CreditTier, Sla};

/// What is paid back by a contract, as far as a period has passed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Credit {
    /// The tier below which the share of good fell; none where it fell below none.
    pub tier: Option<CreditTier>,
    /// The share of the bill that is due.
    pub due: Share,
    /// Whether the contract's cap made it less.
    pub capped: bool,
    /// The tier that comes next, and how many more bad events (or slices) lead to it.
    pub next: Option<(CreditTier, f64)>,
}

impl Credit {
    /// The credit for what happened; nothing where the contract names no tiers. `expected` are the events of the whole
    /// period, as they are projected where it is not over: what is due then is due whatever is still good in it.
    pub fn of(sla: &Sla, events: Events, expected: f64) -> Option<Self> {
        if sla.credits.is_empty() {
            return None;
        }
        let fell = |tier: &&CreditTier| !tier.below.complement().covers(events.bad, expected);
        let tier = sla.credits.iter().rev().find(fell).copied();
        let next = sla.credits.iter().find(|tier| !fell(tier));
        let more = |tier: &CreditTier| (tier.below.complement().of(expected) - events.bad).max(0.0);
        let full = tier.map_or(Share::ZERO, |tier| tier.credit);
        let due = sla.credit_cap.map_or(full, |cap| cap.min(full));
        Some(Self { tier, due, capped: due < full, next: next.map(|tier| (*tier, more(tier))) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Zone;
    use crate::slo::Window;
    use proptest::prelude::*;

    fn share(percent: &str) -> Share {
        Share::from_percent(percent).unwrap()
    }

    /// The tiers of a usual contract: 10 % below 99.5, 25 % below 99, 50 % below 95.
    fn sla(credit_cap: Option<Share>) -> Sla {
        let tier = |below, credit| CreditTier { below: share(below), credit: share(credit) };
        Sla {
            name: "gold".to_owned(),
            customer: None,
            slos: Vec::new(),
            target: share("99.5"),
            period: Window::Calendar { unit: crate::base::CalendarUnit::Month, zone: Zone::UTC },
            method: None,
            preset: None,
            from: None,
            to: None,
            exclusions: None,
            credits: vec![tier("99.5", "10"), tier("99", "25"), tier("95", "50")],
            credit_cap,
        }
    }

    fn due(bad: f64, cap: Option<Share>) -> (String, bool, Option<f64>) {
        let credit = Credit::of(&sla(cap), Events { bad, total: 43_200.0 }, 43_200.0).unwrap();
        (credit.due.to_string(), credit.capped, credit.next.map(|(_, more)| more))
    }

    #[test]
    fn each_tier_begins_below_its_share() {
        // 0.5 % of the minutes of a month of 30 days are 216.
        assert_eq!(due(0.0, None), ("0%".to_owned(), false, Some(216.0)));
        assert_eq!(due(216.0, None), ("0%".to_owned(), false, Some(0.0)));
        assert_eq!(due(217.0, None), ("10%".to_owned(), false, Some(215.0)));
        assert_eq!(due(432.0, None), ("10%".to_owned(), false, Some(0.0)));
        assert_eq!(due(433.0, None), ("25%".to_owned(), false, Some(1727.0)));
        assert_eq!(due(43_200.0, None), ("50%".to_owned(), false, None));
        assert_eq!(due(43_200.0, Some(share("30"))), ("30%".to_owned(), true, None));
    }

    proptest! {
        #[test]
        fn more_bad_never_pays_less(bad in 0u32..43_200, more in 0u32..1000) {
            let of = |bad: u32| Credit::of(&sla(None), Events { bad: f64::from(bad), total: 43_200.0 }, 43_200.0).unwrap();
            prop_assert!(of(bad).due <= of(bad.saturating_add(more).min(43_200)).due);
        }
    }
}
