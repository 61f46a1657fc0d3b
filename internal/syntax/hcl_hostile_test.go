package syntax

import (
	"strings"
	"testing"
)

func TestHCL_places(t *testing.T) {
	checkPlaces(t, HCL, "resource \"a\" \"b\" {\n  c = d.e[0].f\n  g {}\n}\n", []Kind{New, Dict, Pair, Member, Index},
		"New: resource \"a\" \"b\" {\n  c = d.e[0].f\n  g {}\n}", "Dict: {\n  c = d.e[0].f\n  g {}\n}", "Pair: c = d.e[0].f", "Member: d.e[0].f", "Index: d.e[0]", "Member: d.e", "New: g {}", "Dict: {}")
}

func TestHCL_deep(t *testing.T) {
	for _, part := range []string{"(", "[", "{", "{a=", "!", "a+", "a.", "a[", "f(", "a?", "\"${", "\"%{if a}", "[for a in ", "a {", "a = {\nb"} {
		checkDepth(t, HCL, strings.Repeat(part, 2000))
		checkDepth(t, HCL, "x = "+strings.Repeat(part, 2000))
	}
}

// FuzzHCL parses anything as Terraform.
func FuzzHCL(f *testing.F) {
	for _, seed := range []string{
		"resource \"a\" b {\n  c = \"d-${e.f[0].*.g}\"\n}", "a = <<-EOT\n  b\n  ${c}\nEOT\n", "a = {b = 1, \"c\" : 2, (d) = [e...]}", "a = \"%{ if b ~}c%{ else }d%{ endif }\"",
		"a = [for k, v in b : k => v if c]", "a = {for k, v in b : k => v...}", "a = !b ? -c : d(e, f...)", "a = <<", "a = \"\\", "a {",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkSound(t, HCL, text) })
}
