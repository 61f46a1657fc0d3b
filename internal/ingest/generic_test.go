package ingest

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The documentation of the generic format is true: its examples are read, and its table names the fields there are.
func TestReadGeneric_asDocumented(t *testing.T) {
	page, err := os.ReadFile(importPage)
	if err != nil {
		t.Fatal(err)
	}
	page, _, _ = bytes.Cut(page, []byte(tableBegins))
	examples := regexp.MustCompile("(?s)```(?:json|csv)\n(.*?)```").FindAllSubmatch(page, -1)
	if len(examples) != 2 {
		t.Fatalf("%d examples, want one in JSON and one in CSV", len(examples))
	}
	for i, want := range []int{2, 1} {
		var got recorder
		h, err := Read(context.Background(), "", strings.NewReader(string(examples[i][1])), "auto", &got)
		if err != nil || h.Format != "generic" || len(got.Findings) != want {
			t.Errorf("example %d: %d findings as %q: %v", i+1, len(got.Findings), h.Format, err)
		}
	}
	named := map[string]bool{}
	for _, line := range regexp.MustCompile("(?m)^\\| (`[^|]*) \\|").FindAllStringSubmatch(string(page), -1) {
		for _, field := range regexp.MustCompile("`([a-z]+)`").FindAllStringSubmatch(line[1], -1) {
			named[field[1]] = true
			if genericFields()[field[1]] == nil {
				t.Errorf("docs/import.md names the field %q, which is not read", field[1])
			}
		}
	}
	for _, field := range genericNames() {
		if !named[field] {
			t.Errorf("docs/import.md does not name the field %q", field)
		}
	}
}

func TestReadGeneric_isStrict(t *testing.T) {
	tests := []struct{ in, want string }{
		{`[{"rule":"r","severity":"high","path":"a","colour":"red"}]`, `unknown field "colour": reeve knows asset, class,`},
		{`{"schema":"reeve-import/1","finding":[]}`, `unknown member "finding"`},
		{`{"schema":"reeve-import/2","findings":[]}`, `schema "reeve-import/2": this reeve reads "reeve-import/1"`},
		{`[{"rule":"r","severity":"high","path":"a"},{"rule":"r","severity":"dire","path":"a"}]`, `finding 2: severity "dire": want one of`},
		{`[{"rule":"r","severity":"high"}]`, "finding 1: no place"},
		{`[{"severity":"high","path":"a"}]`, "neither a rule nor a title"},
		{`[{"rule":"r","severity":"high","path":"a","status":"maybe"}]`, `status "maybe": want open`},
		{`[{"rule":"r","severity":"high","path":"a","class":"magic"}]`, `class "magic": want one of`},
		{`[{"rule":"r","severity":"high","path":"a","date":"yesterday"}]`, `date "yesterday": want a day`},
		{`[{"rule":"r","severity":"high","path":"a","line":"7"}]`, "/line is a string"},
		{`[{"rule":"r","severity":"high","path":"a","line":-1}]`, "line -1"},
		{"rule,severity,path,colour\nr,high,a,red\n", `unknown column "colour": reeve knows asset, class,`},
		{"rule,severity,path,line\nr,high,a,x\n", `finding 1: line "x" is no number`},
		{"rule,severity,path\nr,high\n", "finding 1 has 2 cells, the first line names 3 columns"},
	}
	for _, test := range tests {
		var got recorder
		_, err := Read(context.Background(), "", strings.NewReader(test.in), "generic", &got)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.in, err, test.want)
		}
	}
}
