package literal

import (
	"bytes"
	"math/rand"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// naive is the definition: every literal at every position.
func naive(literals []Literal, data []byte, start, end int) []Hit {
	var hits []Hit
	for i := start; i < end; i++ {
		for n, l := range literals {
			if l.Text == "" || i+len(l.Text) > end {
				continue
			}
			there := string(data[i : i+len(l.Text)])
			if there == l.Text || l.Fold && asciiLower(there) == asciiLower(l.Text) {
				hits = append(hits, Hit{Literal: int32(n), Start: int32(i)})
			}
		}
	}
	return hits
}

func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 32
		}
	}
	return string(b)
}

func TestFind_examples(t *testing.T) {
	literals := []Literal{{Text: "AKIA"}, {Text: "password", Fold: true}, {Text: "pwd", Fold: true}, {Text: "hooks.slack.com"}, {Text: ""}, {Text: "word"}}
	for name, text := range map[string]string{
		"empty":       "",
		"short":       "ak",
		"only":        "AKIA",
		"wrong-case":  "akia Akia",
		"folded":      "PassWord=1 PASSWORD",
		"overlapping": "passwordword",
		"three":       "PWD=x pwd",
		"last-bytes":  "xxxxxxxxxxxpwd",
		"look-alike":  "p@ssword P\x01SSWORD",
		"end":         strings.Repeat("x", 29) + "hooks.slack.com",
	} {
		t.Run(name, func(t *testing.T) {
			got := New(literals).Find([]byte(text), 0, len(text), nil)
			if diff := cmp.Diff(naive(literals, []byte(text), 0, len(text)), got); diff != "" {
				t.Errorf("hits (-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzFind(f *testing.F) {
	f.Add([]byte("AKIA\x00pass\x00Pw"), []byte("xAKIApassPWd"), uint8(1), uint8(3))
	f.Fuzz(func(t *testing.T, words, data []byte, skip, drop uint8) {
		var literals []Literal
		for i, w := range bytes.SplitN(words, []byte{0}, 20) {
			literals = append(literals, Literal{Text: string(w), Fold: i%2 == 0})
		}
		start := min(int(skip), len(data))
		end := max(start, len(data)-int(drop))
		got := New(literals).Find(data, start, end, nil)
		if diff := cmp.Diff(naive(literals, data, start, end), got); diff != "" {
			t.Errorf("%v in %q[%d:%d] (-want +got):\n%s", literals, data, start, end, diff)
		}
	})
}

func TestFind_agreesWithDefinitionOnRandomText(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range 300 {
		var literals []Literal
		for range 1 + r.Intn(40) {
			literals = append(literals, Literal{Text: randomText(r, 1+r.Intn(7)), Fold: r.Intn(2) == 0})
		}
		data := []byte(randomText(r, r.Intn(400)))
		start := r.Intn(len(data) + 1)
		end := start + r.Intn(len(data)-start+1)
		if got, want := New(literals).Find(data, start, end, nil), naive(literals, data, start, end); !slices.Equal(got, want) {
			t.Fatalf("Find(%q, %d, %d) of %v = %v, want %v", data, start, end, literals, got, want)
		}
	}
}

func randomText(r *rand.Rand, n int) string {
	const alphabet = "abAB_-\x01A"
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.Intn(len(alphabet))]
	}
	return string(b)
}

// BenchmarkFind reads the file named by BENCH_TEXT, or text made here.
func BenchmarkFind(b *testing.B) {
	data := []byte(strings.Repeat("func (s *Server) handle(w http.ResponseWriter, r *http.Request) error { return s.render(w, \"page\", nil) }\n", 20000))
	if name := os.Getenv("BENCH_TEXT"); name != "" {
		data, _ = os.ReadFile(name)
	}
	r := rand.New(rand.NewSource(2))
	literals := []Literal{{Text: "password", Fold: true}, {Text: "secret", Fold: true}, {Text: "token", Fold: true}, {Text: "apikey", Fold: true}}
	const base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for range 2500 {
		word := make([]byte, 4+r.Intn(6))
		for i := range word {
			word[i] = base64[r.Intn(64)]
		}
		literals = append(literals, Literal{Text: string(word)})
	}
	m := New(literals)
	var hits []Hit
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		hits = m.Find(data, 0, len(data), hits[:0])
	}
	b.ReportMetric(float64(len(hits)), "hits")
}
