package rule

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestScaffold_failsOnlyWhereItMustBeFilledIn(t *testing.T) {
	dir := t.TempDir()
	folder, err := Scaffold(dir, "secret", "acme-token")
	if err != nil {
		t.Fatal(err)
	}
	set, err := LoadPath(folder)
	if err != nil {
		t.Fatal(err)
	}
	r := set.Rules[0]
	look := lookFor(map[string]string{"acme-token": `\bacmetoken_[A-Za-z0-9]{32}\b`}, byValue)
	problems := Check(r, set.Cases[r.ID], Trial{Look: look, Without: lookFor(nil, byValue)})
	for _, p := range problems {
		if !strings.Contains(p.What, FillIn) {
			t.Error(p)
		}
	}
	if len(problems) != 8 {
		t.Errorf("%d texts to fill in, want 8: %v", len(problems), problems)
	}
	if !strings.Contains(r.Match, `(acmetoken_[A-Za-z0-9]{32})`) {
		t.Errorf("the rule's pattern is not the one tried here: %s", r.Match)
	}
	if _, err := LoadAll(os.DirFS(dir)); err != nil {
		t.Error(err)
	}
}

func TestScaffold_ofCodeBelongsToItsEngine(t *testing.T) {
	folder, err := Scaffold(t.TempDir(), "sast", "own-ping")
	if err != nil {
		t.Fatal(err)
	}
	set, err := LoadPath(folder)
	if err != nil {
		t.Fatal(err)
	}
	if r := set.Rules[0]; r.Engine != "sast" || len(set.Cases[r.ID]) != 3 {
		t.Errorf("got engine %q and %d cases", r.Engine, len(set.Cases[r.ID]))
	}
}

func TestScaffold_refuses(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "secret", "there"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ engine, id, want string }{
		{"secret", "there", "exists"},
		{"secret", "Bad_Name", `rule id "Bad_Name"`},
		{"secret", "..", `rule id ".."`},
		{"../x", "a", `engine "../x"`},
	} {
		if _, err := Scaffold(dir, test.engine, test.id); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s/%s: error %v, want %q in it", test.engine, test.id, err, test.want)
		}
	}
}
