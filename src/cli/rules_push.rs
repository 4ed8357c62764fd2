//! `nines rules push`: the rules that a ruler keeps become those of the specifications.

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::args::{DoctorFormat, Global, RulerKind, RulesPushArgs};
use super::settings::{self, Opened};
use super::validate::counted;
use crate::app::push::{self, Fate, Step};
use crate::app::{World, waiting};
use crate::exit::Exit;
use crate::generate::{Change, RuleSet};
use crate::plan::NoAnswer;
use crate::source::prometheus::{Ruler, RulerApi};

pub(super) fn run(args: &RulesPushArgs, global: &Global, world: &mut World<'_>) -> Exit {
    if matches!(args.namespace.as_str(), "" | "." | "..") {
        return world.refuse("--namespace: this cannot be the name of a namespace");
    }
    let Ok(specs) = settings::selected(&args.specs, global, world) else { return Exit::Usage };
    let wanted = match crate::generate::rules(&specs.specs, args.style.style()) {
        Ok(rules) => rules,
        Err(error) => return world.refuse(&error.to_string()),
    };
    if let Some(name) = push::twice(&wanted.groups) {
        return world.refuse(&format!("two groups are called {name}; one would take the place of the other"));
    }
    match waiting(pushed(args, global, &wanted, world)) {
        Ok(Ok(exit)) => exit,
        Ok(Err(error)) => world.refuse(&format!("{error:#}")),
        Err(exit) => {
            world.say("interrupted: the groups told so far are on the server, the others may not be");
            exit
        }
    }
}

async fn pushed(
    args: &RulesPushArgs,
    global: &Global,
    wanted: &RuleSet,
    world: &mut World<'_>,
) -> Result<Exit> {
    let mut warnings = Vec::new();
    let Opened::Server(server) = settings::open(&args.source, global, world, &mut warnings).await? else {
        bail!("only a server keeps rules: give --prometheus-url URL");
    };
    let ruler = server.ruler(match args.api {
        RulerKind::Mimir => RulerApi::Mimir,
        RulerKind::Cortex => RulerApi::Cortex,
    });
    let steps = match push::plan(wanted, &ruler, &args.namespace).await {
        Ok(steps) => steps,
        Err(fault) => {
            let at = ruler.address();
            world.say(&format!("error: the rules at {at} cannot be read: {}", said(&fault)));
            if matches!(fault, NoAnswer::Rejected { status: Some(404 | 405), .. }) {
                world.say("help: is the ruler's API turned on there, and is it the one that --api names?");
            }
            return Ok(Exit::SourceFailed);
        }
    };
    let run = Run { args, global, wanted, ruler: &ruler };
    let as_json = args.format == DoctorFormat::Json;
    if !as_json {
        let printed = world.print(run.told(&steps).as_bytes());
        if printed != Exit::Passed {
            return Ok(printed);
        }
    }
    let (fates, verified) = if args.dry_run {
        (vec![Fate::NotTried; steps.len()], None)
    } else {
        let fates = run.carry_out(&steps, world).await;
        let after = push::plan(wanted, &ruler, &args.namespace).await;
        (fates, Some(after))
    };
    let judged = verified.as_ref().map(|after| run.judged(&steps, &fates, after, world));
    let exit = if judged == Some(false) { Exit::SourceFailed } else { Exit::Passed };
    if as_json {
        let groups: Vec<Value> =
            steps.iter().zip(&fates).map(|(step, fate)| run.as_json(step, fate)).collect();
        let document = json!({
            "rules_at": ruler.address(),
            "namespace": args.namespace,
            "dry_run": args.dry_run,
            "groups": groups,
            "verified": judged,
        });
        return Ok(exit.and(world.print(format!("{document:#}\n").as_bytes())));
    }
    Ok(exit)
}

/// What stays the same while a push runs.
struct Run<'r> {
    args: &'r RulesPushArgs,
    global: &'r Global,
    wanted: &'r RuleSet,
    ruler: &'r Ruler<'r>,
}

impl Run<'_> {
    /// Whether the specifications that were read are all of the namespace: else what is left there may be of others.
    fn is_all(&self) -> bool {
        let specs = &self.args.specs;
        specs.service.is_empty() && specs.slo.is_empty() && specs.selector.is_none()
    }

    /// Whether a step changes something.
    fn acts(&self, step: &Step) -> bool {
        match step.change {
            Change::Add | Change::Replace(_) => true,
            Change::Keep => false,
            Change::Left => self.args.prune,
        }
    }

    /// What will be done, in lines.
    fn told(&self, steps: &[Step]) -> String {
        let mut lines = vec![format!("namespace {} at {}", self.args.namespace, self.ruler.address())];
        for step in steps {
            let group = &step.group;
            match &step.change {
                Change::Add => lines.push(format!("add: group {group}")),
                Change::Replace(_) => lines.push(format!("replace: group {group}")),
                Change::Left if self.args.prune => lines.push(format!("delete: group {group}")),
                Change::Left if self.is_all() => lines
                    .push(format!("left: group {group}, which no specification makes; --prune deletes it")),
                Change::Left | Change::Keep => continue,
            }
            let differences = differences(step);
            lines.extend(differences.iter().flat_map(|text| text.lines()).map(|line| format!("  {line}")));
        }
        let kept = steps.iter().filter(|step| step.change == Change::Keep).count();
        if kept > 0 {
            lines.push(format!("{kept} of {} groups are as they should be", self.wanted.groups.len()));
        }
        lines.join("\n") + "\n"
    }

    /// Does what is to be done. What is left is deleted last, and only where everything else is there.
    async fn carry_out(&self, steps: &[Step], world: &mut World<'_>) -> Vec<Fate> {
        let mut fates = Vec::new();
        let mut failed = false;
        let mut hopeless = false;
        for step in steps {
            if !self.acts(step) {
                fates.push(Fate::Nothing);
                continue;
            }
            if hopeless || (failed && step.change == Change::Left) {
                fates.push(Fate::NotTried);
                continue;
            }
            let fate = push::carry_out(step, self.wanted, self.ruler, &self.args.namespace).await;
            let done = if step.change == Change::Left { "deleted" } else { "sent" };
            match &fate {
                Fate::Failed(fault) => {
                    failed = true;
                    hopeless |= !push::is_of_the_group(fault);
                    world.say(&format!("error: group {} was not {done}: {}", step.group, said(fault)));
                }
                _ if !self.global.quiet => world.say(&format!("{done}: group {}", step.group)),
                _ => {}
            }
            fates.push(fate);
        }
        fates
    }

    /// Says how it ended; whether the server holds what it should.
    fn judged(
        &self,
        steps: &[Step],
        fates: &[Fate],
        after: &std::result::Result<Vec<Step>, NoAnswer>,
        world: &mut World<'_>,
    ) -> bool {
        let untried: Vec<&str> = steps
            .iter()
            .zip(fates)
            .filter(|(_, fate)| **fate == Fate::NotTried)
            .map(|(step, _)| step.group.as_str())
            .collect();
        if !untried.is_empty() {
            world.say(&format!("not tried after that: group {}", untried.join(", group ")));
        }
        let after = match after {
            Ok(after) => after,
            Err(fault) => {
                world.say(&format!("error: what the server holds now cannot be read: {}", said(fault)));
                return false;
            }
        };
        let failed = |group: &str| {
            let mut all = steps.iter().zip(fates);
            all.any(|(step, fate)| step.group == group && matches!(fate, Fate::Failed(_) | Fate::NotTried))
        };
        let wrong: Vec<&Step> = after.iter().filter(|step| self.acts(step)).collect();
        for step in wrong.iter().filter(|step| !failed(&step.group)) {
            let why = match step.change {
                Change::Add => "is not there",
                Change::Left => "is there still",
                _ => "is other than was sent",
            };
            world.say(&format!("error: the server took group {}, and it {why}", step.group));
            for text in differences(step) {
                world.say(&text);
            }
        }
        let sent = fates.iter().filter(|fate| **fate == Fate::Done).count();
        let right = after.iter().filter(|step| step.change == Change::Keep).count();
        if !self.global.quiet || !wrong.is_empty() {
            let all = self.wanted.groups.len();
            let sent = counted(sent, "group");
            world.say(&format!("changed {sent}; the server holds {right} of {all} groups as they should be"));
        }
        wrong.is_empty()
    }

    fn as_json(&self, step: &Step, fate: &Fate) -> Value {
        let change = match step.change {
            Change::Add => "add",
            Change::Replace(_) => "replace",
            Change::Keep => "keep",
            Change::Left if self.args.prune => "delete",
            Change::Left => "left",
        };
        let (result, fault) = match fate {
            Fate::Done => ("done", None),
            Fate::Failed(fault) => ("failed", Some(said(fault))),
            Fate::NotTried if self.acts(step) => ("not tried", None),
            Fate::NotTried | Fate::Nothing => ("nothing to do", None),
        };
        json!({
            "group": step.group, "change": change, "differences": differences(step), "result": result, "fault": fault,
        })
    }
}

/// What of a group differs.
fn differences(step: &Step) -> Vec<String> {
    let drifts = match &step.change {
        Change::Replace(drifts) => drifts.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    drifts.into_iter().chain(step.beyond.iter().cloned()).collect()
}

/// A fault, which is of no query here.
fn said(fault: &NoAnswer) -> String {
    match fault {
        NoAnswer::Rejected { status: Some(status), said } => format!("HTTP {status}: {said}"),
        NoAnswer::Rejected { status: None, said } => said.clone(),
        fault => fault.to_string(),
    }
}
