package lockfile

import (
	"fmt"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/inventory"
)

// showPackages writes packages one a line, with only what is set.
func showPackages(doc *inventory.Document) string {
	var out strings.Builder
	for i := range doc.Packages {
		p := &doc.Packages[i]
		fmt.Fprintf(&out, "%d %s", p.Line, p.Name)
		if p.Ecosystem != doc.Ecosystem {
			fmt.Fprintf(&out, " in %s", p.Ecosystem)
		}
		for _, field := range [][2]string{{"@", p.Version}, {"asks ", p.Constraint}, {"for ", string(p.Scope)}, {"alias ", p.Alias}, {"from ", p.Origin}, {"hash ", p.Integrity},
			{"licence ", p.Licence}, {"arch ", p.Arch}} {
			if field[1] != "" {
				fmt.Fprintf(&out, " %s%s", field[0], field[1])
			}
		}
		if p.Direct {
			out.WriteString(" direct")
		}
		if p.Optional {
			out.WriteString(" optional")
		}
		for n, r := range p.Requires {
			if n == 0 {
				out.WriteString(" ->")
			}
			fmt.Fprintf(&out, " %s", doc.Packages[r].Name)
			if v := doc.Packages[r].Version; v != "" {
				out.WriteString("@" + v)
			}
		}
		out.WriteByte('\n')
	}
	return out.String()
}

// mustRead reads a file through the list of readers.
func mustRead(t *testing.T, path, content string) *inventory.Document {
	t.Helper()
	doc, err := Read(path, []byte(content))
	if err != nil {
		t.Fatalf("Read(%s): %v", path, err)
	}
	if doc == nil {
		t.Fatalf("Read(%s) gives nothing", path)
	}
	return doc
}

// compare compares texts line by line.
func compare(t *testing.T, what, got, want string) {
	t.Helper()
	got, want = strings.TrimSpace(got), strings.TrimSpace(strings.ReplaceAll(want, "\t", ""))
	if got != want {
		t.Errorf("%s:\n--- got\n%s\n--- want\n%s", what, got, want)
	}
}
