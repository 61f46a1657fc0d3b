package web

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
)

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
		{"lead", lead, "/past", 200, "The register on"}, {"viewer", viewer, "/past", 200, "The register on"}, {"viewer", viewer, "/packages", 200, "Find a package"}, {"viewer", viewer, "/admin/hooks/1", 403, ""},
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
