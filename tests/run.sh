#!/usr/bin/env bash
# Everything that must hold before a change is taken: form, lints, tests, documentation, the release build and that it
# starts.
# Needs Rust; promtool, prometheus and amtool (Debian's packages `prometheus` and `prometheus-alertmanager`); Node.js and
# npm. It installs what is missing but Rust where it may.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

step() {
  printf '\n== %s\n' "$*"
  "$@"
}

has() {
  command -v "$1" >/dev/null 2>&1
}

# The tests ask the real thing whether a rule file loads, what a query answers and whom an alert reaches; without it they
# fail.
install_prometheus() {
  if has promtool && has prometheus && has amtool && has prometheus-alertmanager; then
    return
  fi
  if [ "$(id -u)" -eq 0 ] && has apt-get; then
    export DEBIAN_FRONTEND=noninteractive
    step apt-get update -qq
    step apt-get install -y -qq --no-install-recommends prometheus prometheus-alertmanager
  fi
  if ! has promtool || ! has prometheus || ! has amtool || ! has prometheus-alertmanager; then
    echo 'error: promtool, prometheus and amtool are needed by the tests and were not all found' >&2
    echo 'help: install them, on Debian with: apt-get install prometheus prometheus-alertmanager' >&2
    exit 1
  fi
}

# The boards are held against the types that Grafana publishes, by the compiler of TypeScript.
install_node() {
  if has node && has npm; then
    return
  fi
  if [ "$(id -u)" -eq 0 ] && has apt-get; then
    export DEBIAN_FRONTEND=noninteractive
    step apt-get update -qq
    step apt-get install -y -qq --no-install-recommends nodejs npm
  fi
  if ! has node || ! has npm; then
    echo 'error: node and npm are needed by the tests and were not both found' >&2
    echo 'help: install them, on Debian with: apt-get install nodejs npm' >&2
    exit 1
  fi
}

install_prometheus
install_node
step cargo fmt --check
step cargo clippy --locked --all-targets -- -D warnings
step cargo test --locked
step env RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps
step cargo build --locked --release
binary="${CARGO_TARGET_DIR:-target}/release/nines"
step "$binary" --version
step "$binary" --help
step tests/grafana/check.sh "$binary"
# The command that the README opens with.
outputs="$(mktemp -d)"
trap 'rm -rf "$outputs"' EXIT
step "$binary" report -f slo-specs --data fixtures/data --at end --fail-on never \
  -o terminal=- -o html="$outputs/report.html"
test -s "$outputs/report.html"

printf '\nall passed\n'
