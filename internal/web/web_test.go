package web

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// answer is what a request came to.
type answer struct {
	status int
	header http.Header
	body   string
}

// request sends a request as the owner of a session, nil for nobody.
func (h *house) request(method, path string, session *http.Cookie, kind string, body io.Reader, header ...string) answer {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), method, h.url+path, body)
	h.must(err)
	if session != nil {
		r.AddCookie(session)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	stay := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	w, err := stay.Do(r)
	h.must(err)
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	h.must(err)
	return answer{w.StatusCode, w.Header, string(text)}
}

// get opens a page as the admin, send sends a form.
func (h *house) get(path string, header ...string) answer {
	h.t.Helper()
	return h.request(http.MethodGet, path, h.cookie, "", nil, header...)
}

func (h *house) send(path string, form url.Values, session *http.Cookie) answer {
	h.t.Helper()
	return h.request(http.MethodPost, path, session, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

// sent sends a form as the admin and expects to be sent on.
func (h *house) sent(path string, pairs ...string) answer {
	h.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	a := h.send(path, form, h.cookie)
	if a.status != http.StatusSeeOther {
		h.t.Fatalf("POST %s %v: %d: %s", path, form, a.status, problemIn(a.body))
	}
	return a
}

// problemIn is what an error page says.
func problemIn(body string) string {
	_, rest, _ := strings.Cut(body, "<main")
	return clip(strings.Join(strings.Fields(rest), " "), 600)
}

// opened furnishes a small house: one report about one repository of one team.
func opened(t *testing.T) *house {
	h := newHouse(t)
	h.sent("/teams", "slug", "payments", "name", "Payments")
	h.sent("/teams", "slug", "data", "name", "Data")
	h.bring(placesOfFixture[1].reports(8, h.now)[0])
	h.bring(placesOfFixture[6].reports(8, h.now)[0])
	return h
}

func TestPages_nobodyIsSentToSignIn(t *testing.T) {
	h := newHouse(t)
	for pattern := range routes() {
		method, path, ok := strings.Cut(pattern, " ")
		if !ok {
			method, path = http.MethodGet, pattern
		}
		path = strings.NewReplacer("{$}", "", "{id}", "1", "{seq}", "1", "{slug}", "x").Replace(path)
		a := h.request(method, path, nil, "", nil)
		want := "/login"
		if to := a.header.Get("Location"); a.status != http.StatusSeeOther || !strings.HasPrefix(to, want) {
			t.Errorf("%s %s without a session: %d to %q, want 303 to %s", method, path, a.status, to, want)
		}
	}
	if a := h.request(http.MethodGet, "/findings?q=kev%3Ayes", nil, "", nil); a.header.Get("Location") != "/login?next=%2Ffindings%3Fq%3Dkev%253Ayes" {
		t.Errorf("the way back is lost: %q", a.header.Get("Location"))
	}
	if a := h.request(http.MethodGet, "/findings", nil, "", nil, "HX-Request", "true"); a.status != http.StatusNoContent || a.header.Get("HX-Redirect") == "" {
		t.Errorf("htmx is not sent to sign in: %d %v", a.status, a.header)
	}
}

func TestPages_headers(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{"/", "/findings", "/login", "/nowhere", "/static/reeve.css", "/findings/suggest"} {
		a := h.get(path)
		csp := a.header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(csp+";", part) {
				t.Errorf("%s: the policy %q lacks %q", path, csp, part)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "http") {
			t.Errorf("%s: the policy %q allows too much", path, csp)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Referrer-Policy": "same-origin"} {
			if got := a.header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		for _, inline := range []string{"<style", "style=\"", "onclick=", "<script>"} {
			if strings.Contains(a.body, inline) && !strings.HasPrefix(path, "/static/") {
				t.Errorf("%s holds %s, which the policy refuses", path, inline)
			}
		}
		if keep := a.header.Get("Cache-Control"); !strings.HasPrefix(path, "/static/") && keep != "no-store" {
			t.Errorf("%s may be kept: %q", path, keep)
		}
	}
}

func TestPages_formsOfOtherSitesAreRefused(t *testing.T) {
	h := opened(t)
	id := h.ids("", "")[0]
	form := url.Values{"id": {fmt.Sprint(id)}, "state": {"acknowledged"}}
	a := h.request(http.MethodPost, "/findings/change", h.cookie, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()), "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example")
	if a.status != http.StatusForbidden {
		t.Errorf("a form of another site: %d, want 403", a.status)
	}
	if list := h.ids("state:open", ""); list[0] != id {
		t.Errorf("finding %d was changed by another site", id)
	}
	if a := h.get("/findings/change?id=" + fmt.Sprint(id) + "&state=acknowledged"); a.status != http.StatusNotFound && a.status != http.StatusMethodNotAllowed {
		t.Errorf("GET of what changes something: %d", a.status)
	}
}

func TestFindings_decisionsWithoutScripts(t *testing.T) {
	h := opened(t)
	id := h.ids("state:open", "")[0]
	number := fmt.Sprint(id)
	page := h.get("/findings/" + number)
	for _, part := range []string{"Why it ranks", "What happened", `value="acknowledged"`, `value="false-positive"`, `name="until"`} {
		if !strings.Contains(page.body, part) {
			t.Errorf("finding %d does not show %q", id, part)
		}
	}
	a := h.sent("/findings/change", "id", number, "state", "acknowledged", "back", "/findings/"+number)
	if to := a.header.Get("Location"); to != "/findings/"+number {
		t.Errorf("sent back to %q", to)
	}
	a = h.sent("/findings/change", "id", number, "team", "data", "assignee", "ada", "due", "2027-03-01", "why", "with the release", "back", "https://evil.example/")
	if to := a.header.Get("Location"); to != "/findings" {
		t.Errorf("sent to another site: %q", to)
	}
	f, err := h.desk.Finding(t.Context(), h.root, id)
	h.must(err)
	if f.State != "acknowledged" || f.Team != "data" || f.Assignee != "ada" || day(f.Due) != "2027-03-01" {
		t.Errorf("finding %d is %s of %q and %q, due %s", id, f.State, f.Team, f.Assignee, f.Due)
	}
	h.sent("/findings/change", "id", number, "team", "-", "assignee", "-", "state", "accepted", "why", "switched off in spring", "until", "2026-12-31")
	f, err = h.desk.Finding(t.Context(), h.root, id)
	h.must(err)
	if f.State != "accepted" || f.Team != "" || f.Assignee != "" || day(f.Expires) != "2026-12-31" {
		t.Errorf("finding %d is %s of %q and %q until %s", id, f.State, f.Team, f.Assignee, f.Expires)
	}
}

func TestFindings_clockIsPaused(t *testing.T) {
	h := opened(t)
	id := h.ids("state:open", "")[0]
	number := fmt.Sprint(id)
	h.sent("/findings/change", "id", number, "clock", "pause", "why", "the vendor has not answered", "until", "2026-09-30")
	if a := h.get("/findings/" + number); !strings.Contains(a.body, "the vendor has not answered") || !strings.Contains(a.body, "paused") {
		t.Errorf("the pause is not shown: %s", problemIn(a.body))
	}
	h.sent("/findings/change", "id", number, "clock", "resume")
	h.sent("/findings/change", "id", number, "clock", "review", "why", "still true")
	if a := h.send("/findings/change", url.Values{"id": {number}, "clock": {"pause"}}, h.cookie); a.status != 422 {
		t.Errorf("a pause without a reason: %d %s", a.status, problemIn(a.body))
	}
}

func TestFindings_refusedDecisionsSayWhy(t *testing.T) {
	h := opened(t)
	id := fmt.Sprint(h.ids("state:open", "")[0])
	for _, c := range []struct {
		form   url.Values
		status int
		says   string
	}{
		{url.Values{"id": {id}, "state": {"false-positive"}}, 422, "needs a reason"},
		{url.Values{"id": {id}, "state": {"accepted"}, "why": {"x"}}, 422, "needs an end"},
		{url.Values{"id": {id}, "state": {"verified"}}, 409, "nobody can say"},
		{url.Values{"id": {id}, "state": {"open"}}, 409, "cannot become open"},
		{url.Values{"id": {id}, "due": {"tomorrow"}}, 422, "want a day"},
		{url.Values{"id": {id}, "team": {"nobody-knows"}}, 422, "no team"},
		{url.Values{"id": {"x"}, "state": {"fixed"}}, 422, "want a number"},
		{url.Values{"id": {"999999"}, "state": {"fixed"}}, 404, "nothing here"},
		{url.Values{"all": {"yes"}, "q": {" "}, "state": {"fixed"}}, 422, "Say which findings are meant"},
		{url.Values{}, 422, "No finding is named"},
	} {
		a := h.send("/findings/change", c.form, h.cookie)
		if a.status != c.status || !strings.Contains(a.body, c.says) {
			t.Errorf("%v: %d %s, want %d with %q", c.form, a.status, problemIn(a.body), c.status, c.says)
		}
	}
	if n := len(h.ids("state:open", "")); n == 0 {
		t.Error("a refused decision changed something")
	}
}

func TestFindings_allOfAList(t *testing.T) {
	h := opened(t)
	want := len(h.ids("class:sast,sca,secret,iac state:open asset:data/exports", ""))
	h.sent("/findings/change", "all", "yes", "q", "state:open asset:data/exports", "state", "in-progress")
	if got := len(h.ids("state:in-progress", "")); got != want {
		t.Errorf("%d findings are in progress, want %d", got, want)
	}
}

func TestFindings_partsForScripts(t *testing.T) {
	h := opened(t)
	for path, part := range map[string]string{
		"/findings?q=state%3Aopen":              `<div id="findings"`,
		"/findings/suggest?q=sta":               "state:",
		"/findings/suggest?q=state%3Aopen+-le":  "-level:",
		"/findings/suggest?q=class%3A":          "class:",
		"/findings/suggest?q=due%3A":            "&lt;7d",
		"/findings/suggest?q=asset%3Adata&at=9": "data/exports",
	} {
		a := h.get(path, "HX-Request", "true")
		if a.status != 200 || !strings.Contains(a.body, part) || strings.Contains(a.body, "<html") {
			t.Errorf("%s: %d, want a part with %q: %s", path, a.status, part, clip(a.body, 300))
		}
	}
	if a := h.get("/findings?q=levl%3Ax"); a.status != 422 || !strings.Contains(a.body, "did you mean level?") || !strings.Contains(a.body, "What can be asked") {
		t.Errorf("a query that is none: %d %s", a.status, problemIn(a.body))
	}
	if a := h.get("/findings?q=state%3Aopen&order=nothing"); a.status != 422 {
		t.Errorf("an order that is none: %d", a.status)
	}
}

// nextPage notes the findings that a page lists, of which none may have been seen, and gives the address of the next part, "" at the end.
func nextPage(t *testing.T, body string, seen map[string]bool) string {
	t.Helper()
	for _, part := range strings.Split(body, `data-id="`)[1:] {
		id, _, _ := strings.Cut(part, `"`)
		if seen[id] {
			t.Fatalf("finding %s comes twice", id)
		}
		seen[id] = true
	}
	_, rest, _ := strings.Cut(body, `class="more"><a class="button" href="`)
	next, _, more := strings.Cut(rest, `"`)
	if !more {
		return ""
	}
	return strings.ReplaceAll(next, "&amp;", "&")
}

func TestFindings_moreGoesThroughAll(t *testing.T) {
	h := newHouse(t)
	h.furnish()
	seen := map[string]bool{}
	path := "/findings?q="
	for pages := 0; path != "" && pages < 50; pages++ {
		a := h.get(path, "HX-Request", map[bool]string{true: "false", false: "true"}[pages == 0])
		path = nextPage(t, a.body, seen)
	}
	list, err := h.desk.Findings(t.Context(), h.root, deskAsk())
	h.must(err)
	if len(seen) != list.Total {
		t.Errorf("all pages hold %d findings, want %d", len(seen), list.Total)
	}
}

func TestFindings_mergeAndSplit(t *testing.T) {
	h := newHouse(t)
	h.furnish()
	two := h.ids("asset:shop/checkout class:secret", "")
	url := findingURL(two[0])
	h.sent(url+"/merge", "other", fmt.Sprint(two[1]), "why", "one key, two files")
	f, err := h.desk.Finding(t.Context(), h.root, two[0])
	h.must(err)
	if len(f.Seen) < 2 {
		t.Fatalf("finding %d is seen %d times after the merge", two[0], len(f.Seen))
	}
	if a := h.get(url); !strings.Contains(a.body, "Split it off") {
		t.Error("a merged finding cannot be split on its page")
	}
	s := f.Seen[1]
	h.sent(url+"/split", "source", fmt.Sprint(s.Source), "n", fmt.Sprint(s.N), "why", "two keys after all")
	if f, err = h.desk.Finding(t.Context(), h.root, two[0]); err != nil || len(f.Seen) != 1 {
		t.Errorf("finding %d is seen %d times after the split: %v", two[0], len(f.Seen), err)
	}
}

// TestFindings_sayWhatStandardsSay looks at the page of a flaw that is exploited, and of one whose decision needs what nobody knows.
func TestFindings_sayWhatStandardsSay(t *testing.T) {
	h := newHouse(t)
	h.furnish()
	for query, parts := range map[string][]string{
		"flaw:CVE-2022-22965 asset:shop/checkout": {"What SSVC says: Act<", "mend it as soon as possible", "Mission and well-being", "<em>not known</em>", "What the world knows", "CISA has known it to be exploited", "Attack vector", "CVSS here"},
		"class:sca -exploit:active -exploit:poc":  {"What SSVC says: Track", " to ", "<b>Track", "Not known:"},
	} {
		page := h.get(findingURL(h.ids(query, "score")[0])).body
		for _, part := range parts {
			if !strings.Contains(page, part) {
				t.Errorf("%s: the page does not show %q", query, part)
			}
		}
	}
	if page := h.get(findingURL(h.ids("class:sast", "")[0])).body; strings.Contains(page, "SSVC") {
		t.Error("a fault in code has a decision of SSVC")
	}
}
