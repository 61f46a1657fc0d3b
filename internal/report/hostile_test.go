package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/reevehq/reeve/internal/finding"
)

// nasty are texts that did harm somewhere.
var nasty = []string{
	"\x1b[2J\x1b]0;owned\x07\x1b]8;;https://evil.example\x1b\\",
	"\u202egnp.exe\u2066\u200b\u2028\ufeff\u009b31m\U000e0041",
	"a\r\n::set-output name=x::y\n##[add-mask]z\n##vso[task.setvariable]w\n##teamcity[x]",
	"::error file=a,line=1::b",
	"<script>alert(1)</script><img src=x onerror=alert(1)>\"'><svg/onload=x>",
	"</style></script><!-- --><details><summary>",
	"| a | b |\n|---|---|\n[x](https://evil.example) ![y](//evil) @everyone #1 !2 www.evil.example https://evil.example ```\n# h",
	"]]>&amp;&#0;\x00\x01\x0b\ufffe\uffff\xed\xa0\x80\xff",
	"%0A%0D,::,file=x",
	"```` ` ``",
	"- a\n1. b\n> c\n=====\n$x$ {{7*7}} ${x}",
	strings.Repeat("a\u0301\u0301", 3000),
	strings.Repeat("#", 500) + "[",
	"",
	"..\\..\\etc//:*?\"<>|",
}

// poisoned is the sample with s in every text of it.
func poisoned(s string) *finding.Result {
	r := sample()
	r.Engines[0].State = "ok"
	poison(reflect.ValueOf(r).Elem(), s)
	r.Schema = finding.SchemaV1
	r.Sort()
	return r
}

func poison(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem(), s)
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i), s)
		}
	case reflect.Map:
		if v.Type().Key().Kind() == reflect.String && v.Len() > 0 {
			v.SetMapIndex(reflect.ValueOf(s), v.MapIndex(v.MapKeys()[0]))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && v.Type() != reflect.TypeFor[finding.Sensitive]() {
				poison(v.Field(i), s)
			}
		}
	}
}

func TestFormats_hostileText(t *testing.T) {
	for i, s := range nasty {
		t.Run(strconv.Itoa(i), func(t *testing.T) { checkHarmless(t, poisoned(s)) })
	}
}

// checkHarmless writes a result in every format and checks each for its medium.
func checkHarmless(t *testing.T, r *finding.Result) {
	t.Helper()
	for _, f := range Formats() {
		for _, opt := range []Options{{}, {Verbose: true, Width: 50}} {
			out := render(t, f.Name, r, opt)
			checkLog(t, f.Name, out)
			switch f.Name {
			case "json", "sarif", "gitlab-secret", "gitlab-codequality":
				if !json.Valid(out) {
					t.Errorf("%s: not JSON", f.Name)
				}
			case "jsonl":
				for line := range bytes.Lines(out) {
					if !json.Valid(line) {
						t.Errorf("jsonl: not JSON: %.80q", line)
					}
				}
			case "junit":
				checkXML(t, out)
			case "markdown":
				checkMarkdown(t, string(out))
			case "github":
				checkCommands(t, string(out))
			case "html":
				checkHTML(t, out)
			}
		}
	}
	if out := render(t, "text", r, Options{ASCII: true}); !isASCII(string(out)) {
		t.Errorf("text: not ASCII")
	}
}

// checkLog checks what holds wherever a format is printed: nothing that a terminal obeys or hides, no command of a
// build server.
func checkLog(t *testing.T, format string, out []byte) {
	t.Helper()
	text := string(out)
	if !utf8.ValidString(text) {
		t.Errorf("%s: not UTF-8", format)
	}
	for i, r := range text {
		if !strconv.IsPrint(r) && r != '\n' && !(r == '\u200b' && format == "markdown") {
			t.Errorf("%s: %U at %d: %.60q", format, r, i, text[max(0, i-20):])
			break
		}
	}
	for _, marker := range []string{"##[", "##vso[", "##teamcity["} {
		if at := strings.Index(text, marker); at >= 0 {
			t.Errorf("%s: %q at %d", format, marker, at)
		}
	}
	for line := range strings.Lines(text) {
		if format != "github" && strings.HasPrefix(strings.TrimSpace(line), "::") {
			t.Errorf("%s: a line is a workflow command: %.80q", format, line)
		}
	}
}

func checkXML(t *testing.T, out []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(out))
	allowed := []string{"testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out"}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Errorf("junit: %v", err)
			return
		}
		if e, ok := token.(xml.StartElement); ok && !slices.Contains(allowed, e.Name.Local) {
			t.Errorf("junit: element %s", e.Name.Local)
		}
	}
}

func checkCommands(t *testing.T, out string) {
	t.Helper()
	for line := range strings.Lines(out) {
		name, rest, _ := strings.Cut(strings.TrimPrefix(line, "::"), " ")
		if !slices.Contains([]string{"error", "warning", "notice"}, name) {
			t.Errorf("github: %.80q", line)
			continue
		}
		properties, _, _ := strings.Cut(rest, "::")
		for property := range strings.SplitSeq(properties, ",") {
			key, value, _ := strings.Cut(property, "=")
			if !slices.Contains([]string{"file", "line", "endLine", "col", "endColumn", "title"}, key) || strings.Contains(value, ":") {
				t.Errorf("github: property %.80q", property)
			}
		}
	}
}

func checkMarkdown(t *testing.T, out string) {
	t.Helper()
	if len(out) > markdownLimit {
		t.Errorf("markdown: %d bytes", len(out))
	}
	fenced := false
	for line := range strings.Lines(out) {
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
			continue
		}
		if fenced {
			continue
		}
		bad := []string{"<script", "<img", "<svg", "</script", "<!-- -->", "@e", "#1", "!2", "www.e", "http://", "]("}
		plain := withoutCode(line)
		if strings.HasPrefix(line, "<details") { // HTML up to the blank line: no Markdown, and nothing is linked in <code>
			head, rest, _ := strings.Cut(line, "<code>")
			plain = head + rest[strings.Index(rest, "</code>"):]
			bad = bad[:len(bad)-1]
			if strings.Contains(rest[:strings.Index(rest, "</code>")], "<") {
				t.Errorf("markdown: element in %.120q", rest)
			}
		}
		for _, b := range bad {
			if strings.Contains(plain, b) {
				t.Fatalf("markdown: %q in %.120q", b, plain)
			}
		}
		if strings.HasPrefix(plain, "|") || strings.HasPrefix(plain, "# ") || strings.HasPrefix(plain, "> ") {
			t.Errorf("markdown: a line begins a block: %.80q", plain)
		}
	}
	if fenced {
		t.Error("markdown: a code block does not end")
	}
}

// withoutCode takes code spans and escaped characters out of a line of Markdown.
func withoutCode(line string) string {
	var b strings.Builder
	for i := 0; i < len(line); {
		switch {
		case line[i] == '\\' && i+1 < len(line):
			i += 2
		case line[i] == '`':
			n := 0
			for i+n < len(line) && line[i+n] == '`' {
				n++
			}
			fence := line[i : i+n]
			i += n
			if end := strings.Index(line[i:], fence); end >= 0 {
				i += end + n
			}
		default:
			b.WriteByte(line[i])
			i++
		}
	}
	return b.String()
}

func checkHTML(t *testing.T, out []byte) {
	t.Helper()
	tags := strings.Fields("html head meta title style body a header p b div h1 h2 h3 ul ol li main section figure svg text rect dl dt dd " +
		"form label input select option span button details summary code pre mark footer script")
	scripts := 0
	for z := html.NewTokenizer(bytes.NewReader(out)); ; {
		switch z.Next() {
		case html.ErrorToken:
			if scripts != 1 {
				t.Errorf("html: %d scripts, want 1", scripts)
			}
			return
		case html.CommentToken:
			t.Errorf("html: comment %.80q", z.Raw())
		case html.StartTagToken, html.SelfClosingTagToken:
			token := z.Token()
			if !slices.Contains(tags, token.Data) {
				t.Errorf("html: element %s", token.Data)
			}
			if token.Data == "script" {
				scripts++
			}
			for _, a := range token.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "src" ||
					a.Key == "href" && !strings.HasPrefix(a.Val, "#") && !webLink(a.Val) {
					t.Errorf("html: attribute %s=%.80q", a.Key, a.Val)
				}
			}
		}
	}
}

func FuzzSanitise(f *testing.F) {
	for _, s := range nasty {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 300 {
			s = s[:300]
		}
		checkHarmless(t, poisoned(s))
	})
}
