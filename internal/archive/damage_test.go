package archive

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWalk_damagedIsReadAsFarAsItGoes(t *testing.T) {
	noise := make([]byte, 200_000)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range noise {
		noise[i] = "0123456789abcdef\n"[r.IntN(17)]
	}
	text := string(noise)
	cut := func(data []byte) []byte { return data[:len(data)*2/3] }
	for name, data := range map[string][]byte{
		"gz":   cut(toGzip(t, noise)),
		"xz":   cut(toXz(t, noise)),
		"zstd": cut(toZstd(t, noise)),
		"tar":  cut(makeTar(t, member{"content", text})),
		"zip":  cut(makeZip(t, deflated, member{"content", text})),
	} {
		got, refusals := walked(data, Limits{})
		if len(refusals) == 0 || refusals[0].Bomb {
			t.Errorf("%s: not refused as damaged: %+v", name, refusals)
		}
		// zstd and xz hand over whole blocks only.
		if part := got["!/content"]; name != "zstd" && name != "xz" && (len(part) < len(text)/2 || !strings.HasPrefix(text, part)) {
			t.Errorf("%s: read %d of %d bytes", name, len(part), len(text))
		}
	}
}

func TestWalk_zipWithoutDirectory(t *testing.T) {
	for _, method := range []uint16{stored, deflated} {
		whole := makeZip(t, method, member{"a", "alpha alpha alpha"}, member{"dir/", ""}, member{"dir/b", "beta"}, member{"c", ""})
		data := whole[:bytes.Index(whole, []byte(centralMagic))]
		got, refusals := walked(data, Limits{})
		want := map[string]string{"!/a": "alpha alpha alpha", "!/dir/b": "beta", "!/c": ""}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("method %d: %s", method, diff)
		}
		if diff := cmp.Diff([]Refusal{{Why: errDirectory.Error()}}, refusals); diff != "" {
			t.Errorf("method %d: %s", method, diff)
		}
	}
}

// A zip inside must not be searched a second time as if it were part of the outer one.
func TestWalk_zipWithoutDirectoryHoldsAZip(t *testing.T) {
	inside := string(makeZip(t, stored, member{"b", "beta"}))
	whole := rawZip(rawEntry{name: "a.zip", packed: uint32(len(inside)), unpacked: uint32(len(inside)), content: []byte(inside)})
	got, _ := walked(whole, Limits{})
	if diff := cmp.Diff(map[string]string{"!/a.zip!/b": "beta"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestWalk_zipFaults(t *testing.T) {
	good := rawEntry{name: "good", packed: 4, unpacked: 4, content: []byte("good"), directory: 1}
	tests := []struct {
		name string
		bad  rawEntry
		want Refusal
	}{
		{"encrypted", rawEntry{name: "x", flags: 1, packed: 4, content: []byte("????"), directory: 1}, Refusal{Path: "!/x", Why: "encrypted"}},
		{"method", rawEntry{name: "x", method: 97, packed: 4, content: []byte("????"), directory: 1}, Refusal{Path: "!/x", Why: "damaged: compression method 97 is not known"}},
		{"checksum", rawEntry{name: "x", crc: 1, packed: 4, unpacked: 4, content: []byte("text"), directory: 1}, Refusal{Path: "!/x", Why: "damaged: the checksum does not fit"}},
		{"deflate", rawEntry{name: "x", method: deflated, packed: 4, content: []byte("\xff\xff\xff\xff"), directory: 1}, Refusal{Path: "!/x", Why: "damaged: flate: corrupt input before offset 1"}},
		{"too-long", rawEntry{name: "x", packed: 1 << 30, content: []byte("text"), directory: 1}, Refusal{Path: "!/x", Why: "damaged: unexpected EOF"}},
		{"name-goes-up", rawEntry{name: "../../x", flags: 1, packed: 4, content: []byte("????"), directory: 1}, Refusal{Path: "!/%2E%2E/%2E%2E/x", Why: "encrypted"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, refusals := walked(rawZip(test.bad, good), Limits{})
			if diff := cmp.Diff([]Refusal{test.want}, refusals); diff != "" {
				t.Error(diff)
			}
			if got["!/good"] != "good" {
				t.Errorf("the good member was not read: %v", got)
			}
			if test.name == "checksum" && got["!/x"] != "text" {
				t.Errorf("what was read of the damaged member was not looked at: %v", got)
			}
		})
	}
}

func TestWalk_zipDirectoryLies(t *testing.T) {
	good := rawEntry{name: "good", packed: 4, unpacked: 4, content: []byte("good"), directory: 1}
	lost := rawZip(good)
	lost[bytes.Index(lost, []byte(centralMagic))+42] = 3 // the offset of the local header
	_, refusals := walked(lost, Limits{})
	if len(refusals) != 1 || !strings.Contains(refusals[0].Why, "not where the directory says") {
		t.Errorf("wrong offset: %+v", refusals)
	}
	hidden := rawZip(rawEntry{name: "x", packed: 4, content: []byte("text")}) // a directory that names nothing
	got, refusals := walked(hidden, Limits{})
	if got["!/x"] != "text" || len(refusals) != 1 {
		t.Errorf("empty directory: %v, %+v", got, refusals)
	}
	broken := rawZip(good, good)
	at := bytes.LastIndex(broken, []byte(centralMagic))
	broken[at] = 'X'
	got, refusals = walked(broken, Limits{})
	if got["!/good"] != "good" || len(refusals) != 1 || !strings.Contains(refusals[0].Why, "breaks off") {
		t.Errorf("broken directory: %v, %+v", got, refusals)
	}
}

func TestWalk_zipWithStubAndComment(t *testing.T) {
	data := makeZip(t, deflated, member{"a", "alpha"})
	comment := "PK\x05\x06 in a comment must not be taken for the end"
	data[len(data)-2] = byte(len(comment))
	data = append([]byte("\x7fELF and then a program"), append(data, comment...)...)
	got, refusals := walked(data, Limits{})
	want := map[string]string{"": "\x7fELF and then a program", "!/a": "alpha"}
	if diff := cmp.Diff(want, got); diff != "" || len(refusals) != 0 {
		t.Errorf("%s %+v", diff, refusals)
	}
}

func TestWalk_zip64(t *testing.T) {
	data := rawZip(rawEntry{name: "x", packed: 4, unpacked: 4, content: []byte("text"), directory: 1})
	dir := bytes.Index(data, []byte(centralMagic))
	end := bytes.LastIndex(data, []byte(endMagic))
	length := end - dir
	// Move the lengths of the member and the place of the directory to where 64 bits are kept.
	central := append([]byte{}, data[dir:end]...)
	copy(central[20:28], "\xff\xff\xff\xff\xff\xff\xff\xff")
	central[30] = 20
	central = append(central, 1, 0, 16, 0, 4, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0)
	length += 20
	out := append(append([]byte{}, data[:dir]...), central...)
	at := len(out)
	record := make([]byte, end64Length)
	copy(record, end64Magic)
	record[40], record[48] = byte(length), byte(dir)
	locator := make([]byte, locatorLength)
	copy(locator, locatorMagic)
	locator[8] = byte(at)
	out = append(append(out, record...), locator...)
	tail := append([]byte{}, data[end:]...)
	copy(tail[10:20], bytes.Repeat([]byte{0xff}, 10))
	got, refusals := walked(append(out, tail...), Limits{})
	if got["!/x"] != "text" || len(refusals) != 0 {
		t.Errorf("got %v, %+v", got, refusals)
	}
}

func TestWalk_xzFaults(t *testing.T) {
	good := toXz(t, []byte("some text that is packed"))
	sum := append([]byte{}, good...)
	sum[len(sum)-22] ^= 1 // in the checksum after the block
	flipped := append([]byte{}, good...)
	flipped[7] ^= 1 // in the header of the stream
	filter := append([]byte{}, good...)
	filter[13] |= 1 // in the header of the block
	for name, data := range map[string][]byte{"checksum": sum, "stream": flipped, "block": filter, "tail": good[:len(good)-5], "rubbish": append(append([]byte{}, good...), "rubbish"...)} {
		_, refusals := walked(data, Limits{})
		if len(refusals) != 1 || refusals[0].Bomb || !strings.HasPrefix(refusals[0].Why, "damaged: ") {
			t.Errorf("%s: %+v", name, refusals)
		}
	}
}

func TestWalk_saysNoMoreThanNeeded(t *testing.T) {
	var entries []rawEntry
	for i := range 300 {
		entries = append(entries, rawEntry{name: fmt.Sprint(i), flags: 1, directory: 1})
	}
	_, refusals := walked(rawZip(entries...), Limits{})
	if len(refusals) != maxRefusals+1 || refusals[maxRefusals].Bomb {
		t.Errorf("%d refusals", len(refusals))
	}
}

// A decompressor that panics is damage and not the end of the scan.
func TestGuard_containsPanics(t *testing.T) {
	w := &walker{ctx: t.Context(), limits: Limits{}.filled(), left: 1 << 20}
	if _, err := w.guarded(panicking{}, 10, nil).Read(make([]byte, 10)); err == nil || isLimit(err) {
		t.Errorf("got %v", err)
	}
}

type panicking struct{}

func (panicking) Read([]byte) (int, error) { panic("index out of range") }

// A reader that neither gives nor ends must not hold the walk up.
func TestMember_readerWithoutEnd(t *testing.T) {
	w := &walker{ctx: t.Context(), limits: Limits{}.filled(), left: 1 << 20, visit: func(string, []byte) { t.Error("visited") }}
	w.member("!/x", idleReader{}, 0, 1)
	if len(w.refusals) != 1 {
		t.Errorf("got %+v", w.refusals)
	}
}

type idleReader struct{}

func (idleReader) Read([]byte) (int, error) { return 0, nil }
