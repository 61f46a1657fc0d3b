package lockfile

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// hostileShape is a file in which careless reading takes more than linear time, by size.
type hostileShape struct {
	name, path string
	text       func(n int) string
}

func hostileShapes() []hostileShape {
	dir := strings.Repeat("x/", 250)
	return []hostileShape{
		{"npm_links", "package-lock.json", func(n int) string {
			return `{"packages": {"": {"dependencies": {` + numbered(n, `"d%d": "1"`) + `}}, "node_modules/l": {"link": true, "resolved": "` + strings.Repeat("./", 10*n) + `x"},` +
				numbered(n, `"node_modules/d%d": {"link": true, "resolved": "node_modules/l"}`) + `}}`
		}},
		{"npm_deep", "package-lock.json", func(n int) string {
			return `{"packages": {"` + strings.Repeat("node_modules/a/", 60) + `": {"dependencies": {` + numbered(n, `"d%d": "1"`) + `}}}}`
		}},
		{"npm_lists", "package-lock.json", func(n int) string {
			return `{"dependencies": {"a": {"requires": {` + numbered(n, `"r%d": "1"`) + `},` +
				numbered(n, `"requires": {"x%[1]d": "1"}, "dependencies": {"b%[1]d": {"requires": {"c": "1"}}}`) + `}}}`
		}},
		{"npm_optional", "package-lock.json", func(n int) string {
			return `{"packages": {"": {"dependencies": {` + numbered(n, `"d%d": "1"`) + `}, "optionalDependencies": {` + numbered(n, `"d%d": "1"`) + `}}}}`
		}},
		{"yarn_optional", "yarn.lock", func(n int) string {
			return yarnClassicHead + "a@1:\n  version \"1\"\n  dependencies:\n" + repeated(n, "    d%d \"1\"\n") +
				"  optionalDependencies:\n" + repeated(n, "    d%d \"1\"\n") + repeated(n, "d%d@1:\n  version \"1\"\n")
		}},
		{"yarn_header", "yarn.lock", func(n int) string {
			return yarnClassicHead + strings.TrimSuffix(repeated(n, "d%d@1, "), ", ") + ":\n  version \"1\"\n"
		}},
		{"yarn_same_name", "yarn.lock", func(n int) string {
			return yarnClassicHead + repeated(n, "d@%[1]d:\n  version \"%[1]d\"\n  dependencies:\n    d \"x\"\n")
		}},
		{"berry_member", "yarn.lock", func(n int) string {
			return "__metadata:\n  version: 8\n\"w@workspace:.\":\n  version: 0\n  resolution: \"w@workspace:.\"\n  dependencies:\n" +
				repeated(n, "    d%d: \"npm:1\"\n") + "  dependenciesMeta:\n" + repeated(n, "    d%d:\n      optional: true\n")
		}},
		{"pnpm_dir", "pnpm-lock.yaml", func(n int) string {
			return "lockfileVersion: '9.0'\nimporters:\n  " + dir + ":\n    dependencies:\n" + repeated(n, "      d%d: {specifier: '1', version: 'link:x'}\n")
		}},
		{"pnpm_lists", "pnpm-lock.yaml", func(n int) string {
			return "lockfileVersion: '6.0'\npackages:\n  /a@1.0.0:\n    resolution: {integrity: x}\n    dependencies:\n" + repeated(n, "      a: 1.0.0\n") +
				repeated(n, "    dependencies:\n      a: 1.0.0\n")
		}},
		{"bun_deep", "bun.lock", func(n int) string {
			return `{"packages": {"` + strings.Repeat("xxxxxx/", 60) + `": ["a@1", "", {"dependencies": {` + numbered(n, `"d%d": "1"`) + `}}]}}`
		}},
		{"composer_provides", "composer.lock", func(n int) string {
			return `{"packages": [` + numbered(n/10, `{"name": "p/p%[1]d", "version": "1", "provide": {"v/v": "1"}, "require": {"v/v": "1"}}`) + `]}`
		}},
		{"mix_keys", "mix.lock", func(n int) string {
			return "%{" + numbered(n, `"a%[1]d": {:hex, :a%[1]d, "1", "x", [:mix], [{:b, "1", [optional: true]}]}`) + "}"
		}},
		{"podfile", "Podfile.lock", func(n int) string { return "PODS:\n" + repeated(n, "  - A/B%d (1.0):\n    - A\n") + "COCOAPODS: 1\n" }},
		{"duplicates", "package.json", func(n int) string {
			return `{"dependencies": {` + numbered(n, `"a%d": "1"`) + "}," + numbered(n, `"dependencies": {"b%d": "1"}`) + `}`
		}},
	}
}

// Eight times the size takes about eight times as long, and not sixty-four times. A busy machine gets several tries.
func TestJS_hostileShapesTakeLinearTime(t *testing.T) {
	const small, times = 2000, 8
	took := func(path, text string) time.Duration {
		start := time.Now()
		if _, err := Read(path, []byte(text)); err != nil && !strings.Contains(err.Error(), "not in the file") {
			t.Fatalf("%s: %v", path, err)
		}
		return time.Since(start)
	}
	for _, shape := range hostileShapes() {
		t.Run(shape.name, func(t *testing.T) {
			one, many := shape.text(small), shape.text(times*small)
			if raced {
				took(shape.path, many) // that it ends is all that can be told
				return
			}
			best := 1e9
			for try := 0; try < 6 && best > 3*times; try++ {
				quick := max(took(shape.path, one), 200*time.Microsecond)
				best = min(best, float64(took(shape.path, many))/float64(quick))
			}
			if best > 4*times {
				t.Errorf("%d times the size takes %.0f times as long", times, best)
			}
		})
	}
}

func repeated(n int, format string) string {
	var b strings.Builder
	for i := range n {
		if strings.Contains(format, "%") {
			fmt.Fprintf(&b, format, i)
		} else {
			b.WriteString(format)
		}
	}
	return b.String()
}

// The smallest entries that a file can be filled with are refused before they take much memory.
func TestJS_memoryIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("builds big files")
	}
	const n = 200_000
	for _, c := range []struct{ path, text string }{
		{"package-lock.json", `{"packages": {` + numbered(n, `"node_modules/%d":{}`) + `}}`},
		{"package-lock.json", `{"packages": {"": {"dependencies": {` + numbered(n, `"%d":""`) + `}}}}`},
		{"pnpm-lock.yaml", "lockfileVersion: '9.0'\npackages:\n" + repeated(n, "  %d@1:\n")},
		{"yarn.lock", repeated(n, "%d@1:\n  version 1\n")},
		{"composer.json", `{"require": {` + numbered(n, `"a/%d":""`) + `}}`},
	} {
		data := []byte(c.text)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		_, err := Read(c.path, data)
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 400<<20 {
			t.Errorf("%s of %d MB allocates %d MB (%v)", c.path, len(data)>>20, used>>20, err)
		}
	}
}
