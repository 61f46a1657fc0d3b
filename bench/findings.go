package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/archive"
	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/engines"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
	"github.com/reevehq/reeve/internal/history"
)

// findings compares what was found in a history: speed must never be bought with recall.
func (s *session) findings(sub subject) {
	fmt.Fprintf(s.out, "## Found in the history: %s\n\n", sub.name)
	ours, err := reeveValues(sub.path)
	if err != nil {
		fmt.Fprintf(s.out, "Not compared: %v\n\n", err)
		return
	}
	fmt.Fprintf(s.out, "| | distinct secrets | planted found | in common with reeve | theirs only | reeve only |\n|---|---:|---:|---:|---:|---:|\n")
	fmt.Fprintf(s.out, "| reeve | %d | %s | | | |\n", len(ours), found(sub.planted, ours))
	for _, p := range s.peers {
		if p.missing != "" {
			continue
		}
		theirs, err := p.values(s.report(p, sub, "history"))
		if err != nil {
			fmt.Fprintf(s.out, "| %s | (no report: %v) | | | | |\n", p.name, err)
			continue
		}
		common, only := 0, 0
		for _, v := range theirs {
			if holds(ours, v) {
				common++
			} else {
				only++
			}
		}
		oursOnly := 0
		for _, v := range ours {
			if !holds(theirs, v) {
				oursOnly++
			}
		}
		fmt.Fprintf(s.out, "| %s %s | %d | %s | %d | %d | %d |\n", p.name, p.version, len(theirs), found(sub.planted, theirs), common, only, oursOnly)
	}
	fmt.Fprintln(s.out)
}

// holds tells whether a value, or one that holds it or is held by it, is in the list: tools cut the same secret differently.
func holds(list []string, v string) bool {
	return slices.ContainsFunc(list, func(x string) bool { return strings.Contains(x, v) || strings.Contains(v, x) })
}

func found(planted, values []string) string {
	if planted == nil {
		return ""
	}
	n := 0
	for _, p := range planted {
		if holds(values, p) {
			n++
		}
	}
	return fmt.Sprintf("%d of %d", n, len(planted))
}

func distinct(values []string) []string {
	slices.Sort(values)
	return slices.DeleteFunc(slices.Compact(values), func(v string) bool { return v == "" })
}

// reeveValues gives the values reeve finds, which no report of reeve shows: the benchmark asks the library.
func reeveValues(path string) ([]string, error) {
	ctx := context.Background()
	chosen, err := engines.Rules(engines.Choice{})
	if err != nil {
		return nil, err
	}
	all, err := engines.All(engines.Needs{Rules: chosen.Rules, Key: finding.Key("bench"), KeepSecrets: true})
	if err != nil {
		return nil, err
	}
	repo, err := git.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	report, err := history.Scan(ctx, repo, engine.NewPass(all, archive.Limits{}), history.Options{})
	if err != nil {
		return nil, err
	}
	var values []string
	for _, f := range report.Findings {
		values = append(values, f.Secret.Reveal())
	}
	return distinct(values), nil
}

func gitleaksValues(report string) ([]string, error) {
	data, err := os.ReadFile(report)
	if err != nil {
		return nil, err
	}
	var findings []struct{ Secret string }
	if err := json.Unmarshal(data, &findings); err != nil {
		return nil, err
	}
	var values []string
	for _, f := range findings {
		values = append(values, f.Secret)
	}
	return distinct(values), nil
}

func trufflehogValues(report string) ([]string, error) {
	f, err := os.Open(report)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var values []string
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var one struct{ Raw string }
		if json.Unmarshal(lines.Bytes(), &one) == nil {
			values = append(values, one.Raw)
		}
	}
	return distinct(values), lines.Err()
}
