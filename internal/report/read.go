package report

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/reevehq/reeve/internal/finding"
)

// Sink takes what a saved result holds, one thing at a time. An error it returns ends the reading and comes back unchanged.
type Sink interface {
	// Rule says what reeve's own result knows about a rule. It may come after a finding that names it, or never.
	Rule(finding.Rule) error
	// Finding is one finding. From says what another tool's log told about it; nil where reeve wrote it.
	Finding(f finding.Finding, from *Foreign) error
}

// Foreign is what another tool's SARIF log says about a result, beside the finding that was made of it.
type Foreign struct {
	// Tool is the program of the result's run.
	Tool finding.Tool
	// Rule is what the log says about the result's rule. It is the same pointer for the same rule.
	Rule *finding.Rule
	// Identity tells that the fingerprint rests on one that the tool gave; else on all that tells the result from others.
	Identity bool
	// Precision is the tool's word for how sure its rule is (very-high, high, medium, low); "" where it has none.
	Precision string
	// Quote is what the log quotes of the source where that may be a secret; in the finding it is masked.
	Quote finding.Sensitive
}

// Saved is what a saved result says once. Its Rules and Findings are nil: they went to the sink.
type Saved struct {
	finding.Result
	// At is when the last run ended; zero where no run says it.
	At time.Time
}

// Stream reads a saved result: reeve's JSON, its JSON Lines, or SARIF 2.1.0 of any tool. It tells them apart by what they hold,
// not by name. However long the file, what is held is one finding, the rules and tables of SARIF (up to 64 MiB), and, where findings come
// before the rules they need, those findings packed (up to 64 MiB). A document that is cut short, too big or none of the three ends in a
// ReadError.
func Stream(r io.Reader, out Sink) (*Saved, error) { return stream(r, out, streamLimits) }

// Read reads a saved result as Stream does, into memory; size and number are bounded. Rules come back sorted by id, each once.
func Read(r io.Reader) (*finding.Result, error) { return read(r, wholeLimits) }

func read(r io.Reader, lim limits) (*finding.Result, error) {
	c := collector{have: map[string]bool{}}
	saved, err := stream(r, &c, lim)
	if err != nil {
		return nil, err
	}
	result := &saved.Result
	result.Rules, result.Findings = c.rules, c.findings
	slices.SortStableFunc(result.Rules, func(a, b finding.Rule) int { return cmp.Compare(a.ID, b.ID) })
	return result, nil
}

// collector is the sink that keeps everything.
type collector struct {
	rules    []finding.Rule
	have     map[string]bool
	findings []finding.Finding
}

// Rule keeps the first of each id.
func (c *collector) Rule(r finding.Rule) error {
	if !c.have[r.ID] {
		c.have[r.ID] = true
		c.rules = append(c.rules, r)
	}
	return nil
}

// Finding keeps it, and the rule of another tool that it names.
func (c *collector) Finding(f finding.Finding, from *Foreign) error {
	c.findings = append(c.findings, f)
	if from != nil {
		return c.Rule(*from.Rule)
	}
	return nil
}

func stream(r io.Reader, out Sink, lim limits) (*Saved, error) {
	in, err := newInput(r, lim)
	if err != nil {
		return nil, err
	}
	d := &document{in: in, out: out}
	d.sarif = sarifReader{in: in, out: out}
	if some, err := in.open('{'); err != nil || !some {
		return nil, cmp.Or(err, in.at(0, errNoResult))
	}
	if err := in.members(d.member); err != nil {
		return nil, err
	}
	if err := d.finish(); err != nil {
		return nil, err
	}
	return &d.saved, nil
}

// document is the first JSON object of a file. Which kind of file it is shows in its members, in whatever order
// they come (a saved result may have gone through a program that sorts them).
type document struct {
	in    *input
	out   Sink
	saved Saved
	kind  string // the member "type" of JSON Lines
	own   bool   // rules or findings of reeve's have come
	ruled bool   // the rules have come
	early waiting
	sarif sarifReader
}

// member takes one member of the document.
func (d *document) member(key string) error {
	in, r := d.in, &d.saved.Result
	switch key {
	case "type":
		return in.value(&d.kind)
	case "schema":
		return in.value(&r.Schema)
	case "tool":
		return in.keptValue(&r.Tool)
	case "assets":
		return listOf(in, &r.Assets)
	case "rules":
		d.own, d.ruled = true, true
		return in.array(d.rule)
	case "findings":
		d.own = true
		return in.array(d.finding)
	case "engines":
		return listOf(in, &r.Engines)
	case "looked":
		return in.keptValue(&r.Looked)
	case "unread":
		return listOf(in, &r.Unread)
	case "notes":
		return listOf(in, &r.Notes)
	case "times":
		return listOf(in, &r.Times)
	case "decision":
		return in.keptValue(&r.Decision)
	}
	return d.sarif.member(key)
}

func (d *document) rule() error {
	var r finding.Rule
	if err := d.in.value(&r); err != nil {
		return err
	}
	if err := checkRule(&r); err != nil {
		return d.in.here(err)
	}
	return d.out.Rule(r)
}

// finding takes one finding, or lets it wait for the rules.
func (d *document) finding() error {
	raw, err := d.in.next()
	if err != nil {
		return err
	}
	if !d.ruled {
		return d.early.put(d.in, raw)
	}
	return d.ownFinding(raw, d.in.dec.InputOffset()-int64(len(raw)))
}

func (d *document) ownFinding(raw []byte, begin int64) error {
	var f finding.Finding
	if err := d.in.decode(raw, begin, &f); err != nil {
		return err
	}
	if err := checkFinding(&f); err != nil {
		return d.in.at(begin, err)
	}
	return d.out.Finding(f, nil)
}

// finish decides what the document was and reads what follows it.
func (d *document) finish() error {
	schema := d.saved.Schema
	switch {
	case d.sarif.seen() && d.own:
		return d.in.at(0, errors.New("both SARIF and a result of reeve"))
	case d.sarif.seen():
		if err := d.sarif.finish(); err != nil {
			return err
		}
		d.saved = d.sarif.saved
	case schema == "":
		return d.in.at(0, errNoResult)
	case schema != finding.SchemaV1:
		return d.in.at(0, fmt.Errorf("schema %q: this reeve reads %q", finding.Clip(visible(schema), 40), finding.SchemaV1))
	case d.kind == "result":
		l := lineReader{document: d}
		if err := l.read(); err != nil {
			return err
		}
	case d.kind != "":
		return d.in.at(0, fmt.Errorf("record %q comes first: want \"result\"", finding.Clip(visible(d.kind), 40)))
	}
	if err := d.early.each(func(raw jsontext.Value, begin int64) error { return d.ownFinding(raw, begin) }); err != nil {
		return err
	}
	d.in.advance()
	if _, err := d.in.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return d.in.here(errors.New("something follows the result"))
	}
	return nil
}

func checkRule(r *finding.Rule) error {
	if r.ID == "" {
		return errors.New("rule without an id")
	}
	return nil
}

// checkFinding refuses what no engine makes and no writer could show.
func checkFinding(f *finding.Finding) error {
	if f.Rule == "" {
		return errors.New("finding without a rule")
	}
	if f.Fingerprint == "" {
		return errors.New("finding without a fingerprint")
	}
	wrong := negative(&f.Location)
	for i := range f.Also {
		wrong = wrong || negative(&f.Also[i])
	}
	if wrong {
		return errors.New("finding with a negative region")
	}
	return nil
}

func negative(l *finding.Location) bool {
	g := l.Region
	return min(g.StartLine, g.StartColumn, g.EndLine, g.EndColumn) < 0 || min(g.Offset, g.Length) < 0
}
