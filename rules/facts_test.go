package rules_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/engine/sast"
	"github.com/reevehq/reeve/internal/rule"
	"github.com/reevehq/reeve/rules"
)

// leastSecrets is how many kinds of credentials the product promises to know.
const leastSecrets = 250

func TestAll_isWhatTheFoldersSay(t *testing.T) {
	disk, err := rule.LoadAll(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	for i := range disk {
		if disk[i].Engine != sast.Name {
			continue
		}
		if disk[i].Needs, err = sast.Needs(&disk[i], sast.Compiled()); err != nil {
			t.Fatal(err)
		}
	}
	if compiled := rules.All(); !cmp.Equal(disk, compiled) {
		t.Errorf("rules.gen.go is stale (%d rules, in the folders %d); refresh it with: make gen (go run ./tools/gen)", len(compiled), len(disk))
	}
}

func TestAll_count(t *testing.T) {
	count := 0
	for _, r := range rules.All() {
		if r.Engine == "secret" {
			count++
		}
	}
	if count < leastSecrets {
		t.Errorf("%d secret rules, want at least %d", count, leastSecrets)
	}
}

func TestAll_saysNothingTwice(t *testing.T) {
	titles, matches, patterns := map[string]string{}, map[string]string{}, map[string]string{}
	once := func(what string, seen map[string]string, value, id string) {
		if first, ok := seen[value]; ok && value != "" {
			t.Errorf("%s and %s have the same %s: %s", first, id, what, value)
		}
		seen[value] = id
	}
	for _, r := range rules.All() {
		var m struct {
			Pattern, Near   string
			Keywords, Names []string
			Languages       []string
		}
		if err := json.Unmarshal([]byte(r.Match), &m); err != nil {
			t.Fatal(err)
		}
		once("title", titles, strings.Join(append(m.Languages, r.Title), " "), r.ID) // the same flaw in another language has the same name
		once("match", matches, r.Match, r.ID)
		if m.Pattern != "" { // two providers may have the same form of token: then what stands around it differs
			once("pattern and surroundings", patterns, fmt.Sprint(m.Pattern, m.Near, m.Keywords, m.Names), r.ID)
		}
	}
}

func TestCases_areEmbedded(t *testing.T) {
	for _, r := range rules.All() {
		if cases, err := rules.Cases(r.Engine, r.ID); err != nil || len(cases) == 0 {
			t.Errorf("%s: %d cases, error %v", r.ID, len(cases), err)
		}
	}
}
