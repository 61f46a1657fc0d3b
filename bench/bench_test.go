package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The benchmark starts itself to measure a command; under test it is this program that is started.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == launched {
		if err := launch(os.Stdin, os.Stdout); err != nil {
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func shell(script string) command {
	return command{Name: "shell", Binary: "sh", Arguments: []string{"-c", script}}
}

func needShell(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
}

func TestRun_countsProcessorTimeOfChildren(t *testing.T) {
	needShell(t)
	const work = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"
	alone := shell(work).run()
	inChild := shell("sh -c '" + work + "'; true").run()
	if alone.Failed != "" || inChild.Failed != "" || inChild.CPU == 0 {
		t.Fatalf("got %+v and %+v, want two runs that took time", alone, inChild)
	}
	if inChild.CPU*4 < alone.CPU {
		t.Errorf("the child's work took %s of CPU time, the same work alone %s", inChild.CPU, alone.CPU)
	}
}

func TestRun_peakIsTheCommandsOwn(t *testing.T) {
	needShell(t)
	ballast := bytes.Repeat([]byte{1}, 256<<20) // what starts the run is large; that must not show
	got := shell("true").run()
	if got.Failed != "" || got.Peak == 0 {
		t.Skipf("no peak memory told here: %+v", got)
	}
	if got.Peak > 128<<20 {
		t.Errorf("peak of a shell is %d MB, with %d MB held by its starter", got.Peak>>20, len(ballast)>>20)
	}
	runtime.KeepAlive(ballast)
}

func TestRun_failureIsSaid(t *testing.T) {
	needShell(t)
	failed := shell("echo first >&2; echo last >&2; exit 2")
	if got := failed.run(); got.Failed != "exit status 2" || got.Detail != "last" || got.Code != 2 {
		t.Errorf("got %+v, want exit status 2 with the last line", got)
	}
	failed.Fine = []int{2}
	if got := failed.run(); got.Failed != "" || got.Code != 2 {
		t.Errorf("got %+v, want a fine run with code 2", got)
	}
	complaining := shell("echo half >&2")
	if got := complaining.run(); got.Failed != "" {
		t.Errorf("got %+v for what may complain", got)
	}
	complaining.Silent = true
	if got := complaining.run(); got.Failed == "" || got.Detail != "half" {
		t.Errorf("got %+v for what must not complain", got)
	}
	if got := (command{Binary: filepath.Join(t.TempDir(), "absent")}).run(); got.Failed == "" {
		t.Error("a program that does not exist was run")
	}
}

func TestRun_outputGoesToItsFile(t *testing.T) {
	needShell(t)
	c := shell("echo report")
	c.Output = filepath.Join(t.TempDir(), "report")
	if got := c.run(); got.Failed != "" {
		t.Fatalf("got %+v", got)
	}
	if data, err := os.ReadFile(c.Output); err != nil || string(data) != "report\n" {
		t.Errorf("got %q, %v", data, err)
	}
}

func TestMedian_standsInTheMiddleByCPU(t *testing.T) {
	list := []cost{{CPU: 5, Wall: 1}, {CPU: 1, Wall: 9}, {CPU: 3, Wall: 4}}
	if got := median(list); got.CPU != 3 || got.Wall != 4 {
		t.Errorf("got %+v, want the run with 3", got)
	}
	if got := median(append(list, cost{CPU: 1, Failed: "exit status 1"})); got.Failed == "" {
		t.Errorf("got %+v, want the run that failed", got)
	}
}

func TestFinished_slowAndFailedRunOnce(t *testing.T) {
	for _, tt := range []struct {
		name string
		cost cost
		want bool
	}{
		{"quick", cost{Wall: time.Second}, false},
		{"slow", cost{Wall: slowAfter + time.Second}, true},
		{"failed", cost{Failed: "exit status 1"}, true},
	} {
		if got := finished([]cost{tt.cost}); got != tt.want {
			t.Errorf("%s: got %v", tt.name, got)
		}
	}
}

func TestMeasure_runsAlternateAfterAWarmUp(t *testing.T) {
	needShell(t)
	log := filepath.Join(t.TempDir(), "log")
	one, two := shell("printf a >> "+log), shell("printf b >> "+log)
	s := &session{started: time.Now()}
	s.measure("test", 2, []command{one, two, shell("printf c >> " + log + "; exit 1")})
	if data, err := os.ReadFile(log); err != nil || string(data) != "abcabab" {
		t.Errorf("ran %q, %v; want abcabab: in turn, what fails once", data, err)
	}
}

func TestRow_failureHasNoRatio(t *testing.T) {
	ours := cost{CPU: 2 * time.Second, Wall: time.Second, Peak: 3 << 20}
	theirs := cost{CPU: 5 * time.Second, Wall: 3 * time.Second, Peak: 100 << 20}
	if got, want := row("peer", theirs, ours), "| peer | 5.000 | 3.000 | 100 | 2.50 | 3.00 |"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	theirs.Failed = "exit status 1"
	if got, want := row("peer", theirs, ours), "| peer: **failed** (exit status 1) | 5.000 | 3.000 | 100 | – | – |"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestCompare_toolsCutTheSameSecretDifferently(t *testing.T) {
	ours := []sighting{{value: "hunter2xyz", rule: "a"}, {value: "hunter2xyz", rule: "b"}, {value: "only-ours", rule: "c"}, {value: "abc", rule: "d"}}
	theirs := []sighting{{value: "postgres://u:" + "hunter2" + "xyz@db/x", rule: "URI"}, {value: "only-theirs", rule: "T"}, {value: "abcdef", rule: "U"}}
	d := compare(ours, theirs)
	if d.common != 1 {
		t.Errorf("%d in common, want 1", d.common)
	}
	rules := func(list []sighting) (names []string) {
		for _, s := range list {
			names = append(names, s.rule)
		}
		return names
	}
	if diff := cmp.Diff([]string{"U", "T"}, rules(d.theirs)); diff != "" {
		t.Errorf("theirs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"d", "c"}, rules(d.ours)); diff != "" {
		t.Errorf("ours (-want +got):\n%s", diff)
	}
}

func TestHolds_whatBase64Says(t *testing.T) {
	ours := []sighting{{value: "open sesame"}}
	for _, v := range []string{"b3BlbiBzZXNhbWU=", "dXNlcjpvcGVuIHNlc2FtZQ"} {
		if !holds(distinct(ours), distinct([]sighting{{value: v}})[0]) {
			t.Errorf("%s does not hold what it says", v)
		}
	}
	if holds(distinct(ours), distinct([]sighting{{value: "b3RoZXIgd29yZHM="}})[0]) {
		t.Error("another text is taken for the same")
	}
}

func TestDistinct_whiteSpaceAndEscapesDoNotMatter(t *testing.T) {
	got := distinct([]sighting{{value: "AB\nCD"}, {value: `AB\nCD`}, {value: "AB CD"}, {value: "\n"}})
	if len(got) != 1 || got[0].value != "ABCD" {
		t.Errorf("got %d values, want 1", len(got))
	}
}

func TestByRule_mostFrequentFirst(t *testing.T) {
	got := byRule("x only", []sighting{{rule: "b"}, {rule: "a"}, {rule: "b"}})
	if want := "x only: 2 b, 1 a.\n\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := byRule("x only", nil); got != "" {
		t.Errorf("got %q for nothing", got)
	}
}

func TestReadGitleaks_takesValueRuleAndPlace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.json")
	write(t, path, `[{"RuleID":"generic-api-key","StartLine":7,"Secret":"v1","File":"a/b.go","Commit":"c0ffee","Entropy":3.1}]`)
	got, err := readGitleaks(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]sighting{{value: "v1", rule: "generic-api-key", path: "a/b.go", commit: "c0ffee", line: 7}}, got, cmp.AllowUnexported(sighting{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	write(t, path, `[{"RuleID":`)
	if _, err := readGitleaks(path); err == nil {
		t.Error("half a report was read")
	}
}

func TestReadTrufflehog_oneObjectALine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.json")
	one := `{"SourceMetadata":{"Data":{"Git":{"commit":"c0ffee","file":"a.go","line":3}}},"DetectorName":"Github","Raw":"v1","RawV2":""}`
	write(t, path, one+"\n"+strings.Replace(one, "v1", "v2", 1)+"\n")
	got, err := readTrufflehog(path)
	if err != nil {
		t.Fatal(err)
	}
	want := []sighting{{value: "v1", rule: "Github", path: "a.go", commit: "c0ffee", line: 3}, {value: "v2", rule: "Github", path: "a.go", commit: "c0ffee", line: 3}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(sighting{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	write(t, path, one+"\n"+one[:40])
	if _, err := readTrufflehog(path); err == nil {
		t.Error("half a report was read")
	}
}

func TestShape_saysNothingOfTheValue(t *testing.T) {
	for value, want := range map[string]string{
		"0042": "4 digits", "00ff": "4 hex", "tokens": "6 letters", "t0kens": "6 alphanumeric", "t0ken/=": "7 base64", "a b": "3 mixed",
	} {
		if got := shape(value); got != want {
			t.Errorf("shape of %q is %q, want %q", value, got, want)
		}
	}
}

func TestScratchModule_keepsReplacements(t *testing.T) {
	edited := `{"Go":"1.24","Replace":[{"Old":{"Path":"a.example/x"},"New":{"Path":"b.example/x","Version":"v1.2.8"}},
		{"Old":{"Path":"a.example/y","Version":"v1.0.0"},"New":{"Path":"b.example/y","Version":"v1.0.9"}}]}`
	got, err := scratchModule([]byte(edited), "peer.example/tool", "v3.0.0")
	if err != nil {
		t.Fatal(err)
	}
	want := "module scratch\n\ngo 1.24\n\nrequire peer.example/tool v3.0.0\n" +
		"replace a.example/x => b.example/x v1.2.8\nreplace a.example/y v1.0.0 => b.example/y v1.0.9\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := scratchModule([]byte(`{"Replace":[{"Old":{"Path":"a"},"New":{"Path":"../a"}}]}`), "m", "v1"); err == nil {
		t.Error("a replacement by a folder was taken")
	}
}

func TestMissingObjects_areThoseMarked(t *testing.T) {
	got := missingObjects([]byte("aaaa\n?bbbb\ncccc src/a.go\n?dddd\n"))
	if diff := cmp.Diff([]string{"bbbb", "dddd"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWriteHistory_isTheSameEveryTimeAndHoldsWhatIsPlanted(t *testing.T) {
	var first bytes.Buffer
	planted, err := writeHistory(&first, 400)
	if err != nil {
		t.Fatal(err)
	}
	again := sha256.New()
	if _, err := writeHistory(again, 400); err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(first.Bytes()); !bytes.Equal(sum[:], again.Sum(nil)) {
		t.Error("two histories of the same length differ")
	}
	if len(planted) != madePlanted {
		t.Errorf("%d secrets planted, want %d", len(planted), madePlanted)
	}
	for i, secret := range planted {
		if !bytes.Contains(first.Bytes(), []byte(secret)) {
			t.Errorf("planted secret %d is not in the history", i)
		}
	}
	if got := bytes.Count(first.Bytes(), []byte("\nmerge :")); got != 20 {
		t.Errorf("%d merges, want 20", got)
	}
}

func TestMakeHistory_gitReadsIt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made.git")
	planted, err := makeHistory(dir, 60)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := runGit("", "-C", dir, "fsck", "--strict"); err != nil {
		t.Error(err)
	}
	log, err := runGit("", "-C", dir, "log", "--all", "-p")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(log, []byte(planted[0])) {
		t.Error("git log -p does not show a planted secret")
	}
	again, err := makeHistory(dir, 60)
	if err != nil || cmp.Diff(planted, again) != "" {
		t.Errorf("a history that is there gives other secrets: %v", err)
	}
}

func TestReadReeve_findsWhatIsPlanted(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made.git")
	planted, err := makeHistory(dir, 400)
	if err != nil {
		t.Fatal(err)
	}
	seen, err := readReeve(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := countPlanted(planted, seen); got != "200 of 200" {
		t.Errorf("found %s", got)
	}
}

func TestWhole_missingBlobsAreReplacedInACopy(t *testing.T) {
	dir := t.TempDir()
	repo := filepath.Join(dir, "shop")
	write(t, filepath.Join(repo, "a.txt"), "one\n")
	write(t, filepath.Join(repo, "b.txt"), "two\n")
	for _, step := range [][]string{{"init", "-q"}, {"add", "-A"}, {"commit", "-q", "-m", "start"}} {
		if _, err := runGit("", append([]string{"-C", repo}, step...)...); err != nil {
			t.Fatal(err)
		}
	}
	s := &session{work: dir}
	if sub, err := s.own(repo); err != nil || sub.path != repo || sub.bare || sub.note != "" {
		t.Fatalf("a whole repository: got %+v, %v", sub, err)
	}
	id, err := runGit("", "-C", repo, "rev-parse", "HEAD:a.txt")
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimSpace(string(id))
	if err := os.Remove(filepath.Join(repo, ".git", "objects", name[:2], name[2:])); err != nil {
		t.Fatal(err)
	}
	sub, err := s.own(repo)
	if err != nil || sub.path == repo || !sub.bare || !strings.Contains(sub.note, "the 1 blobs it lacks") {
		t.Fatalf("a repository that lacks a blob: got %+v, %v", sub, err)
	}
	log, err := runGit("", "-C", sub.path, "log", "-p")
	if err != nil || !bytes.Contains(log, []byte("+two")) {
		t.Errorf("git log -p on the copy: %v", err)
	}
	tree, err := sub.export(dir)
	if err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(filepath.Join(tree, "b.txt")); err != nil || string(data) != "two\n" {
		t.Errorf("exported %q, %v", data, err)
	}
}

func TestCommand_survivesItsJourney(t *testing.T) {
	c := command{Name: "n", Binary: "b", Arguments: []string{"x"}, Dir: "d", Env: []string{"E=1"}, Output: "o", Fine: []int{3}, Silent: true, Limit: time.Minute}
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var got command
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
