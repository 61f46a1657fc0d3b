// Package storetest gives tests real databases: an SQLite file, and a database on a PostgreSQL server that it starts for the
// test program and stops at its end. The server's programs must be there ("make deps" installs them). It must not be used outside tests.
package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/store"
)

// Each runs a test on both databases. The function it gets makes a new empty database and gives its address for store.Open.
func Each(t *testing.T, test func(t *testing.T, address func() string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, func() string { return SQLite(t) }) })
	t.Run("postgres", func(t *testing.T) { test(t, func() string { return Postgres(t) }) })
}

// Open makes a new empty database of each kind and opens it.
func Open(t *testing.T, test func(t *testing.T, db *store.DB)) {
	t.Helper()
	Each(t, func(t *testing.T, address func() string) {
		db, err := store.Open(t.Context(), address())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		test(t, db)
	})
}

// SQLite gives the path of a file that is not there yet.
func SQLite(t testing.TB) string { return filepath.Join(t.TempDir(), "register.db") }

var databases atomic.Int64

// Postgres makes an empty database and gives its address.
func Postgres(t testing.TB) string {
	t.Helper()
	started.Store(true)
	s, err := server()
	if err != nil {
		t.Fatalf("a PostgreSQL server for the test: %v", err)
	}
	name := fmt.Sprintf("test%d", databases.Add(1))
	db, err := sql.Open("pgx", s.address("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(context.Background(), "CREATE DATABASE "+name); err != nil {
		t.Fatalf("create database: %v", err)
	}
	return s.address(name)
}

// Main runs the tests of a package and takes the server away that they started. It is what TestMain calls.
func Main(m *testing.M) int {
	code := m.Run()
	if started.Load() {
		if s, err := server(); err == nil {
			_ = s.Stop()
			_ = os.RemoveAll(s.Dir)
		}
	}
	return code
}

// started tells that server was asked for.
var started atomic.Bool

// Server is a running PostgreSQL server.
type Server struct {
	// Dir holds its data, Bin its programs.
	Dir, Bin string
	port     int
	cmd      *exec.Cmd
	owner    *syscall.Credential
}

var server = sync.OnceValues(func() (*Server, error) { return Start(os.TempDir()) })

// Start starts a server of its own in a new folder; Stop ends it. Tests that need no server for themselves use Postgres.
func Start(dir string) (*Server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	s := &Server{Bin: bin}
	if s.Dir, err = os.MkdirTemp(dir, "reeve-postgres-*"); err != nil {
		return nil, err
	}
	if s.owner, err = unprivileged(); err != nil {
		return nil, err
	}
	if s.owner != nil {
		for up := dir; up != "/" && up != "." && strings.HasPrefix(up, os.TempDir()+"/"); up = filepath.Dir(up) { // its owner must get through
			if err := os.Chmod(up, 0o711); err != nil {
				return nil, err
			}
		}
		if err := os.Chown(s.Dir, int(s.owner.Uid), int(s.owner.Gid)); err != nil {
			return nil, err
		}
	}
	data := filepath.Join(s.Dir, "data")
	init := s.command("initdb", "-D", data, "-U", "reeve", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
	if out, err := init.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	if s.port, err = freePort(); err != nil {
		return nil, err
	}
	return s, s.Resume()
}

// Resume starts a server that was stopped.
func (s *Server) Resume() error {
	s.cmd = s.command("postgres", "-D", filepath.Join(s.Dir, "data"), "-p", strconv.Itoa(s.port), "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=200", "-c", "shared_buffers=128MB")
	s.cmd.SysProcAttr.Pdeathsig = syscall.SIGQUIT // it does not outlive the test program
	log, err := os.Create(filepath.Join(s.Dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	s.cmd.Stdout, s.cmd.Stderr = log, log
	if err := s.cmd.Start(); err != nil {
		return err
	}
	db, err := sql.Open("pgx", s.address("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	for range 300 {
		if err = db.PingContext(context.Background()); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return errors.Join(err, s.Stop())
}

// Stop ends the server at once and keeps its data; open connections break.
func (s *Server) Stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		return err
	}
	_ = s.cmd.Wait() // it was told to die
	return nil
}

// Address is that of a database on the server for store.Open.
func (s *Server) Address(database string) string { return s.address(database) }

func (s *Server) address(database string) string {
	return fmt.Sprintf("postgres://reeve@127.0.0.1:%d/%s?sslmode=disable", s.port, database)
}

func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.Bin, name), args...)
	cmd.Dir = s.Dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.owner}
	return cmd
}

// programs finds the newest server that is installed.
func programs() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		if path, err := exec.LookPath("postgres"); err == nil {
			return filepath.Dir(path), nil
		}
		return "", errors.New("its programs are not installed: run \"make deps\"")
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(strings.Split(path, "/")[4])
		return n
	}
	slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
	return filepath.Dir(found[0]), nil
}

// unprivileged is who runs the server where the test runs as root, which PostgreSQL refuses.
func unprivileged() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
			gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err1, err2)
		}
	}
	return nil, errors.New("no user but root is there to run it")
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
