package clock

import (
	"strings"
	"testing"
)

func TestParseSpan_forms(t *testing.T) {
	for text, want := range map[string]string{
		"4h": "4 hours", "1 HOUR": "1 hour", "7d": "7 days", "30 days": "30 days", "2w": "2 weeks", "90 min": "90 minutes", "5 working days": "5 working days",
		"8wh": "8 working hours", " 1  working   day ": "1 working day", "next quarter end": "next quarter end", "Next month end": "next month end", "none": "none",
		"007 days": "7 days",
	} {
		s, err := ParseSpan(text)
		if err != nil || s.String() != want {
			t.Errorf("%q: got %s, %v; want %s", text, s, err, want)
		}
	}
	for _, text := range []string{"", "d", "-1d", "1.5d", "1 fortnight", "99999d", "2 next quarter end", "1 day 2 hours", "1", strings.Repeat("1", 200), "0 none"} {
		if s, err := ParseSpan(text); err == nil {
			t.Errorf("%q is read as %s", text, s)
		}
	}
}

func TestParseHours_forms(t *testing.T) {
	for text, want := range map[string]string{
		"always":                               "always",
		"Mon-Fri 09:00-17:00":                  "Mon-Fri 09:00-17:00",
		"mon,Wednesday 9:00-12:00 13:00-17:00": "Mon 09:00-12:00, 13:00-17:00; Wed 09:00-12:00, 13:00-17:00",
		"Fri-Mon 10:00-12:00":                  "Mon 10:00-12:00; Fri-Sun 10:00-12:00",
		"Mon":                                  "Mon 00:00-24:00",
		"Mon 09:00-12:00; Mon 11:00-14:00":     "Mon 09:00-14:00",
		"Sun 22:00-06:00":                      "Mon 00:00-06:00; Sun 22:00-24:00",
		"Sun 22:00-00:00":                      "Sun 22:00-24:00",
	} {
		h, err := ParseHours(text)
		if err != nil || h.String() != want {
			t.Errorf("%q: got %s, %v; want %s", text, h, err, want)
		}
	}
	for _, text := range []string{"", "09:00-17:00", "Mon 09:00", "Mon 09:00-09:00", "Mon 25:00-26:00", "Mon 09:60-10:00", "Mon 24:00-10:00", "Mon 09:00-10:00 Tue", "Mon-Foo",
		"Mon 9-17", "Mon 09:00-17:00;", strings.Repeat("Mon ", 500)} {
		if h, err := ParseHours(text); err == nil {
			t.Errorf("%q is read as %s", text, h)
		}
	}
}

func FuzzParseSpan(f *testing.F) {
	for _, seed := range []string{"4h", "5 working days", "next quarter end", "none", "0d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSpan(text)
		if err != nil {
			return
		}
		if again, err := ParseSpan(s.String()); err != nil || again != s {
			t.Errorf("%q is %s, which is read as %s, %v", text, s, again, err)
		}
	})
}

func FuzzParseHours(f *testing.F) {
	for _, seed := range []string{"always", "Mon-Fri 09:00-17:00", "Sun 22:00-06:00; Mon 05:00-07:00", "Fri-Mon"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, err := ParseHours(text)
		if err != nil {
			return
		}
		if err := h.check(); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if again, err := ParseHours(h.String()); err != nil || again.String() != h.String() {
			t.Errorf("%q is %s, which is read as %s, %v", text, h, again, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add(office)
	f.Add("a: &a [*a]")
	f.Add("name: x\nterms: {critical: {fix: 1h}, high: {}, medium: {}, low: {}}")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse([]byte(text))
		if err != nil {
			return
		}
		out, err := Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(out); err != nil {
			t.Errorf("%v in\n%s", err, out)
		}
	})
}
