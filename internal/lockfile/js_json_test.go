package lockfile

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// readAny builds the values that encoding/json builds.
func (r *jsonReader) readAny() (any, error) {
	switch r.kind() {
	case '{':
		out := map[string]any{}
		return out, r.object(func(key []byte) (err error) {
			out[string(key)], err = r.readAny()
			return err
		})
	case '[':
		out := []any{}
		return out, r.array(func(int) error {
			value, err := r.readAny()
			out = append(out, value)
			return err
		})
	case '"':
		var s string
		err := r.text(&s)
		return s, err
	case 't':
		return true, r.skip()
	case 'f':
		return false, r.skip()
	case 'n':
		return nil, r.skip()
	}
	start := r.pos
	err := r.skip()
	return json.Number(r.data[start:r.pos]), err
}

func TestJSON_values(t *testing.T) {
	const text = ` {"a": "x\u00e9\ud83d\ude00\ud83d\n", "b\u0022": [1, -0.5e+3, true, false, null, {}], "c": {"d": [[]]}, "": "" } `
	var want any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&want); err != nil {
		t.Fatal(err)
	}
	got, err := newJSON([]byte(text)).readAny()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestJSON_refuses(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{``, "line 1: the file is cut short"},
		{"\n\n", "line 3: the file is cut short"},
		{`[]`, "line 1: an object is expected"},
		{"{\n\"a\": 1,\n}", "line 3: this is not JSON"},
		{"{\n\"a\": \"x", "line 2: the file is cut short"},
		{`{"a": 1`, "line 1: the file is cut short"},
		{`{"a": tru`, "line 1: the file is cut short"},
		{`{"a": 01}`, "line 1: this is not JSON"},
		{"{\"a\": \"\n\"}", "line 1: this is not JSON"},
		{`{"a": "\x"}`, "line 1: this is not JSON"},
		{`{"a": 1} {`, "line 1: something stands after the end"},
		{`{"a" 1}`, "line 1: this is not JSON"},
		{`{"a": 1 "b": 2}`, "line 1: this is not JSON"},
		{`{/* a */}`, "line 1: this is not JSON"},
		{`{"a":` + strings.Repeat("[", 1000), "line 1: nested too deep"},
	} {
		r := newJSON([]byte(c.text))
		err := r.document(func([]byte) error { return r.skip() })
		if err == nil || err.Error() != c.want {
			t.Errorf("%.40q: %v, want %s", c.text, err, c.want)
		}
	}
}

func TestJSON_comments(t *testing.T) {
	for text, ok := range map[string]bool{
		"// a\n{\"a\": 1, /* b */ \"b\": [1, 2,],}\n// end": true,
		"{/*}":         false,
		"{} /*":        false,
		"{\"a\": [,]}": false,
		"{} / x":       false,
	} {
		r := newJSON([]byte(text))
		r.comments = true
		if err := r.document(func([]byte) error { return r.skip() }); (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestJSON_keysThatStandTwice(t *testing.T) {
	r := newJSON([]byte(`{"a": 1, "b": {"x": 1, "\u0078": 2}, "a": 2, ` +
		`"m": {"1":1,"2":2,"3":3,"4":4,"5":5,"6":6,"7":7,"8":8,"9":9,"10":10,"11":11,"12":12,"13":13,"14":14,"13":1,"1":1}}`))
	if _, err := r.readAny(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"x", "a", "13", "1"}, r.twice); diff != "" {
		t.Error(diff)
	}
}

func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`{"a": [1, 2.5e-3, "x\ud83d\ude00", null, true]}`, `{"a":1,"a":2}`, `{`, `{"a":"\u12"}`, "{\"\xff\": \"\\ud800\"}", `{"a":-}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := newJSON(data)
		err := r.document(func([]byte) error { return r.skip() })
		trimmed := strings.TrimLeft(string(data), " \t\r\n")
		valid := json.Valid(data) && strings.HasPrefix(trimmed, "{")
		if errors.Is(err, errTooDeep) {
			return
		}
		if valid != (err == nil) {
			t.Fatalf("encoding/json says valid=%v, we say %v", valid, err)
		}
		if !valid || !utf8.Valid(data) {
			return
		}
		var want any
		decoder := json.NewDecoder(strings.NewReader(string(data)))
		decoder.UseNumber()
		if err := decoder.Decode(&want); err != nil {
			t.Fatal(err)
		}
		got, err := newJSON(data).readAny()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}
