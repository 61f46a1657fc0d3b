package history_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/archive"
	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/engines"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
	"github.com/reevehq/reeve/internal/history"
)

// churn makes a repository in which a few files change often, with secrets that come, move, change and go.
func churn(r *repo, commits int) {
	files := make([][]string, 4)
	for i := range files {
		for n := range 120 {
			files[i] = append(files[i], fmt.Sprintf("line %d of file %d says nothing in particular", n, i))
		}
	}
	for n := range commits {
		i := r.rand.IntN(len(files))
		lines := files[i]
		at := r.rand.IntN(len(lines))
		switch r.rand.IntN(7) {
		case 0:
			lines = slices.Insert(lines, at, `TOKEN = "`+r.token()+`"`)
		case 1:
			lines = slices.Insert(lines, at, fmt.Sprintf(`db_password = "%s"`, password(r.rand)))
		case 2:
			lines = slices.Delete(lines, at, min(at+1+r.rand.IntN(3), len(lines)-1))
		case 3:
			lines = slices.Insert(lines, at, "one more line", "and another")
		case 4: // a part of a line changes, perhaps inside a secret
			if n := len(lines[at]); n > 4 {
				cut := r.rand.IntN(n - 2)
				lines[at] = lines[at][:cut] + "x" + lines[at][cut+1:]
			}
		case 5: // the name before a value changes
			lines[at] = strings.Replace(lines[at], "db_password", "colour_scheme", 1)
		case 6:
			to := r.rand.IntN(len(lines))
			moved := lines[at]
			lines = slices.Insert(slices.Delete(lines, at, at+1), min(to, len(lines)-1), moved)
		}
		files[i] = lines
		r.write(fmt.Sprintf("src/file%d.py", i), []byte(strings.Join(lines, "\n")))
		r.commit(fmt.Sprint("change ", n))
	}
}

func password(r *rand.Rand) string {
	const letters = "abcdefghkmnpqrstuvwxyzABCDEFGHKLMNPQRSTUVWXYZ23456789"
	b := make([]byte, 14)
	for i := range b {
		b[i] = letters[r.IntN(len(letters))]
	}
	return string(b) + "!7"
}

// TestScan_lookingAtInsertsOnlyFindsTheSame compares looking where deltas insert with looking at every version as a whole.
func TestScan_lookingAtInsertsOnlyFindsTheSame(t *testing.T) {
	r := newRepo(t)
	churn(r, 200)
	r.git("repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=50")
	got := map[finding.Fingerprint]int{}
	for _, f := range scan(t, r.dir, history.Options{}).Findings {
		got[f.Fingerprint] = f.History.Blobs
	}
	want := wholeLook(t, r.dir)
	if len(want) < 20 {
		t.Fatalf("only %d findings: the repository is too dull to compare", len(want))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("objects by finding (-every version as a whole +inserts only):\n%s", diff)
	}
}

// wholeLook looks at every blob as a whole and counts, by finding, the blobs that hold it.
func wholeLook(t *testing.T, dir string) map[finding.Fingerprint]int {
	t.Helper()
	ctx := context.Background()
	chosen, err := engines.Rules(engines.Choice{})
	if err != nil {
		t.Fatal(err)
	}
	all, err := engines.All(engines.Needs{Rules: chosen.Rules, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	repository, err := git.Open(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	objects, err := repository.Objects()
	if err != nil {
		t.Fatal(err)
	}
	defer objects.Close()
	worker := engine.NewPass(all, archive.Limits{}).Worker()
	count := map[finding.Fingerprint]int{}
	_, err = objects.Walk(ctx, git.WalkOptions{Workers: 1, Kinds: git.KindsOf(git.Blob)}, func(_ int, o *git.Object) (any, error) {
		seen := map[finding.Fingerprint]bool{}
		found, _ := worker.Look(ctx, &engine.Content{Data: o.Data})
		for _, f := range found {
			if !seen[f.Fingerprint] {
				seen[f.Fingerprint] = true
				count[f.Fingerprint]++
			}
		}
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return count
}
