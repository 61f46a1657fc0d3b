#!/bin/sh
# What "make run" shows: the whole history of the example shop, then the gate on a feature branch.
set -u
reeve=$1 shop=$2
page=$(dirname "$reeve")/shop.html

echo "== The shop as it is, and everything git ever stored of it: reeve scan --history =="
"$reeve" scan --history --no-cache --output "$page" "$shop"

echo
echo "== A pull request that adds invoices: reeve gate --base main =="
"$reeve" gate --base main --head feature/invoices --no-cache "$shop"
status=$?
[ "$status" -eq 1 ] || { echo "expected the gate to block (exit 1), got $status" >&2; exit 1; }

echo
echo "The whole report, as a page: $(cd "$(dirname "$page")" && pwd)/$(basename "$page")"
