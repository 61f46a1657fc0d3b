package advisory

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// askAll asks a database everything. Whatever its bytes are, it must answer or fail, and do so soon.
func askAll(tb testing.TB, path string, rebuild bool) {
	tb.Helper()
	db, err := Open(path)
	if err != nil {
		if !errors.Is(err, errDamaged) {
			tb.Fatalf("unexpected: %v", err)
		}
		return
	}
	defer db.Close()
	_ = db.Verify()
	_ = db.Info()
	for _, q := range []Query{
		{"npm", "left-trim", "1.2.2"}, {"npm", "left-trim", ""}, {"Go", "example.org/mod", "1.3.9"}, {"Debian:12", "tool", "1:2.2-3"}, {"Debian:11", "tool", "1:1.0"},
		{"Alpine:v3.19", "tool", "2.2-r0"}, {"npm", "evil-package", "1.0.0"}, {"crates.io", "a_crate", "0.3.0"}, {"npm", "nothing", "1"},
	} {
		_ = db.Match(q, func(m Match) { _, _ = db.FlawAt(m.Flaw) })
	}
	for i := range min(db.Flaws(), 50) {
		_, _ = db.FlawAt(i)
		_, _ = db.Affected(i)
		_, _ = db.Affects(i, Query{"npm", "left-trim", "1.2.2"})
	}
	for _, name := range []string{"CVE-2024-10001", "GHSA-gogo-gogo-gogo", "DSA-9001-1", "nothing"} {
		_, _ = db.Flaw(name)
	}
	_, _ = db.Changed(db)
	if rebuild {
		b := NewBuilder(db)
		_, _ = b.Write(path+".next", day)
		os.Remove(path + ".next")
	}
}

// damaged writes a damaged copy whose header still fits, so that what is behind it is reached.
func damaged(tb testing.TB, data []byte) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "damaged.db")
	if len(data) >= headerSize {
		fixHeader(data)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

func TestOpen_survivesDamage(t *testing.T) {
	good, err := os.ReadFile(write(t, nil, func(b *Builder) { addOwn(t, b) }))
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(9, 10))
	begun := time.Now()
	for n := range 600 {
		data := append([]byte(nil), good...)
		for range 1 + random.IntN(4) {
			at := headerSize + random.IntN(len(data)-headerSize)
			if n%5 == 0 {
				at = headerCRC + 4 + random.IntN(16*sectionCount)
			}
			switch random.IntN(3) {
			case 0:
				data[at] = byte(random.IntN(256))
			case 1:
				data[at] = 0xff
			default:
				data[at] ^= 1 << random.IntN(8)
			}
		}
		askAll(t, damaged(t, data), n%25 == 0)
	}
	if spent := time.Since(begun); spent > time.Minute {
		t.Errorf("it took %v", spent)
	}
}

func TestOpen_refusesWhatIsNoDatabase(t *testing.T) {
	good, err := os.ReadFile(write(t, nil, func(b *Builder) { addOwn(t, b) }))
	if err != nil {
		t.Fatal(err)
	}
	cut := good[:len(good)-1]
	version := append([]byte(strings.Replace(string(good[:16]), "1\n", "9\n", 1)), good[16:]...)
	crc := append([]byte(nil), good...)
	crc[headerCRC]++
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty": {nil, "no database file"}, "text": {[]byte(strings.Repeat("text\n", 500)), "no database of reeve's"}, "cut short": {cut, "cut short"},
		"another version": {version, "another version"}, "header": {crc, "header is wrong"},
	} {
		path := filepath.Join(t.TempDir(), "x.db")
		if err := os.WriteFile(path, c.data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none.db")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := Open(t.TempDir()); err == nil {
		t.Error("a folder opens")
	}
}

func TestVerify_findsEveryChange(t *testing.T) {
	good, err := os.ReadFile(write(t, nil, func(b *Builder) { addOwn(t, b) }))
	if err != nil {
		t.Fatal(err)
	}
	for at := headerSize; at < len(good); at += 97 {
		data := append([]byte(nil), good...)
		data[at] ^= 0x10
		path := filepath.Join(t.TempDir(), "x.db")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		db, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if db.Verify() == nil {
			t.Errorf("a change at byte %d is not found", at)
		}
		db.Close()
	}
}

// FuzzDB overwrites parts of a good database.
func FuzzDB(f *testing.F) {
	good, err := os.ReadFile(write(f, nil, func(b *Builder) { addOwn(f, b) }))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint32(headerSize), []byte{0xff, 0xff, 0xff, 0xff})
	f.Add(uint32(len(good)-200), []byte{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f})
	for i := range sectionCount {
		f.Add(uint32(u64(string(good[headerCRC+4+16*i:headerCRC+12+16*i]))), []byte{0xff, 0x7f})
	}
	f.Fuzz(func(t *testing.T, at uint32, with []byte) {
		data := append([]byte(nil), good...)
		if int(at) < len(data) {
			copy(data[at:], with)
		}
		askAll(t, damaged(t, data), false)
	})
}

// fixHeader makes the checksum of a header fit.
func fixHeader(data []byte) {
	binary.LittleEndian.PutUint32(data[headerCRC:], 0)
	binary.LittleEndian.PutUint32(data[headerCRC:], crc32.Checksum(data[:headerSize], crc32.MakeTable(crc32.Castagnoli)))
}
