//! The simulated data in a real server: made and started once, shared by the tests that run at the same time.

use std::fmt::Write;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Weak};

use super::prometheus::{RealPrometheus, blocks_from_files};
use super::tempdir::TempDir;

/// A server over `fixtures/data` and [`ODD`], and the same as text.
pub(crate) struct Simulated {
    /// Dropped, and so stopped, before its data.
    pub(crate) server: RealPrometheus,
    blocks: TempDir,
    texts: TempDir,
}

/// Series that no service has: values and labels at the edges of what there is, in the last three hours of the data.
pub(crate) const ODD: &str = "odd.om";

/// The end of the data.
pub(crate) const END: i64 = 1_794_787_200;

impl Simulated {
    /// The one that others use, or a new one.
    pub(crate) fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Simulated>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let new = Arc::new(Self::start());
            *shared = Arc::downgrade(&new);
            new
        })
    }

    fn start() -> Self {
        let texts = TempDir::new("simulated");
        let mut files: Vec<PathBuf> = unpacked(".om.")
            .iter()
            .map(|(name, text)| texts.write(name.trim_end_matches(".zst"), text))
            .collect();
        files.push(texts.write(ODD, odd()));
        let blocks = blocks_from_files(&files);
        Self { server: RealPrometheus::start(blocks.path()), blocks, texts }
    }

    /// The folder in which the server runs.
    pub(crate) fn blocks(&self) -> &Path {
        self.blocks.path()
    }

    /// The folder of the text files.
    pub(crate) fn texts(&self) -> &Path {
        self.texts.path()
    }
}

/// The folder of the data in the project.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/data")
}

/// The files in `fixtures/data` whose name contains `part`, unpacked.
pub(crate) fn unpacked(part: &str) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(fixtures()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.contains(part) {
            let packed = std::fs::File::open(path).unwrap();
            let mut text = Vec::new();
            ruzstd::decoding::StreamingDecoder::new(packed).unwrap().read_to_end(&mut text).unwrap();
            found.push((name, text));
        }
    }
    assert_eq!(found.len(), 5, "{part}");
    found.sort();
    found
}

/// Values at the edges, one series per case, a sample every 30 seconds.
fn odd() -> String {
    let gauges: [(&str, &dyn Fn(i64) -> &'static str); 9] = [
        ("nan", &|i| if i % 3 == 0 { "NaN" } else { "2.5" }),
        ("all_nan", &|_| "NaN"),
        ("inf", &|i| ["1", "+Inf", "3", "-7.25"][i as usize % 4]),
        ("minus_inf", &|i| if i % 50 == 49 { "-Inf" } else { "-1e-7" }),
        ("huge", &|i| if i % 2 == 0 { "1.7e308" } else { "1.6e308" }),
        ("tiny", &|i| ["5e-324", "1e-300", "-3e-310"][i as usize % 3]),
        ("zero", &|i| if i % 2 == 0 { "0" } else { "-0" }),
        ("wobbly", &|i| ["0.1", "0.2", "1e16", "0.3", "-1e16", "123456789.125"][i as usize % 6]),
        ("constant", &|_| "42"),
    ];
    let mut text = "# TYPE odd gauge\n".to_owned();
    let mut write = |series: &str, value: &str, i: i64| {
        writeln!(text, "{series} {value} {}.013", END - 10_800 + i * 30).unwrap();
    };
    for (case, value) in gauges {
        (0..360).for_each(|i| write(&format!("odd{{case=\"{case}\"}}"), value(i), i));
    }
    write("odd{case=\"once\"}", "7", 200);
    for i in [300, 301] {
        write("odd{case=\"twice\"}", &i.to_string(), i);
    }
    // A counter that is reset to other values than zero, seldom scraped.
    for i in (0..360).step_by(7) {
        write("odd{case=\"seldom\"}", &(i % 91 + 17).to_string(), i);
    }
    // Present for ten minutes, absent for ten.
    for i in (0..360).filter(|i| i / 20 % 2 == 0) {
        write("odd{case=\"now_and_then\",group=\"g1\"}", &(i * i).to_string(), i);
    }
    for (label, value) in
        [("<&>", 1), ("ünï😀", 2), (r"back\\slash", 3), (r#"\"quoted\""#, 4), (r"two\nlines", 5)]
    {
        (340..360).for_each(|i| write(&format!("odd_label{{text=\"{label}\"}}"), &value.to_string(), i));
    }
    // Buckets that fall, that have the same bound twice, no bound, no end.
    let buckets: [(&str, &str, i64); 16] = [
        ("falls", "0.5", 5),
        ("falls", "1", 3),
        ("falls", "+Inf", 9),
        ("twice", "1", 4),
        ("twice", "1.0", 2),
        ("twice", "2", 8),
        ("twice", "+Inf", 10),
        ("no_bound", "", 3),
        ("no_bound", "x", 3),
        ("endless", "1", 2),
        ("endless", "2", 3),
        ("negative", "-2", 1),
        ("negative", "-1", 4),
        ("negative", "+Inf", 5),
        ("empty", "1", 0),
        ("empty", "+Inf", 0),
    ];
    for (case, le, rate) in buckets {
        let series = format!("odd_bucket{{case=\"{case}\",le=\"{le}\"}}");
        (300..360).for_each(|i| write(&series, &(i * rate).to_string(), i));
    }
    text + "# EOF\n"
}
