//! `meta.json`: what a block says of itself.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::super::Fault;
use super::super::file::read_whole;

/// What a block says of itself. Fields that are not needed are not named.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::tsdb) struct Meta {
    pub(in crate::tsdb) ulid: String,
    /// Of the first sample or before it, in milliseconds since 1970.
    pub(in crate::tsdb) min_time: i64,
    /// Behind the last sample.
    pub(in crate::tsdb) max_time: i64,
    #[serde(default)]
    pub(in crate::tsdb) stats: Stats,
    #[serde(default)]
    pub(in crate::tsdb) compaction: Compaction,
    version: i64,
    #[serde(default)]
    thanos: Thanos,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::tsdb) struct Stats {
    #[serde(rename = "numSamples")]
    pub(in crate::tsdb) samples: u64,
    #[serde(rename = "numSeries")]
    pub(in crate::tsdb) series: u64,
    #[serde(rename = "numChunks")]
    pub(in crate::tsdb) chunks: u64,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::tsdb) struct Compaction {
    pub(in crate::tsdb) level: u32,
    /// The blocks that it was made of.
    pub(in crate::tsdb) parents: Vec<Parent>,
    /// Whether it holds nothing and is about to be removed.
    pub(in crate::tsdb) deletable: bool,
    pub(in crate::tsdb) hints: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(in crate::tsdb) struct Parent {
    pub(in crate::tsdb) ulid: String,
}

/// What Thanos and Mimir add.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Thanos {
    labels: BTreeMap<String, String>,
    downsample: Downsample,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Downsample {
    resolution: i64,
}

impl Meta {
    /// Of the block in a folder.
    ///
    /// # Errors
    /// It cannot be read, is of an unknown version, or is of a block that holds no raw samples.
    pub(in crate::tsdb) fn read(block: &Path) -> Result<Self, Fault> {
        let path = block.join("meta.json");
        let meta: Self = serde_json::from_slice(&read_whole(&path)?).map_err(|why| {
            Fault::new(&path, format!("is not what a block says of itself: {why}"))
                .help("the block is damaged: take it from a snapshot or a backup")
        })?;
        if meta.version != 1 {
            let what = format!("block of version {}, only version 1 is known", meta.version);
            return Err(Fault::new(&path, what).help("the block is of a newer Prometheus"));
        }
        if meta.thanos.downsample.resolution != 0 {
            let step = meta.thanos.downsample.resolution;
            return Err(Fault::new(
                &path,
                format!("downsampled block (one value every {step} ms), which holds no samples"),
            )
            .help("give the raw blocks: those whose meta.json has \"resolution\": 0"));
        }
        Ok(meta)
    }

    /// Labels that all series of the block get: those by which Thanos tells whose block it is. Names that begin with two
    /// underscores are of internal use (Mimir's).
    pub(in crate::tsdb) fn external_labels(&self) -> impl Iterator<Item = (&str, &str)> {
        let labels = self.thanos.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        labels.filter(|(name, value)| !name.starts_with("__") && !value.is_empty())
    }

    /// Whether it holds all that came in order until its end: it was made neither of late samples nor of some series.
    pub(in crate::tsdb) fn holds_all(&self) -> bool {
        let some = ["from-out-of-order", "from-stale-series", "from-selected-series"];
        !self.compaction.hints.iter().any(|hint| some.contains(&hint.as_str()))
    }

    /// Whether it was made of samples that came out of order.
    pub(in crate::tsdb) fn is_out_of_order(&self) -> bool {
        self.compaction.hints.iter().any(|hint| hint == "from-out-of-order")
    }
}
