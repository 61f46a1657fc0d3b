package rule

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Scaffold writes the two files of a new rule to dir/engine/id and gives that folder. What it writes loads, and its
// cases run; they fail only where a text still says FillIn. It never overwrites: a folder that is there is an error.
func Scaffold(dir, engine, id string) (string, error) {
	for what, name := range map[string]string{"engine": engine, "rule id": id} {
		if !idForm().MatchString(name) {
			return "", fmt.Errorf("new rule: %s %q: want it in kebab-case", what, name)
		}
	}
	folder := filepath.Join(dir, engine, id)
	if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
		return "", fmt.Errorf("new rule: %w", err)
	}
	if err := os.Mkdir(folder, 0o755); err != nil {
		return "", fmt.Errorf("new rule: %w", err)
	}
	prefix := strings.ReplaceAll(id, "-", "") + "_"
	fill := strings.NewReplacer("ENGINE", engine, "RULE-ID", id, "PREFIX", prefix)
	facts, cases := newRule, newCases
	if engine == "sast" {
		facts, cases = newCodeRule, newCodeCases
	}
	err := errors.Join(
		os.WriteFile(filepath.Join(folder, rulesFile), []byte(fill.Replace(facts)), 0o644),
		os.WriteFile(filepath.Join(folder, casesFile), []byte(fill.Replace(cases)), 0o644),
	)
	if err != nil {
		return "", fmt.Errorf("new rule: %w", err)
	}
	return folder, nil
}

const newRule = `# Replace every "FILL IN"; "reeve rules test RULE-ID" says what is left to do.
title: FILL IN the fault, at most 70 characters
# critical, high, medium, low or info: how bad a finding is before its place is known.
severity: high
# high, medium or low: how sure a match is what the title says. Only a proof of structure makes it certain.
confidence: medium
why: |
  FILL IN what an attacker gains, in two or three sentences.
fix: |
  1. FILL IN what to do first.
  2. FILL IN how to do without the fault from now on.
# Secrets only: what the secret opens, and how to make it useless at its provider. Remove what does not apply.
opens: FILL IN what the secret gives access to.
revoke: |
  FILL IN where and how to revoke it, and which log shows its use.
# The provider's own pages that prove the format and the steps.
references:
  - https://example.com/
# https://cwe.mitre.org: 798 is a hard-coded credential.
cwe: [798]
tags: [own]
# The version that brings the rule.
since: 0.1.0
# What to look for; the reference of the engine's matchers is in docs/.
match:
  # A literal of at least 3 bytes that stands in every match and is rare elsewhere.
  keywords: [PREFIX]
  exact: true
  # The first group is the secret.
  pattern: '\b(PREFIX[A-Za-z0-9]{32})\b'
`

const newCases = `Each file below is a case; this text is for people. On each line where the rule must find something a bad case
ends in a comment "want:" with the rule's id; in a good case it must find nothing. Templates are filled with drawn text
when the cases run, so that no example looks like a live secret. A bad case is also run inside a big file; if that makes
no sense for the files here, write a line "# whole" above the first of them.
-- bad/app.py --
# FILL IN how people really write it.
TOKEN = "PREFIX{{alnum 32}}"  # want: RULE-ID
-- good/near-miss.md --
FILL IN what looks almost like it and is not, and why: PREFIX{{alnum 12}} is too short.
-- good/app.py --
# FILL IN the same thing done well; the documentation shows it beside the first bad case.
TOKEN = os.environ["TOKEN"]
`
