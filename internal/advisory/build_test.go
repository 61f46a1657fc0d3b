package advisory

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// many makes records that fill many blocks.
func many(n int) []*Record {
	random := rand.New(rand.NewPCG(13, 14))
	var out []*Record
	for i := range n {
		words := make([]byte, 200+random.IntN(400))
		for k := range words {
			words[k] = "abcdefgh      "[random.IntN(14)]
		}
		out = append(out, &Record{
			ID: fmt.Sprintf("GHSA-%05d", i), Modified: day, Aliases: []string{fmt.Sprintf("CVE-2024-%04d", i)}, Summary: fmt.Sprintf("flaw %d", i), Details: string(words), Word: "HIGH",
			Affected:   []Affected{{Ecosystem: "npm", Name: fmt.Sprintf("p%d", i%997), Ranges: []Range{{"SEMVER", []Event{{Introduced, "0"}, {Fixed, fmt.Sprintf("1.%d.0", i)}}}}}},
			References: []Reference{{"WEB", fmt.Sprintf("https://example.org/%d", i)}},
		})
	}
	return out
}

func TestBuilder_copiesBlocksThatAreTheSame(t *testing.T) {
	records := many(4000)
	random := rand.New(rand.NewPCG(15, 16))
	base := open(t, write(t, nil, func(b *Builder) { addAll(t, b, records[:3900]...) }))
	if base.wordsIn.count() < 10 || base.factsIn.count() < 5 {
		t.Fatalf("only %d and %d blocks", base.wordsIn.count(), base.factsIn.count())
	}
	for name, c := range map[string]struct{ change, remove, add int }{
		"nothing": {}, "more at the end": {0, 0, 100}, "one change": {1, 0, 0}, "changes": {20, 0, 7}, "one gone": {0, 1, 0}, "many gone": {3, 500, 100}, "the last gone": {0, -1, 0},
	} {
		now := append([]*Record(nil), records[:3900+c.add]...)
		gone := map[int]bool{}
		if c.remove < 0 {
			gone[len(now)-1] = true
		}
		for range c.remove {
			gone[random.IntN(3900)] = true
		}
		over := NewBuilder(base)
		for range c.change {
			i := random.IntN(3900)
			r := *now[i]
			r.Details += " changed"
			now[i] = &r
		}
		whole := NewBuilder(nil)
		for i, r := range now {
			if gone[i] {
				over.Remove(r.ID)
				continue
			}
			addAll(t, whole, r)
			if i >= 3900 || r != records[i] {
				addAll(t, over, r)
			}
		}
		var files [2][]byte
		for i, b := range []*Builder{whole, over} {
			path := filepath.Join(t.TempDir(), "x.db")
			if _, err := b.Write(path, day); err != nil {
				t.Fatal(err)
			}
			var err error
			if files[i], err = os.ReadFile(path); err != nil {
				t.Fatal(err)
			}
			db := open(t, path)
			for n := range db.Flaws() {
				if f, err := db.FlawAt(n); err != nil || f.Summary == "" || len(f.References) != 1 {
					t.Fatalf("%s: flaw %d: %+v, %v", name, n, f, err)
				}
			}
		}
		if !bytes.Equal(files[0], files[1]) {
			t.Errorf("%s: made over a base it has other bytes", name)
		}
	}
}

func TestBuilder_refusesADamagedBase(t *testing.T) {
	path := write(t, nil, func(b *Builder) { addAll(t, b, many(200)...) })
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[headerSize+100] ^= 1
	db, err := Open(damaged(t, data))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := NewBuilder(db).Write(path, day); err == nil {
		t.Error("a damaged database became a whole one")
	}
	if after, err := os.ReadFile(path); err != nil || len(after) != len(data) {
		t.Error("the file that was there is not there any more")
	}
}

func TestBuilder_saysWhereItCannotWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none", "x.db")
	if _, err := NewBuilder(nil).Write(path, day); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
	if err := NewBuilder(nil).Add(&Record{ID: "a\nb"}); err == nil {
		t.Error("a record with an impossible id was taken")
	}
}

func TestDB_isAskedByManyAtOnce(t *testing.T) {
	records := many(1000)
	db := open(t, write(t, nil, func(b *Builder) {
		var group sync.WaitGroup
		for part := range 4 {
			group.Go(func() {
				for _, r := range records[part*250 : part*250+250] {
					if err := b.Add(r); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
	}))
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for i := range 500 {
				n := 0
				err := db.Match(Query{"npm", fmt.Sprintf("p%d", i), "0.9.0"}, func(m Match) {
					n++
					if f, err := db.FlawAt(m.Flaw); err != nil || f.ID != m.ID {
						t.Error(f.ID, m.ID, err)
					}
				})
				if err != nil || n == 0 {
					t.Error(n, err)
				}
			}
		})
	}
	group.Wait()
}
