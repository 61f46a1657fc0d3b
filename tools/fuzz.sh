#!/bin/sh
# Runs every fuzz target for a while: sh tools/fuzz.sh 30s
set -eu
for package in $(go list ./...); do
    for target in $(go test "$package" -list '^Fuzz' 2>/dev/null | grep '^Fuzz' || true); do
        echo "$package $target"
        go test "$package" -run '^$' -fuzz "^$target\$" -fuzztime "$1"
    done
done
