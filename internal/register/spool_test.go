package register

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"reflect"
	"testing"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/identity"
)

// fullEntry is sealed from a finding of which everything is known, so that every field of an entry that can be set is.
func fullEntry(t *testing.T, n int) entry {
	t.Helper()
	epss := &finding.EPSS{Probability: 0.25}
	score := 9.8
	f := finding.Finding{
		Rule: "CVE-2021-44228", Engine: "sca", Message: fmt.Sprintf("flaw %d", n), Severity: finding.Critical, Confidence: finding.Firm,
		Asset:     finding.Asset{Kind: "repository", Name: "shop"},
		Location:  finding.Location{Path: "pom.xml", Region: finding.Region{StartLine: 3 + n, StartColumn: 2}},
		Component: &finding.Component{Ecosystem: "maven", Name: "log4j-core", Version: "2.14.1", Fixed: []string{"2.17.1"}},
		Threat:    &finding.Threat{Score: &score, EPSS: epss, KEV: &finding.KEV{Ransomware: true}, Exploit: "active"},
		Reach:     &finding.Reachability{State: finding.Reachable},
		Exposure:  &finding.Exposure{Internet: "open", Environment: "production", Running: "yes", Data: []string{"card"}},
		Verdict:   &finding.Verdict{Action: finding.Waived, Because: "not used"},
	}
	e, err := seal(&f, identity.Options{Key: finding.Key("k"), Canon: func(id string) string { return id }}, newWorld(), &versions{})
	if err != nil {
		t.Fatal(err)
	}
	e.Owner, e.n = 7, n
	return e
}

func TestSpool_givesBackWhatItTook(t *testing.T) {
	s := &spool{dir: t.TempDir(), bytes: inMemory - 2000}
	defer s.close()
	var want []entry
	for n := range 500 {
		e := fullEntry(t, n)
		if err := s.add(e); err != nil {
			t.Fatal(err)
		}
		want = append(want, e)
	}
	if s.file == nil || len(s.held) == 0 {
		t.Fatalf("%d entries are held and none waits in a file: the test is to see both", len(s.held))
	}
	if err := s.done(); err != nil {
		t.Fatal(err)
	}
	for _, pass := range []func(int) bool{func(int) bool { return false }, func(n int) bool { return n%3 == 0 }, func(n int) bool { return n > 200 }, func(int) bool { return true }} {
		n := 0
		next := func() {
			for n < len(want) && pass(n) {
				n++
			}
		}
		err := s.each(pass, func(e *entry) error {
			if next(); !reflect.DeepEqual(*e, want[n]) {
				t.Fatalf("entry %d came back as\n%+v\nwant\n%+v", n, *e, want[n])
			}
			n++
			return nil
		})
		if next(); err != nil || n != len(want) {
			t.Errorf("%d of %d entries came back (%v)", n, len(want), err)
		}
	}
}

// Every part of an entry that seal can set must be in the listing of its fields.
func TestEntry_fieldsAreAll(t *testing.T) {
	e := fullEntry(t, 1)
	row := reflect.ValueOf(e.Row)
	filled := 0
	for i := range row.NumField() {
		if !row.Field(i).IsZero() {
			filled++
		}
	}
	if filled < 15 {
		t.Errorf("only %d fields of the row are filled, so the test says little: %+v", filled, e.Row)
	}
	c := codec{}
	e.fields(&c)
	back := entry{n: 1}
	read := codec{data: c.data, reads: true}
	if back.fields(&read); read.err != nil || !reflect.DeepEqual(back, e) {
		t.Errorf("came back as\n%+v\nwant\n%+v (%v)", back, e, read.err)
	}
}

func FuzzEntry(f *testing.F) {
	f.Add([]byte{1, 2, 3})
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	e := entry{Asset: "repository:shop", Doc: []byte("{}")}
	if err := e.write(w, &codec{}); err != nil || w.Flush() != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes()[1:])
	f.Fuzz(func(t *testing.T, data []byte) {
		var e entry
		c := codec{data: data, reads: true}
		e.fields(&c) // a broken file is an error and no panic
	})
}

func TestPlaces_numbersEachOnce(t *testing.T) {
	p := newPlaces()
	key := func(n int) place {
		var at place
		binary.BigEndian.PutUint32(at.exact[12:], uint32(n/2))
		at.asset = uint32(n % 2)
		return at
	}
	const many = 5000
	for n := range many {
		if got, fresh := p.add(key(n), int64(n)); got != n || !fresh {
			t.Fatalf("place %d has the number %d, fresh %v", n, got, fresh)
		}
	}
	for n := range many {
		if got, fresh := p.add(key(n), 0); got != n || fresh {
			t.Fatalf("place %d has the number %d when it comes again, fresh %v", n, got, fresh)
		}
		if got, ok := p.find(key(n)); got != n || !ok {
			t.Fatalf("place %d is found as %d, %v", n, got, ok)
		}
	}
	if _, ok := p.find(key(many)); ok {
		t.Error("a place is found that nobody added")
	}
}
