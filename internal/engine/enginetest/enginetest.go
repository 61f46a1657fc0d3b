// Package enginetest is the suite that every engine must pass, whatever it looks for. An engine's own tests call Run with
// content in which it finds something. The package must know no engine.
package enginetest

import (
	"bytes"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/literal"
)

// Run tests an engine. bad is content in which it finds something.
func Run(t *testing.T, e engine.Engine, bad []byte) {
	s := suite{e, literal.New(e.Literals())}
	t.Run("says-what-it-is", func(t *testing.T) { s.info(t) })
	t.Run("finds-the-sample", func(t *testing.T) { s.sample(t, bad) })
	t.Run("nothing-in-nothing", func(t *testing.T) { s.nothing(t) })
	t.Run("same-twice-and-at-once", func(t *testing.T) { s.same(t, bad) })
	t.Run("identity-does-not-depend-on-place", func(t *testing.T) { s.moved(t, bad) })
	t.Run("leaves-content-alone", func(t *testing.T) { s.leavesAlone(t, bad) })
	t.Run("survives-garbage", func(t *testing.T) { s.garbage(t, bad) })
	t.Run("only-fresh-parts", func(t *testing.T) { s.fresh(t, bad) })
}

type suite struct {
	e engine.Engine
	m *literal.Matcher
}

func (s suite) look(data []byte, fresh []engine.Span) (found []finding.Finding, whole bool) {
	var hits []literal.Hit
	if fresh == nil {
		hits = s.m.Find(data, 0, len(data), nil)
	}
	for _, span := range fresh {
		hits = s.m.Find(data, span.Start, span.End, hits)
	}
	whole = s.e.Look(&engine.Content{Data: data, Fresh: fresh}, hits, func(f finding.Finding) { found = append(found, f) })
	return found, whole
}

func (s suite) info(t *testing.T) {
	if i := s.e.Info(); i.Name == "" || i.Title == "" || i.Digest == "" {
		t.Errorf("info lacks something: %+v", i)
	}
	if a, b := s.e.Info().Digest, s.e.Info().Digest; a != b {
		t.Error("the digest changes from call to call")
	}
}

func (s suite) sample(t *testing.T, bad []byte) {
	found, _ := s.look(bad, nil)
	if len(found) == 0 {
		t.Fatal("found nothing in the sample")
	}
	for _, f := range found {
		r := f.Location.Region
		if f.Fingerprint == "" || f.Message == "" || r.Offset < 0 || r.Offset+r.Length > int64(len(bad)) {
			t.Errorf("finding without identity or message, or outside the content: %+v", f)
		}
		if _, ok := s.e.Rule(f.Rule); !ok {
			t.Errorf("finding of rule %q, which the engine does not know", f.Rule)
		}
	}
}

func (s suite) nothing(t *testing.T) {
	for _, data := range [][]byte{nil, {}, {0}, []byte("\n"), []byte(" \t\r\n")} {
		if found, _ := s.look(data, nil); len(found) > 0 {
			t.Errorf("found %d in %q", len(found), data)
		}
	}
}

var comparable = cmp.AllowUnexported(finding.Sensitive{})

func (s suite) same(t *testing.T, bad []byte) {
	want, _ := s.look(bad, nil)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				got, _ := s.look(bad, nil)
				if diff := cmp.Diff(want, got, comparable); diff != "" {
					t.Errorf("another look gave something else (-first +later):\n%s", diff)
					return
				}
			}
		})
	}
	wg.Wait()
}

func (s suite) moved(t *testing.T, bad []byte) {
	want := s.identities(bad)
	above := append(bytes.Repeat([]byte("nothing to see\n"), 40), bad...)
	if diff := cmp.Diff(want, s.identities(above)); diff != "" {
		t.Errorf("lines above changed the identity (-before +after):\n%s", diff)
	}
}

func (s suite) identities(data []byte) map[finding.Fingerprint]bool {
	ids := map[finding.Fingerprint]bool{}
	found, _ := s.look(data, nil)
	for _, f := range found {
		ids[f.Fingerprint] = true
	}
	return ids
}

func (s suite) leavesAlone(t *testing.T, bad []byte) {
	copied := bytes.Clone(bad)
	s.look(copied, nil)
	if !bytes.Equal(copied, bad) {
		t.Error("the engine changed the content")
	}
}

// garbage breaks the sample in many ways: whatever is found must lie inside the content, and nothing may panic.
func (s suite) garbage(t *testing.T, bad []byte) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		data := bytes.Clone(bad)
		for range 1 + r.IntN(8) {
			switch at := r.IntN(len(data)); r.IntN(3) {
			case 0:
				data[at] = byte(r.IntN(256))
			case 1:
				data = append(data[:at:at], data[min(at+r.IntN(9), len(data)-1):]...)
			case 2:
				data = bytes.Join([][]byte{data[:at], data[at:]}, []byte{byte(r.IntN(256)), '"', '\n'}[:1+r.IntN(3)])
			}
		}
		found, _ := s.look(data, nil)
		for _, f := range found {
			if end := f.Location.Region.Offset + f.Location.Region.Length; end > int64(len(data)) {
				t.Fatalf("a finding ends at %d of %d bytes", end, len(data))
			}
		}
	}
}

// fresh wants nothing reported where nothing is new, unless the engine says that it looked at the whole.
func (s suite) fresh(t *testing.T, bad []byte) {
	data := append(bytes.Clone(bad), bytes.Repeat([]byte("nothing to see\n"), 100)...)
	found, whole := s.look(data, []engine.Span{{Start: len(data) - 15, End: len(data)}})
	if len(found) > 0 && !whole {
		t.Errorf("found %d in a part that is not new", len(found))
	}
}
