package wire_test

import (
	"bytes"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/wire"
)

// tree is a value with all that a Codec knows.
type tree struct {
	Name    string
	Size    int
	Offsets []int32
	Marks   []bool
	Kids    []tree
	By      map[string]uint8
	More    *tree
	A, B    []string
}

func (v *tree) wire(c *wire.Codec) {
	wire.Text(c, &v.Name)
	wire.Number(c, &v.Size)
	wire.Numbers(c, &v.Offsets)
	c.Flags(&v.Marks, len(v.Offsets))
	wire.List(c, &v.Kids, func(k *tree) { k.wire(c) })
	wire.Map(c, &v.By, func(n *uint8) { wire.Number(c, n) })
	wire.Optional(c, &v.More, func(k *tree) { k.wire(c) })
	var pool wire.Pool[string]
	pool.List(c, &v.A, func(s *string) { wire.Text(c, s) })
	pool.List(c, &v.B, func(s *string) { wire.Text(c, s) })
}

var sample = tree{
	Name: "näme", Size: math.MinInt64, Offsets: []int32{7, -3, math.MaxInt32, math.MinInt32}, Marks: []bool{false, true, false, true},
	Kids: []tree{{Name: "a", Marks: []bool{}}, {Name: "näme", Marks: []bool{}, By: map[string]uint8{"x": 255, "": 0}}},
	More: &tree{Name: "c", Marks: []bool{}},
}

func TestRead_givesWhatWasWritten(t *testing.T) {
	v := sample
	v.A = []string{"shared", "", "\xff"}
	v.B = v.A
	var got tree
	if err := wire.Read(wire.Write(v.wire), got.wire); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(v, got); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
	if &got.A[0] != &got.B[0] {
		t.Error("a list that two have in common is two")
	}
}

func TestRead_refusesWhatIsCutOrLonger(t *testing.T) {
	whole := wire.Write(sample.wire)
	for n := range whole {
		var got tree
		if err := wire.Read(whole[:n], got.wire); err == nil {
			t.Fatalf("read the first %d of %d bytes", n, len(whole))
		}
	}
	var got tree
	if err := wire.Read(append(whole, 0), got.wire); err == nil {
		t.Error("read what has a byte too many")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(wire.Write(sample.wire))
	f.Fuzz(func(t *testing.T, data []byte) {
		var v, again tree
		if wire.Read(data, v.wire) != nil {
			return
		}
		packed := wire.Write(v.wire)
		if err := wire.Read(packed, again.wire); err != nil || !bytes.Equal(wire.Write(again.wire), packed) {
			t.Errorf("what was read is not read again: %v", err)
		}
	})
}
