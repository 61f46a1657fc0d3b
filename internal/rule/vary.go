package rule

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// variant is a case as it may stand elsewhere.
type variant struct {
	// where completes "found here ..."; "" for the case as it was written.
	where string
	data  []byte
	wants []Want
	// shift is how many lines stand before the case, so that a problem names the author's line.
	shift int
}

func (v variant) suffix() string {
	if v.where == "" {
		return ""
	}
	return ", " + v.where
}

// filler lines that no rule has business with: no keyword, nothing that looks drawn.
const (
	neutral      = "A plain line of prose that says nothing anybody would look for.\n"
	neutralLines = 1500 // about 96 KB, more than any window that looks at text
)

// structured are the endings of files that stop being what they are when prose stands before or after them.
var structured = []string{".json", ".yaml", ".yml", ".xml", ".plist", ".tfstate", ".ipynb", ".html", ".toml", ".har", ".svg"}

// variants gives a bad case with CRLF line ends if it is text and, unless it means something only as a whole, at the start,
// in the middle and at the end of a big file, there without a final newline, and twice.
func variants(k Case, f Filled) []variant {
	var out []variant
	if utf8.Valid(f.Data) {
		out = append(out, variant{where: "with CRLF line ends", data: bytes.ReplaceAll(f.Data, []byte("\n"), []byte("\r\n")), wants: f.Wants})
	}
	if k.Whole || slices.Contains(structured, strings.ToLower(path.Ext(k.Path))) {
		return out
	}
	pad := strings.Repeat(neutral, neutralLines)
	half := strings.Repeat(neutral, neutralLines/2)
	text := string(f.Data)
	lines := strings.Count(text, "\n")
	return append(out,
		variant{where: "at the start of a big file", data: []byte(text + pad), wants: f.Wants},
		variant{where: "in the middle of a big file", data: []byte(half + text + half), wants: moved(f.Wants, neutralLines/2), shift: neutralLines / 2},
		variant{where: "at the end of a big file", data: []byte(pad + strings.TrimSuffix(text, "\n")), wants: moved(f.Wants, neutralLines), shift: neutralLines},
		variant{where: "twice in one file", data: []byte(text + text), wants: append(moved(f.Wants, 0), moved(f.Wants, lines)...)},
	)
}

func moved(wants []Want, lines int) []Want {
	out := slices.Clone(wants)
	for i := range out {
		out[i].First += lines
		out[i].Last += lines
	}
	return out
}
