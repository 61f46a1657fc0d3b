package feed

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseList(t *testing.T) {
	got, err := parseList("2026-08-22T10:00:00Z,GHSA-b\r\n2026-08-21T10:00:00.123456Z,RHSA-2026:1\n\n2026-08-20T10:00:00Z,GHSA-b\n2026-08-19T10:00:00Z,GHSA-a")
	want := []listed{{"GHSA-a", "2026-08-19T10:00:00Z"}, {"GHSA-b", "2026-08-22T10:00:00Z"}, {"RHSA-2026:1", "2026-08-21T10:00:00.123456Z"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(listed{})); diff != "" || err != nil {
		t.Error(err, diff)
	}
	for text, want := range map[string]string{
		"x":                                                 "line 1: \"x\" is no time and id",
		"2026-08-22T10:00:00Z,A\nyesterday,B":               "line 2: \"yesterday\" is no time",
		"2026-08-22T10:00:00Z,../../etc":                    "no possible id",
		"2026-08-22T10:00:00Z,..":                           "no possible id",
		"2026-08-22T10:00:00Z,":                             "no possible id",
		"2026-08-22T10:00:00Z,a\x1b[2J":                     "no possible id",
		"2026-08-22T10:00:00Z,a\\b":                         "no possible id",
		"2026-08-22T10:00:00Z," + strings.Repeat("a", 2000): "no time and id",
	} {
		if _, err := parseList(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, want %q", text, err, want)
		}
	}
}

// Splice gives what reading the whole list would give, or nothing.
func TestSplice_isWhatTheWholeListSays(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	spliced := 0
	for range 500 {
		var old []listed
		for i := range 40 + random.IntN(40) {
			old = append(old, listed{fmt.Sprintf("ID-%03d", i*3), now.Add(-time.Duration(random.IntN(100)+10) * time.Hour).Format(time.RFC3339Nano)})
		}
		next := slices.Clone(old)
		for range random.IntN(4) {
			i := random.IntN(len(next))
			switch at := now.Add(-time.Duration(random.IntN(9)) * time.Minute).Format(time.RFC3339Nano); random.IntN(8) {
			case 0:
				next = slices.Delete(next, i, i+1)
			case 1:
				next = append(next, listed{fmt.Sprintf("ID-%03d", 1+3*random.IntN(60)), at})
			case 2: // one that was found late
				next = append(next, listed{fmt.Sprintf("ID-%03d", 2+3*random.IntN(60)), old[0].at})
			default:
				next[i].at = at
			}
		}
		sortList(next)
		next = slices.CompactFunc(next, func(a, b listed) bool { return a.id == b.id })
		text := string(written(next))
		sum := md5.Sum([]byte(text))
		got, ok := splice(old, text[:min(len(text), 400)], []string{"crc32c=AAAAAA==,md5=" + base64.StdEncoding.EncodeToString(sum[:])})
		if !ok {
			continue
		}
		spliced++
		if diff := cmp.Diff(next, got, cmp.AllowUnexported(listed{})); diff != "" {
			t.Fatal(diff)
		}
	}
	if spliced < 100 {
		t.Errorf("only %d of 500 could be spliced", spliced)
	}
}

func TestState_comesBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := newState("https://x.example/osv")
	s.Digest = "abc"
	s.Fetched["osv/npm"] = now
	s.Tags["npm/all.zip"] = `"x"`
	s.lists["npm"] = []listed{{"A", "2026-08-22T10:00:00Z"}, {"B", ""}}
	s.lists["Go"] = nil
	if err := s.write(path); err != nil {
		t.Fatal(err)
	}
	got, err := loadState(statePath(path))
	if err != nil {
		t.Fatal(err)
	}
	s.lists["Go"] = []listed{}
	if diff := cmp.Diff(s, got, cmp.AllowUnexported(state{}, listed{})); diff != "" {
		t.Error(diff)
	}
	good, _ := os.ReadFile(statePath(path))
	for n := range good {
		write(t, statePath(path), good[:n])
		if s := readState(path); s.Source != "" || len(s.lists) > 0 {
			t.Errorf("cut at %d it is taken: %+v", n, s)
		}
	}
}

func TestKept_survivesCuts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.records")
	k, err := openKept(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []listed
	for i := range 5 {
		l := listed{fmt.Sprintf("ID-%d", i), "2026-08-22T10:00:00Z"}
		all = append(all, l)
		if err := k.add(l, bytes.Repeat([]byte{byte(i)}, 50*i)); err != nil {
			t.Fatal(err)
		}
	}
	k.close()
	good, _ := os.ReadFile(path)
	for n := range len(good) + 1 {
		damaged := bytes.Clone(good)
		if n < len(good) {
			damaged[n] ^= 0x40
		}
		for _, data := range [][]byte{good[:n], damaged} {
			write(t, path, data)
			k, err := openKept(path)
			if err != nil {
				t.Fatal(err)
			}
			held := 0
			wanted := map[listed]bool{}
			for _, l := range all {
				wanted[l] = true
				if k.holds(l) {
					held++
				}
			}
			seen := 0
			if err := k.each(wanted, func(l listed, data []byte) {
				if i := slices.Index(all, l); i < 0 || !bytes.Equal(data, bytes.Repeat([]byte{byte(i)}, 50*i)) {
					t.Errorf("%v holds something else", l)
				}
				seen++
			}); err != nil || seen != held {
				t.Errorf("%d held, %d seen: %v", held, seen, err)
			}
			if err := k.add(listed{"new", "x"}, []byte("y")); err != nil || !k.holds(listed{"new", "x"}) {
				t.Error("nothing can be added", err)
			}
			k.close()
		}
	}
}

func TestContentRange(t *testing.T) {
	for s, want := range map[string]int64{"bytes 0-99/1234": 0, "bytes 7-9/*": 7, "bytes 5-4/9": -1, "bytes */9": -1, "": -1, "0-1/2": -1, "bytes -1-2/3": -1} {
		got, ok := contentRange(s)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%q: %d, want %d", s, got, want)
		}
	}
}

func TestProves(t *testing.T) {
	content := []byte("123456789")
	for sums, want := range map[string]bool{
		"crc32c=4waSgw==": true, "crc32c=4waSgg==": false, "md5=JfnnlDI7RTiF9RgfG2JNCw==": true, "crc32c=4waSgw==,md5=JfnnlDI7RTiF9RgfG2JNCw==": true,
		"crc32c=4waSgw==, md5=AAAA": false, "": false, "sha1=x": false,
	} {
		if got := proves([]string{sums}, content); got != want {
			t.Errorf("%s: %v", sums, got)
		}
	}
}

func FuzzParseList(f *testing.F) {
	f.Add("2026-08-22T10:00:00Z,GHSA-b\n2026-08-21T10:00:00.5Z,RHSA-2026:1\n")
	f.Add("x,y\n")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := parseList(text)
		if err != nil {
			return
		}
		for i, l := range list {
			if !possibleID(l.id) || i > 0 && list[i-1].id >= l.id {
				t.Fatalf("%q comes after what it must not", l.id)
			}
		}
		splice(list, text, []string{"crc32c=AAAAAA=="})
	})
}

func FuzzParseState(f *testing.F) {
	f.Add(stateMagic + "\n" + `{"source":"x","ecosystems":[{"name":"npm","count":1}]}` + "\n2026-08-22T10:00:00Z,A\n")
	f.Add(stateMagic + "\n{}\n")
	f.Fuzz(func(t *testing.T, text string) { _, _ = parseState(text) })
}

func FuzzParseIndex(f *testing.F) {
	f.Add([]byte(`{"format":"reeve-advisories/1","built":"2026-08-22T12:00:00Z","digest":"` + strings.Repeat("0a", 32) + `","file":"a","size":1,"sha256":"` + strings.Repeat("0a", 32) + `","unpacked":9}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		i, err := parseIndex(data)
		if err == nil && (strings.ContainsAny(i.File, `/\`) || i.Size <= 0 || i.Unpacked <= 0) {
			t.Errorf("%+v", i)
		}
	})
}
