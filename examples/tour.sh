#!/bin/sh
# What "make run" shows: the example shop's dependencies, its whole history, the gate on a feature branch, then the register with all of it.
set -u
reeve=$1 shop=$2
here=$(dirname "$reeve")
page=$here/shop.html
known=$here/advisories.db
register=$here/register.db

echo "== What is known of the shop's packages, without a network: reeve advisories import =="
rm -f "$known"
"$reeve" advisories import examples/advisories --database "$known" || exit 1

echo
echo "== Its dependencies, ranked by what can be called and who can reach it: reeve scan examples/shop =="
"$reeve" scan --no-cache --advisories "$known" examples/shop

echo
echo "== The shop as it is, and everything git ever stored of it: reeve scan --history =="
"$reeve" scan --history --no-cache --advisories "$known" --output "$page" "$shop"

echo
echo "== A pull request that adds invoices: reeve gate --base main =="
"$reeve" gate --base main --head feature/invoices --no-cache --advisories "$known" "$shop"
status=$?
[ "$status" -eq 1 ] || { echo "expected the gate to block (exit 1), got $status" >&2; exit 1; }

echo
echo "The whole report, as a page: $(cd "$here" && pwd)/shop.html"

echo
echo "== All of it in one register, with what Semgrep, Trivy and ZAP say: reeve scan --push, reeve import =="
rm -f "$register" "$register"-shm "$register"-wal
"$reeve" scan --quiet --no-cache --advisories "$known" --push --database "$register" --asset repository:tea/shop --ref main examples/shop || exit 1
"$reeve" scan --quiet --history --no-cache --advisories "$known" --push --database "$register" --asset repository:tea/shop --ref main "$shop" || exit 1
"$reeve" import --database "$register" --asset repository:tea/shop --ref main examples/reports/semgrep.json examples/reports/trivy.json examples/reports/zap.json || exit 1
echo
"$reeve" findings --database "$register" --limit 5
"$reeve" register verify --database "$register" || exit 1

echo
echo "== The register: reeve serve (Ctrl-C ends it) =="
if [ -t 1 ]; then
    exec "$reeve" serve --database "$register" --advisories "$known" --log-level warn
fi
ready=$here/register.ready # not on a terminal: open it, see that it answers, and end it
rm -f "$ready"
"$reeve" serve --database "$register" --advisories "$known" --listen 127.0.0.1:0 --log-level warn --ready-file "$ready" &
server=$!
for _ in $(seq 100); do [ -s "$ready" ] && break; sleep 0.1; done
[ -s "$ready" ] || { echo "the register did not open" >&2; kill "$server"; exit 1; }
kill -INT "$server" && wait "$server"
