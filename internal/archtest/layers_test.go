package archtest

import (
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
)

// layers are the rooms of the house, from the left to the right: data flows right, imports point left. A package may
// import packages of lower layers, and of its own layer only those that stand before it.
var layers = [][]string{
	{"internal/finding", "internal/inventory", "internal/zone", "internal/outbound", "internal/trace", "internal/entropy", "internal/wire"},
	{"internal/treesitter/swift", "internal/treesitter", "internal/syntax", "internal/match", "internal/flow", "internal/semgrep/pcre", "internal/semgrep", "internal/search"},
	{"internal/literal", "internal/rule", "internal/git", "internal/inflate", "internal/archive", "internal/target/ignore", "internal/target",
		"internal/lockfile", "internal/installed", "internal/advisory", "internal/advisory/feed", "internal/sbom", "internal/vex", "internal/census", "internal/image", "internal/remedy/registry", "internal/reach", "internal/exposure", "internal/risk"},
	{"rules", "internal/engine"},
	{"internal/engine/secret", "internal/engine/sca", "internal/engine/image", "internal/engine/sast", "internal/engine/enginetest", "internal/review", "internal/decision", "internal/verify", "internal/history", "internal/incident"},
	{"internal/gitleaks", "internal/engines", "internal/config", "internal/verdict", "internal/report"},
	{"internal/gate", "internal/guide", "internal/setup", "internal/clock", "internal/owner", "internal/identity", "internal/facet", "internal/ingest"},
	{"internal/remedy", "internal/store"},
	{"internal/store/storetest", "internal/register"},
	{"internal/access"},
	{"internal/desk"},
	{"internal/people", "internal/client", "internal/trace/otlp"},
	{"internal/api", "internal/web", "internal/notify", "internal/lsp"},
	{"internal/server"},
	{"internal/cli"},
	{"internal/app"},
	{"cmd/reeve", "tools/gen", "tools/shop", "bench", "internal/archtest"},
}

// withinLayer are the imports allowed between packages of one layer, each with its reason.
var withinLayer = map[[2]string]string{
	{"internal/treesitter", "internal/treesitter/swift"}: "a grammar of its own",
	{"internal/syntax", "internal/treesitter"}:           "the grammar's tree is what it lowers",
	{"internal/match", "internal/syntax"}:                "trees are what it compares",
	{"internal/semgrep", "internal/semgrep/pcre"}:        "its own part",
	{"internal/search", "internal/syntax"}:               "patterns are parsed",
	{"internal/search", "internal/match"}:                "a formula is made of matches",
	{"internal/flow", "internal/syntax"}:                 "data flows through trees",
	{"internal/search", "internal/flow"}:                 "rules of mode taint follow data",
	{"internal/search", "internal/semgrep"}:              "formulas are what it evaluates",
	{"internal/git", "internal/inflate"}:                 "the pack reader inflates",
	{"internal/target", "internal/git"}:                  "a work tree's files are those git lists",
	{"internal/target", "internal/target/ignore"}:        "its own part",
	{"internal/advisory/feed", "internal/advisory"}:      "what it fetches becomes a database",
	{"internal/census", "internal/advisory"}:             "an advisory is what it answers",
	{"internal/census", "internal/sbom"}:                 "bills are what it indexes",
	{"internal/image", "internal/target"}:                "an image is a target",
	{"internal/image", "internal/archive"}:               "layers are compressed",
	{"internal/outbound", "internal/zone"}:               "where an address lies is what it judges by",
	{"internal/engines", "internal/gitleaks"}:            "a team's rules may be written for gitleaks",
}

func layerOf(pkg string) int {
	return slices.IndexFunc(layers, func(l []string) bool { return slices.Contains(l, pkg) })
}

func TestLayers_importsPointLeft(t *testing.T) {
	for _, pkg := range packages(t) {
		from := layerOf(pkg.path)
		if from < 0 {
			if !pkg.testOnly {
				t.Errorf("package %s stands in no layer: add it to layers", pkg.path)
			}
			continue
		}
		for imported := range maps.Keys(pkg.imports) {
			own, ok := strings.CutPrefix(imported, module+"/")
			if !ok {
				continue
			}
			to := layerOf(own)
			if _, allowed := withinLayer[[2]string{pkg.path, own}]; to > from || to == from && !allowed {
				t.Errorf("package %s imports %s, which does not stand to its left", pkg.path, own)
			}
		}
	}
}

// onlyIn says which packages may use what reaches outside the program.
var onlyIn = map[string][]string{
	"net/http": {"internal/outbound", "internal/verify", "internal/advisory/feed", "internal/image", "internal/remedy/registry",
		"internal/people", "internal/client", "internal/api", "internal/web", "internal/notify", "internal/trace/otlp", "internal/server"},
	"os/exec": {"internal/git", "tools/shop", "bench", "internal/store/storetest"},
	"net": {"internal/outbound", "internal/verify", "internal/image", "internal/remedy/registry",
		"internal/client", "internal/notify", "internal/server", "internal/cli", "internal/store/storetest"},
	"database/sql": {"internal/store", "internal/store/storetest", "internal/notify"},
}

func TestLayers_outsideWorldIsReachedInNamedPlaces(t *testing.T) {
	for _, pkg := range packages(t) {
		for imported, allowed := range onlyIn {
			if _, uses := pkg.imports[imported]; uses && !slices.Contains(allowed, pkg.path) {
				t.Errorf("package %s imports %s, which only %s may", pkg.path, imported, strings.Join(allowed, ", "))
			}
		}
	}
}

func TestLayers_enginesKnowNoOtherEngine(t *testing.T) {
	for _, pkg := range packages(t) {
		if path.Dir(pkg.path) != "internal/engine" || path.Base(pkg.path) == "enginetest" {
			continue
		}
		for imported := range pkg.imports {
			if path.Dir(strings.TrimPrefix(imported, module+"/")) == "internal/engine" {
				t.Errorf("engine %s imports engine %s", pkg.path, imported)
			}
		}
	}
}

func TestLayers_everyEngineIsListed(t *testing.T) {
	listed := map[string]bool{}
	for _, pkg := range packages(t) {
		if pkg.path == "internal/engines" {
			for imported := range pkg.imports {
				listed[strings.TrimPrefix(imported, module+"/")] = true
			}
		}
	}
	for _, pkg := range packages(t) {
		if path.Dir(pkg.path) == "internal/engine" && !pkg.testOnly && !listed[pkg.path] && path.Base(pkg.path) != "enginetest" {
			t.Errorf("engine %s is not in engines.All", pkg.path)
		}
	}
}
