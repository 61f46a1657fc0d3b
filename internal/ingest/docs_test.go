package ingest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	importPage  = "../../docs/import.md"
	tableBegins = "<!-- made by: go test ./internal/ingest -run Documented -update -->\n"
	tableEnds   = "<!-- end -->\n"
)

// The page lists every format as it is: by what it is recognised, and which of its generations the samples hold.
func TestFormats_areDocumented(t *testing.T) {
	page, err := os.ReadFile(importPage)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(page), tableBegins)
	_, after, closed := strings.Cut(rest, tableEnds)
	if !found || !closed {
		t.Fatalf("%s has no place for the table between %q and %q", importPage, tableBegins, tableEnds)
	}
	want := before + tableBegins + formatTables(t) + tableEnds + after
	if *update {
		if err := os.WriteFile(importPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(page) {
		t.Errorf("%s does not list the formats as they are: go test ./internal/ingest -run Documented -update", importPage)
	}
}

func formatTables(t *testing.T) string {
	var b strings.Builder
	for _, group := range []struct {
		title   string
		formats []Format
	}{
		{"Source code", codeFormats()}, {"Packages and bills of materials", dependencyFormats()}, {"Secrets, and several at once", secretFormats()},
		{"Infrastructure, images and clusters", infrastructureFormats()}, {"Cloud accounts", cloudFormats()}, {"Web applications", dynamicFormats()},
		{"Hosts and networks", hostFormats()}, {"Formats of many tools", generalFormats()},
	} {
		fmt.Fprintf(&b, "\n### %s\n\n| `--tool` | what it is | recognised by | samples | where nothing was found |\n|---|---|---|---|---|\n", group.title)
		slices.SortFunc(group.formats, func(a, b Format) int { return strings.Compare(a.Name, b.Name) })
		for _, f := range group.formats {
			shown, proofs := samplesOf(t, &f)
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", f.Name, f.Title, proofs, shown, nothingOf(&f))
		}
	}
	b.WriteByte('\n')
	return b.String()
}

// samplesOf names the samples of a format, and what each was recognised by.
func samplesOf(t *testing.T, f *Format) (shown, proofs string) {
	t.Helper()
	var names, ways []string
	for _, path := range samples(t) {
		if filepath.Base(filepath.Dir(path)) != f.Name {
			continue
		}
		names = append(names, strings.Map(func(c rune) rune {
			if c == '_' || c == '-' {
				return ' '
			}
			return c
		}, strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))))
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var way []string
		head := newHead("", bytes.TrimPrefix(data[:min(len(data), headSize)], []byte("\xef\xbb\xbf")))
		head.told = func(what string) {
			if !slices.Contains(way, what) {
				way = append(way, what)
			}
		}
		if !f.Is(head) {
			t.Errorf("%s is not recognised as %s", path, f.Name)
		}
		if len(way) == 0 {
			way = []string{"its first lines"}
		}
		if all := strings.Join(way, ", "); !slices.Contains(ways, all) {
			ways = append(ways, all)
		}
	}
	if len(names) == 0 {
		t.Errorf("%s has no sample", f.Name)
	}
	slices.Sort(ways)
	return strings.Join(slices.Compact(names), ", "), strings.ReplaceAll(strings.Join(ways, "; or "), "|", "\\|")
}

// nothingOf says how a report without findings is read.
func nothingOf(f *Format) string {
	if len(f.Nothing) == 0 {
		return ""
	}
	var forms []string
	for _, text := range f.Nothing {
		if len(text) > 20 {
			text, _, _ = strings.Cut(text, ",")
			text += ",…"
		}
		if text = "`" + text + "`"; text == "``" {
			text = "an empty file"
		}
		if !slices.Contains(forms, text) {
			forms = append(forms, text)
		}
	}
	return strings.Join(forms, " or ") + " needs `--tool`"
}
