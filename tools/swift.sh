#!/bin/sh
# Gets tree-sitter's grammar of Swift into internal/treesitter/swift: 18 MB of generated tables, too large to be kept here. What is there already stays;
# a package that is not the one whose hash stands below is refused. Without npm there is nothing to get it with, and the build is one without Swift.
set -eu
package=tree-sitter-swift@0.7.1
sum=abd89284f1b0f1375ba5efaa9ddf99ad4b16ac91fc7751ef10c5f013cca06f8c
cd "$(dirname "$0")/../internal/treesitter/swift"
if [ -e parser.c ] && [ "$(cat grammar.sum 2>/dev/null)" = $sum ]; then
    exit 0
fi
if ! command -v npm >/dev/null; then
    echo "npm is not installed, so $package cannot be had: this build will not read Swift" >&2
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! npm pack --loglevel=error --ignore-scripts --pack-destination "$work" $package >/dev/null; then
    echo "$package could not be fetched: try again, or build by \"go build ./cmd/reeve\", without Swift" >&2
    exit 1
fi
got=$({ sha256sum "$work"/*.tgz 2>/dev/null || shasum -a 256 "$work"/*.tgz; } | cut -d ' ' -f 1)
if [ "$got" != $sum ]; then
    echo "$package: its SHA-256 is $got, expected was $sum: nothing of it was taken" >&2
    exit 1
fi
tar -xzf "$work"/*.tgz -C "$work"
from=$work/package/src
mkdir -p tree_sitter
cp "$from"/tree_sitter/*.h tree_sitter/
# its scanner asks for no bytes, and writes four
sed 's/calloc(0, sizeof/calloc(1, sizeof/' "$from/scanner.c" >scanner.c
cp "$from/parser.c" parser.c
echo $sum >grammar.sum
