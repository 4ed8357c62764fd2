//! What a deploy needs: from flags and the policy that stands among the specifications to a [`Policy`].

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;

use super::settings::{self, instead};
use crate::base::{Moment, Share, Zone};
use crate::report::{Covers, LimitRule, Needs, OverrideRule, Policy, WrittenPolicy};
use crate::spec::Beside;

/// Of `nines report` and `nines gate`.
#[derive(Debug, Args)]
#[command(next_help_heading = "Policy")]
pub(super) struct WrittenPolicyArgs {
    /// What deploys need, by label, service and environment: a file with `kind: Policy` [default: the one that stands
    /// among the specifications]
    #[arg(long, value_name = "FILE")]
    pub(super) policy: Option<PathBuf>,
    /// The environment that is judged for: which levels of the policy count
    #[arg(long, value_name = "NAME")]
    pub(super) environment: Option<String>,
}

/// Of `nines gate` alone.
#[derive(Debug, Args)]
pub(super) struct DeployArgs {
    /// Judge a saved report (JSON) again, with no source; - is standard input
    #[arg(long, value_name = "FILE", help_heading = "Source", conflicts_with_all = [
        "file", "selector", "service", "slo", "prometheus_url", "data", "offline", "record", "at", "from", "to",
        "window", "period", "step", "since",
    ])]
    pub(super) report: Option<PathBuf>,
    /// Compare the time since a deploy with as long a time before it
    #[arg(long, value_name = "TIME", help_heading = "Comparison", conflicts_with_all = ["baseline", "period", "from"])]
    pub(super) since: Option<String>,
    /// Compare with a saved report (JSON)
    #[arg(long, value_name = "FILE", help_heading = "Comparison")]
    pub(super) baseline: Option<PathBuf>,
    /// By how many percentage points an SLI may be lower than before
    #[arg(long, value_name = "PERCENT", help_heading = "Comparison")]
    pub(super) max_drop: Option<String>,
    /// How many times faster a budget may burn than before
    #[arg(long, value_name = "RATIO", help_heading = "Comparison")]
    pub(super) max_burn_ratio: Option<f64>,
    /// Let what fails pass all the same; the reason is recorded in the report
    #[arg(long, value_name = "REASON", requires = "by", help_heading = "Policy")]
    pub(super) r#override: Option<String>,
    /// Who answers for --override
    #[arg(long, alias = "override-by", value_name = "NAME", requires = "override", help_heading = "Policy")]
    pub(super) by: Option<String>,
    /// Until when --override is meant to count: a time, or a length from now; recorded in the report
    #[arg(long, value_name = "TIME", requires = "override", help_heading = "Policy")]
    pub(super) expires: Option<String>,
    /// What --override lets pass [default: breached, with limits that fail]
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = ["breached", "no_data", "error"], requires = "override", help_heading = "Policy")]
    pub(super) covers: Vec<String>,
    /// Judge and say everything, and end with 0
    #[arg(long, help_heading = "Policy")]
    pub(super) dry_run: bool,
}

impl DeployArgs {
    /// The policy with what they say.
    pub(super) fn over(&self, policy: Policy, now: Moment) -> Result<Policy> {
        Ok(Policy {
            r#override: self.override_typed(now)?,
            typed: self.limits()?,
            dry_run: self.dry_run,
            ..policy
        })
    }

    fn override_typed(&self, now: Moment) -> Result<Option<OverrideRule>> {
        let Some((reason, by)) = self.r#override.as_deref().zip(self.by.as_deref()) else { return Ok(None) };
        let (reason, by) = (reason.trim(), by.trim());
        if reason.is_empty() {
            bail!("--override: say why, such as --override \"P0 fix INC-12\"");
        }
        if by.is_empty() {
            bail!("--by: say who answers for the override");
        }
        let expires = self.expires.as_deref().map(|text| until(text, now)).transpose()?;
        let covers = Covers::WORDS.iter().filter(|(word, _)| self.covers.iter().any(|said| said == word));
        let covers: Vec<Covers> = covers.map(|(_, covers)| *covers).collect();
        Ok(Some(OverrideRule {
            by: by.to_owned(),
            reason: reason.to_owned(),
            from: None,
            expires,
            service: None,
            slo: None,
            covers: if covers.is_empty() { vec![Covers::Breached] } else { covers },
            written_at: None,
        }))
    }

    fn limits(&self) -> Result<Needs> {
        let mut needs = Needs::default();
        if let Some(text) = &self.max_drop {
            let Ok(share) = Share::from_percent(text) else {
                bail!("--max-drop {text}: expected percentage points, such as 0.05%");
            };
            needs.limits.push(Needs::typed(LimitRule::MaxDrop, share.as_f64(), "--max-drop"));
        }
        if let Some(ratio) = self.max_burn_ratio {
            if !(ratio.is_finite() && ratio > 0.0) {
                bail!("--max-burn-ratio {ratio}: expected a number above zero, such as 2");
            }
            needs.limits.push(Needs::typed(LimitRule::MaxBurnRatio, ratio, "--max-burn-ratio"));
        }
        if !needs.limits.is_empty() && !self.compares() {
            bail!(
                "--max-drop and --max-burn-ratio compare with what was before: add --since TIME or --baseline FILE"
            );
        }
        Ok(needs)
    }

    /// Whether something is compared.
    pub(super) fn compares(&self) -> bool {
        self.since.is_some() || self.baseline.is_some()
    }
}

/// The end of an override: a time, or a length from now.
fn until(text: &str, now: Moment) -> Result<Moment> {
    let length = text.parse().ok().map(|length| now + length);
    let until = length.map_or_else(|| settings::moment("--expires", text, Zone::UTC), Ok)?;
    if until <= now {
        bail!("--expires {text}: that is over already");
    }
    Ok(until)
}

/// Said where something is compared and nothing limits by how much it may be worse.
pub(super) const NO_LIMIT: &str = "nothing says how much worse than before is too much: add --max-drop 0.05%, or `max_drop` or `max_burn_ratio` to a gate";

/// The policy of the file that is named, or the only one among the specifications.
pub(super) fn written(
    beside: &[(String, Beside)],
    args: &WrittenPolicyArgs,
) -> Result<Option<WrittenPolicy>> {
    let all = beside.iter().filter_map(|(file, beside)| match beside {
        Beside::Policy(policy) => Some((file.as_str(), policy.as_ref())),
        Beside::Receivers(_) | Beside::Boards(_) | Beside::Exclusions(_) => None,
    });
    let named = args.policy.as_deref().map(Path::display).map(|path| path.to_string());
    let found: Vec<_> = all.filter(|(file, _)| named.as_deref().is_none_or(|named| named == *file)).collect();
    let policy = match (found.as_slice(), named) {
        ([(_, policy)], _) => Some(*policy),
        ([], None) => None,
        ([], Some(file)) => bail!("--policy {file}: holds no document of `kind: Policy`"),
        ([(first, _), (second, _), ..], None) if first != second => {
            bail!("policies stand in {first} and in {second}; name one with --policy")
        }
        ([(file, _), ..], _) => {
            bail!(
                "{file} holds two policies; what differs between environments stands in the `levels` of one"
            )
        }
    };
    fits(policy, args.environment.as_deref())?;
    Ok(policy.cloned())
}

/// An environment that is misspelt, or not said, would silently ask for less.
pub(super) fn fits(policy: Option<&WrittenPolicy>, environment: Option<&str>) -> Result<()> {
    let known = policy.map(WrittenPolicy::environments).unwrap_or_default();
    let names: Vec<String> = known.iter().map(|&name| name.to_owned()).collect();
    match environment {
        Some(environment) if known.is_empty() => {
            bail!("--environment {environment}: no policy has levels for environments")
        }
        Some(environment) if !known.iter().any(|name| crate::report::matches(name, environment)) => {
            bail!(
                "--environment {environment}: the policy has no level for it; {}",
                instead(environment, &names)
            )
        }
        None if !known.is_empty() => {
            bail!(
                "the policy has levels for environments; say with --environment which ({})",
                known.join(", ")
            )
        }
        _ => Ok(()),
    }
}
