//! Hostile bytes for seconds: the targets of `tests/fuzz` with a small mutator, the same inputs every time.
//!
//! Memory is counted, so that a length which is believed before it is checked fails the test and not the machine.
//! `NINES_FUZZ_SEEDS=DIR` writes the seeds of each target to a folder of `DIR`, for libFuzzer.

mod mutate;
#[path = "../../fuzz/targets/mod.rs"]
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

use allocation_counter::measure;
use nines::base::fnv1a;

use mutate::Mutator;
use targets::{TARGETS, Target, find};

/// Inputs per target.
const ROUNDS: usize = 4000;
/// Longer than any input takes, even on a busy machine.
const LONGEST: Duration = Duration::from_secs(10);

fn hold(target: &Target, input: &[u8]) {
    let mut outcome = Ok(());
    let started = Instant::now();
    let taken = measure(|| outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(input))));
    let shown = input.escape_ascii();
    if let Err(panic) = outcome {
        eprintln!("{}: {shown}", target.name);
        resume_unwind(panic);
    }
    let (most, limit) = (taken.bytes_max, (target.memory)(input.len()) as u64);
    assert!(most <= limit, "{}: {most} bytes of memory, more than {limit}, for {shown}", target.name);
    let took = started.elapsed();
    assert!(took < LONGEST, "{}: {took:?} for {shown}", target.name);
}

fn throw_at(name: &str) {
    let target = find(name);
    let seeds = (target.seeds)();
    for seed in &seeds {
        hold(target, seed);
    }
    let mut mutator = Mutator::new(fnv1a(name));
    for _ in 0..ROUNDS {
        hold(target, &mutator.next(&seeds, target.words));
    }
}

#[test]
fn block() {
    throw_at("block");
}

#[test]
fn chunks() {
    throw_at("chunks");
}

#[test]
fn head() {
    throw_at("head");
}

#[test]
fn ics() {
    throw_at("ics");
}

#[test]
fn promql() {
    throw_at("promql");
}

#[test]
fn spec() {
    throw_at("spec");
}

#[test]
fn text() {
    throw_at("text");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "run by hand, to start libFuzzer from")]
fn seeds() {
    let folder = std::env::var_os("NINES_FUZZ_SEEDS");
    for target in TARGETS {
        let seeds = (target.seeds)();
        assert!(!seeds.is_empty(), "{} has no seeds", target.name);
        let Some(folder) = &folder else { continue };
        let folder = std::path::Path::new(folder).join(target.name);
        std::fs::create_dir_all(&folder).unwrap();
        for (i, seed) in seeds.iter().enumerate() {
            std::fs::write(folder.join(i.to_string()), seed).unwrap();
        }
    }
}
