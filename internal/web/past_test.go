package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// figureOf is the number that a page of the past says is the total.
func figureOf(body string) string {
	_, rest, _ := strings.Cut(body, `<ul class="stats"><li><p><b>`)
	n, _, _ := strings.Cut(rest, "<")
	return n
}

// TestPast_isWhatTheTrendSays holds every day of the overview's trend against the page of that day.
func TestPast_isWhatTheTrendSays(t *testing.T) {
	h := newHouse(t)
	h.furnish()
	o, err := h.desk.Overview(t.Context(), h.root)
	h.must(err)
	overview := h.get("/").body
	told := 0
	for i := len(o.Trend) - 1; i >= 0; i -= 7 {
		d := o.Trend[i]
		if !strings.Contains(overview, `href="/past?on=`+d.Day+`"`) {
			t.Errorf("the trend's table does not lead to %s", d.Day)
		}
		a := h.get("/past?on=" + d.Day)
		if got := figureOf(a.body); a.status != http.StatusOK || got != num(d.Total()) {
			t.Errorf("%s: %d active on its page (status %d), want %d", d.Day, d.Total(), a.status, d.Total())
		}
		if got := figureOf(h.get("/past?level=critical&on=" + d.Day).body); got != num(d.Critical) {
			t.Errorf("%s: %s critical, want %d", d.Day, got, d.Critical)
		}
		told += d.Total()
	}
	if told == 0 {
		t.Error("nothing was ever active: the test says nothing")
	}
}

func TestPast_narrowsAndPages(t *testing.T) {
	h := newHouse(t)
	h.furnish()
	seen, path, total := map[string]bool{}, "/past?on=2026-11-20", ""
	for path != "" {
		a := h.get(path)
		if total == "" {
			total = figureOf(a.body)
		}
		path = nextPage(t, a.body, seen)
	}
	if fmt.Sprint(len(seen)) != total || len(seen) <= pageSize {
		t.Errorf("all pages hold %d findings, want %s and more than one page", len(seen), total)
	}
	for _, c := range []struct {
		path   string
		status int
		with   string
	}{
		{"/past", 200, "The register on 2026-11-01"}, {"/past?on=2026-11-24", 200, "As things are now."}, {"/past?on=2026-10-01&then=yes", 200, "as far as it was known then"},
		{"/past?on=1999-01-01&state=all", 200, "Nothing was all of that."}, {"/past?on=2026-10-01&state=all&team=payments&asset=repository%3Ashop%2Fcheckout", 200, "shop/checkout"},
		{"/past?on=2026-10-01&level=high", 200, `href="/past?on=2026-10-01"`}, // what is asked for can be asked no longer
		{"/past?on=2026-11-25", 422, "has not come yet"}, {"/past?on=1+March", 422, "want a day as"}, {"/past?on=1950-01-01", 422, "want a day as"}, {"/past?on=2026-10-01&state=lost", 422, "want one of"},
		{"/past?on=2026-10-01&level=awful", 422, "severity"}, {"/past?on=2026-10-01&team=nobodys", 404, "nothing here"}, {"/past?on=2026-10-01&after=%21", 422, "cursor"},
	} {
		a := h.get(c.path)
		if a.status != c.status || !strings.Contains(strings.ToLower(a.body), strings.ToLower(c.with)) {
			t.Errorf("%s: %d %s, want %d with %q", c.path, a.status, problemIn(a.body), c.status, c.with)
		}
	}
}
