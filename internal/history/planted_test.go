package history_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/reevehq/reeve/internal/archive"
	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/engine/secret"
	"github.com/reevehq/reeve/internal/engines"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
	"github.com/reevehq/reeve/internal/history"
)

// repo is a real repository made by the git program.
type repo struct {
	t    *testing.T
	dir  string
	hour int
	rand *rand.Rand
}

func newRepo(t *testing.T, init ...string) *repo {
	r := &repo{t: t, dir: t.TempDir(), rand: rand.New(rand.NewPCG(1, 2))}
	r.git(append([]string{"init", "--quiet", "--initial-branch=main"}, init...)...)
	return r
}

func (r *repo) git(arguments ...string) string {
	r.t.Helper()
	date := "2024-03-04T" + string([]byte{'0' + byte(r.hour/10), '0' + byte(r.hour%10)}) + ":00:00Z"
	cmd := exec.Command("git", arguments...)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=Ana", "GIT_AUTHOR_EMAIL=ana@tea.example", "GIT_AUTHOR_DATE="+date,
		"GIT_COMMITTER_NAME=Ana", "GIT_COMMITTER_EMAIL=ana@tea.example", "GIT_COMMITTER_DATE="+date)
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %s: %v: %s", strings.Join(arguments, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

func (r *repo) write(name string, data []byte) {
	r.t.Helper()
	path := filepath.Join(r.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// commit commits everything and gives the commit's id.
func (r *repo) commit(message string) string {
	r.hour++
	r.git("add", "--all")
	r.git("commit", "--quiet", "--allow-empty", "--message", message)
	return r.git("rev-parse", "HEAD")
}

// token makes a valid token that stands nowhere else.
func (r *repo) token() string {
	r.t.Helper()
	token, err := secret.Sample("github-crc32", "ghp_", r.rand)
	if err != nil {
		r.t.Fatal(err)
	}
	return token
}

// place is where a secret was hidden, and what must be said of it.
type place struct {
	where  string
	token  string
	commit string // the first commit, or "" where none holds it
	reach  finding.Reach
	inTree bool
	path   string
}

func line(token string) []byte { return []byte("import os\n\nTOKEN = \"" + token + "\"\n") }

// hide makes a repository with a secret in each hiding place there is.
func hide(r *repo) []place {
	var places []place
	add := func(where, token, commit string, reach finding.Reach, inTree bool, path string) {
		places = append(places, place{where, token, commit, reach, inTree, path})
	}
	r.write("README.md", []byte("# shop\n"))
	r.commit("start")

	plain := r.token()
	r.write("src/now.py", line(plain))
	add("current tree", plain, r.commit("now"), finding.ReachRefs, true, "src/now.py")
	r.write("src/now.py", append([]byte("# a line above\n"), line(plain)...))
	r.commit("a line above")

	removed := r.token()
	r.write("src/removed.py", line(removed))
	add("removed later", removed, r.commit("add"), finding.ReachRefs, false, "src/removed.py")
	r.git("rm", "--quiet", "src/removed.py")
	r.commit("remove")

	amended := r.token()
	r.write("src/amended.py", line(amended))
	add("amended away", amended, r.commit("oops"), finding.ReachReflog, false, "src/amended.py")
	r.git("rm", "--quiet", "--cached", "src/amended.py")
	os.Remove(filepath.Join(r.dir, "src/amended.py"))
	r.git("commit", "--quiet", "--amend", "--allow-empty", "--message", "better")

	reset := r.token()
	r.write("src/reset.py", line(reset))
	add("reset away", reset, r.commit("experiment"), finding.ReachReflog, false, "src/reset.py")
	r.git("reset", "--quiet", "--hard", "HEAD~1")

	dropped := r.token()
	r.git("switch", "--quiet", "--create", "topic")
	r.write("src/dropped.py", line(dropped))
	add("dropped branch", dropped, r.commit("topic"), finding.ReachReflog, false, "src/dropped.py")
	r.git("switch", "--quiet", "main")
	r.git("branch", "--quiet", "--delete", "--force", "topic")

	message := r.token()
	add("commit message", message, r.commit("deploy with "+message), finding.ReachRefs, false, "")

	named := r.token()
	r.write("keys/"+named+".txt", []byte("see the name\n"))
	add("file name", named, r.commit("key"), finding.ReachRefs, true, "keys/"+named+".txt")

	zipped := r.token()
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	f, _ := z.Create("conf/settings.py")
	f.Write(line(zipped))
	z.Close()
	r.write("backup.zip", packed.Bytes())
	add("zip in a blob", zipped, r.commit("backup"), finding.ReachRefs, true, "backup.zip!/conf/settings.py")

	wide := r.token()
	r.write("windows.txt", utf16le("token = \""+wide+"\"\r\n"))
	add("UTF-16", wide, r.commit("from windows"), finding.ReachRefs, true, "windows.txt")

	encoded := r.token()
	r.write("job.yaml", []byte("args: "+base64.StdEncoding.EncodeToString([]byte("--token "+encoded+" --now"))+"\n"))
	add("base64", encoded, r.commit("job"), finding.ReachRefs, true, "job.yaml")

	return append(places, hideBesideCommits(r)...)
}

// hideBesideCommits hides secrets where no commit of a branch shows them.
func hideBesideCommits(r *repo) []place {
	tagged, noted, stashed, loose, staged := r.token(), r.token(), r.token(), r.token(), r.token()
	r.git("tag", "--annotate", "--message", "published with "+tagged, "v1")
	r.git("notes", "add", "--message", "checked with "+noted)
	r.write("src/stashed.py", line(stashed))
	r.git("add", "--all")
	r.git("stash", "push", "--quiet")
	r.write("loose.py", line(loose))
	r.git("hash-object", "-w", "loose.py")
	os.Remove(filepath.Join(r.dir, "loose.py"))
	r.write("staged.py", line(staged))
	r.git("add", "staged.py")
	return []place{
		{where: "tag message", token: tagged, reach: finding.ReachRefs},
		{where: "note", token: noted, reach: finding.ReachRefs, commit: r.git("rev-parse", "refs/notes/commits")},
		{where: "stash", token: stashed, reach: finding.ReachStash, path: "src/stashed.py", commit: r.git("rev-parse", "stash^2")},
		{where: "loose object", token: loose, reach: finding.ReachUnreachable},
		{where: "index", token: staged, reach: finding.ReachIndex},
	}
}

func utf16le(s string) []byte {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

var key = finding.Key("test")

func scan(t *testing.T, dir string, options history.Options) *history.Report {
	t.Helper()
	chosen, err := engines.Rules(engines.Choice{})
	if err != nil {
		t.Fatal(err)
	}
	all, err := engines.All(engines.Needs{Rules: chosen.Rules, Key: key, KeepSecrets: true})
	if err != nil {
		t.Fatal(err)
	}
	repository, err := git.Open(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	report, err := history.Scan(context.Background(), repository, engine.NewPass(all, archive.Limits{}), options)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// TestScan_findsWhatIsHidden hides a secret in each place and wants each found, once, with the right first commit,
// however the objects are stored.
func TestScan_findsWhatIsHidden(t *testing.T) {
	for name, prepare := range map[string]func(*repo){
		"loose":    func(*repo) {},
		"packed":   func(r *repo) { r.git("repack", "-q", "-a", "-d", "-k") },
		"deltas":   func(r *repo) { r.git("repack", "-q", "-a", "-d", "-k", "-f", "--depth=50", "--window=50") },
		"bitmap":   func(r *repo) { r.git("repack", "-q", "-a", "-d", "-k", "-b") },
		"half":     func(r *repo) { r.git("repack", "-q", "-d") },
		"workers1": func(r *repo) { r.git("repack", "-q", "-a", "-d", "-k") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRepo(t)
			places := hide(r)
			prepare(r)
			workers := 4
			if name == "workers1" {
				workers = 1
			}
			wantHidden(t, scan(t, r.dir, history.Options{Workers: workers}), places)
		})
	}
}

func TestScan_findsWhatIsHidden_sha256(t *testing.T) {
	r := newRepo(t, "--object-format=sha256")
	places := hide(r)
	wantHidden(t, scan(t, r.dir, history.Options{}), places)
}

func wantHidden(t *testing.T, report *history.Report, places []place) {
	t.Helper()
	byToken := map[string][]finding.Finding{}
	for _, f := range report.Findings {
		byToken[f.Secret.Reveal()] = append(byToken[f.Secret.Reveal()], f)
	}
	for _, p := range places {
		found := byToken[p.token]
		if len(found) != 1 {
			t.Errorf("%s: found %d times, want once", p.where, len(found))
			continue
		}
		f := found[0]
		if f.History.Commit != p.commit && p.where != "tag message" {
			t.Errorf("%s: first commit %q, want %q", p.where, f.History.Commit, p.commit)
		}
		if f.History.Reach != p.reach || f.History.InTree != p.inTree {
			t.Errorf("%s: reach %s in tree %v, want %s %v", p.where, f.History.Reach, f.History.InTree, p.reach, p.inTree)
		}
		if p.path != "" && f.Location.Path != p.path {
			t.Errorf("%s: path %q, want %q", p.where, f.Location.Path, p.path)
		}
	}
	if len(report.Unread) > 0 {
		t.Errorf("could not read %v", report.Unread)
	}
}
