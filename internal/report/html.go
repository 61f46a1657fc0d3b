package report

import (
	"bufio"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"io"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var (
	//go:embed assets/page.css
	pageStyle string
	//go:embed assets/page.js
	pageScript string
)

// inlineRules is how many findings may each carry their rule's advice. A longer page tells each rule once, below.
const inlineRules = 500

// writeHTML writes one page that needs nothing else: no network (its content security policy forbids all of it), no
// script (the one it has only filters and sorts), no server. It lists every finding, also waived and old ones.
func writeHTML(w io.Writer, r *finding.Result, _ Options) error {
	p := newHTMLPage(w, r)
	p.head()
	p.banner()
	p.raw("<main>\n")
	p.overview()
	if err := p.findings(); err != nil {
		return err
	}
	if !p.inline {
		p.ruleBook()
	}
	p.incomplete()
	p.raw("</main>\n")
	p.footer()
	return p.w.Flush()
}

// htmlPage writes HTML. Only raw writes markup, and only from this package's own text; whatever comes from a result
// goes through text.
type htmlPage struct {
	w      *bufio.Writer
	survey *survey // what needs attention
	all    *survey // what is listed
	inline bool
	ids    map[string]int // how often an element's id was used
}

func newHTMLPage(w io.Writer, r *finding.Result) *htmlPage {
	p := &htmlPage{w: bufio.NewWriterSize(w, 1<<16), survey: surveyOf(r, false), all: surveyOf(r, true), ids: map[string]int{}}
	p.inline = len(p.all.shown) <= inlineRules
	return p
}

func (p *htmlPage) raw(markup string) { p.w.WriteString(markup) }

// text writes outside text: visible (a bidirectional override would reorder a page as well as a terminal), then escaped.
func (p *htmlPage) text(s string) { p.w.WriteString(xmlText(visible(s))) }

// element writes text inside an element; open is its start tag without the brackets.
func (p *htmlPage) element(open, s string) {
	name := open
	for i := range open {
		if open[i] == ' ' {
			name = open[:i]
			break
		}
	}
	p.raw("<" + open + ">")
	p.text(s)
	p.raw("</" + name + ">")
}

// attribute writes ` name="value"`.
func (p *htmlPage) attribute(name, value string) {
	p.raw(" " + name + `="`)
	p.text(value)
	p.raw(`"`)
}

// cspHash is how a content security policy names one inline style or script.
func cspHash(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func (p *htmlPage) head() {
	p.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
	p.raw(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ` + cspHash(pageStyle) +
		"; script-src " + cspHash(pageScript) + `; base-uri 'none'; form-action 'none'">` + "\n")
	p.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
	p.raw("<meta name=\"referrer\" content=\"no-referrer\">\n")
	p.element("title", toolName(p.survey.Result)+": "+p.survey.answer()+", "+p.survey.tally())
	p.raw("\n<style>" + pageStyle + "</style>\n</head>\n<body>\n")
	p.raw("<a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n")
}

// banner is the answer and its reasons.
func (p *htmlPage) banner() {
	s := p.survey
	p.raw("<header>\n<p class=\"brand\">")
	p.element("b", toolName(s.Result))
	p.raw(" ")
	p.text(s.Tool.Version)
	for i, a := range s.Assets {
		if i == 5 {
			p.text(" and " + count(len(s.Assets)-i, "more", "more"))
			break
		}
		p.raw(" · ")
		p.text(a.Kind + " " + a.Name)
	}
	p.raw("</p>\n<div class=\"banner " + bannerClass(s.answer()) + "\">\n")
	p.element("h1", s.answer())
	if because := s.because(); len(because) > 0 {
		p.raw("\n<ul>\n")
		for _, sentence := range because {
			p.element("li", sentence)
			p.raw("\n")
		}
		p.raw("</ul>")
	}
	p.raw("\n<p>")
	p.element("b", sentenceCase(s.tally()))
	if asides := s.asides(); asides != "" {
		p.text("; besides " + asides)
	}
	p.raw(".</p>\n")
	if missing := s.missing(); missing != "" {
		p.raw("<p>")
		p.element(`a href="#unread"`, missing)
		p.raw("</p>\n")
	}
	p.raw("</div>\n</header>\n")
}

func bannerClass(answer string) string {
	switch answer {
	case answerBlocked:
		return "bad"
	case answerIncomplete, answerFound:
		return "warn"
	}
	return "good"
}

// overview holds the chart and the facts of the run.
func (p *htmlPage) overview() {
	s := p.survey
	p.raw("<section aria-labelledby=\"overview\">\n<h2 id=\"overview\">Overview</h2>\n<div class=\"summary\">\n<figure class=\"card\">\n")
	p.chart()
	p.raw("</figure>\n<dl class=\"card\">\n")
	p.fact("Looked at", lookedAt(&s.Looked))
	p.fact("Skipped", passedOver(&s.Looked))
	if d := s.Decision; d != nil {
		p.fact("Change", joined(" to ", commitOrRef(d.Base), commitOrRef(d.Head)))
	}
	p.fact("Engines", engineStates(s.Engines))
	for _, n := range s.Notes {
		p.fact("Note", n)
	}
	if len(s.Times) > 0 {
		p.fact("Took", timeTaken(s.Times))
	}
	p.fact("Ruleset", s.Tool.Ruleset)
	p.raw("</dl>\n</div>\n</section>\n")
}

func engineStates(engines []finding.EngineStatus) string {
	states := make([]string, len(engines))
	for i, e := range engines {
		states[i] = e.Name + " " + joined(": ", e.State, e.Why)
	}
	return strings.Join(states, "; ")
}

// commitOrRef abbreviates a commit and leaves a branch's name alone.
func commitOrRef(s string) string {
	if isCommit(s) {
		return short(s)
	}
	return s
}

// joined joins what is not empty.
func joined(separator string, parts ...string) string {
	out := ""
	for _, part := range slices.DeleteFunc(parts, func(s string) bool { return s == "" }) {
		if out != "" {
			out += separator
		}
		out += part
	}
	return out
}

// fact writes a term and what it is, if there is anything to say.
func (p *htmlPage) fact(term, value string) {
	if value == "" {
		return
	}
	p.element("dt", term)
	p.element("dd", value)
	p.raw("\n")
}

// chart draws the findings by severity as bars.
func (p *htmlPage) chart() {
	const row, left, wide, right = 28, 74, 230, 60
	most := 1
	for _, n := range p.survey.counts {
		most = max(most, n)
	}
	severities := finding.Severities()
	p.raw(`<svg viewBox="0 0 ` + itoa(left+wide+right) + " " + itoa(row*len(severities)) + `" role="img" aria-label="`)
	p.text("Findings by severity: " + p.survey.tally())
	p.raw("\">\n")
	for i, sev := range severities {
		n := p.survey.counts[sev]
		bar := n * wide / most
		if n > 0 {
			bar = max(bar, 2)
		}
		y := i * row
		p.raw(`<text x="0" y="` + itoa(y+19) + `">` + sev.String() + "</text>")
		p.raw(`<rect class="` + sev.String() + `" x="` + itoa(left) + `" y="` + itoa(y+5) + `" width="` + itoa(bar) + `" height="18" rx="3"/>`)
		p.raw(`<text x="` + itoa(left+bar+8) + `" y="` + itoa(y+19) + `">` + thousands(int64(n)) + "</text>\n")
	}
	p.raw("</svg>\n")
}

// incomplete names what was not looked at.
func (p *htmlPage) incomplete() {
	troubles := engineTrouble(p.survey.Result)
	for _, u := range p.survey.Unread {
		troubles = append(troubles, u.What+": "+u.Why)
	}
	if len(troubles) == 0 {
		return
	}
	p.raw("<section aria-labelledby=\"unread\">\n<h2 id=\"unread\">Not looked at</h2>\n<p>The result is incomplete while this list is not empty.</p>\n<ul class=\"card\">\n")
	for _, t := range troubles {
		p.element("li", t)
		p.raw("\n")
	}
	p.raw("</ul>\n</section>\n")
}

func (p *htmlPage) footer() {
	p.raw("<footer>\n<p>Secrets are masked; this page holds none of their values. It loads nothing and sends nothing.</p>\n</footer>\n")
	p.raw("<script>" + pageScript + "</script>\n</body>\n</html>\n")
}
