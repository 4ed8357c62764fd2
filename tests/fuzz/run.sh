#!/usr/bin/env bash
# Runs one target under libFuzzer: tests/fuzz/run.sh TARGET [SECONDS] [libFuzzer's options]
# Needs a nightly toolchain and a C++ compiler. What it finds is kept in tests/fuzz/target/found/.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
target="${1:?the name of a target}"
seconds="${2:-60}"
work="$PWD/tests/fuzz/target"
mkdir -p "$work/found" "$work/corpus/$target"

NINES_FUZZ_SEEDS="$work/seeds" cargo test --quiet --test it fuzz::seeds
# What `cargo fuzz` passes, so that it need not be installed.
RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
  -Cllvm-args=-sanitizer-coverage-trace-compares -Zsanitizer=address" \
  cargo +nightly build --release --manifest-path tests/fuzz/Cargo.toml --target "$(rustc -vV | sed -n 's/^host: //p')" \
  --bin "$target"
exec "$work"/*-*/release/"$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -malloc_limit_mb=64 \
  -artifact_prefix="$work/found/$target-" "${@:3}" "$work/corpus/$target" "$work/seeds/$target"
