package lockfile

import (
	"strings"
	"testing"
)

func TestActions(t *testing.T) {
	sha := strings.Repeat("0a", 20)
	runReads(t, []reads{
		{name: "workflow", path: ".github/workflows/ci.yml", text: `name: ci
on: [push]
jobs:
  build:
    runs-on: ubuntu-latest
    container: node:20
    steps:
      - uses: actions/checkout@v4.1.1
      - name: init
        uses: github/codeql-action/init@` + sha + ` # v3.28.2
      - uses: "actions/checkout@v4.1.1"
      - uses: a/pinned@` + sha + `
      - uses: a/moving@v4
      - uses: a/branch@main
      - uses: a/pre@v2.0.0-beta.1
      - uses: ./.github/actions/mine
      - uses: docker://alpine:3.19
      - run: echo "uses:" a/b@v1.0.0
      - uses: broken
      - &anchor
        uses: a/anchored@1.2.3
      - *anchor
  call:
    uses: o/r/.github/workflows/x.yml@v1.0.0
    secrets: inherit
`, want: `
GitHub workflow GitHub Actions manifest
actions/checkout@4.1.1 asks=v4.1.1 scope=build direct :8
github/codeql-action@3.28.2 asks=` + sha + ` alias=github/codeql-action/init scope=build integrity=` + sha + ` direct :10
a/pinned@ asks=` + sha + ` scope=build integrity=` + sha + ` direct :12
a/moving@ asks=v4 scope=build direct :13
a/branch@ asks=main scope=build direct :14
a/pre@2.0.0-beta.1 asks=v2.0.0-beta.1 scope=build direct :15
a/anchored@1.2.3 asks=1.2.3 scope=build direct :21
o/r@1.0.0 asks=v1.0.0 alias=o/r/.github/workflows/x.yml scope=build direct :24
unknown: line 19: "broken" names no action and version
unknown: 2 of the actions are named by a branch or a tag that moves; which versions run is not said
`},
		{name: "action", path: "actions/x/action.yaml", text: "name: mine\nruns:\n  using: composite\n  steps:\n    - uses: actions/cache@v4.0.0\n    - run: x\n      shell: bash\n", want: `
action.yml GitHub Actions manifest name=mine
actions/cache@4.0.0 asks=v4.0.0 scope=build direct :5
`},
		{name: "javascript_action", path: "action.yml", text: "name: js\nruns: {using: node20, main: index.js}\n", want: "action.yml GitHub Actions manifest name=js\n"},
		{name: "empty", path: ".github/workflows/x.yaml", text: "", want: "GitHub workflow GitHub Actions manifest\n"},
		{name: "bomb", path: ".github/workflows/x.yaml", text: "a: &a [x]\nb: &b [*a,*a]\njobs: *b\n", want: "GitHub workflow GitHub Actions manifest\n"},
		{name: "odd", path: ".github/workflows/x.yaml", text: "jobs: {a: [1], b: {steps: {uses: x/y@v1.0.0}}, c: {uses: [x]}}\n", want: "GitHub workflow GitHub Actions manifest\n"},
		{name: "broken", path: ".github/workflows/x.yaml", text: "jobs: [\n", err: "did not find expected node content"},
		{name: "list", path: ".github/workflows/x.yaml", text: "- a\n", err: "line 1: a mapping is expected"},
	})
	for text, want := range map[string]string{
		"v1.2.3": "1.2.3", "1.2.3": "1.2.3", "v4": "", "v4.1": "", "tag=v4.1.1": "4.1.1", "pin@v2.0.1 and more": "2.0.1", "refs/tags/v1.0.0": "1.0.0",
		"main": "", "v1.2.x": "", "v1.2.3+build": "1.2.3+build", "": "", "v1.2.3-rc.1": "1.2.3-rc.1",
	} {
		if got := taggedVersion(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
