#!/usr/bin/env bash
# Holds the boards that are generated from slo-specs against the types that Grafana publishes of its boards.
# Needs Node.js and npm, and at the first time the registry that npm asks.
# usage: tests/grafana/check.sh BINARY
set -euo pipefail

binary="$(realpath "${1:?usage: tests/grafana/check.sh BINARY}")"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cd "$here/../.."
work="${CARGO_TARGET_DIR:-target}/grafana"
mkdir -p "$work"

if ! cmp -s "$here/package.json" "$work/installed.json"; then
  cp "$here/package.json" "$work/package.json"
  if ! npm install --prefix "$work" --no-package-lock --ignore-scripts --no-audit --no-fund; then
    echo "error: npm could not install what tests/grafana/package.json names, so no board was checked" >&2
    exit 1
  fi
  cp "$here/package.json" "$work/installed.json"
fi

rm -rf "$work/boards"
"$binary" generate dashboards --quiet -f slo-specs --out "$work/boards"
cp "$here/board.ts" "$work/board.ts"
count=0
for board in "$work"/boards/*.json; do
  { echo "import type { Board } from '../board';"; printf 'export const board: Board = '; cat "$board"; } >"${board%.json}.ts"
  count=$((count + 1))
done
if [ "$count" -eq 0 ]; then
  echo 'error: there are no boards to check' >&2
  exit 1
fi
"$work/node_modules/.bin/tsc" --noEmit --strict --skipLibCheck --target es2022 --module es2022 --moduleResolution bundler \
  "$work"/boards/*.ts
echo "$count boards are of the types that Grafana publishes"
