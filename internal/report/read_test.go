package report

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/reevehq/reeve/internal/finding"
)

func TestRead_refuses(t *testing.T) {
	const own = `{"schema":"reeve-result/1",`
	const run = `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t"}},"results":[`
	tests := []struct{ name, in, want string }{
		{"nothing", ``, "byte 0: unexpected EOF"},
		{"blank", "  \n", "unexpected EOF"},
		{"text", "hello", "byte 0: invalid character 'h'"},
		{"array", "[]", `byte 1: want "{"`},
		{"null", "null", "not a saved result"},
		{"other-object", `{"a":1}`, "byte 0: not a saved result"},
		{"utf16", "\xff\xfe{\x00}\x00", "byte 0: not UTF-8 text"},
		{"schema", `{"schema":"reeve-result/2"}`, `schema "reeve-result/2": this reeve reads "reeve-result/1"`},
		{"cut-in-value", own + `"findings":[{"rule":"r"`, "byte 50: unexpected EOF"},
		{"cut-in-list", own + `"findings":[`, "byte 39: unexpected EOF"},
		{"syntax-in-value", own + `"findings":[{"rule":x}]}`, "byte 47: invalid character 'x'"},
		{"type", own + `"findings":[{"rule":5}]}`, "byte 47: /rule is a number, want a string"},
		{"severity", own + `"findings":[{"severity":"dire"}]}`, `severity "dire": want one of info, low`},
		{"no-rule", own + `"findings":[{}]}`, "finding without a rule"},
		{"no-fingerprint", own + `"findings":[{"rule":"r"}]}`, "finding without a fingerprint"},
		{"region", own + `"findings":[{"rule":"r","fingerprint":"f","also":[{"region":{"startLine":-1}}]}]}`, "negative region"},
		{"no-rule-id", own + `"rules":[{}]}`, "rule without an id"},
		{"twice", own + `"tool":{},"tool":{}}`, `member "tool" twice`},
		{"more", own + `"tool":{}} {}`, "something follows the result"},
		{"not-a-list", own + `"findings":{}}`, `want "["`},
		{"jsonl-cut", own + `"type":"result"}` + "\n", "the end record is missing"},
		{"jsonl-count", own + `"type":"result"}` + "\n" + `{"type":"end","findings":3}`, "end record counts 0 rules, 3 findings"},
		{"jsonl-unknown", own + `"type":"result"}` + "\n" + `{"type":"x\u001b"}`, `unknown record "x\\x1b"`},
		{"jsonl-first", own + `"type":"finding"}`, `record "finding" comes first`},
		{"jsonl-after-end", own + `"type":"result"}` + "\n" + `{"type":"end"}` + "\n" + `{"type":"end"}`, "something follows"},
		{"sarif-version", `{"version":"2.0.0","runs":[]}`, `SARIF version "2.0.0": want "2.1.0"`},
		{"sarif-no-version", `{"runs":[]}`, `SARIF version ""`},
		{"sarif-no-runs", `{"version":"2.1.0"}`, "SARIF without runs"},
		{"sarif-cut", run + `{"ruleId":"a"},`, "byte 85: unexpected EOF"},
		{"sarif-type", run + `{"ruleId":7}]}]}`, "byte 80: /ruleId is a number, want a string"},
		{"sarif-own-bare", `{"version":"2.1.0","runs":[{"properties":{"reeve/schema":"reeve-result/1"},"results":[{"ruleId":"r"}]}]}`, "finding without a fingerprint"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Read(strings.NewReader(test.in))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
			if err != nil && !strings.HasPrefix(err.Error(), "read result: byte ") {
				t.Errorf("error %q does not say where", err)
			}
		})
	}
}

func TestRead_offsetsAreThoseOfTheFile(t *testing.T) {
	data := render(t, "json", sample(), Options{})
	for _, at := range []int{1000, 3000, len(data) / 2, len(data) - 200} {
		broken := bytes.Clone(data)
		broken[at] = 0x01
		_, err := Read(iotest.OneByteReader(bytes.NewReader(broken)))
		var where *ReadError
		if !errors.As(err, &where) || where.Offset != int64(at) || !strings.Contains(err.Error(), "invalid character") {
			t.Errorf("byte %d broken: %v", at, err)
		}
	}
}

func TestRead_everyPrefixIsRefused(t *testing.T) {
	r := sample()
	r.Findings = r.Findings[:2]
	for _, format := range []string{"json", "jsonl", "sarif"} {
		data := bytes.TrimSpace(render(t, format, r, Options{}))
		for n := 0; n < len(data); n += 37 {
			if _, err := Read(bytes.NewReader(data[:n])); err == nil {
				t.Fatalf("%s: the first %d of %d bytes read as a whole result", format, n, len(data))
			}
		}
	}
}

func TestRead_readerFails(t *testing.T) {
	broken := errors.New("disk on fire")
	in := io.MultiReader(strings.NewReader(`{"schema":"reeve-result/1",`), iotest.ErrReader(broken))
	if _, err := Read(in); !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
}

// endless gives a head and then a body again and again.
type endless struct {
	head, body string
	at         int
}

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		if e.at < len(e.head) {
			p[i] = e.head[e.at]
		} else {
			p[i] = e.body[(e.at-len(e.head))%len(e.body)]
		}
		e.at++
	}
	return len(p), nil
}

func TestRead_isBounded(t *testing.T) {
	small := limits{file: 1 << 20, value: 1 << 16, kept: 1 << 20, objects: 1 << 12, whole: true}
	tests := []struct {
		name string
		in   endless
		want error
	}{
		{"string", endless{head: `{"schema":"`, body: "a"}, errTooBig},
		{"key", endless{head: `{"`, body: "a"}, errTooBig},
		{"blanks", endless{head: `{`, body: " "}, errTooBig},
		{"string-passed-over", endless{head: `{"runs":[{"x":"`, body: "a"}, errTooBig},
		{"results", endless{head: `{"runs":[{"results":[{}`, body: ",{}"}, errTooMany},
		{"objects-in-one-value", endless{head: `{"runs":[{"results":[{"locations":[{}`, body: ",{}"}, errTooBig},
		{"runs", endless{head: `{"runs":[{}`, body: ",{}"}, nil},
		{"notes", endless{head: `{"notes":[""`, body: `,""`}, errTooMany},
		{"long-notes", endless{head: `{"notes":["`, body: strings.Repeat("a", 5000) + `","`}, errTooLong},
		{"depth", endless{head: `{"decision":`, body: `[`}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := read(&test.in, small)
			if err == nil || test.want != nil && !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
			if test.in.at > int(small.file)+4096 {
				t.Errorf("read %d bytes", test.in.at)
			}
		})
	}
}

func TestRead_unknownMembersArePassedOver(t *testing.T) {
	got, err := Read(strings.NewReader(`{"new":{"a":[1,{}]},"schema":"reeve-result/1","tool":{"name":"reeve","colour":"red"},"findings":null}`))
	if err != nil {
		t.Fatal(err)
	}
	if got.Tool.Name != "reeve" || len(got.Findings) != 0 {
		t.Errorf("got %+v", got)
	}
}

func FuzzRead(f *testing.F) {
	small := sample()
	small.Findings, small.Rules = small.Findings[:1], small.Rules[:1]
	for _, format := range []string{"json", "jsonl", "sarif"} {
		f.Add(render(f, format, small, Options{}))
	}
	f.Add([]byte(`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t"}},"results":[{"ruleIndex":-1,"message":{}}]}]}`))
	f.Add([]byte(`{"schema":"reeve-result/1","type":"result"}` + "\n" + `{"type":"end"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Read(bytes.NewReader(data))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "read result: byte ") {
				t.Errorf("error %q does not say where", err)
			}
			return
		}
		if r.Schema != finding.SchemaV1 {
			t.Errorf("schema %q", r.Schema)
		}
		// What was read can be written in every format, and read again from ours.
		for _, format := range Formats() {
			render(t, format.Name, r, Options{})
		}
		if d := diff(r, readBack(t, "json", r)); d != "" {
			t.Errorf("json (-wrote +read):\n%s", d)
		}
	})
}
