//! The data that is measured, in the target folder: made where it is missing, kept for the next time.
#![allow(dead_code, reason = "not every benchmark needs every form")]
#![expect(clippy::print_stdout, reason = "a benchmark tells what it waits for on standard output")]

use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::data::{self, PER_INSTANCE};
use crate::support::prometheus::promtool;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("nines-bench-{name}"))
}

/// The counters as text, written where they are missing.
pub(crate) fn text(series: usize) -> Result<PathBuf> {
    let path = folder(&format!("{series}.om"));
    if !path.exists() {
        println!("writing {}", path.display());
        let unfinished = path.with_extension("unfinished");
        let mut file = BufWriter::new(fs::File::create(&unfinished)?);
        data::write(&mut file, series / PER_INSTANCE)?;
        file.flush()?;
        fs::rename(&unfinished, &path)?;
    }
    Ok(path)
}

/// The counters as blocks, made where they are missing. Of many series the text is not kept.
pub(crate) fn blocks(series: usize) -> Result<PathBuf> {
    let path = folder(&format!("{series}-blocks"));
    if !path.exists() {
        let text = text(series)?;
        println!("making {}", path.display());
        let unfinished = path.with_extension("unfinished");
        let args = ["tsdb", "create-blocks-from", "openmetrics", "--quiet", "--max-block-duration=744h"];
        let paths = [text.as_os_str(), unfinished.as_os_str()];
        promtool(args.map(AsRef::as_ref).into_iter().chain(paths)).map_err(anyhow::Error::msg)?;
        fs::rename(&unfinished, &path)?;
        if series > 100 {
            fs::remove_file(&text)?;
        }
    }
    Ok(path)
}
