package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/finding"
)

// asHTML renders Markdown alone.
func asHTML(t *testing.T, markdown string) string {
	t.Helper()
	var b bytes.Buffer
	p := newHTMLPage(&b, &finding.Result{})
	p.prose(markdown)
	if err := p.w.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestProse_allMedia(t *testing.T) {
	tests := []struct{ name, in, html, plain, markdown string }{
		{
			"paragraphs", "One\ntwo.\n\nThree.", "<p>One two.</p>\n<p>Three.</p>\n", "One two.\n\nThree.", "One two.\n\nThree.\n\n",
		},
		{
			"bullets", "- a `b`\n  goes on\n* c\n\n- d\nlazy", "<ul>\n<li>a <code>b</code> goes on</li>\n<li>c</li>\n<li>d lazy</li>\n</ul>\n",
			"- a b goes on\n- c\n- d lazy", "- a `b` goes on\n- c\n- d lazy\n\n",
		},
		{
			"numbers", "3. x\n4. y\n\ntext", "<ol start=\"3\">\n<li>x</li>\n<li>y</li>\n</ol>\n<p>text</p>\n", "3. x\n4. y\n\ntext", "3. x\n4. y\n\ntext\n\n",
		},
		{
			"code", "```sh\na <b>\n\n  c\n```\nx", "<pre tabindex=\"0\"><code>a &lt;b&gt;\n\n  c</code></pre>\n<p>x</p>\n", "a <b>\n\n  c\n\nx", "```text\na <b>\n\n  c\n```\n\nx\n\n",
		},
		{
			"code-without-end", "```\na", "<pre tabindex=\"0\"><code>a</code></pre>\n", "a", "```text\na\n```\n\n",
		},
		{
			"bold-and-heading", "# Head\nan **important** word", "<p><b>Head</b></p>\n<p>an <b>important</b> word</p>\n", "Head\n\nan important word", "**Head**\n\nan **important** word\n\n",
		},
		{
			"links", "see [docs](https://a.example/b?c=d&e) or <https://x.example>.",
			`<p>see <a rel="noreferrer noopener" href="https://a.example/b?c=d&amp;e">docs</a> or <a rel="noreferrer noopener" href="https://x.example">https://x.example</a>.</p>` + "\n",
			"see docs (https://a.example/b?c=d&e) or https://x.example.", "see docs <https://a.example/b?c=d&e> or <https://x.example>.\n\n",
		},
		{
			"bad-links", "[x [a](javascript:x) [b](http://h) [c](https://u@h) [](https://h) ![d](/e) <ftp://h>",
			"<p>[x [a](javascript:x) [b](http://h) [c](https://u@h) [](https://h) ![d](/e) &lt;ftp://h&gt;</p>\n",
			"[x [a](javascript:x) [b](http://h) [c](https://u@h) [](https://h) ![d](/e) <ftp://h>",
			"\\[x \\[a\\]\\(javascript:x\\) \\[b\\]\\(http:\u200b//h\\) \\[c\\]\\(https:\u200b//u@\u200bh\\) \\[\\]\\(https:\u200b//h\\) !\u200b\\[d\\]\\(/e\\) &lt;ftp:\u200b//h&gt;\n\n",
		},
		{
			"html", "<b>x</b> &amp; <script>", "<p>&lt;b&gt;x&lt;/b&gt; &amp;amp; &lt;script&gt;</p>\n", "<b>x</b> &amp; <script>", "&lt;b&gt;x&lt;/b&gt; &amp;amp; &lt;script&gt;\n\n",
		},
		{
			"marks-left-open", "a ** b ` c [d](", "<p>a ** b ` c [d](</p>\n", "a ** b ` c [d](", "a \\*\\* b \\` c \\[d\\]\\(\n\n",
		},
		{"nothing", "", "", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if d := cmp.Diff(test.html, asHTML(t, test.in)); d != "" {
				t.Errorf("html (-want +got):\n%s", d)
			}
			if d := cmp.Diff(test.plain, plainProse(test.in)); d != "" {
				t.Errorf("plain (-want +got):\n%s", d)
			}
			if d := cmp.Diff(test.markdown, mdProse(test.in)); d != "" {
				t.Errorf("markdown (-want +got):\n%s", d)
			}
		})
	}
}

// Text made to be slow for a careless parser is read in time that does not grow with its square.
func TestProse_longInputEnds(t *testing.T) {
	for _, piece := range []string{"[", "`", "**", "[a](", "1. ", "- \n", "<", "#"} {
		parseProse(strings.Repeat(piece, proseLimit))
	}
}
