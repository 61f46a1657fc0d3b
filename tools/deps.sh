#!/bin/sh
# Installs what the tests need beyond Go and git: PostgreSQL's programs, Chromium, Node.js and the packages below e2e/.
# Debian and Ubuntu; elsewhere it says what is missing.
set -eu
cd "$(dirname "$0")/.."
missing=
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null || missing="$missing postgresql"
command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing="$missing chromium"
command -v npm >/dev/null || missing="$missing npm"
if [ -n "$missing" ]; then
    if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
        echo "the tests need these programs, install them first:$missing" >&2
        exit 1
    fi
    apt-get update -qq
    # shellcheck disable=SC2086 # a list of packages
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
for lock in e2e/*/package-lock.json; do
    [ -e "$lock" ] || continue
    dir=$(dirname "$lock")
    if [ ! -e "$dir/node_modules/.package-lock.json" ] || [ "$lock" -nt "$dir/node_modules/.package-lock.json" ]; then
        (cd "$dir" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    fi
done
