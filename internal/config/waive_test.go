package config

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func waiver() Waiver {
	return Waiver{ID: "aabbccddeeff", Reason: "Made-up key: of the tests", Until: Date{time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)}, Owner: "ann"}
}

const item = `- id: "aabbccddeeff"
  reason: 'Made-up key: of the tests'
  until: 2026-12-01
  owner: ann
`

// indented is the item as it stands in a list.
func indented(by string) string {
	return by + strings.ReplaceAll(strings.TrimSuffix(item, "\n"), "\n", "\n"+by) + "\n"
}

const old = `id: "0123456789ab"
    reason: |
      Made-up key.

      # not a comment
    until: 2026-11-01
`

func TestAppendWaiver_keepsWhatIsThere(t *testing.T) {
	tests := []struct{ name, before, after string }{
		{"empty", "", "waivers:\n" + indented("  ")},
		{"comment-only", "# mine\n", "# mine\n\nwaivers:\n" + indented("  ")},
		{"no-waivers", "gate:\n  block: high # why", "gate:\n  block: high # why\n\nwaivers:\n" + indented("  ")},
		{"last", "# a\nwaivers: # b\n  # c\n  - " + old, "# a\nwaivers: # b\n  # c\n  - " + old + indented("  ")},
		{"blank-lines-at-end", "waivers:\n  - " + old + "\n\n", "waivers:\n  - " + old + indented("  ") + "\n\n"},
		{"in-the-middle", "waivers:\n  - " + old + "  # still theirs\n\n# about the cache\ncache: {}\n",
			"waivers:\n  - " + old + "  # still theirs\n" + indented("  ") + "\n# about the cache\ncache: {}\n"},
		{"unindented", "waivers:\n- {id: \"0123456789ab\", reason: long enough, until: 2026-11-01}\nrules: []\n",
			"waivers:\n- {id: \"0123456789ab\", reason: long enough, until: 2026-11-01}\n" + item + "rules: []\n"},
		{"deep", "waivers:\n      - {id: \"0123456789ab\", reason: long enough, until: 2026-11-01}",
			"waivers:\n      - {id: \"0123456789ab\", reason: long enough, until: 2026-11-01}\n" + indented("      ")},
		{"empty-list", "waivers: [ ] # none yet\ncache: {}\n", "waivers: # none yet\n" + indented("  ") + "cache: {}\n"},
		{"null", "waivers:\ncache: {}\n", "waivers:\n" + indented("  ") + "cache: {}\n"},
		{"windows", "cache: {}\r\nwaivers:\r\n", "cache: {}\r\nwaivers:\r\n" + strings.ReplaceAll(indented("  "), "\n", "\r\n")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := AppendWaiver([]byte(test.before), waiver())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.after, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAppendWaiver_otherLayouts(t *testing.T) {
	for _, before := range []string{
		"{gate: {block: high}} # why",
		"waivers: [{id: \"0123456789ab\", reason: long enough, until: 2026-11-01}] # why",
		"waivers: ~ # why\n",
		"cache: {} # why\n...\n",
		"--- # why\ncache: {}\n",
	} {
		got, err := AppendWaiver([]byte(before), waiver())
		if err != nil {
			t.Errorf("%q: %v", before, err)
			continue
		}
		c, err := Parse(got, Name)
		if err != nil || c.Waivers[len(c.Waivers)-1].ID != "aabbccddeeff" || !strings.Contains(string(got), "# why") {
			t.Errorf("%q became\n%s\n%v", before, got, err)
		}
	}
}

func TestAppendWaiver_refuses(t *testing.T) {
	short := waiver()
	short.Reason = "short"
	tests := []struct {
		name, text string
		waiver     Waiver
		want       string
	}{
		{"invalid-file", "gaet: {}", waiver(), "unknown key"},
		{"short-reason", "", short, "at least 10 characters"},
		{"nothing", "", Waiver{}, "says nothing"},
		{"no-date", "", Waiver{ID: "aabbccddeeff", Reason: "long enough"}, "until is missing"},
		{"twice", "waivers:\n" + item, waiver(), "already has one in line 2"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := AppendWaiver([]byte(test.text), test.waiver)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestAppendWaiver_hostileTextStaysText(t *testing.T) {
	w := waiver()
	w.Reason = "line one\n  - id: injected\r\n# \"quoted\" 'too' \t: x"
	w.Owner = "12345"
	got, err := AppendWaiver([]byte("cache: {}\n"), w)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Parse(got, Name)
	if err != nil || len(c.Waivers) != 1 || c.Waivers[0].Reason != `line one - id: injected # "quoted" 'too' : x` || c.Waivers[0].Owner != "12345" {
		t.Errorf("%+v, %v\n%s", c, err, got)
	}
}

func FuzzAppendWaiver(f *testing.F) {
	f.Add(full, "a reason of some length")
	f.Add("waivers:\n- {id: \"0123456789ab\", reason: long enough, until: 2026-11-01}\n#x", "a: b # c 'd")
	f.Fuzz(func(t *testing.T, text, reason string) {
		w := waiver()
		w.Reason = Reason(reason)
		out, err := AppendWaiver([]byte(text), w)
		if err != nil {
			return
		}
		before, _ := Parse([]byte(text), Name)
		after, err := Parse(out, Name)
		if err != nil || len(after.Waivers) != len(before.Waivers)+1 {
			t.Errorf("%q became %q: %v", text, out, err)
		}
	})
}
