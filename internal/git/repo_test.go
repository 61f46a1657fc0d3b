package git

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// TestMain takes the machine's git configuration out of the tests, and any repository they may run in (a hook).
func TestMain(m *testing.M) {
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, "GIT_") {
			os.Unsetenv(name)
		}
	}
	for name, value := range map[string]string{
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_NOSYSTEM": "1",
		"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_AUTHOR_DATE": "1700000000 +0100",
		"GIT_COMMITTER_NAME": "Bob", "GIT_COMMITTER_EMAIL": "bob@example.org", "GIT_COMMITTER_DATE": "1700000100 -0230",
	} {
		os.Setenv(name, value)
	}
	os.Exit(m.Run())
}

// git runs the git program in a directory and returns what it prints.
func git(tb testing.TB, dir string, args ...string) string {
	tb.Helper()
	return gitInput(tb, dir, "", args...)
}

func gitInput(tb testing.TB, dir, stdin string, args ...string) string {
	tb.Helper()
	cmd := exec.Command("git", append([]string{"-c", "protocol.file.allow=always", "-c", "init.defaultBranch=main", "-c", "gc.auto=0", "-c", "core.fsync=none"}, args...)...)
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		tb.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return strings.TrimSpace(string(out))
}

func write(tb testing.TB, dir, name, content string) {
	tb.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		tb.Fatal(err)
	}
}

// text is a file of n lines in its nth version: versions differ in a few lines, so that git stores them as deltas.
func text(name string, lines, version int) string {
	var b strings.Builder
	for i := range lines {
		v := 0
		if (i*7+version)%(lines/2+1) < 1 {
			v = version
		}
		fmt.Fprintf(&b, "%s line %d as of %d %x\n", name, i, v, sha256.Sum256([]byte(fmt.Sprint(name, i, v))))
	}
	return b.String()
}

// newRepository makes a repository with some commits, in one pack.
func newRepository(tb testing.TB, args ...string) string {
	tb.Helper()
	return newRepositoryOf(tb, 30, 1, args...)
}

// newLoose makes a repository with some commits, everything loose.
func newLoose(tb testing.TB) string {
	tb.Helper()
	return newRepositoryOf(tb, 8, 1_000_000)
}

// newRepositoryOf makes a repository with so many commits; up to a limit objects are not packed.
func newRepositoryOf(tb testing.TB, versions, unpackLimit int, args ...string) string {
	tb.Helper()
	dir := tb.TempDir()
	git(tb, dir, append([]string{"init", "-q"}, args...)...)
	var in strings.Builder
	for version := range versions {
		message := fmt.Sprintf("commit %d\n\nbody\n", version)
		fmt.Fprintf(&in, "commit refs/heads/main\nauthor Ada <ada@example.org> %d +0100\n", 1700000000+version)
		fmt.Fprintf(&in, "committer Bob <bob@example.org> %d -0230\ndata %d\n%s", 1700000000+version, len(message), message)
		for name, data := range map[string]string{
			"a.txt": text("a", 60, version), "dir/b.txt": text("b", 30+version, version), "empty": "",
			"dir/deep/c.txt": fmt.Sprintln("version", version), "noise.bin": noise(3000, version/3),
		} {
			fmt.Fprintf(&in, "M 100644 inline %s\ndata %d\n%s\n", name, len(data), data)
		}
	}
	gitInput(tb, dir, in.String(), "-c", fmt.Sprint("fastimport.unpackLimit=", unpackLimit), "fast-import", "--quiet")
	git(tb, dir, "reset", "-q", "--hard")
	git(tb, dir, "tag", "-a", "v1", "-m", "the first")
	git(tb, dir, "tag", "light")
	return dir
}

// noise is content that cannot be compressed.
func noise(n, seed int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		sum := sha256.Sum256([]byte(fmt.Sprint("noise", seed, i)))
		b.Write(sum[:])
	}
	return b.String()[:n]
}

// content is what is known of an object.
type content struct {
	Kind Kind
	Size int
	Hash [sha256.Size]byte
}

func contentOf(kind Kind, data []byte) content {
	return content{kind, len(data), sha256.Sum256(data)}
}

// catFile returns all objects as the git program shows them.
func catFile(tb testing.TB, dir string) map[ID]content {
	tb.Helper()
	cmd := exec.Command("git", "cat-file", "--batch-all-objects", "--batch", "--unordered")
	cmd.Dir = dir
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	objects := map[ID]content{}
	for r := bufio.NewReader(out); ; {
		line, err := r.ReadString('\n')
		if err == io.EOF {
			break
		}
		if err != nil {
			tb.Fatal(err)
		}
		parts := strings.Fields(line)
		if len(parts) != 3 {
			tb.Fatalf("git cat-file printed %q", line)
		}
		id, err := ParseID(parts[0])
		if err != nil {
			tb.Fatal(err)
		}
		size, _ := strconv.Atoi(parts[2])
		data := make([]byte, size+1)
		if _, err := io.ReadFull(r, data); err != nil {
			tb.Fatal(err)
		}
		objects[id] = contentOf(parseKind([]byte(parts[1])), data[:size])
	}
	if err := cmd.Wait(); err != nil {
		tb.Fatal(err)
	}
	return objects
}

func open(tb testing.TB, dir string) *Repository {
	tb.Helper()
	r, err := Open(context.Background(), dir)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func objects(tb testing.TB, dir string) *Objects {
	tb.Helper()
	o, err := open(tb, dir).Objects()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { o.Close() })
	return o
}

// collector is a look function that keeps what it is handed and checks what can be checked.
type collector struct {
	mu      sync.Mutex
	objects map[ID]content
	deltas  int
	faults  []string
}

func (c *collector) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

// look returns a copy of the object, which deltas made from it are compared with.
func (c *collector) look(_ int, o *Object) (any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add(o.ID, o.Kind, o.Data)
	if o.Delta {
		c.deltas++
		c.checkCopies(o)
	} else if o.Base != nil || o.Copies != nil {
		c.fault("%s: base or copies without delta", o.ID)
	}
	return bytes.Clone(o.Data), nil
}

func (c *collector) add(id ID, kind Kind, data []byte) {
	if c.objects == nil {
		c.objects = map[ID]content{}
	}
	if _, twice := c.objects[id]; twice {
		c.fault("%s: handed over twice", id)
	}
	c.objects[id] = contentOf(kind, data)
}

func (c *collector) checkCopies(o *Object) {
	base, ok := o.Base.([]byte)
	if !ok {
		c.fault("%s: delta without base", o.ID)
		return
	}
	end := 0
	for _, part := range o.Copies {
		if part.To < end || part.Len <= 0 || part.From < 0 || part.To+part.Len > len(o.Data) || part.From+part.Len > len(base) {
			c.fault("%s: impossible copy %+v", o.ID, part)
			return
		}
		if !bytes.Equal(o.Data[part.To:part.To+part.Len], base[part.From:part.From+part.Len]) {
			c.fault("%s: copy %+v differs from the base", o.ID, part)
		}
		end = part.To + part.Len
	}
}

// huge keeps what it is handed as look does.
func (c *collector) huge(_ int, id ID, kind Kind, size int64, r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if int64(len(data)) != size {
		c.fault("%s: %d bytes instead of %d", id, len(data), size)
	}
	c.add(id, kind, data)
	return nil
}

// walkAll walks with the collector and fails at what it found wrong.
func walkAll(tb testing.TB, o *Objects, opts WalkOptions) (*collector, []Problem) {
	tb.Helper()
	c := &collector{objects: map[ID]content{}}
	problems, err := o.Walk(context.Background(), opts, c.look)
	if err != nil {
		tb.Fatal(err)
	}
	for _, fault := range c.faults {
		tb.Error(fault)
	}
	return c, problems
}
