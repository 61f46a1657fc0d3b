package report

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/reevehq/reeve/internal/finding"
)

// Read reads a saved result: reeve's JSON, its JSON Lines, or SARIF 2.1.0 of any tool. It tells them apart by what
// they hold, not by name. One finding at a time is held undecoded; size and number are bounded. A document that is
// cut short, too big or none of the three is an error that names the byte. Rules come back sorted by id.
func Read(r io.Reader) (*finding.Result, error) { return read(r, usualLimits) }

func read(r io.Reader, lim limits) (*finding.Result, error) {
	in, err := newInput(r, lim)
	if err != nil {
		return nil, err
	}
	d := &document{in: in, sarif: sarifReader{in: in}}
	if some, err := in.open('{'); err != nil || !some {
		return nil, cmp.Or(err, in.at(0, errNoResult))
	}
	if err := in.members(d.member); err != nil {
		return nil, err
	}
	if err := d.finish(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(d.result.Rules, func(a, b finding.Rule) int { return cmp.Compare(a.ID, b.ID) })
	return &d.result, nil
}

// document is the first JSON object of a file. Which kind of file it is shows in its members, in whatever order
// they come (a saved result may have gone through a program that sorts them).
type document struct {
	in     *input
	result finding.Result
	kind   string // the member "type" of JSON Lines
	sarif  sarifReader
}

// member takes one member of the document.
func (d *document) member(key string) error {
	in, r := d.in, &d.result
	switch key {
	case "type":
		return in.value(&d.kind)
	case "schema":
		return in.value(&r.Schema)
	case "tool":
		return in.value(&r.Tool)
	case "assets":
		return listOf(in, &r.Assets, nil)
	case "rules":
		return listOf(in, &r.Rules, checkRule)
	case "findings":
		return listOf(in, &r.Findings, checkFinding)
	case "engines":
		return listOf(in, &r.Engines, nil)
	case "looked":
		return in.value(&r.Looked)
	case "unread":
		return listOf(in, &r.Unread, nil)
	case "notes":
		return listOf(in, &r.Notes, nil)
	case "times":
		return listOf(in, &r.Times, nil)
	case "decision":
		return in.value(&r.Decision)
	}
	return d.sarif.member(key)
}

// finish decides what the document was and reads what follows it.
func (d *document) finish() error {
	switch {
	case d.sarif.seen():
		result, err := d.sarif.finish()
		if err != nil {
			return err
		}
		d.result = *result
	case d.result.Schema == "":
		return d.in.at(0, errNoResult)
	case d.result.Schema != finding.SchemaV1:
		return d.in.at(0, fmt.Errorf("schema %q: this reeve reads %q", clip(visible(d.result.Schema), 40), finding.SchemaV1))
	case d.kind == "result":
		if err := d.records(); err != nil {
			return err
		}
	case d.kind != "":
		return d.in.at(0, fmt.Errorf("record %q comes first: want \"result\"", clip(visible(d.kind), 40)))
	}
	if _, err := d.in.dec.Token(); !errors.Is(err, io.EOF) {
		return d.in.at(d.in.dec.InputOffset(), errors.New("something follows the result"))
	}
	return nil
}

// records reads the records of JSON Lines that follow the first, up to the end record, and counts them against it.
func (d *document) records() error {
	r := &d.result
	for {
		raw, err := d.in.next()
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("%w: the end record is missing, the file was cut short", err)
		}
		if err != nil {
			return err
		}
		var end endRecord
		if err := d.record(raw, &end); err != nil {
			return d.in.at(d.in.dec.InputOffset()-int64(len(raw)), err)
		}
		if end.Type != "end" {
			continue
		}
		if got := (endRecord{"end", len(r.Rules), len(r.Findings), len(r.Unread)}); got != end {
			return d.in.at(d.in.dec.InputOffset(), fmt.Errorf(
				"end record counts %d rules, %d findings, %d unread; read %d, %d, %d",
				end.Rules, end.Findings, end.Unread, got.Rules, got.Findings, got.Unread))
		}
		return nil
	}
}

// record takes one record into the result; the end record goes to end.
func (d *document) record(raw json.RawMessage, end *endRecord) error {
	var head struct{ Type string }
	if err := json.Unmarshal(raw, &head); err != nil {
		return err
	}
	r := &d.result
	switch head.Type {
	case "rule":
		return appendRecord(raw, &r.Rules, checkRule)
	case "finding":
		return appendRecord(raw, &r.Findings, checkFinding)
	case "unread":
		return appendRecord(raw, &r.Unread, nil)
	case "end":
		return json.Unmarshal(raw, end)
	}
	return fmt.Errorf("unknown record %q", clip(visible(head.Type), 40))
}

func appendRecord[T any](raw json.RawMessage, out *[]T, check func(*T) error) error {
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		return err
	}
	if check != nil {
		if err := check(&v); err != nil {
			return err
		}
	}
	*out = append(*out, v)
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
	for _, l := range append([]finding.Location{f.Location}, f.Also...) {
		g := l.Region
		if min(g.StartLine, g.StartColumn, g.EndLine, g.EndColumn) < 0 || min(g.Offset, g.Length) < 0 {
			return errors.New("finding with a negative region")
		}
	}
	return nil
}
