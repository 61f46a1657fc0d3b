#!/usr/bin/env bash
# What action.yml runs. Environment: REEVE_ACTION (this checkout), REEVE_VERSION, REEVE_BASE, REEVE_SARIF, REEVE_FETCH, REEVE_ARGUMENTS,
# and GitHub's GITHUB_OUTPUT and GITHUB_STEP_SUMMARY.
set -euo pipefail

bin=$(mktemp -d)
if [ -n "${REEVE_VERSION:-}" ]; then
    GOBIN="$bin" go install "github.com/reevehq/reeve/cmd/reeve@$REEVE_VERSION"
else
    go -C "$REEVE_ACTION" build -o "$bin/reeve" ./cmd/reeve
fi

# Where this fails, a change of dependencies is not known to be safe, and the gate says so itself.
[ "${REEVE_FETCH:-}" != update ] || "$bin/reeve" advisories update || echo "::warning::the advisories were not brought up to date"

arguments=(gate --format github --output "${GITHUB_STEP_SUMMARY:-/dev/null}:markdown" --output "$bin/result.json:json")
case "${REEVE_BASE:-}" in
    "" | 0000000000*) ;; # a new branch has no commit before it; the gate then finds the merge base itself
    *) arguments+=(--base "$REEVE_BASE") ;;
esac
[ -z "${REEVE_SARIF:-}" ] || arguments+=(--output "$REEVE_SARIF:sarif")
read -r -a more <<<"${REEVE_ARGUMENTS:-}"

status=0
"$bin/reeve" "${arguments[@]}" "${more[@]}" || status=$?
verdict=$(sed -n 's/.*"decision": *{"action": *"\([a-z]*\)".*/\1/p' "$bin/result.json" 2>/dev/null | head -n 1)
echo "verdict=${verdict:-unknown}" >>"${GITHUB_OUTPUT:-/dev/null}"
exit "$status"
