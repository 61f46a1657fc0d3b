package lockfile

import (
	"strings"
	"testing"
	"time"
)

// Files that are nothing but one trick, repeated: reading must take time in proportion to them.
func TestRead_hostileFilesTakeNoLonger(t *testing.T) {
	many := func(unit string, size int) string { return strings.Repeat(unit, size/len(unit)) }
	const size = 1 << 19
	same := many("[[package]]\nname = \"a\"\nversion = \"1\"\nsource = \"x\"\ndependencies = [\"a\", \"a\", \"a\", \"a\"]\n", size)
	poetrySame := many("[[package]]\nname = \"a\"\nversion = \"1\"\n[package.dependencies]\na = \"*\"\n", size) + "[metadata]\n"
	tests := []struct{ name, path, text string }{
		{"same crates", "Cargo.lock", same},
		{"same packages", "poetry.lock", poetrySame},
		{"uv same", "uv.lock", many("[[package]]\nname = \"a\"\nversion = \"1\"\ndependencies = [{name = \"a\"}]\n", size)},
		{"headers", "Cargo.toml", many("[a.a.a.a]\n", size)},
		{"arrays of tables", "Cargo.toml", many("[[a]]\n", size)},
		{"slashes", "Gemfile", many("/\\", size)},
		{"percent", "Gemfile", many("%q", size)},
		{"heredocs", "Gemfile", many("<<~A <<'", size)},
		{"blank", "Gemfile", "gem \"x\"," + many("\n", size)},
		{"commas", "Gemfile", many(",\n\n\n", size)},
		{"blocks", "Gemfile", many("group :a do\n", size)},
		{"ends", "Gemfile", many("end\n", size)},
		{"gems in one line", "x.gemspec", many("s.add_dependency \"a\", ", size)},
		{"gem args", "Gemfile", "gem " + many("[\"a\",", size)},
		{"parens", "Gemfile", many("(", size)},
		{"gem needs", "Gemfile.lock", "GEM\n  specs:\n" + many("    a (1)\n      a\n", size) + "DEPENDENCIES\n"},
		{"gem versions", "Gemfile.lock", "GEM\n  specs:\n    a (1)\n    a (2)\n    a (3)\n    a (4)\n" + many("      a\n", size) + "DEPENDENCIES\n"},
		{"continued", "requirements.txt", many("a \\\n", size) + "x"},
		{"options", "requirements.txt", many("--x ", size)},
		{"hashes", "requirements.txt", "a==1 " + many("--hash=a ", size)},
		{"via", "requirements.txt", many("a==1\n  # via a, a, a\n", size)},
		{"bad lines", "requirements.txt", many("?\n", size) + "a"},
		{"backslashes", "setup.py", many("\\\n", size)},
		{"quotes", "setup.py", many("''", size)},
		{"assignments", "setup.py", many("a=b=", size)},
		{"setups", "setup.py", many("setup(", size/2) + many(")", size/12)},
		{"names of names", "setup.py", "a=b+b\nb=c+c\nc=d+d\nd=e+e\ne=f+f\nf=['x']+['y']\n" + many("setup(install_requires=a)\n", size)},
		{"sections", "setup.cfg", many("[a]\n", size)},
		{"values", "setup.cfg", "[options]\ninstall_requires =\n" + many(" a\n", size)},
		{"brackets", "environment.yml", many("[", size)},
		{"aliases", "environment.yml", "a: &a [x]\ndependencies:\n" + many("- *a\n", size/4)},
		{"requires", "go.mod", "module a\n" + many("require a.b/c v1.0.0\n", size)},
		{"opened", "go.mod", "module a\n" + many("require (\n", size)},
		{"sums", "go.sum", many("a v1 h:1\n", size)},
		{"vendored", "vendor/modules.txt", "# a v1\n" + many("## explicit;;;;\na\n", size)},
		{"pipfile", "Pipfile.lock", `{"default":{` + many(`"a":{"version":"==1"},`, size) + `"b":{}}}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			start := time.Now()
			doc, err := Read(test.path, []byte(test.text))
			if err == nil {
				sound(t, doc)
			} else if len(err.Error()) > 2000 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("took %v", took)
			} else if took > 300*time.Millisecond {
				t.Logf("took %v", took)
			}
		})
	}
}
