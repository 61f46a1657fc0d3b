package target

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

const sample = "password = \"gr\u00fc\u00df \U0001f511\"\r\n"

// wide writes a text in UTF-16 or UTF-32, without a mark.
func wide(text string, width int, little bool) []byte {
	var out []byte
	put := func(v uint32) {
		b := []byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)}[4-width:]
		if little {
			for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
				b[i], b[j] = b[j], b[i]
			}
		}
		out = append(out, b...)
	}
	for _, r := range text {
		if width == 2 && r > 0xffff {
			r -= 0x10000
			put(0xd800 + uint32(r>>10))
			put(0xdc00 + uint32(r&0x3ff))
			continue
		}
		put(uint32(r))
	}
	return out
}

func TestDecode_encodings(t *testing.T) {
	long := strings.Repeat(sample, 20)
	tests := []struct {
		name string
		data []byte
		want Text
	}{
		{"empty", nil, Text{}},
		{"utf-8", []byte(sample), Text{Data: []byte(sample)}},
		{"utf-8-mark", []byte("\xef\xbb\xbfx"), Text{Data: []byte("\xef\xbb\xbfx")}},
		{"latin-1", []byte("caf\xe9"), Text{Data: []byte("caf\xe9")}},
		{"utf-16le-mark", append([]byte("\xff\xfe"), wide(sample, 2, true)...), Text{Data: []byte(sample), Encoding: "utf-16le"}},
		{"utf-16be-mark", append([]byte("\xfe\xff"), wide(sample, 2, false)...), Text{Data: []byte(sample), Encoding: "utf-16be"}},
		{"utf-32le-mark", append([]byte("\xff\xfe\x00\x00"), wide(sample, 4, true)...), Text{Data: []byte(sample), Encoding: "utf-32le"}},
		{"utf-32be-mark", append([]byte("\x00\x00\xfe\xff"), wide(sample, 4, false)...), Text{Data: []byte(sample), Encoding: "utf-32be"}},
		{"utf-16le", wide(long, 2, true), Text{Data: []byte(long), Encoding: "utf-16le"}},
		{"utf-16be", wide(long, 2, false), Text{Data: []byte(long), Encoding: "utf-16be"}},
		{"utf-32le", wide(long, 4, true), Text{Data: []byte(long), Encoding: "utf-32le"}},
		{"utf-32be", wide(long, 4, false), Text{Data: []byte(long), Encoding: "utf-32be"}},
		{"half-a-pair", []byte("\xff\xfe\x3d\xd8a\x00\x3d\xd8"), Text{Data: []byte("\ufffda\ufffd"), Encoding: "utf-16le"}},
		{"odd-byte", []byte("\xff\xfea\x00b"), Text{Data: []byte("a"), Encoding: "utf-16le"}},
		{"beyond-unicode", []byte("\x00\x00\xfe\xff\xff\xff\xff\xff\x00\x00\x00a"), Text{Data: []byte("\ufffda"), Encoding: "utf-32be"}},
		{"binary", []byte("\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00"), Text{Data: []byte("\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00"), Binary: true}},
		{"zero-far-away", append(bytes.Repeat([]byte("a"), sniff), 0), Text{Data: append(bytes.Repeat([]byte("a"), sniff), 0)}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Decode(test.data)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMedia(t *testing.T) {
	tests := []struct{ data, want string }{
		{"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", image},
		{"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01", image},
		{"GIF89a\x10\x00\x10\x00\x80\x00\x00\x00\x00\x00", image},
		{"GIF89a is a format that holds pictures", ""},
		{"BM6\x00\x00\x00\x00\x00\x00\x006\x00\x00\x00(\x00", image},
		{"BM is \x01 short for something", ""},
		{"RIFF\x24\x08\x00\x00WAVEfmt ", audio},
		{"RIFF\x24\x08\x00\x00WEBPVP8 ", image},
		{"RIFF\x24\x08\x00\x00ABCDVP8 ", ""},
		{"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", video},
		{"wOF2\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", font},
		{"\x00\x01\x00\x00\x00\x0f\x00\x80\x00\x03\x00p\x00\x00\x00\x00", font},
		{"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00", ""},
		{"\x89PNG\r\n\x1a\n", ""}, // too short to hold a picture
		{"ID3 tags are described in this text", ""},
		{"", ""},
	}
	for _, test := range tests {
		if got := Media([]byte(test.data)); got != test.want {
			t.Errorf("Media(%q) = %q, want %q", test.data, got, test.want)
		}
	}
	if got := Decode([]byte(tests[0].data)); got.Media != image || !got.Binary {
		t.Errorf("Decode says %+v of a picture", got)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(sample))
	f.Add(append([]byte("\xff\xfe"), wide(sample, 2, true)...))
	f.Add(wide(sample, 4, false))
	f.Add([]byte("\xff\xfe\x00\xd8"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got := Decode(data)
		if got.Encoding != "" && !utf8.Valid(got.Data) {
			t.Errorf("not UTF-8: %q", got.Data)
		}
		if got.Encoding == "" && !bytes.Equal(got.Data, data) {
			t.Error("changed")
		}
		if len(got.Data) > 2*len(data)+4 {
			t.Errorf("%d bytes became %d", len(data), len(got.Data))
		}
	})
}

func BenchmarkDecode_text(b *testing.B) {
	data := bytes.Repeat([]byte("func handler(w http.ResponseWriter, r *http.Request) {}\n"), 200)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		Decode(data)
	}
}

func BenchmarkDecode_utf16(b *testing.B) {
	data := wide(strings.Repeat(sample, 400), 2, true)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		Decode(data)
	}
}
