use super::super::metric::Metric;
use super::super::search::{Search, Usual};
use super::super::ways;
use super::Preset;

/// Caches: lookups that hit, and whether the cache is there.
pub(super) const PRESET: Preset = Preset { name: "cache", find };

const WORDS: [&str; 5] = ["cache", "redis", "memcached", "keyspace", "varnish"];

fn find(search: &mut Search<'_>) {
    let of_cache = |metric: &Metric| metric.has_word(&WORDS);
    super::reached(search, &["redis_up", "memcached_up", "varnish_up"], "The exporter reaches the cache");
    super::hits(search, of_cache);
    if let (Some(bad), Some(all)) = (
        search.get_free("redis_rejected_connections_total"),
        search.get_free("redis_connections_received_total"),
    ) {
        let say = "Connections are accepted".to_owned();
        let way = ways::bad_among(&search.selector(bad), &[search.selector(all)], say);
        search.take(bad);
        search.propose(all, &[], vec![way], &Usual { name: "connections", objective: "99.9", way: 0 });
    }
    super::outcomes(search, of_cache, "99.9");
    super::errors(search, of_cache);
    super::latencies(search, of_cache, 0.1, &|_, time| format!("Lookups take at most {time}"));
}
