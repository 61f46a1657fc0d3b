package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// place is where a rule found something, the path slash-separated and relative to the folder.
type place struct {
	path string
	line int
	// rule is what the tool calls it, less the folders that some put before it.
	rule string
}

func (p place) String() string { return fmt.Sprintf("%s:%d %s", p.path, p.line, p.rule) }

func (p place) kindOf() string { return p.rule }

// once sorts places, each once.
func once(list []place) []place {
	slices.SortFunc(list, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.line, b.line), cmp.Compare(a.rule, b.rule))
	})
	return slices.Compact(list)
}

// shared compares what two tools found.
func shared(ours, theirs []place) (common int, theirsOnly, oursOnly []place) {
	has := make(map[place]bool, len(ours))
	for _, p := range ours {
		has[p] = true
	}
	for _, p := range theirs {
		if has[p] {
			common++
			delete(has, p)
		} else {
			theirsOnly = append(theirsOnly, p)
		}
	}
	for _, p := range ours {
		if has[p] {
			oursOnly = append(oursOnly, p)
		}
	}
	return common, theirsOnly, oursOnly
}

// anyRule forgets the rules: tools that have other rules can only agree about lines.
func anyRule(list []place) []place {
	lines := slices.Clone(list)
	for i := range lines {
		lines[i].rule = ""
	}
	return once(lines)
}

// ruleName is a rule's own name: Semgrep puts the folders before it, and so does reeve where two rules have one name.
func ruleName(id string) string { return id[strings.LastIndexByte(id, '.')+1:] }

func readJSON(report string, into any) error {
	data, err := os.ReadFile(report)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("read report: %w", err)
	}
	return nil
}

// codeReport is what a result of reeve says about code.
type codeReport struct {
	places []place
	// unread files of code were left out, and unfinished counts pairs of a rule and a file that took too much work.
	unread, unfinished int
}

// readReeveCode reads the findings in code of a result of reeve. One finding may stand at several places.
func readReeveCode(report string) (codeReport, error) {
	type location struct {
		Path   string
		Region struct{ StartLine int }
	}
	var result struct {
		Findings []struct {
			Rule, Engine string
			Location     location
			Also         []location
		}
		Notes []string
	}
	if err := readJSON(report, &result); err != nil {
		return codeReport{}, err
	}
	var r codeReport
	for _, f := range result.Findings {
		if f.Engine != "sast" {
			continue
		}
		for _, at := range append(f.Also, f.Location) {
			r.places = append(r.places, place{at.Path, at.Region.StartLine, ruleName(f.Rule)})
		}
	}
	for _, n := range result.Notes {
		switch {
		case strings.Contains(n, " was not read as code: "):
			r.unread++
		case strings.Contains(n, " took too much work in "):
			r.unfinished++
		}
	}
	r.places = once(r.places)
	return r, nil
}

// semgrepReport is Semgrep's own JSON.
type semgrepReport struct {
	Results []struct {
		CheckID string `json:"check_id"`
		Path    string
		Start   struct{ Line int }
	}
	Errors []struct {
		// Type is a name, or a list that begins with one.
		Type json.RawMessage
	}
	Paths struct{ Scanned []string }
}

func readSemgrep(report, _ string) ([]place, error) {
	var r semgrepReport
	if err := readJSON(report, &r); err != nil {
		return nil, err
	}
	var list []place
	for _, f := range r.Results {
		list = append(list, place{filepath.ToSlash(filepath.Clean(f.Path)), f.Start.Line, ruleName(f.CheckID)})
	}
	return once(list), nil
}

// complaints counts what Semgrep says it could not do, by kind.
func (r *semgrepReport) complaints() []sighting {
	var list []sighting
	for _, e := range r.Errors {
		var name string
		var several []any
		if json.Unmarshal(e.Type, &name) != nil && json.Unmarshal(e.Type, &several) == nil && len(several) > 0 {
			name, _ = several[0].(string)
		}
		list = append(list, sighting{rule: cmp.Or(name, "other")})
	}
	return list
}

// readGosec reads gosec's JSON, whose paths are absolute and whose lines are text, "12" or "12-14".
func readGosec(report, dir string) ([]place, error) {
	var r struct {
		Issues []struct {
			RuleID     string `json:"rule_id"`
			File, Line string
		}
	}
	if err := readJSON(report, &r); err != nil {
		return nil, err
	}
	var list []place
	for _, f := range r.Issues {
		first, _, _ := strings.Cut(f.Line, "-")
		line, err := strconv.Atoi(first)
		if err != nil {
			return nil, fmt.Errorf("read report: line %q of %s", f.Line, f.RuleID)
		}
		path, err := filepath.Rel(dir, f.File)
		if err != nil {
			return nil, err
		}
		list = append(list, place{filepath.ToSlash(path), line, f.RuleID})
	}
	return once(list), nil
}

func readBandit(report, _ string) ([]place, error) {
	var r struct {
		Results []struct {
			TestID   string `json:"test_id"`
			Filename string
			Line     int `json:"line_number"`
		}
	}
	if err := readJSON(report, &r); err != nil {
		return nil, err
	}
	var list []place
	for _, f := range r.Results {
		list = append(list, place{filepath.ToSlash(filepath.Clean(f.Filename)), f.Line, f.TestID})
	}
	return once(list), nil
}

// readAstGrep reads what ast-grep prints: one JSON object a line, with lines from 0.
func readAstGrep(report, _ string) ([]place, error) {
	f, err := os.Open(report)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var list []place
	for d := json.NewDecoder(f); ; {
		var one struct {
			File, RuleID string
			Range        struct{ Start struct{ Line int } }
		}
		if err := d.Decode(&one); errors.Is(err, io.EOF) {
			return once(list), nil
		} else if err != nil {
			return nil, fmt.Errorf("read report: %w", err)
		}
		list = append(list, place{filepath.ToSlash(filepath.Clean(one.File)), one.Range.Start.Line + 1, one.RuleID})
	}
}
