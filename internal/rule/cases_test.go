package rule

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCases_marks(t *testing.T) {
	const src = `For people.
-- bad/dir/all.txt --
a = 1  # want: acme
b := 2 // want: acme
<p> <!-- want: acme -->
SELECT -- want: acme
k=v ; want: acme
c /* want: acme */
"json": "x"  # want: acme, other
# want: acme,other
nothing wanted: here
-- good/a.py --
x = 1
`
	got, err := Cases([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	want := []Case{
		{Bad: true, Path: "dir/all.txt", Text: "a = 1\nb := 2\n<p>\nSELECT\nk=v\nc\n\"json\": \"x\"\n\nnothing wanted: here\n", Marks: []Mark{
			{"acme", 1}, {"acme", 2}, {"acme", 3}, {"acme", 4}, {"acme", 5}, {"acme", 6}, {"acme", 7}, {"other", 7}, {"acme", 8}, {"other", 8},
		}},
		{Path: "a.py", Text: "x = 1\n"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCases_whole(t *testing.T) {
	got, err := Cases([]byte("Text.\n# whole\n-- good/a --\nx\n"))
	if err != nil || len(got) != 1 || !got[0].Whole {
		t.Errorf("cases %+v, error %v", got, err)
	}
}

func TestCases_wrong(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"name_twice", "-- bad/a --\n-- bad/a --\n", "used twice"},
		{"no_folder", "-- a.py --\n", `starts with "bad/" or "good/"`},
		{"outside", "-- bad/../a.py --\n", "plain path"},
		{"absolute", "-- bad//a.py --\n", "plain path"},
		{"folder", "-- bad/ --\n", "plain path"},
		{"mark_unreadable", "-- bad/a --\nx\ny # want: Acme_Token\n", `case "bad/a": line 2: want`},
		{"mark_inside", "-- bad/a --\ny # want: acme and more\n", "up to the end of the line"},
		{"too_many", strings.Repeat("-- bad/a --\n", 65), "at most 64"},
		{"too_large", strings.Repeat("x", maxCases+1), "larger than"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := Cases([]byte(test.src)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q in it", err, test.want)
			}
		})
	}
}

func FuzzCases(f *testing.F) {
	f.Add([]byte("-- bad/a.py --\nx = \"{{alnum 20}}\"  # want: acme\n"))
	f.Add([]byte("-- bad/a.py --\n{{b64of {\"a\":{\"b\":\"{{hex 8}}\"}}}}  # want: a, b\n-- good/b --\n{{{{{{alnum 3}}}\n"))
	f.Add([]byte("# whole\n-- good/a --\n{{pem ec}}\n{{uuid}} {{password 9}} {{lower .x}} {{unhex 0a}}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		cases, err := Cases(data)
		if err != nil {
			return
		}
		for _, c := range cases {
			filled, err := c.Fill("acme", nil)
			if err != nil {
				continue
			}
			lines := strings.Count(string(filled.Data), "\n") + 1
			for _, w := range filled.Wants {
				if w.First < 1 || w.Last < w.First || w.Last > lines {
					t.Errorf("want %+v of %d lines", w, lines)
				}
			}
			veil(c.Text)
		}
	})
}
