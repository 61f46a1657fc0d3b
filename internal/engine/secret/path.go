package secret

import (
	"strings"
)

// pathTrait is what a path says about the things that stand there.
type pathTrait struct {
	// lower is why a secret there is less likely in use, or "".
	lower string
	// shown tells that what stands there is mostly made up to be tried or shown: tests and documentation. example tells that the path
	// looks like an example, where keys and certificates are made up but what is to be filled in may have been.
	shown, example bool
	// made tells that a program wrote the file out of others (lock files, minified and generated code, source maps).
	made bool
	// sums tells that the file lists hashes.
	sums bool
	// code tells that the file is written in a language in which a bare word is a name.
	code bool
	// credentials tells that the file is one where credentials are kept.
	credentials bool
}

// pathTraits reads a slash-separated path. Only its own words count, in lower case; "!/" parts an archive from its member.
func pathTraits(path string) pathTrait {
	low := strings.ToLower(path)
	dir, base := "", low
	if i := strings.LastIndexByte(low, '/'); i >= 0 {
		dir, base = low[:i], low[i+1:]
	}
	var t pathTrait
	ext := ""
	if i := strings.LastIndexByte(base, '.'); i > 0 {
		ext = base[i+1:]
	}
	t.made = madeFiles[base] || strings.Contains(base, ".min.") || ext == "map" || ext == "lock" || ext == "sum" || strings.HasSuffix(base, ".lock.json") ||
		strings.HasSuffix(base, "-lock.json") || strings.HasSuffix(base, "-lock.yaml") || strings.HasSuffix(base, ".pb.go") || strings.HasSuffix(base, ".bundle.js") || strings.HasSuffix(base, ".chunk.js")
	t.sums = ext == "snap" || ext == "sha256" || ext == "sha512" || ext == "md5" || ext == "sha1" || strings.HasPrefix(base, "sha256sum") || strings.HasPrefix(base, "checksums") || base == "manifest" && ext == ""
	t.code = codeExtensions[ext]
	t.credentials = isCredentials(base, dir)
	t.lower = whyLower(dir, base, ext)
	t.shown = t.lower == inTest || t.lower == inDocumentation || t.lower == inName
	t.example = t.lower == inExample
	return t
}

var madeFiles = map[string]bool{
	"package-lock.json": true, "npm-shrinkwrap.json": true, "yarn.lock": true, "pnpm-lock.yaml": true, "go.sum": true, "go.work.sum": true, "cargo.lock": true, "composer.lock": true,
	"gemfile.lock": true, "poetry.lock": true, "pipfile.lock": true, "podfile.lock": true, "packages.lock.json": true, "package.resolved": true, "cartfile.resolved": true,
	"mix.lock": true, "pubspec.lock": true, "flake.lock": true, "bun.lock": true, "bun.lockb": true, "uv.lock": true, "deno.lock": true, "gradle.lockfile": true, "paket.lock": true,
	".terraform.lock.hcl": true, "chart.lock": true, "verification-metadata.xml": true, "yarn-error.log": true, ".pnp.cjs": true, ".pnp.js": true,
}

var codeExtensions = setBool(`go py js jsx ts tsx mjs cjs mts cts java kt kts scala groovy c h cc cpp cxx hpp hh cs fs vb rb php pl pm rs swift m mm dart lua r jl ex exs erl hs clj
	cljs elm ml mli nim zig vue svelte sol cu asm s f90 pas d coffee html htm erb ejs jinja j2 twig razor cshtml css scss sass less sql proto thrift graphql gql`)

func setBool(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// isCredentials tells whether a file is one where credentials are kept by custom.
func isCredentials(base, dir string) bool {
	if dir == "templates" || strings.Contains(dir, "/templates") || strings.HasPrefix(dir, "templates/") {
		return false // of a chart or a role: filled in elsewhere
	}
	switch base {
	case ".env", "credentials", ".netrc", "_netrc", ".pgpass", ".npmrc", ".pypirc", ".dockercfg", ".htpasswd", "id_rsa", "id_ed25519", "id_ecdsa", "id_dsa", ".my.cnf", ".s3cfg",
		".git-credentials", "credentials.json", "secrets.yml", "secrets.yaml", "secrets.json", "service-account.json", "serviceaccount.json", ".vault-token", "kubeconfig", ".boto":
		return true
	case "config":
		return strings.HasSuffix(dir, ".kube") || strings.HasSuffix(dir, ".aws")
	case "config.json":
		return strings.HasSuffix(dir, ".docker")
	}
	return strings.HasPrefix(base, ".env.") && !isExample(base) || strings.HasSuffix(base, ".tfstate") || strings.HasSuffix(base, ".auto.tfvars")
}

// The reasons that tell most.
const (
	inTest          = "the path looks like a test"
	inDocumentation = "the path is documentation"
	inExample       = "the path looks like an example"
	inName          = "the file's name says that it is not for use"
)

// whyLower says why a secret at a path is less likely one in use, or "".
func whyLower(dir, base, ext string) string {
	switch {
	case isTest(dir, base):
		return inTest
	case namedUseless(base):
		return inName
	case hasSegment(dir, "doc", "docs", "documentation", "man", "wiki", "guides") || ext == "md" || ext == "markdown" || ext == "rst" || ext == "adoc" || ext == "mdx" || strings.HasPrefix(base, "readme") || strings.HasPrefix(base, "changelog"):
		return inDocumentation
	case isExample(base) || hasSegment(dir, "example", "examples", "sample", "samples", "demo", "demos", "tutorial", "tutorials", "quickstart", "cookbook", "playground"):
		return inExample
	case hasSegment(dir, "node_modules", "vendor", "vendored", "third_party", "third-party", "thirdparty", "bower_components", "external", "externals", "site-packages", "dist-packages", "pods", "_vendor"):
		return "the path is other people's code"
	case strings.Contains(base, ".min.") || ext == "map" || strings.Contains(base, ".generated.") || strings.Contains(base, "_generated.") || hasSegment(dir, "dist", "generated", "__generated__"):
		return "the file was made by a program"
	case hasSegment(dir, "i18n", "locale", "locales", "lang", "langs", "translations", "_locales", "l10n"):
		return "the path is one of translations"
	}
	return ""
}

func isTest(dir, base string) bool {
	if hasSegment(dir, "testdata", "test-data", "test_data", "__tests__", "__mocks__", "__snapshots__", "mock", "mocks", "fixture", "fixtures", "spec", "specs",
		"e2e", "cypress", "it", "unittest", "unittests", "integration-tests", "integrationtest", "integration_test", "integration_tests", "functional-tests", "testutil", "testutils", "testcases", "stubs", "fake", "fakes", "cassettes", "vcr_cassettes", "benchmark", "benchmarks") {
		return true
	}
	if inTests(dir) || strings.HasSuffix(dir, "/ci") && strings.HasSuffix(base, "values.yaml") {
		return true // the second is where the chart-testing tool of Helm looks for its cases
	}
	for _, part := range []string{"_test.", ".test.", "_tests.", ".tests.", "_spec.", ".spec.", "-test.", "-spec.", ".stories.", ".mock.", "_mock.", "-mock.", ".fixture.", ".cy.", ".e2e.", "-e2e."} {
		if strings.Contains(base, part) {
			return true
		}
	}
	name, _, _ := strings.Cut(base, ".")
	if i := strings.LastIndexByte(base, '.'); i > 0 && codeExtensions[base[i+1:]] && endsInTest(name) {
		return true // TokenTests.java
	}
	return strings.HasPrefix(name, "test_") || strings.HasPrefix(name, "test-") || name == "test" || name == "tests" || name == "conftest" || name == "testdata" || name == "fixtures"
}

// inTests tells whether a directory of the path is one of tests: "test", "caddytest", "src/dockerTest", "smoke-test".
func inTests(dir string) bool {
	before := ""
	for segment := range strings.SplitSeq(dir, "/") {
		exact := segment == "test" || segment == "tests" || segment == "testing"
		// environments/test holds what a test system runs with, which is in use.
		if exact && !environmentDirs[before] || !exact && endsInTest(segment) {
			return true
		}
		before = segment
	}
	return false
}

var environmentDirs = setBool(`env envs environment environments stage stages overlays clusters inventory inventories deploy deployments values`)

// endsInTest tells whether the last word of a name is "test" or "tests", written apart or not.
func endsInTest(name string) bool {
	for _, end := range []string{"test", "tests"} {
		if head, ok := strings.CutSuffix(name, end); ok {
			return !ordinaryEnds[head[strings.LastIndexAny(head, "-_. ")+1:]]
		}
	}
	return false
}

// ordinaryEnds are what stands before "test" in words that are no tests.
var ordinaryEnds = setBool(`la con at pro de fas grea hot brigh ligh shor swee swif stric tigh sof fit flat wet fat quie nea smar`)

// namedUseless tells whether a file's name says that nobody relies on what is in it.
func namedUseless(base string) bool {
	for _, word := range []string{"snakeoil", "insecure", "localhost", "selfsigned", "self-signed", "self_signed", "dummy"} {
		if strings.Contains(base, word) {
			return true
		}
	}
	return false
}

func isExample(base string) bool {
	for _, part := range []string{"example", "sample", ".dist", ".template", ".tmpl", ".tpl", ".defaults", "placeholder"} {
		if strings.Contains(base, part) {
			return true
		}
	}
	return false
}

// hasSegment tells whether one of the names is a directory of the path.
func hasSegment(dir string, names ...string) bool {
	for segment := range strings.SplitSeq(dir, "/") {
		for _, name := range names {
			if segment == name {
				return true
			}
		}
	}
	return false
}
