package engines_test

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/engine/secret"
	"github.com/reevehq/reeve/internal/engines"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/rule"
	"github.com/reevehq/reeve/rules"
)

// mutations is how often a finding is moved about. The aim is that it keeps its identity in at least 99 of 100.
const mutations = 10_000

// document is a real file of this repository with a secret planted in it.
type document struct {
	path string
	text string
	// planted is the statement that holds the secret, on a line of its own.
	planted string
}

// plants are statements that hold a secret, as people write them in files of a kind.
var plants = map[string][]string{
	".go":   {"\tconst token = \"{{token github-crc32 ghp_}}\"", "\tpassword := \"{{password 18}}\"", "\tclient.SetAPIKey(\"{{alnum 40}}\")"},
	".yaml": {"password: \"{{password 16}}\"", "token: {{token github-crc32 gho_}}", "api_key: \"{{alnum 32}}\""},
	".md":   {"    export AWS_ACCESS_KEY_ID={{token aws-key-id AKIA}}", "    curl -u admin:{{alnum 20}} https://shop.internal/api"},
	".sh":   {"export DB_PASSWORD='{{password 20}}'", "GITHUB_TOKEN={{token github-crc32 ghs_}}"},
}

// realFiles reads files of this repository: code, documents and configuration that people wrote.
func realFiles(t *testing.T) []document {
	t.Helper()
	var out []document
	err := fs.WalkDir(os.DirFS("../.."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := filepath.Base(name); name != "." && strings.HasPrefix(base, ".") || base == "bin" || name == "rules" || name == "docs/rules" {
				return fs.SkipDir
			}
			return nil
		}
		if plants[filepath.Ext(name)] == nil || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		data, err := os.ReadFile(filepath.Join("../..", name))
		if err == nil && len(data) > 400 && len(data) < 20_000 {
			out = append(out, document{path: name, text: string(data)})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// plant puts a statement with a fresh secret between two lines of a document.
func plant(t *testing.T, d document, n int, r *rand.Rand) document {
	t.Helper()
	kinds := plants[filepath.Ext(d.path)]
	filled, err := rule.Case{Path: fmt.Sprint(d.path, n), Text: kinds[r.IntN(len(kinds))]}.Fill(fmt.Sprint("identity", n), secret.Sample)
	if err != nil {
		t.Fatal(err)
	}
	d.planted = string(filled.Data)
	d.text = insert(d.text, d.planted, r)
	return d
}

func insert(text, line string, r *rand.Rand) string {
	lines := strings.Split(text, "\n")
	return strings.Join(slices.Insert(lines, r.IntN(len(lines)), line), "\n")
}

// changes are what happens to files while a finding stays the same finding.
var changes = map[string]func(d document, others []document, r *rand.Rand) document{
	"lines-above": func(d document, _ []document, r *rand.Rand) document {
		d.text = strings.Repeat("\n", 1+r.IntN(50)) + d.text
		return d
	},
	"lines-between": func(d document, others []document, r *rand.Rand) document {
		for range 1 + r.IntN(8) {
			d.text = insert(d.text, "", r)
		}
		return d
	},
	"indented": func(d document, _ []document, r *rand.Rand) document {
		d.text = strings.ReplaceAll(d.text, "\n", "\n"+strings.Repeat(" ", 1+r.IntN(6)))
		return d
	},
	"carriage-returns": func(d document, _ []document, _ *rand.Rand) document {
		d.text = strings.ReplaceAll(d.text, "\n", "\r\n")
		return d
	},
	"tabs-to-spaces": func(d document, _ []document, _ *rand.Rand) document {
		d.text = strings.ReplaceAll(d.text, "\t", "    ")
		return d
	},
	"trailing-spaces": func(d document, _ []document, _ *rand.Rand) document {
		d.text = strings.ReplaceAll(d.text, "\n", "  \n")
		return d
	},
	"renamed": func(d document, _ []document, r *rand.Rand) document {
		d.path = fmt.Sprintf("moved%d/renamed%d%s", r.IntN(9), r.IntN(99), filepath.Ext(d.path))
		return d
	},
	"paragraphs-moved": func(d document, _ []document, r *rand.Rand) document {
		paragraphs := strings.Split(d.text, "\n\n")
		r.Shuffle(len(paragraphs), func(i, j int) { paragraphs[i], paragraphs[j] = paragraphs[j], paragraphs[i] })
		d.text = strings.Join(paragraphs, "\n\n")
		return d
	},
	"moved-to-another-file": func(d document, others []document, r *rand.Rand) document {
		to := others[r.IntN(len(others))]
		for filepath.Ext(to.path) != filepath.Ext(d.path) {
			to = others[r.IntN(len(others))]
		}
		return document{path: to.path, text: insert(to.text, d.planted, r), planted: d.planted}
	},
}

func TestIdentity_survivesChangeAndNeverMerges(t *testing.T) {
	files := realFiles(t)
	all, err := engines.Rules(engines.Choice{})
	if err != nil {
		t.Fatal(err)
	}
	trial, err := engines.NewTrials(all.Rules).Of(rules.Of(secret.Name)[0])
	if err != nil {
		t.Fatal(err)
	}
	total := mutations
	if testing.Short() {
		total /= 20
	}
	r := rand.New(rand.NewPCG(7, 7))
	var kinds []string
	for kind := range changes {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	lost := map[string]int{}
	owner := map[finding.Fingerprint]string{}
	for n := range total {
		before := plant(t, files[r.IntN(len(files))], n, r)
		id := identityOf(trial.Look, before)
		if id == "" {
			lost["not found at all"]++
			continue
		}
		if other, taken := owner[id]; taken && other != before.planted {
			t.Fatalf("two different secrets have the identity %s", id)
		}
		owner[id] = before.planted
		kind := kinds[n%len(kinds)]
		if after := identityOf(trial.Look, changes[kind](before, files, r)); after != id {
			lost[kind]++
		}
	}
	sum := 0
	for _, n := range lost {
		sum += n
	}
	t.Logf("%d of %d lost their identity: %v", sum, total, lost)
	if sum*100 > total {
		t.Errorf("%d of %d findings lost their identity, more than 1 in 100: %v", sum, total, lost)
	}
}

// identityOf gives the fingerprint of the finding on the planted line, "" if there is none.
func identityOf(look rule.Look, d document) finding.Fingerprint {
	at := strings.Index(d.text, strings.TrimSpace(d.planted))
	if at < 0 {
		return ""
	}
	first := 1 + strings.Count(d.text[:at], "\n")
	for _, f := range look(d.path, []byte(d.text)) {
		if f.Location.Region.StartLine == first {
			return f.Fingerprint
		}
	}
	return ""
}
