package report

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// foreignReader turns the results of another tool into findings. What the log does not say is not made up: a
// severity comes from its score or level, a confidence from its precision, an identity from its fingerprints or,
// failing those, from all that tells the result from others.
type foreignReader struct {
	run   *sarifRun
	rules sarifRules
	out   Sink
	tool  finding.Tool
	used  map[string]*foreignRule
}

// foreignRule is a rule that some result named.
type foreignRule struct {
	finding.Rule
	// quotes tells that what the report quotes may be a secret.
	quotes bool
}

// maxUsed bounds how many rules are remembered as reeve has them; beyond it they are made again.
const maxUsed = 1 << 16

func newForeignReader(run *sarifRun, out Sink) *foreignReader {
	return &foreignReader{run: run, rules: newSARIFRules(run), out: out, tool: foreignTool(run), used: map[string]*foreignRule{}}
}

func foreignTool(run *sarifRun) finding.Tool {
	d := &run.Tool.Driver
	return finding.Tool{Name: cmp.Or(d.Name, "unknown tool"), Version: cmp.Or(d.SemanticVersion, d.Version)}
}

// sarifRules finds the rule of a result, by component and index or by id.
type sarifRules struct {
	components [][]sarifRule // the driver, then the extensions
	byID       map[string]*sarifRule
}

func newSARIFRules(run *sarifRun) sarifRules {
	s := sarifRules{components: [][]sarifRule{run.Tool.Driver.Rules}, byID: map[string]*sarifRule{}}
	for _, e := range run.Tool.Extensions {
		s.components = append(s.components, e.Rules)
	}
	for _, rules := range s.components {
		for i := range rules {
			if _, twice := s.byID[rules[i].ID]; !twice {
				s.byID[rules[i].ID] = &rules[i]
			}
		}
	}
	return s
}

// of finds the rule of a result; the second value is its id. A result may name it by id, by index, or through a
// reference into an extension. A result's rule id may go on after a slash ("CA1000/2"), then its front is the rule's.
func (s sarifRules) of(r *sarifResult) (*sarifRule, string) {
	id, index, component := r.RuleID, r.RuleIndex, 0
	if ref := r.Rule; ref != nil {
		id = cmp.Or(id, ref.ID)
		if ref.Index != nil {
			index = ref.Index
		}
		if c := ref.Component; c != nil && c.Index != nil {
			component = *c.Index + 1
		}
	}
	if rules, ok := indexed(s.components, &component); ok {
		if rule, ok := indexed(*rules, index); ok && (id == "" || id == rule.ID || strings.HasPrefix(id, rule.ID+"/")) {
			return rule, cmp.Or(id, rule.ID)
		}
	}
	for front := id; front != ""; front = front[:max(0, strings.LastIndexByte(front, '/'))] {
		if rule, ok := s.byID[front]; ok {
			return rule, id
		}
	}
	return nil, id
}

// foreignRun takes what a run says about itself. A run that did not succeed, or whose results stand in another file,
// is not complete, and the result says so.
func foreignRun(out *Saved, run *sarifRun) {
	tool := foreignTool(run)
	if out.Tool.Name == "" {
		out.Tool = tool
	}
	state := finding.EngineStatus{Name: tool.Name, State: "ok"}
	for _, inv := range run.Invocations {
		if !inv.ExecutionSuccessful {
			state.State, state.Why = "failed", "its report says that its run did not succeed"
		}
		for i := range inv.Notifications {
			foreignNotice(out, run, &inv.Notifications[i])
		}
	}
	out.Engines = append(out.Engines, state)
	if _, elsewhere := run.ExternalPropertyFile["results"]; elsewhere {
		out.Unread = append(out.Unread, finding.Unread{What: tool.Name + " results", Why: "they stand in another file"})
	}
	for _, v := range run.VersionControl {
		asset := finding.Asset{Kind: "repository", Name: v.RepositoryURI}
		if !slices.Contains(out.Assets, asset) {
			out.Assets = append(out.Assets, asset)
		}
	}
}

func foreignNotice(out *Saved, run *sarifRun, n *sarifNotification) {
	tool := foreignTool(run).Name
	text := cmp.Or(n.Message.Text, n.Message.Markdown, "no reason given")
	if n.Level != "error" {
		out.Notes = append(out.Notes, tool+": "+text)
		return
	}
	what := tool
	if len(n.Locations) > 0 {
		l := placeReader{run: run}.location(&n.Locations[0])
		what = placeOf(&l)
	}
	out.Unread = append(out.Unread, finding.Unread{What: what, Why: text})
}

func (f *foreignReader) places() placeReader { return placeReader{run: f.run} }

// result turns one result into a finding. Results that say "fine", "does not apply" or "gone" are none.
func (f *foreignReader) result(s *sarifResult) error {
	if s.Kind == "pass" || s.Kind == "notApplicable" || s.BaselineState == "absent" {
		return nil
	}
	described, id := f.rules.of(s)
	id = cmp.Or(id, "unknown")
	if described == nil {
		described = &sarifRule{ID: id}
	}
	rule := f.use(described, id)
	out := finding.Finding{
		Rule: id, Engine: rule.Engine, Severity: f.severity(described, s), Confidence: rule.Confidence,
		Message: f.message(described, &s.Message),
	}
	f.setPlaces(&out, s)
	f.places().fix(&out.Fix, s.Fixes)
	from := Foreign{Tool: f.tool, Rule: &rule.Rule}
	if described.Properties != nil {
		from.Precision = string(described.Properties.Precision)
	}
	out.Fingerprint, from.Identity = f.fingerprint(&out, s)
	if rule.quotes {
		from.Quote = finding.Conceal(strings.TrimSpace(out.Location.Snippet))
		maskQuotes(&out)
	}
	out.Verdict = f.suppression(s)
	return f.out.Finding(out, &from)
}

// use gives the rule as reeve has it.
func (f *foreignReader) use(described *sarifRule, id string) *foreignRule {
	if rule := f.used[id]; rule != nil {
		return rule
	}
	if len(f.used) >= maxUsed {
		clear(f.used)
	}
	rule := &foreignRule{Rule: f.rule(described, id), quotes: f.quotesSecrets(described)}
	f.used[id] = rule
	return rule
}

func (f *foreignReader) setPlaces(out *finding.Finding, s *sarifResult) {
	places := f.places()
	for i := range s.Locations {
		l := places.location(&s.Locations[i])
		if i == 0 {
			out.Location = l
		} else {
			out.Also = append(out.Also, l)
		}
	}
	out.Flow = places.flow(s.CodeFlows)
}

// suppression reads a result that its tool's users already decided on; nil if they did not.
func (f *foreignReader) suppression(s *sarifResult) *finding.Verdict {
	if strings.HasPrefix(f.tool.Name, "Anchore Container Vulnerability Report") {
		return nil // it wrote a suppression into every result
	}
	for _, sup := range s.Suppressions {
		if sup.Status == "" || sup.Status == "accepted" {
			because := "suppressed in the report of " + f.run.Tool.Driver.Name + ": " + cmp.Or(sup.Justification, "no reason given")
			return &finding.Verdict{Action: finding.Waived, Because: because}
		}
	}
	return nil
}

// maskQuotes hides what a report quotes from the source, also where its message repeats it.
func maskQuotes(f *finding.Finding) {
	hide := func(l *finding.Location) {
		quote := strings.TrimSpace(l.Snippet)
		if len(quote) >= 4 {
			f.Message = strings.ReplaceAll(f.Message, quote, finding.Mask(quote))
		}
		if quote != "" {
			l.Snippet = finding.Mask(quote)
		}
	}
	hide(&f.Location)
	for i := range f.Also {
		hide(&f.Also[i])
	}
	for i := range f.Flow {
		hide(&f.Flow[i].Location)
	}
	f.Fix.Edits = nil // an edit may quote the line it replaces
}

// messageLimit bounds a message whose arguments were filled in, in bytes: a template may repeat an argument.
const messageLimit = 1 << 16

// message gives the text; a message given by id stands with its rule, with {0} for the first argument.
func (f *foreignReader) message(rule *sarifRule, m *sarifMessage) string {
	text := cmp.Or(m.Text, m.Markdown)
	if template, ok := rule.MessageStrings[m.ID]; ok && text == "" {
		text = template.Text
	}
	for i, argument := range m.Arguments[:min(len(m.Arguments), 20)] {
		text = strings.ReplaceAll(text, "{"+strconv.Itoa(i)+"}", finding.Clip(argument, textLimit))
		text = text[:min(len(text), messageLimit)]
	}
	return cmp.Or(text, textOf(rule.ShortDescription), rule.ID)
}

// fingerprint identifies a result by what its tool gave for that purpose, within its tool, rule and file: some tools'
// fingerprints are unique only there. Without any, everything that tells it from others counts: two findings
// rather than one false merge. The second value tells which it was.
func (f *foreignReader) fingerprint(out *finding.Finding, s *sarifResult) (finding.Fingerprint, bool) {
	parts := []string{"sarif", f.run.Tool.Driver.Name, out.Rule, out.Location.Path}
	given := identifying(s.Fingerprints)
	if len(given) == 0 {
		given = identifying(s.PartialFingerprints)
	}
	if own := given[fingerprintKey]; own != "" {
		return finding.Fingerprint(own), true
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		parts = append(parts, key, given[key])
	}
	if len(given) == 0 {
		g := out.Location.Region
		parts = append(parts, out.Message, logicalOf(&out.Location), out.Location.Snippet,
			strconv.Itoa(g.StartLine), strconv.Itoa(g.StartColumn), strconv.Itoa(g.EndLine), strconv.Itoa(g.EndColumn))
	}
	return finding.Identify(nil, parts...), len(given) > 0
}

// identifying leaves out what tools write among fingerprints that tells no result from another: Semgrep's "requires login",
// the commit that gitleaks found a secret in, the column that CodeQL repeats beside its hash.
func identifying(given looseMap) looseMap {
	var out looseMap
	for key, value := range given {
		switch key {
		case "author", "email", "date", "commitSha", "commitMessage", "primaryLocationStartColumnFingerprint":
			continue
		}
		if value == "" || value == "requires login" {
			continue
		}
		if out == nil {
			out = looseMap{}
		}
		out[key] = value
	}
	return out
}
