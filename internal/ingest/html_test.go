package ingest

import "testing"

func TestFlat_blocksAreLines(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                    "plain",
		" a &lt; b &amp;&amp; c ":  "a < b && c",
		"<p>One.</p>Two.<p>Three.": "One.\nTwo.\nThree.",
		"<ul>\n  <li>a</li>\n  <li>b <b>c</b></li></ul>end": "- a\n- b c\nend",
		"<li>\n  <p>a</p></li>":                             "- a",
		"a<br>b<br/><br/>c":                                 "a\nb\n\nc",
		"<h2>T</h2><table><tr><td>x</td></tr></table>y":     "T\nx\ny",
		"a<script>alert(1)</script>b<style>p{}</style>c":    "abc",
		"</script></style>still here":                       "still here",
		"line one\nline two &gt; three":                     "line one\nline two > three",
		"<b":                                                "",
	} {
		if got := flat(in); got != want {
			t.Errorf("flat(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestRooted_losesTheRootOnly(t *testing.T) {
	for in, want := range map[string]string{
		"src/a.go": "src/a.go", "./src/a.go": "src/a.go", "/src/a.go": "src/a.go", "file:///src/a.go": "src/a.go", `src\a.cs`: "src/a.cs",
		`C:\src\a.cs`: "src/a.cs", "c:/src/a.cs": "src/a.cs", "file:///C:/src/a.cs": "src/a.cs", `\\server\share\a.cs`: "server/share/a.cs",
		"C:": "C:", "a:b": "a:b", "aa:/b": "aa:/b", "1:/b": "1:/b", ".": ".", "": "", "../a": "../a",
	} {
		if got := rooted(in); got != want {
			t.Errorf("rooted(%q) = %q, want %q", in, got, want)
		}
	}
}
