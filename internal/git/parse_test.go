package git

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	hexA = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
	hexB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
)

func mustID(t *testing.T, s string) ID {
	t.Helper()
	id, err := ParseID(s)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestParseCommit_everyPart(t *testing.T) {
	data := "tree " + hexA + "\nparent " + hexB + "\nparent " + hexA + "\n" +
		"author Ada <Lovelace> <ada@example.org> 1700000000 +0130\n" +
		"committer Bob <bob@example.org> 1700000060 -0800\n" +
		"gpgsig -----BEGIN\n tree of lies\n -----END\nencoding latin1\n\nsubject\n\nbody\n"
	got, err := ParseCommit([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	want := CommitInfo{
		Tree: mustID(t, hexA), Parents: []ID{mustID(t, hexB), mustID(t, hexA)},
		Author: []byte("Ada"), Email: []byte("Lovelace"), When: time.Unix(1700000000, 0),
		Committer: []byte("Bob"), CommitterEmail: []byte("bob@example.org"), Committed: time.Unix(1700000060, 0),
		Message: []byte("subject\n\nbody\n"),
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(ID{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if zone := got.When.Format("-0700"); zone != "+0130" {
		t.Errorf("zone %s", zone)
	}
	if zone := got.Committed.Format("-0700"); zone != "-0800" {
		t.Errorf("zone %s", zone)
	}
}

func TestParseCommit_tolerates(t *testing.T) {
	tests := []struct{ name, rest string }{
		{"no-author", "\nmessage"},
		{"author-without-mail", "author Ada\n\nmessage"},
		{"author-without-time", "author Ada <ada@example.org>\n\nmessage"},
		{"impossible-time", "author Ada <a@b> 99999999999999999999 +9999\n\nmessage"},
		{"impossible-zone", "author Ada <a@b> 5 +9999999\n\nmessage"},
		{"mail-never-ends", "author Ada <ada@example.org 5 +0000\n\nmessage"},
		{"no-message", ""},
		{"no-end-of-line", "author"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := ParseCommit([]byte("tree " + hexA + "\n" + test.rest))
			if err != nil || got.Tree.String() != hexA {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestParseCommit_refuses(t *testing.T) {
	for _, data := range []string{"", "\n\n", "parent " + hexA + "\n", "tree 123\n", "tree " + strings.Repeat("x", 40) + "\n", "tree " + hexA + "\nparent 1\n"} {
		if got, err := ParseCommit([]byte(data)); err == nil {
			t.Errorf("%q: got %+v", data, got)
		}
	}
}

func TestParseTag_everyPart(t *testing.T) {
	data := "object " + hexA + "\ntype commit\ntag v1\ntagger Ada <ada@example.org> 1700000000 +0000\n\nrelease\n"
	got, err := ParseTag([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	want := TagInfo{Object: mustID(t, hexA), Kind: Commit, Name: []byte("v1"), Tagger: []byte("Ada"),
		Email: []byte("ada@example.org"), When: time.Unix(1700000000, 0), Message: []byte("release\n")}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(ID{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := ParseTag([]byte("type commit\n")); err == nil {
		t.Error("a tag without object was read")
	}
}

// entries collects what TreeEntries yields.
func entries(data string, hash int) (names []string, err error) {
	for entry, bad := range TreeEntries([]byte(data), hash) {
		if bad != nil {
			return names, bad
		}
		names = append(names, string(entry.Name))
	}
	return names, nil
}

func TestTreeEntries_damage(t *testing.T) {
	good := "100644 a\x00" + strings.Repeat("i", 20) + "40000 d\x00" + strings.Repeat("j", 20)
	tests := []struct{ name, data string }{
		{"cut-in-id", good + "100644 b\x00" + strings.Repeat("i", 19)},
		{"cut-in-name", good + "100644 b"},
		{"cut-in-mode", good + "1006"},
		{"no-mode", good + " b\x00" + strings.Repeat("i", 20)},
		{"mode-not-octal", good + "100648 b\x00" + strings.Repeat("i", 20)},
		{"mode-too-long", good + "1006441006 b\x00" + strings.Repeat("i", 20)},
		{"no-name", good + "100644 \x00" + strings.Repeat("i", 20)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			names, err := entries(test.data, sha1Size)
			if err == nil || len(names) != 2 {
				t.Errorf("got %q, %v", names, err)
			}
		})
	}
	if names, err := entries(good, sha1Size); err != nil || len(names) != 2 {
		t.Errorf("got %q, %v", names, err)
	}
}

func TestMode_kinds(t *testing.T) {
	for mode, want := range map[Mode]string{0o100644: "file", 0o100755: "file", 0o040000: "dir", 0o120000: "link", 0o160000: "sub", 0: ""} {
		got := map[bool]string{mode.IsFile(): "file", mode.IsDir(): "dir", mode.IsSymlink(): "link", mode.IsSubmodule(): "sub"}[true]
		if got != want {
			t.Errorf("%o is %q, want %q", mode, got, want)
		}
	}
}

func TestParseID_badInput(t *testing.T) {
	for _, s := range []string{"", "12", hexA[:39], hexA + "0", strings.Repeat("g", 40), strings.Repeat("0", 63)} {
		if id, err := ParseID(s); err == nil {
			t.Errorf("%q: got %v", s, id)
		}
	}
	for _, s := range []string{hexA, strings.ToUpper(hexB), strings.Repeat("ab", 32)} {
		if id, err := ParseID(s); err != nil || id.String() != strings.ToLower(s) || len(id.Bytes()) != len(s)/2 {
			t.Errorf("%q: got %v, %v", s, id, err)
		}
	}
	if !mustID(t, strings.Repeat("0", 40)).IsZero() || !(ID{}).IsZero() || mustID(t, hexA).IsZero() {
		t.Error("IsZero is wrong")
	}
}

func TestParse_doesNotAllocate(t *testing.T) {
	tree := []byte("100644 a\x00" + strings.Repeat("i", 20) + "40000 d\x00" + strings.Repeat("j", 20))
	n := testing.AllocsPerRun(100, func() {
		for _, err := range TreeEntries(tree, sha1Size) {
			if err != nil {
				t.Fatal(err)
			}
		}
	})
	if n != 0 {
		t.Errorf("%v allocations for a tree", n)
	}
}

// FuzzTree reads any bytes as a tree: what is yielded before damage must make up the data it was read from.
func FuzzTree(f *testing.F) {
	f.Add([]byte("100644 a\x00"+strings.Repeat("i", 20)), false)
	f.Add([]byte("40000 dir\x00"+strings.Repeat("i", 32)), true)
	f.Add([]byte("160000 \xff\x00short"), false)
	f.Fuzz(func(t *testing.T, data []byte, long bool) {
		hash := sha1Size
		if long {
			hash = sha256Size
		}
		n := 0
		for entry, err := range TreeEntries(data, hash) {
			if err != nil {
				return
			}
			if len(entry.Name) == 0 || len(entry.ID.Bytes()) != hash {
				t.Fatalf("entry %+v", entry)
			}
			n += len(entry.Name) + hash + 3
		}
		if n > len(data) {
			t.Fatalf("%d bytes of entries in %d", n, len(data))
		}
	})
}

// FuzzCommit reads any bytes as a commit and as a tag.
func FuzzCommit(f *testing.F) {
	f.Add([]byte("tree " + hexA + "\nauthor Ada <a@b> 1 +0000\n\nm"))
	f.Add([]byte("object " + hexA + "\ntype commit\ntag v1\ntagger A <b> 1 -0000\n\nm"))
	f.Add([]byte("tree " + hexA + "\n \n \nparent " + hexB))
	f.Fuzz(func(t *testing.T, data []byte) {
		if c, err := ParseCommit(data); err == nil && (c.Tree.IsZero() || len(c.Message) > len(data)) {
			t.Fatalf("got %+v", c)
		}
		if tag, err := ParseTag(data); err == nil && (tag.Object.IsZero() || len(tag.Message) > len(data)) {
			t.Fatalf("got %+v", tag)
		}
	})
}
