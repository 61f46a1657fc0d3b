package sbom

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

// anything reads a whole JSON value with the stream reader and gives what encoding/json would.
func anything(j *jsonReader) (any, error) {
	c, err := j.next()
	if err != nil {
		return nil, err
	}
	switch c {
	case '{':
		m := map[string]any{}
		err := j.object(func(name string) (err error) {
			m[name], err = anything(j)
			return err
		})
		return m, err
	case '[':
		list := []any{}
		err := j.array(func() error {
			v, err := anything(j)
			list = append(list, v)
			return err
		})
		return list, err
	case '"':
		return j.str()
	}
	if err := j.literal(c); err != nil {
		return nil, err
	}
	switch text := string(j.text); text {
	case "null":
		return nil, nil
	case "true", "false":
		return text == "true", nil
	default:
		return json.Number(text), nil
	}
}

func whole(r io.Reader) (any, error) {
	j := newJSONReader(r)
	v, err := anything(j)
	if err == nil {
		err = j.end()
	}
	return v, err
}

func reference(s string) (any, error) {
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, io.ErrNoProgress
	}
	return v, nil
}

// FuzzJSON compares the stream reader with encoding/json, byte by byte and at once, reading and skipping.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{
		`{"a":[1,-2.5e+3,"x\u00e9\ud83d\ude00\n",null,true,{}],"b":{"c":[]}}`, `"\ud800"`, `"\ud800\u0041"`, `"\ud800\n"`, `"\udc00\ud800\udc00"`,
		`01`, `-`, `1.`, `.5`, `1e`, `[1,]`, `{"a":1,}`, `{"a" 1}`, `[1 2]`, `"\x"`, "\"\x01\"", "\"\xff\"", `nul`, `truex`, ` [ ] `, `{"a":1}{`, `"\u12`, `-0`, `[[[[1]]]]`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, wantErr := reference(s)
		got, err := whole(strings.NewReader(s))
		slow, slowErr := whole(iotest.OneByteReader(strings.NewReader(s)))
		if (err == nil) != (slowErr == nil) {
			t.Fatalf("%q: %v at once, %v byte by byte", s, err, slowErr)
		}
		j := newJSONReader(strings.NewReader(s))
		skipErr := j.skip()
		if skipErr == nil {
			skipErr = j.end()
		}
		strict := strings.Contains(text(err), "stands twice") || strings.Contains(text(err), "nested deeper") || strings.Contains(text(err), "digits")
		if !strict && ((err == nil) != (wantErr == nil) || (skipErr == nil) != (wantErr == nil)) {
			t.Fatalf("%q: %v, skipping %v, encoding/json %v", s, err, skipErr, wantErr)
		}
		if err != nil || !utf8.ValidString(s) {
			return
		}
		a, _ := json.Marshal(got)
		b, _ := json.Marshal(want)
		c, _ := json.Marshal(slow)
		if string(a) != string(b) || string(a) != string(c) {
			t.Fatalf("%q is read as %s, byte by byte as %s, by encoding/json as %s", s, a, c, b)
		}
	})
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestJSON_saysWhere(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{"a": [1, 2`, "byte 11: the document is cut short"},
		{`{"a": 1, "a": 2}`, `byte 13: the member "a" stands twice`},
		{`{"a": x}`, `byte 7: "x" is no value`},
		{`{"a": 1} x`, "byte 9: text after the end of the document"},
		{strings.Repeat("[", 300), "byte 201: nested deeper than 200"},
		{`{"a": "` + strings.Repeat("x", maxText+1) + `"}`, "byte 7: a string longer than 1048576 bytes"},
	} {
		_, err := whole(strings.NewReader(c.in))
		if got := text(err); got != c.want && !(strings.Contains(c.want, "longer") && strings.HasSuffix(got, "a string longer than 1048576 bytes")) {
			t.Errorf("%.40q: %s, want %s", c.in, got, c.want)
		}
	}
}

func TestJSON_skipsWithoutHolding(t *testing.T) {
	j := newJSONReader(strings.NewReader(`"` + strings.Repeat(`long \ud800\ud800 text \n`, 1<<20) + `"`))
	if err := j.skip(); err != nil {
		t.Fatal(err)
	}
	if cap(j.text) > 64<<10 {
		t.Errorf("skipping a string holds %d bytes", cap(j.text))
	}
}
