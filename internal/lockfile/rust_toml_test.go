package lockfile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"
)

func TestReadTOML_refusesKeysGivenTwice(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"key", "a = 1\na = 2", `line 2: the key "a" is given twice`},
		{"table", "[a]\n[b]\n[a]", `line 3: the key "a" is given twice`},
		{"table-over-key", "a = 1\n[a]", `line 2: the key "a" is given twice`},
		{"table-over-tables", "[[a]]\n[a]", `line 2: the key "a" is given twice`},
		{"tables-over-table", "[a]\n[[a]]", `line 2: the key "a" is given twice`},
		{"tables-over-array", "a = []\n[[a]]", `line 2: the key "a" is given twice`},
		{"into-inline-table", "a = {b = 1}\n[a.c]", `line 2: the key "a" is given twice`},
		{"dotted-into-inline-table", "a = {b = {c = 1}, b.d = 2}", `line 1: the key "b" is given twice`},
		{"dotted-into-table", "[a.b]\nx = 1\n[a]\nb.y = 2", `line 4: the key "b" is given twice`},
		{"table-over-dotted", "a.b = 1\n[a]", `line 2: the key "a" is given twice`},
		{"in-inline-table", "a = {b = 1,\n b = 2}", `line 2: the key "b" is given twice`},
		{"many", strings.Repeat("[[p]]\nx=1\n", 3) + "x=2", `line 7: the key "x" is given twice`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := readTOML([]byte(test.text))
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestReadTOML_keepsLinesAndOrder(t *testing.T) {
	root, err := readTOML([]byte("z = 1\n\na.b = [\n  'x',\n  \"y\",\n]\n[t]\nk = '''\nlong\n'''\nlast = true\n[a2.\"quoted key\"]\n"))
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, e := range root.all() {
		keys = append(keys, e.key)
	}
	if diff := cmp.Diff([]string{"z", "a", "t", "a2"}, keys); diff != "" {
		t.Error(diff)
	}
	list := root.dict("a").list("b")
	got := []int{root.find("z").line, list[0].line, list[1].line, root.dict("t").find("k").line, root.dict("t").find("last").line, root.dict("a2", "quoted key").line}
	if diff := cmp.Diff([]int{1, 4, 5, 8, 11, 12}, got); diff != "" {
		t.Error(diff)
	}
	if !root.dict("t").flag("last") || root.dict("no", "such").str("key") != "" || root.find("z").str() != "" {
		t.Error("the values read are not those written")
	}
}

func TestReadTOML_bounds(t *testing.T) {
	for name, text := range map[string]string{
		"deep arrays": "a = " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000),
		"deep tables": "a = " + strings.Repeat("{a=", 5000) + "1" + strings.Repeat("}", 5000),
		"deep keys":   "a" + strings.Repeat(".a", 5000) + " = 1",
		"many values": "a = [" + strings.Repeat("1,", maxTOMLValues+1) + "]",
	} {
		if _, err := readTOML([]byte(text)); err == nil {
			t.Errorf("%s are read", name)
		}
	}
}

// plainValue turns a tree into the values that go-toml gives, for texts, flags and what holds them.
func plainValue(v *tomlValue) any {
	switch v.kind {
	case tomlString:
		return v.text
	case tomlBool:
		return v.text == "true"
	case tomlArray, tomlTables:
		list := []any{}
		for i := range v.items {
			list = append(list, plainValue(&v.items[i]))
		}
		return list
	case tomlDict:
		return plainTable(v.table)
	}
	return "other"
}

func plainTable(t *tomlTable) map[string]any {
	m := map[string]any{}
	for i := range t.entries {
		m[t.entries[i].key] = plainValue(&t.entries[i].value)
	}
	return m
}

// reducedValue writes what go-toml gives in the same form.
func reducedValue(v any) any {
	switch v := v.(type) {
	case string, bool:
		return v
	case []any:
		list := []any{}
		for _, item := range v {
			list = append(list, reducedValue(item))
		}
		return list
	case map[string]any:
		m := map[string]any{}
		for key, item := range v {
			m[key] = reducedValue(item)
		}
		return m
	}
	return "other"
}

// FuzzReadTOML compares with the library's own decoder, which is the slower way to the same values.
func FuzzReadTOML(f *testing.F) {
	for _, seed := range []string{
		"a = 1\n[b]\nc = 'x'\n[[d]]\ne.f = [1, {g = true}]\n[[d]]\n[d.h]\n", "a.b.c = \"\\u00e9\"\na.b.d = '''x'''\n[a2.b]\n[a2]\n",
		"[x.y]\n[x]\n[[x.z]]\n", "a = 1979-05-27T07:32:00Z\nb = 0xff\nc = inf\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		root, err := readTOML(data)
		var want map[string]any
		if libraryErr := toml.Unmarshal(data, &want); libraryErr != nil {
			return // the library checks dates and numbers besides
		}
		if err != nil {
			if strings.Contains(err.Error(), "too many or too deep") || strings.Contains(err.Error(), "nested too deep") {
				return
			}
			t.Fatalf("refused: %v", err)
		}
		if want == nil {
			want = map[string]any{}
		}
		if diff := cmp.Diff(reducedValue(want), any(plainTable(root))); diff != "" {
			t.Error(diff)
		}
	})
}

func TestReadTOML_manyKeys(t *testing.T) {
	var text strings.Builder
	for i := range 100 {
		text.WriteString("k" + strings.Repeat("x", i) + " = '" + strings.Repeat("v", i) + "'\n")
	}
	root, err := readTOML([]byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		if got := root.str("k" + strings.Repeat("x", i)); len(got) != i {
			t.Errorf("key %d holds %q", i, got)
		}
	}
	if root.find("absent") != nil {
		t.Error("a key is found that is not there")
	}
	if _, err := readTOML([]byte(text.String() + "kx = 1\n")); err == nil || !strings.HasPrefix(err.Error(), "line 101: ") {
		t.Errorf("the second kx gives %v", err)
	}
}
