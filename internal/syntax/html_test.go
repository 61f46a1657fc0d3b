package syntax

import (
	"strings"
	"testing"
)

func TestHTML(t *testing.T) {
	check(t, HTML,
		"<!DOCTYPE html><p id=\"a&amp;b\" hidden class=c> x <b>y</b></p>", `(Element Name:(Name p) (Attr Key:(Name id) Value:(String "a&b")) (Attr Key:(Name hidden)) (Attr Key:(Name class) Value:(String "c")) (String "x") (Element Name:(Name b) (String "y")))`,
		"<br/><meta name='d'>", `(Element Name:(Name br))
			(Element Name:(Name meta) (Attr Key:(Name name) Value:(String "d")))`,
		"<style>a { b: c }</style><script>f(1)</script>", `(Element Name:(Name style))
			(Element Name:(Name script) (ExprStmt Value:(Call Callee:(Name f) (Number 1))))`,
		"<script type=\"text/x-template\"><b></script>", `(Element Name:(Name script) (Attr Key:(Name type) Value:(String "text/x-template")) (String "<b>"))`,
	)
	checkPlaces(t, HTML, "<p>\n<script type=module>\nf(a);</script></p>", []Kind{Call, Attr}, "Attr: type=module", "Call: f(a)")
}

func TestParsePattern_html(t *testing.T) {
	for text, want := range map[string]string{
		`<a href="$URL">...</a>`:             `(Element Name:(Name a) (Attr Key:(Name href) Value:(String "$URL")) (Ellipsis))`,
		`<meta ... http-equiv=...>`:          "(Element Name:(Name meta) (Ellipsis) (Attr Key:(Name http-equiv) Value:(Ellipsis)))",
		`<script ...>$...A</script>`:         "(Element Name:(Name script) (Ellipsis) (Ellipsis $...A))",
		`<b ... style=$S>$X</b>`:             `(Element Name:(Name b) (Ellipsis) (Attr Key:(Name style) Value:(Metavar $S)) (String "$X"))`,
		"<form>\n...\n<input ...>\n</form>":  "(Element Name:(Name form) (Ellipsis) (Element Name:(Name input) (Ellipsis)))",
		`<script>... eval($X); ...</script>`: "(Element Name:(Name script) (Ellipsis) (ExprStmt Value:(Call Callee:(Name eval) (Metavar $X))) (Ellipsis))",
	} {
		if got := patterned(t, HTML, text); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}

// What lies too deep is left out; nothing of it takes more of the stack than there is.
func TestHTML_deep(t *testing.T) {
	for _, part := range []string{"<a>", "<a b=\"", "<", "<script>", "<!--", "<a b", "</a>", "&a"} {
		checkDepth(t, HTML, strings.Repeat(part, 2000))
	}
	checkDepth(t, HTML, "<script>"+strings.Repeat("[", 2000)+"</script>")
}

// FuzzHTML parses anything as HTML.
func FuzzHTML(f *testing.F) {
	for _, seed := range []string{
		"<!doctype html><html><head><title>&lt;</title><link rel=a href='b'></head></html>", "<p>a<p>b<ul><li>c<li>d</ul></q>", "<script async>let a = `</script><b>", "<style>a{}</style><a/><b c=d e='f\"' g>&amp;&#65;", "<a", "<script>", "</a></b>",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkSound(t, HTML, text) })
}
