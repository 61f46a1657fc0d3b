package census

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/reevehq/reeve/internal/advisory"
)

// sample writes a small index with two segments and gives its folder.
func sample(tb testing.TB) string {
	tb.Helper()
	dir := tb.TempDir()
	x, err := Open(dir)
	if err != nil {
		tb.Fatal(err)
	}
	for round := range 2 {
		for i := range 12 {
			if err := x.Add(fmt.Sprintf("s%d", i+6*round), append(manyPackages(i), npm("left-trim", "1.2.0", true))); err != nil {
				tb.Fatal(err)
			}
		}
		if err := x.Flush(tb.Context()); err != nil {
			tb.Fatal(err)
		}
	}
	if err := x.Close(); err != nil {
		tb.Fatal(err)
	}
	return dir
}

func askAll(tb testing.TB, dir string, db *advisory.DB) {
	tb.Helper()
	x, err := Open(dir)
	if err != nil {
		if !errors.Is(err, ErrDamaged) {
			tb.Fatalf("unexpected: %v", err)
		}
		return
	}
	whole := x.Verify() == nil
	for flaw := range db.Flaws() {
		list, err := x.Holders(tb.Context(), db, flaw)
		if err != nil && !errors.Is(err, ErrDamaged) {
			tb.Fatalf("unexpected: %v", err)
		}
		if id, _ := db.Brief(flaw); err == nil && id.ID == "CVE-2026-0001" && whole && len(list) != 18 {
			tb.Errorf("it says that it is whole, and gives %d holders", len(list))
		}
	}
	_, _ = x.Has("s3")
	_ = x.Size()
	if x.Add("new", manyPackages(3)) == nil {
		_ = x.Flush(tb.Context())
	}
	_ = x.Close()
}

func TestOpen_survivesDamage(t *testing.T) {
	db := ownDB(t)
	good := sample(t)
	entries, err := os.ReadDir(good)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 400 {
		dir := t.TempDir()
		victim := entries[random.IntN(len(entries))].Name()
		for _, e := range entries {
			data, err := os.ReadFile(filepath.Join(good, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			if e.Name() == victim && len(data) > 0 {
				for range 1 + random.IntN(3) {
					data[random.IntN(len(data))] ^= byte(1 << random.IntN(8))
				}
				switch {
				case n%7 == 0:
					data = data[:random.IntN(len(data))]
				case n%3 == 0 && len(data) >= segmentHeader: // so that what is behind the header is reached
					binary.LittleEndian.PutUint32(data[segmentHeader-4:], castagnoli(data[:segmentHeader-4]))
				}
			}
			if err := os.WriteFile(filepath.Join(dir, e.Name()), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		askAll(t, dir, db)
	}
}

// Every change of a segment is found by Verify, or was of no consequence to any answer.
func TestVerify_findsChanges(t *testing.T) {
	db := ownDB(t)
	good := sample(t)
	entries, _ := os.ReadDir(good)
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(good, e.Name()))
		if err != nil || !isSegmentName(e.Name()) {
			continue
		}
		for at := 0; at < len(data); at += 41 {
			dir := t.TempDir()
			for _, other := range entries {
				content, _ := os.ReadFile(filepath.Join(good, other.Name()))
				if other.Name() == e.Name() {
					content[at] ^= 0x10
				}
				if err := os.WriteFile(filepath.Join(dir, other.Name()), content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			askAll(t, dir, db)
		}
	}
}

func FuzzBlock(f *testing.F) {
	b := &block{key: "npm\x00a", holders: []holders{{variant: variant{key: "npm\x00a", ecosystem: "npm", name: "a", version: "1"}, sboms: []uint32{2, 5, 9}}}}
	f.Add(b.encode(nil), 10)
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}, 1)
	f.Fuzz(func(t *testing.T, raw []byte, sboms int) {
		if sboms < 0 || sboms > 1<<20 {
			return
		}
		got, ok := decodeBlock(raw, sboms)
		if !ok {
			return
		}
		for _, h := range got.holders {
			for i, s := range h.sboms {
				if int(s>>1) >= sboms || i > 0 && h.sboms[i-1]>>1 >= s>>1 {
					t.Fatalf("numbers %v of %d", h.sboms, sboms)
				}
			}
		}
		again, ok := decodeBlock(got.encode(nil), sboms)
		if !ok || len(again.holders) != len(got.holders) {
			t.Fatal("it does not come back")
		}
	})
}

func FuzzManifest(f *testing.F) {
	m := &manifest{next: 9, segments: []segmentEntry{{seq: 3, dead: map[uint32]bool{1: true, 7: true}}, {seq: 5, dead: map[uint32]bool{}}}}
	f.Add(m.encode()[20:])
	f.Fuzz(func(t *testing.T, body []byte) {
		data := append([]byte(manifestMagic), 0, 0, 0, 0)
		binary.LittleEndian.PutUint32(data[16:], castagnoli(body))
		if m, ok := parseManifest(append(data, body...)); ok {
			if _, ok := parseManifest(m.encode()); !ok {
				t.Error("it does not come back")
			}
		}
	})
}
