package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/reevehq/reeve/internal/rule"
)

// rulePages writes docs/rules: a page for each rule and a table of all.
func rulePages(root string) ([]file, error) {
	fsys := os.DirFS(filepath.Join(root, "rules"))
	rules, err := rule.LoadAll(fsys)
	if err != nil {
		return nil, err
	}
	files := []file{{"docs/rules/README.md", index(rules)}}
	var errs []error
	for _, r := range rules {
		cases, err := rule.LoadCases(fsys, r.Engine, r.ID)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		files = append(files, file{"docs/rules/" + r.Engine + "/" + r.ID + ".md", []byte(pageMark + rule.Explain(r, cases))})
	}
	return files, errors.Join(errs...)
}

const pageMark = "<!-- Written by tools/gen from the rule's folder; do not edit. -->\n"

// index is the table of all rules, in the order of their ids.
func index(rules []rule.Rule) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s# Rules\n\n%d rules. Each has its facts, its text and its cases in `rules/ENGINE/RULE-ID/`; `reeve rules explain RULE-ID` prints the page.\n\n", pageMark, len(rules))
	b.WriteString("| Rule | Title | Severity | Confidence |\n|---|---|---|---|\n")
	for _, r := range rules {
		title := strings.NewReplacer("|", `\|`, "<", "&lt;").Replace(r.Title)
		fmt.Fprintf(&b, "| [%s](%s/%s.md) | %s | %s | %s |\n", r.ID, r.Engine, r.ID, title, r.Severity, r.Confidence)
	}
	return b.Bytes()
}
