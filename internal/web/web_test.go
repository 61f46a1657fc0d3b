package web

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
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

func TestFindings_moreGoesThroughAll(t *testing.T) {
	h := newHouse(t)
	h.furnish()
	seen := map[string]bool{}
	path := "/findings?q="
	for pages := 0; path != "" && pages < 50; pages++ {
		a := h.get(path, "HX-Request", map[bool]string{true: "false", false: "true"}[pages == 0])
		for _, part := range strings.Split(a.body, `data-id="`)[1:] {
			id, _, _ := strings.Cut(part, `"`)
			if seen[id] {
				t.Fatalf("finding %s comes twice", id)
			}
			seen[id] = true
		}
		_, rest, _ := strings.Cut(a.body, `class="more"><a class="button" href="`)
		next, _, more := strings.Cut(rest, `"`)
		if path = ""; more {
			path = strings.ReplaceAll(next, "&amp;", "&")
		}
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

func TestViews_areSavedAndRemoved(t *testing.T) {
	h := opened(t)
	h.sent("/views", "name", "My critical ones", "q", "state:open level:critical", "order", "due", "shared", "yes")
	path := "/findings?order=due&q=state%3Aopen+level%3Acritical"
	a := h.get(path)
	if !strings.Contains(a.body, "My critical ones") {
		t.Fatalf("the view is not shown: %s", problemIn(a.body))
	}
	_, rest, _ := strings.Cut(a.body, `action="/views/`)
	id, _, _ := strings.Cut(rest, "/drop")
	h.sent("/views/"+id+"/drop", "back", "/findings")
	if a := h.get(path); strings.Contains(a.body, "My critical ones") {
		t.Error("the view is still there")
	}
}

func TestAssets_contextIsSaved(t *testing.T) {
	h := opened(t)
	list, err := h.desk.Assets(t.Context(), h.root, desk.AssetsAsk{})
	h.must(err)
	id := list.Items[0].ID
	h.sent(assetURL(id), "team", "data", "criticality", "high", "internet", "open", "environment", "production", "data", "health", "data", "personal", "tags", "eu, pci", "uses", fmt.Sprint(list.Items[1].ID))
	a, err := h.desk.Asset(t.Context(), h.root, id)
	h.must(err)
	if a.Team != "data" || a.Criticality != "high" || a.Context.Internet != "open" || len(a.Context.Data) != 2 || len(a.Tags) != 2 || len(a.Uses) != 1 {
		t.Errorf("the asset is %+v", a)
	}
	page := h.get(assetURL(id))
	for _, part := range []string{"What exposes what", `value="personal" checked`, "Internet"} {
		if !strings.Contains(page.body, part) {
			t.Errorf("the page does not show %q", part)
		}
	}
}

func TestImports_reportIsBroughtIn(t *testing.T) {
	h := newHouse(t)
	upload := func(report string, fields ...string) answer {
		var b bytes.Buffer
		form := multipart.NewWriter(&b)
		for i := 0; i+1 < len(fields); i += 2 {
			h.must(form.WriteField(fields[i], fields[i+1]))
		}
		if report != "" {
			part, err := form.CreateFormFile("report", "report.json")
			h.must(err)
			_, err = io.WriteString(part, report)
			h.must(err)
		}
		h.must(form.Close())
		return h.request(http.MethodPost, "/imports", h.cookie, form.FormDataContentType(), &b)
	}
	const report = `{"schema":"reeve-import/1","findings":[{"rule":"r1","title":"A fault","severity":"high","path":"a.go","line":3}]}`
	a := upload(report, "kind", "repository", "name", "acme/shop", "ref", "main", "format", "auto")
	to := a.header.Get("Location")
	if a.status != http.StatusSeeOther || !strings.HasPrefix(to, "/imports/") {
		t.Fatalf("%d to %q: %s", a.status, to, problemIn(a.body))
	}
	if page := h.get(to); !strings.Contains(page.body, "repository:acme/shop") {
		t.Errorf("the import's page: %d %s", page.status, problemIn(page.body))
	}
	if h.ids("", "")[0] == 0 {
		t.Error("nothing was imported")
	}
	for _, c := range []struct{ report, says string }{
		{"", "Choose a report"}, {report[:40], "nothing of it was taken"}, {`{"x":1}`, "nothing of it was taken"},
		{`{"schema":"reeve-import/1","findings":[{"rule":"r1","severity":"awful","path":"a"}]}`, "want one of"},
	} {
		if a := upload(c.report, "kind", "repository", "name", "acme/shop"); a.status != 422 || !strings.Contains(a.body, c.says) {
			t.Errorf("%.30q: %d %s, want 422 with %q", c.report, a.status, problemIn(a.body), c.says)
		}
	}
	if a := upload(report); a.status < 400 || a.status > 499 {
		t.Errorf("a report about nothing: %d %s", a.status, problemIn(a.body))
	}
}

func TestAdmin_peoplePoliciesTrustTokens(t *testing.T) {
	h := opened(t)
	a := h.send("/admin/people", url.Values{"login": {"bo"}, "name": {"Bo"}, "roles": {"lead@payments viewer"}, "invite": {"yes"}}, h.cookie)
	_, rest, ok := strings.Cut(a.body, h.url+"/first?link=")
	link, _, _ := strings.Cut(rest, `"`)
	if a.status != 200 || !ok {
		t.Fatalf("no invitation: %d %s", a.status, problemIn(a.body))
	}
	if a := h.request(http.MethodGet, "/first?link="+link, nil, "", nil); !strings.Contains(a.body, "You sign in as <b>bo</b>") {
		t.Errorf("the invitation's page: %s", problemIn(a.body))
	}
	bo := h.enter("/first?link="+link, "", "")
	list, err := h.desk.People(t.Context(), h.root)
	h.must(err)
	id := fmt.Sprint(list[1].ID)
	if got := len(list[1].Grants); got != 2 {
		t.Errorf("bo has %d grants, want 2", got)
	}
	h.sent("/admin/people/"+id, "roles", "developer@data")
	h.sent("/admin/people/"+id, "disabled", "yes")
	if a := h.request(http.MethodGet, "/findings", bo, "", nil); a.status != http.StatusSeeOther {
		t.Errorf("somebody who is kept out gets in: %d", a.status)
	}
	for _, roles := range []string{"emperor", "lead@nowhere", "admin@payments"} {
		if a := h.send("/admin/people/"+id, url.Values{"roles": {roles}}, h.cookie); a.status != 422 {
			t.Errorf("roles %q: %d", roles, a.status)
		}
	}

	page := h.get("/admin/policies")
	_, rest, _ = strings.Cut(page.body, "<textarea")
	_, rest, _ = strings.Cut(rest, ">")
	text, _, _ := strings.Cut(rest, "</textarea>")
	h.sent("/admin/policies", "name", "default", "text", strings.ReplaceAll(text, "fix: 30 days", "fix: 20 days")) // what is shown can be saved
	if p, err := h.desk.Policy(t.Context(), h.root, "default"); err != nil || p.ID == 0 {
		t.Errorf("the policy was not saved: %v", err)
	}

	h.sent("/admin/trust", "title", "acme", "issuer", "https://issuer.example", "audience", "reeve", "claims", "repository = acme/*\nref = refs/heads/main\n", "asset", "repository:{repository}")
	if a := h.get("/admin/trust"); !strings.Contains(a.body, "acme/*") {
		t.Errorf("the rule is not shown: %s", problemIn(a.body))
	}

	a = h.send("/tokens", url.Values{"title": {"pipeline"}, "only": {"import"}, "asset": {"repository:acme/shop"}, "days": {"30"}}, h.cookie)
	if !strings.Contains(a.body, "Your new token") {
		t.Fatalf("no token: %d %s", a.status, problemIn(a.body))
	}
	tokens, err := h.desk.Tokens(t.Context(), h.root, 0)
	h.must(err)
	if a := h.get("/profile"); strings.Contains(a.body, "Your new token") || !strings.Contains(a.body, "pipeline") {
		t.Error("the token is shown twice, or not listed")
	}
	h.sent(fmt.Sprintf("/tokens/%d/revoke", tokens[0].ID), "back", "/profile")
	h.sent("/profile", "name", "Ada P.")
	if a := h.get("/profile"); !strings.Contains(a.body, "Ada P.") {
		t.Error("the name was not saved")
	}
}

func TestPages_rolesSeeWhatTheyMay(t *testing.T) {
	h := opened(t)
	w, err := h.reg.World(t.Context())
	h.must(err)
	payments := w.ID("team", "payments")
	list, err := h.desk.Assets(t.Context(), h.root, desk.AssetsAsk{Text: "checkout"})
	h.must(err)
	h.sent(assetURL(list.Items[0].ID), "team", "payments")
	mine, other := h.ids("team:payments", "")[0], h.ids("team:none", "")[0]
	lead := h.hire("lead", access.Grant{Role: access.Lead, Team: payments})
	viewer := h.hire("viewer", access.Grant{Role: access.Viewer})
	auditor := h.hire("auditor", access.Grant{Role: access.Auditor})
	for _, c := range []struct {
		who    string
		as     *http.Cookie
		path   string
		status int
		with   string
	}{
		{"lead", lead, findingURL(mine), 200, "False positive"}, {"lead", lead, findingURL(other), 404, "nothing here"},
		{"lead", lead, "/log", 403, "It takes the role"}, {"lead", lead, "/admin", 403, "It takes the role"}, {"lead", lead, "/", 200, "Overview"},
		{"viewer", viewer, findingURL(other), 200, "Why it ranks"}, {"viewer", viewer, "/log/1", 403, ""}, {"viewer", viewer, "/admin/tokens", 403, ""}, {"viewer", viewer, "/admin/hooks", 403, ""},
		{"auditor", auditor, "/log", 200, "signed"}, {"auditor", auditor, "/admin", 200, "People"}, {"auditor", auditor, "/log/export", 200, `"seal"`},
	} {
		a := h.request(http.MethodGet, c.path, c.as, "", nil)
		if a.status != c.status || !strings.Contains(a.body, c.with) {
			t.Errorf("%s opens %s: %d %s, want %d with %q", c.who, c.path, a.status, problemIn(a.body), c.status, c.with)
		}
	}
	for _, as := range []*http.Cookie{viewer, auditor} {
		if a := h.request(http.MethodGet, findingURL(other), as, "", nil); strings.Contains(a.body, `action="/findings/change"`) {
			t.Error("somebody who may only read is offered a form")
		}
		if a := h.send("/findings/change", url.Values{"id": {fmt.Sprint(other)}, "state": {"fixed"}}, as); a.status != 403 {
			t.Errorf("somebody who may only read changes a finding: %d", a.status)
		}
	}
	if a := h.send("/findings/change", url.Values{"id": {fmt.Sprint(other)}, "state": {"fixed"}}, lead); a.status != 404 {
		t.Errorf("a lead changes another team's finding: %d", a.status)
	}
}
