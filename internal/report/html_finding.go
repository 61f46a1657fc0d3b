package report

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/reevehq/reeve/internal/finding"
)

// htmlExcerptLimit is how many lines of a snippet a page shows.
const htmlExcerptLimit = 40

// findings lists every finding, worst first, each in an element that opens without a script.
func (p *htmlPage) findings() error {
	p.raw("<section id=\"findings\" aria-labelledby=\"list-heading\">\n<h2 id=\"list-heading\">Findings</h2>\n")
	if len(p.all.shown) > 0 {
		p.filters()
	}
	p.raw("<div id=\"list\">\n")
	for _, f := range p.all.shown {
		p.finding(f)
		if _, err := p.w.WriteString("</details>\n"); err != nil {
			return err
		}
	}
	p.raw("</div>\n")
	if len(p.all.shown) == 0 {
		p.raw("<p class=\"card\">Nothing was found.</p>\n")
	}
	p.raw("</section>\n")
	return nil
}

// filters are shown by the script, because they need it.
func (p *htmlPage) filters() {
	p.raw("<form id=\"filters\" class=\"filters\" role=\"search\" hidden>\n")
	p.raw("<label class=\"grow\">Search <input type=\"search\" name=\"q\" placeholder=\"path, rule, text, id\"></label>\n")
	p.raw("<label>Severity <select name=\"severity\"><option value=\"\">all</option>")
	for i, sev := range finding.Severities() {
		p.raw(`<option value="` + itoa(i) + `">` + sev.String() + "</option>")
	}
	p.raw("</select></label>\n<label>Rule <select name=\"rule\"><option value=\"\">all</option>")
	used := map[string]int{}
	for _, f := range p.all.shown {
		used[f.Rule]++
	}
	for _, id := range slices.Sorted(maps.Keys(used)) {
		p.raw("<option")
		p.attribute("value", id)
		p.raw(">")
		p.text(id + " (" + itoa(used[id]) + ")")
		p.raw("</option>")
	}
	p.raw("</select></label>\n<label>Show <select name=\"state\"><option value=\"\">all</option><option value=\"act\">to act on</option>" +
		"<option value=\"waived\">waived</option><option value=\"old\">from before</option></select></label>\n")
	p.raw("<label>Sort by <select name=\"sort\"><option value=\"\">importance</option><option value=\"severity\">severity</option>" +
		"<option value=\"place\">place</option><option value=\"rule\">rule</option></select></label>\n")
	p.raw("<span class=\"buttons\"><button type=\"button\" name=\"open\">Open all</button> <button type=\"button\" name=\"close\">Close all</button></span>\n")
	p.raw("<p id=\"shown\" role=\"status\"></p>\n</form>\n")
}

func (p *htmlPage) finding(f *finding.Finding) {
	rule := p.all.rule(f)
	place := placeOf(&f.Location)
	rank := slices.Index(finding.Severities(), f.Urgency())
	p.raw("<details class=\"finding\"")
	p.attribute("id", p.id("f-"+f.Fingerprint.Short()))
	p.attribute("data-severity", itoa(rank))
	p.attribute("data-rule", f.Rule)
	p.attribute("data-place", place)
	p.attribute("data-state", p.state(f))
	p.raw(">\n<summary><span class=\"badge " + f.Urgency().String() + "\">" + f.Urgency().String() + "</span><span class=\"what\">")
	p.text(headline(f, rule))
	p.tags(f)
	p.raw("</span><code class=\"place\">")
	p.text(place)
	p.raw("</code></summary>\n<div class=\"body\">\n")
	if f.Message != "" && f.Message != rule.Title {
		p.element("p", fold(f.Message))
		p.raw("\n")
	}
	p.excerpt(f)
	p.advice(f, rule)
	p.about(f, rule)
	p.raw("</div>\n")
}

// id makes an element's id unique on the page.
func (p *htmlPage) id(want string) string {
	p.ids[want]++
	if n := p.ids[want]; n > 1 {
		return want + "-" + itoa(n)
	}
	return want
}

func (p *htmlPage) state(f *finding.Finding) string {
	switch {
	case isWaived(f):
		return "waived"
	case isOld(p.all.Result, f):
		return "old"
	}
	return "act"
}

// tags mark what the gate made of a finding.
func (p *htmlPage) tags(f *finding.Finding) {
	v := f.Verdict
	if v == nil {
		return
	}
	tag := map[finding.Action]string{finding.Block: "blocks", finding.Warn: "warns", finding.Waived: "waived"}[v.Action]
	if tag == "" && p.state(f) == "old" {
		tag = "from before"
	}
	if tag != "" {
		p.raw(" ")
		p.element(`span class="tag"`, tag)
	}
}

// excerpt shows the offending lines with their numbers, the region marked where it lies in the first.
func (p *htmlPage) excerpt(f *finding.Finding) {
	lines := splitLines(f.Location.Snippet)
	if len(lines) == 0 {
		return
	}
	left := max(0, len(lines)-htmlExcerptLimit)
	p.raw("<pre tabindex=\"0\"><code>")
	for i, line := range lines[:len(lines)-left] {
		number := ""
		if start := f.Location.Region.StartLine; start > 0 {
			number = itoa(start + i)
		}
		p.raw(`<span class="n">` + number + "</span>")
		from, to := 0, 0
		if i == 0 {
			from, to = markOf(line, f)
		}
		p.source(line, from, to)
		p.raw("\n")
	}
	if left > 0 {
		p.raw(`<span class="n"></span>`)
		p.text("… " + count(left, "more line", "more lines"))
	}
	p.raw("</code></pre>\n")
}

// source writes a source line with characters from..to marked.
func (p *htmlPage) source(line string, from, to int) {
	line = strings.ReplaceAll(line[:min(len(line), excerptLimit)], "\t", "    ")
	if to <= from {
		p.text(line)
		return
	}
	a, b := byteOf(line, from), byteOf(line, to)
	p.text(line[:a])
	p.raw("<mark>")
	p.text(line[a:b])
	p.raw("</mark>")
	p.text(line[b:])
}

// byteOf gives the offset of the nth character.
func byteOf(s string, n int) int {
	at := 0
	for ; n > 0 && at < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return at
}

// advice tells why it matters and what to do, here or by a link to where it is told once.
func (p *htmlPage) advice(f *finding.Finding, rule *finding.Rule) {
	if f.Fix.Text != "" {
		p.raw("<h3>What to do here</h3>\n")
		p.prose(f.Fix.Text)
	}
	for _, e := range f.Fix.Edits {
		at := finding.Location{Path: e.Path, Region: e.Region}
		p.raw("<p>")
		p.element("code", placeOf(&at))
		p.raw(" becomes</p>\n<pre tabindex=\"0\"><code>")
		p.lines(e.New)
		p.raw("</code></pre>\n")
	}
	if p.inline {
		p.ruleText(rule)
		return
	}
	p.raw("<p><a")
	p.attribute("href", "#"+ruleAnchor(rule.ID))
	p.raw(">Why it matters and what to do</a></p>\n")
}

func (p *htmlPage) lines(s string) {
	lines, left := visibleLines(s, htmlExcerptLimit)
	p.raw(xmlText(strings.Join(lines, "\n")))
	if left > 0 {
		p.text("\n… " + count(left, "more line", "more lines"))
	}
}

func (p *htmlPage) ruleText(rule *finding.Rule) {
	for _, a := range adviceOf(rule) {
		p.element("h3", a.heading)
		p.raw("\n")
		p.prose(a.text)
	}
	if refs := links(rule); len(refs) > 0 {
		p.raw("<h3>References</h3>\n<ul>\n")
		for _, ref := range refs {
			p.raw("<li>")
			p.link(ref, ref)
			p.raw("</li>\n")
		}
		p.raw("</ul>\n")
	}
}

// about lists what is known about the finding.
func (p *htmlPage) about(f *finding.Finding, rule *finding.Rule) {
	p.raw("<h3>Details</h3>\n<dl>\n")
	p.fact("Confidence", sureness(f))
	p.fact("In", logicalOf(&f.Location))
	if f.History != nil {
		p.fact("History", story(f.History))
	}
	for _, known := range contextOf(f) {
		p.fact(sentenceCase(known.label), known.text)
	}
	if f.Exposure != nil {
		for i := range f.Exposure.Path {
			step := &f.Exposure.Path[i]
			p.fact("Way in "+itoa(i+1), joined(": ", placeOf(&step.Location), step.Message))
		}
	}
	p.fact("Also at", alsoAt(f, 50))
	for i := range f.Flow {
		p.fact("Step "+itoa(i+1), joined(": ", placeOf(&f.Flow[i].Location), f.Flow[i].Message))
	}
	for _, fact := range f.Facts {
		p.fact(sentenceCase(fact.Name), fact.Value)
	}
	if v := f.Verdict; v != nil {
		p.fact("Gate", joined(": ", v.Action.String(), v.Because))
	}
	p.fact("Asset", joined(" ", f.Asset.Kind, f.Asset.Name))
	p.fact("Commit", f.Location.Commit)
	p.fact("Rule", ruleLine(rule))
	p.fact("Id", string(f.Fingerprint))
	p.raw("</dl>\n")
}

// ruleBook tells every rule that a finding names once.
func (p *htmlPage) ruleBook() {
	p.raw("<section aria-labelledby=\"rules\">\n<h2 id=\"rules\">Rules</h2>\n")
	named := map[string]*finding.Rule{}
	for _, f := range p.all.shown {
		if named[f.Rule] == nil {
			named[f.Rule] = p.all.rule(f)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(named)) {
		rule := named[id]
		p.raw("<details class=\"finding\"")
		p.attribute("id", p.id(ruleAnchor(rule.ID)))
		p.raw(">\n<summary><span class=\"badge " + rule.Severity.String() + "\">" + rule.Severity.String() + "</span>")
		p.element(`span class="what"`, cmp.Or(rule.Title, rule.ID))
		p.element(`code class="place"`, rule.ID)
		p.raw("</summary>\n<div class=\"body\">\n")
		p.ruleText(rule)
		p.raw("</div>\n</details>\n")
	}
	p.raw("</section>\n")
}

func ruleAnchor(id string) string { return "rule-" + id }

// prose writes a rule's Markdown as HTML.
func (p *htmlPage) prose(markdown string) {
	for _, bl := range parseProse(markdown) {
		switch bl.kind {
		case codeBlock:
			p.raw("<pre tabindex=\"0\"><code>")
			p.lines(bl.code)
			p.raw("</code></pre>\n")
		case listBlock:
			tag := "ul"
			if bl.first > 0 {
				tag = "ol"
			}
			p.raw("<" + tag)
			if bl.first > 1 {
				p.attribute("start", strconv.Itoa(bl.first))
			}
			p.raw(">\n")
			for _, item := range bl.items {
				p.raw("<li>")
				p.spans(item)
				p.raw("</li>\n")
			}
			p.raw("</" + tag + ">\n")
		default:
			p.raw("<p>")
			p.spans(bl.spans)
			p.raw("</p>\n")
		}
	}
}

func (p *htmlPage) spans(spans []span) {
	for _, sp := range spans {
		switch sp.kind {
		case codeSpan:
			p.element("code", sp.text)
		case boldSpan:
			p.element("b", sp.text)
		case linkSpan:
			p.link(sp.url, sp.text)
		default:
			p.text(sp.text)
		}
	}
}

// link writes a link; its address was checked by webLink.
func (p *htmlPage) link(url, text string) {
	p.raw(`<a rel="noreferrer noopener"`)
	p.attribute("href", url)
	p.raw(">")
	p.text(text)
	p.raw("</a>")
}

// sentenceCase begins a text with a capital letter.
func sentenceCase(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}
