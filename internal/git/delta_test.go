package git

import (
	"bytes"
	"testing"
)

func TestApplyDelta_copiesAreJoined(t *testing.T) {
	base := []byte("0123456789")
	ops := []byte{
		0x91, 2, 3, // 234
		0x91, 5, 1, // 5, goes on
		2, 'x', 'y',
		0x91, 6, 2, // 67, goes on in the base but not in the result
		0x90, 1, // 0
	}
	result := make([]byte, 9)
	copies, err := applyDelta(result, base, ops, nil, true)
	if err != nil || string(result) != "2345xy670" {
		t.Fatalf("got %q, %v", result, err)
	}
	want := []Copy{{From: 2, To: 0, Len: 4}, {From: 6, To: 6, Len: 2}, {From: 0, To: 8, Len: 1}}
	if len(copies) != len(want) {
		t.Fatalf("got %v, want %v", copies, want)
	}
	for i := range want {
		if copies[i] != want[i] {
			t.Errorf("got %v, want %v", copies, want)
		}
	}
}

// FuzzDelta applies any instructions to any base: in memory and as a stream must have the same result, the copies told
// must be copies, and the size foretold must be the size made.
func FuzzDelta(f *testing.F) {
	f.Add([]byte("base"), insertDelta([]byte("base"), []byte("more")))
	f.Add([]byte("0123456789"), []byte{10, 9, 0x91, 2, 3, 2, 'x', 'y', 0x90, 4})
	f.Add([]byte{}, []byte{0, 3, 3, 'a', 'b', 'c'})
	f.Add([]byte("x"), []byte{1, 0xff, 0xff, 0x03, 0x80, 0xff})
	f.Fuzz(func(t *testing.T, base, delta []byte) {
		want, size, ops, err := deltaSizes(delta)
		if err != nil || size > 1<<20 || want != uint64(len(base)) {
			return
		}
		result := make([]byte, size)
		copies, err := applyDelta(result, base, ops, nil, true)
		if err == nil && !deltaMakes(ops, size) {
			t.Fatal("the size made is not the size foretold")
		}
		var stream bytes.Buffer
		n, streamErr := applyStream(&stream, bytes.NewReader(base), int64(len(base)), bytes.NewReader(delta), 1<<20)
		if (err == nil) != (streamErr == nil) {
			t.Fatalf("in memory %v, as a stream %v", err, streamErr)
		}
		if err != nil {
			return
		}
		if n != int64(size) || !bytes.Equal(stream.Bytes(), result) {
			t.Fatal("stream differs")
		}
		end := 0
		for _, c := range copies {
			if c.To < end || !bytes.Equal(result[c.To:c.To+c.Len], base[c.From:c.From+c.Len]) {
				t.Fatalf("%+v is not a copy", c)
			}
			end = c.To + c.Len
		}
	})
}
