//go:build linux

package feed

import (
	"archive/tar"
	"bytes"
	"context"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// childVariable tells the test binary that it is a child, and what it shall do.
const childVariable = "REEVE_FEED_CHILD"

func TestMain(m *testing.M) {
	if job := os.Getenv(childVariable); job != "" {
		os.Exit(child(job))
	}
	os.Exit(m.Run())
}

// child brings a database up to date for ever, or once where files may not grow.
func child(job string) int {
	what, rest, _ := strings.Cut(job, " ")
	path, source, _ := strings.Cut(rest, " ")
	o := Options{Now: time.Now(), Source: source, EPSS: None, KEV: None, Net: Network{Stall: time.Minute}}
	if what == "full" {
		signal.Ignore(syscall.SIGXFSZ)
		limit := unix.Rlimit{Cur: 20_000, Max: 20_000}
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &limit); err != nil {
			return 4
		}
		_, err := Update(context.Background(), path, o)
		if err == nil {
			return 0
		}
		os.Stderr.WriteString(err.Error())
		return 7
	}
	for {
		if _, err := Update(context.Background(), path, o); err != nil {
			os.Stderr.WriteString(err.Error())
			return 5
		}
		o.Now = o.Now.Add(time.Second)
	}
}

func childCommand(t *testing.T, job string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), childVariable+"="+job, "NO_PROXY=*")
	return cmd
}

// A process that is killed at any moment leaves a whole database, and nothing that the next one does not clear away.
func TestUpdate_survivesBeingKilled(t *testing.T) {
	b := newBucket(t, httptest.NewServer)
	b.fill("npm", "GHSA", 1500)
	b.publish()
	path := filepath.Join(t.TempDir(), "a.db")
	update(t, path, b.options())
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 12 {
		b.mu.Lock()
		for id, r := range b.records["npm"] {
			if r.version++; random.IntN(3) == 0 {
				r.modified = now.Add(time.Duration(n)*time.Second - time.Minute)
				b.records["npm"][id] = r
			}
		}
		b.mu.Unlock()
		b.publish()
		if n%4 == 3 {
			os.Remove(statePath(path))
		}
		cmd := childCommand(t, "for-ever "+path+" "+b.URL+"/osv")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(20+random.IntN(400)) * time.Millisecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		digestOf(t, path)
	}
	update(t, path, b.options())
	if digestOf(t, path) != b.fresh(t) {
		t.Error("the database is not what a new one would be")
	}
	if rest := left(t, path); rest != nil {
		t.Errorf("left: %v", rest)
	}
}

// Where the disk is full, the old database stays.
func TestUpdate_survivesAFullDisk(t *testing.T) {
	b := newBucket(t, httptest.NewServer)
	b.fill("npm", "GHSA", 30)
	b.publish()
	path := filepath.Join(t.TempDir(), "a.db")
	update(t, path, b.options())
	before := digestOf(t, path)
	b.fill("npm", "MAL", 1500)
	b.publish()
	var stderr bytes.Buffer
	cmd := childCommand(t, "full "+path+" "+b.URL+"/osv")
	cmd.Stderr = &stderr
	if err := cmd.Run(); err == nil && digestOf(t, path) != before || cmd.ProcessState.ExitCode() != 7 && digestOf(t, path) != before {
		t.Errorf("%v: %s", err, stderr.String())
	}
	if digestOf(t, path) != before {
		t.Error("the database changed")
	}
	update(t, path, b.options())
	if digestOf(t, path) != b.fresh(t) {
		t.Error("afterwards, the database is not what a new one would be")
	}
	if rest := left(t, path); rest != nil {
		t.Errorf("left: %v", rest)
	}
}

// tarOf makes a tar of empty files.
func tarOf(t *testing.T, names []string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, n := range names {
		if err := w.WriteHeader(&tar.Header{Name: n, Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	return b.Bytes()
}
