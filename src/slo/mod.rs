//! What a specification means.
//!
//! Takes checked values, gives [`Spec`], [`Slo`] and, for every SLI kind, the [`Signal`] by which it is measured. Must
//! not know how a specification is written (that is `spec`), nor when and where it is asked. To add an SLI kind: its
//! file in `sli/` that ends in a [`Signal`], and its variant in [`Sli`].

mod alert;
mod alert_rule;
mod board;
mod burn;
mod event;
mod exclusion;
mod gate;
mod method;
mod origin;
mod preset;
mod receivers;
mod sla;
pub mod sli;
mod spec;
mod unmeasured;
mod window;

pub use alert::{Alerting, BURN_POLICY, BurnRule, Pace, Severity, TierAlert};
pub use alert_rule::AlertRule;
pub use board::{Board, BoardVariable, Boards, Choice, Limit, Panel, PanelKind, PanelQuery};
pub use burn::{BUDGET_EVERY, BurnAlert, RECORDED_STRETCH, RULES_EVERY, SUMMED_FROM};
pub use event::{CalendarEvent, EventLength};
pub use exclusion::{ExcludedTime, Exclusion};
pub use gate::{Demand, Gate, GateLimit, Otherwise};
pub use method::Method;
pub use origin::{ExhaustedStep, Origin, PyrraIndicator, PyrraOrigin, RuleStep, SlothOrigin, SlothSli};
pub use preset::Preset;
pub use receivers::{Audience, Channel, Escalation, Hours, MailServer, Receivers, Urgency};
pub use sla::{CreditTier, ExclusionClause, Refusal, Sla};
pub use sli::{
    Combine, CompositeSli, Counts, Distribution, Empty, EventsSli, Judge, LatencySli, Member, Polarity,
    RatioSli, Signal, Sli, SlicesSli, Unit,
};
pub use spec::{Link, Slo, Spec};
pub use unmeasured::{UNMEASURED, UNMEASURED_FOR};
pub use window::Window;
