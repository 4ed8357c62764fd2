use std::io::{self, Write};

use super::process::{Kind, Track};

/// Writes series as OpenMetrics text: families one after the other in the order of their names, each series whole.
/// Gives the number of samples.
pub(super) fn write(tracks: &mut [Track], out: &mut dyn Write) -> io::Result<usize> {
    let mut out = io::BufWriter::new(out);
    let mut samples = 0;
    let mut family = "";
    tracks.sort_by_key(|track| track.family);
    for track in tracks {
        if track.family != family {
            family = track.family;
            let kind = match track.kind {
                Kind::Counter => "counter",
                Kind::Gauge => "gauge",
                Kind::Histogram => "histogram",
            };
            writeln!(out, "# TYPE {family} {kind}")?;
        }
        for &(time, value) in &track.samples {
            write!(out, "{family}{}{{{}}} ", track.suffix, track.labels)?;
            if track.thousandths {
                decimal(&mut out, value)?;
            } else {
                write!(out, "{value}")?;
            }
            write!(out, " ")?;
            decimal(&mut out, time)?;
            writeln!(out)?;
        }
        samples += track.samples.len();
    }
    writeln!(out, "# EOF")?;
    out.flush()?;
    Ok(samples)
}

/// Thousandths as a decimal number, with decimals only where there are any.
fn decimal(out: &mut impl Write, thousandths: i64) -> io::Result<()> {
    let (whole, rest) = (thousandths / 1000, thousandths % 1000);
    if rest == 0 { write!(out, "{whole}") } else { write!(out, "{whole}.{rest:03}") }
}
