#!/bin/sh
# Renders the chart with Helm into testdata/, where deploy_test.go looks at it: with the values as they are, and with everything switched on.
# HELM says which Helm; without it, it is built from its Go module.
set -eu
cd "$(dirname "$0")"
helm=${HELM:-go run helm.sh/helm/v4/cmd/helm@v4.3.1}
digest=$(find helm/reeve testdata/everything.yaml -type f | LC_ALL=C sort | xargs cat | sha256sum | cut -c1-16)
$helm lint --quiet --strict helm/reeve
for which in usual everything; do
    values=""
    [ "$which" = usual ] || values="--values testdata/$which.yaml"
    out=testdata/$which.rendered.yaml
    # shellcheck disable=SC2086 # a command and its flags
    {
        echo "# Made by: sh deploy/render.sh, from the chart with the digest $digest"
        $helm template reeve helm/reeve --namespace reeve $values
    } >"$out.part"
    mv "$out.part" "$out"
done
