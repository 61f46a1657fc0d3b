#!/bin/sh
# What "make run" shows: the example shop's dependencies, its whole history, then the gate on a feature branch.
set -u
reeve=$1 shop=$2
page=$(dirname "$reeve")/shop.html
known=$(dirname "$reeve")/advisories.db

echo "== What is known of the shop's packages, without a network: reeve advisories import =="
rm -f "$known"
"$reeve" advisories import examples/advisories --database "$known" || exit 1

echo
echo "== Its dependencies, ranked by what can be called and who can reach it: reeve scan examples/shop =="
"$reeve" scan --no-cache examples/shop

echo
echo "== The shop as it is, and everything git ever stored of it: reeve scan --history =="
"$reeve" scan --history --no-cache --advisories "$known" --output "$page" "$shop"

echo
echo "== A pull request that adds invoices: reeve gate --base main =="
"$reeve" gate --base main --head feature/invoices --no-cache --advisories "$known" "$shop"
status=$?
[ "$status" -eq 1 ] || { echo "expected the gate to block (exit 1), got $status" >&2; exit 1; }

echo
echo "The whole report, as a page: $(cd "$(dirname "$page")" && pwd)/$(basename "$page")"
