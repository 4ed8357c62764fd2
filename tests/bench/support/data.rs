//! The data that is measured: counters of a service, 30 days of scrapes every 30 seconds, the same on every machine.
//!
//! Each instance has five series, one per status code, scraped together: with jitter, a reset every few days and now and
//! then a gap. One hundred series hold 8.64 million samples, less the few in gaps.

use std::io::{self, Write};

/// The first scrape is due then: 2026-10-01, in milliseconds since 1970.
pub(crate) const START: i64 = 1_790_812_800_000;

/// No scrape is due then or later.
pub(crate) const END: i64 = START + 30 * DAY;

const DAY: i64 = 86_400_000;
const SCRAPE: i64 = 30_000;

/// The status codes, and how many requests per second end so at a quiet time.
const CODES: [(&str, f64); 5] = [("200", 40.0), ("201", 6.0), ("404", 1.2), ("500", 0.05), ("503", 0.01)];

/// How many series an instance has.
pub(crate) const PER_INSTANCE: usize = CODES.len();

/// Writes the counters of so many instances as OpenMetrics text, series by series. Gives the number of samples.
pub(crate) fn write(out: &mut impl Write, instances: usize) -> io::Result<u64> {
    writeln!(out, "# HELP http_requests Requests answered.\n# TYPE http_requests counter")?;
    let mut samples = 0;
    for instance in 0..instances {
        let scrapes = scrapes(instance as u64 + 1);
        for (place, (code, rate)) in CODES.iter().enumerate() {
            let name =
                format!("http_requests_total{{code=\"{code}\",instance=\"api-{instance}\",job=\"api\"}}");
            let mut random = Random::new((instance * PER_INSTANCE + place) as u64 + 1_000);
            let (mut count, mut before) = (0, START - SCRAPE);
            for scrape in &scrapes {
                if scrape.reset {
                    count = 0;
                }
                let seconds = (scrape.at - before) as f64 / 1000.0;
                count += random.about(rate * seconds * tide(scrape.at));
                before = scrape.at;
                writeln!(out, "{name} {count} {}.{:03}", scrape.at / 1000, scrape.at % 1000)?;
            }
            samples += scrapes.len() as u64;
        }
    }
    out.write_all(b"# EOF\n")?;
    Ok(samples)
}

struct Scrape {
    at: i64,
    /// Whether the process was started anew since the scrape before.
    reset: bool,
}

fn scrapes(seed: u64) -> Vec<Scrape> {
    let mut random = Random::new(seed);
    let phase = random.below(SCRAPE as u64 - 2_000) as i64;
    let (mut scrapes, mut silent) = (Vec::new(), 0);
    for due in (START..END).step_by(SCRAPE as usize) {
        let (jitter, reset) = (random.below(12) as i64, random.below(9_000) == 0);
        if silent > 0 {
            silent -= 1;
        } else if random.below(20_000) == 0 {
            silent = random.below(20);
        } else {
            // A server takes scrapes that are about in time for in time; others are some milliseconds late, seldom a second.
            let late = match random.below(200) {
                0 => jitter * 100,
                1..60 => jitter,
                _ => 0,
            };
            scrapes.push(Scrape { at: due + phase + late, reset });
        }
    }
    scrapes
}

/// How busy the service is: twice as busy at noon as at midnight.
fn tide(at: i64) -> f64 {
    let share = (at % DAY) as f64 / DAY as f64;
    1.5 - 0.5 * (share * std::f64::consts::TAU).cos()
}

/// SplitMix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// A whole number around a mean: its own root off, at most, and right on average.
    fn about(&mut self, mean: f64) -> u64 {
        let share = self.next() as f64 / u64::MAX as f64;
        let off = (share * 2.0 - 1.0) * mean.sqrt();
        let (whole, rest) = ((mean + off).max(0.0).floor(), (mean + off).max(0.0).fract());
        whole as u64 + u64::from(rest * 1000.0 > self.below(1000) as f64)
    }
}
