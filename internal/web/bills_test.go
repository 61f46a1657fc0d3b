package web

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/finding"
)

// shop and bank are assets of these tests.
var (
	shop = finding.Asset{Kind: "repository", Name: "acme/shop"}
	bank = finding.Asset{Kind: "repository", Name: "acme/bank"}
)

// asset gives the id of an asset.
func (h *house) asset(a finding.Asset) int64 {
	h.t.Helper()
	list, err := h.desk.Assets(h.t.Context(), h.root, desk.AssetsAsk{Text: a.Name, Kind: a.Kind})
	h.must(err)
	if len(list.Items) != 1 {
		h.t.Fatalf("%d assets are called %s", len(list.Items), a.Name)
	}
	return list.Items[0].ID
}

// meet lets the bills meet an advisory about an npm package.
func (h *house) meet(flaw, name, fixed string) {
	h.t.Helper()
	r, err := advisory.ParseOSV(fmt.Appendf(nil, `{"id":%q,"modified":"2026-01-02T00:00:00Z","published":"2026-01-02T00:00:00Z","summary":"It does what it should not",
		"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
		"affected":[{"package":{"ecosystem":"npm","name":%q},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":%q}]}]}]}`, flaw, name, fixed))
	h.must(err)
	b := advisory.NewBuilder(nil)
	h.must(b.Add(r))
	path := filepath.Join(h.t.TempDir(), "world.db")
	_, err = b.Write(path, h.now)
	h.must(err)
	db, err := advisory.Open(path)
	h.must(err)
	h.t.Cleanup(func() { _ = db.Close() })
	_, err = h.desk.Meet(h.t.Context(), db, h.t.TempDir())
	h.must(err)
}

func TestBills_listSearchAndFlaws(t *testing.T) {
	h := newHouse(t)
	h.bringBill(shop, "main", "pkg:npm/left-pad@1.0.0", "pkg:npm/react@18.2.0", "pkg:pypi/django@4.2.11")
	h.bringBill(shop, "v2", "pkg:npm/react@19.0.0")
	h.meet("CVE-2026-1111", "left-pad", "1.3.0")
	defer func() { _ = h.desk.CloseBills() }()
	id := h.asset(shop)
	flawed := findingURL(h.ids("flaw:CVE-2026-1111", "")[0])

	page := h.get(assetURL(id)).body
	for _, part := range []string{"Bills of materials", `href="` + strings.ReplaceAll(billURL(id, "main"), "&", "&amp;") + `"`, "v2"} {
		if !strings.Contains(page, part) {
			t.Errorf("the asset's page does not show %q", part)
		}
	}
	for _, c := range []struct {
		path          string
		with, without []string
	}{
		{billURL(id, "main"), []string{"3 packages", "left-pad", "react", "django", "Apache-2.0", "direct", "which know 1 flaw", `href="` + flawed + `">CVE-2026-1111`}, []string{"19.0.0"}},
		{billURL(id, "v2"), []string{"1 package", "19.0.0"}, []string{"left-pad"}},
		{billURL(id, "main") + "&text=DJANGO", []string{"django"}, []string{"left-pad", ">react"}},
		{billURL(id, "main") + "&text=npm", []string{"left-pad", "react"}, []string{"django"}},
		{billURL(id, "main") + "&flawed=yes", []string{"left-pad"}, []string{"django", ">react"}},
		{billURL(id, "main") + "&text=django&flawed=yes", []string{"No package on it is all of that."}, []string{">django"}},
	} {
		a := h.get(c.path)
		if a.status != http.StatusOK {
			t.Errorf("%s: %d %s", c.path, a.status, problemIn(a.body))
		}
		for _, part := range c.with {
			if !strings.Contains(a.body, part) {
				t.Errorf("%s does not show %q: %s", c.path, part, problemIn(a.body))
			}
		}
		for _, part := range c.without {
			if strings.Contains(a.body, part) {
				t.Errorf("%s shows %q", c.path, part)
			}
		}
	}
	h.sent("/teams", "slug", "payments", "name", "Payments")
	world, err := h.reg.World(t.Context())
	h.must(err)
	lead := h.hire("lead", access.Grant{Role: access.Lead, Team: world.ID("team", "payments")})
	if a := h.request(http.MethodGet, billURL(id, "main"), lead, "", nil); a.status != http.StatusNotFound {
		t.Errorf("a bill of nobody's is shown to a team: %d", a.status)
	}
	for path, want := range map[string]int{billURL(id, "v3"): 404, "/assets/999/packages?ref=main": 404, "/assets/x/packages": 404, billURL(id, "main") + "&after=%21": 422} {
		if a := h.get(path); a.status != want {
			t.Errorf("%s: %d, want %d", path, a.status, want)
		}
	}
}

// TestBills_pagesGoThroughAll makes a bill of more than one request searches, and goes through it as people do.
func TestBills_pagesGoThroughAll(t *testing.T) {
	h := newHouse(t)
	var purls []string
	for i := range searchSteps*desk.MaxPage + 300 {
		purls = append(purls, fmt.Sprintf("pkg:npm/p%06d@1.0.%d", i, i%2))
	}
	h.bringBill(shop, "main", purls...)
	id := h.asset(shop)
	follow := func(path string) (rows, pages int) {
		for path != "" {
			a := h.get(path)
			if a.status != http.StatusOK {
				t.Fatalf("%s: %d %s", path, a.status, problemIn(a.body))
			}
			rows += strings.Count(a.body, "<tr>") - 1
			pages++
			_, rest, _ := strings.Cut(a.body, `class="more"><a class="button" href="`)
			next, _, more := strings.Cut(rest, `"`)
			if path = ""; more {
				path = strings.ReplaceAll(next, "&amp;", "&")
			}
			if pages == 3 && rows == 3*packagesShown {
				break // the whole list goes on like this
			}
		}
		return rows, pages
	}
	if rows, pages := follow(billURL(id, "main")); rows != 3*packagesShown || pages != 3 {
		t.Errorf("three pages of the list hold %d packages on %d pages", rows, pages)
	}
	last := fmt.Sprintf("p%06d", len(purls)-1)
	if a := h.get(billURL(id, "main") + "&text=" + last); !strings.Contains(a.body, "None of these; search on.") || !strings.Contains(a.body, ">Search on<") {
		t.Errorf("a search that ends early does not say so: %s", problemIn(a.body))
	}
	a := h.get(billURL(id, "main") + "&text=" + last)
	_, rest, _ := strings.Cut(a.body, `class="more"><a class="button" href="`)
	next, _, _ := strings.Cut(rest, `"`)
	if a := h.get(strings.ReplaceAll(next, "&amp;", "&")); !strings.Contains(a.body, ">"+last+"<") || strings.Contains(a.body, ">Search on<") {
		t.Errorf("the search does not find %s where it goes on: %s", last, problemIn(a.body))
	}
}

func TestHolders_whoHasIt(t *testing.T) {
	h := newHouse(t)
	h.openBills()
	h.sent("/teams", "slug", "payments", "name", "Payments")
	h.bringBill(shop, "main", "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1", "pkg:npm/react@18.2.0")
	h.bringBill(bank, "main", "pkg:maven/org.apache.logging.log4j/log4j-core@2.17.1")
	h.bring(placesOfFixture[1].reports(0, h.now)[0])
	h.sent(assetURL(h.asset(bank)), "team", "payments")
	world, err := h.reg.World(t.Context())
	h.must(err)
	lead := h.hire("lead", access.Grant{Role: access.Lead, Team: world.ID("team", "payments")})
	log4j := "org.apache.logging.log4j:log4j-core"
	for _, c := range []struct {
		as            *http.Cookie
		query         string
		status        int
		with, without []string
	}{
		{h.cookie, "", 200, []string{"Find a package"}, []string{"Nobody holds"}},
		{h.cookie, log4j, 200, []string{"2 assets", "acme/shop", "acme/bank", log4j + "@2.14.1", "By version"}, []string{"Nothing is called"}},
		{h.cookie, "pkg:maven/org.apache.logging.log4j/log4j-core@2.17.1", 200, []string{"1 asset", "acme/bank"}, []string{"acme/shop"}},
		{h.cookie, log4j + "@2.14.1", 200, []string{"1 asset", "acme/shop"}, []string{"acme/bank"}},
		{h.cookie, "react", 200, []string{"acme/shop"}, []string{"acme/bank"}},
		{h.cookie, "no-such-package", 200, []string{"Nobody holds no-such-package."}, []string{"acme/"}},
		{h.cookie, "a\x00b", 422, []string{`role="alert"`}, nil},
		{lead, log4j, 200, []string{"1 asset", "acme/bank"}, []string{"acme/shop"}},
	} {
		a := h.request(http.MethodGet, holdersURL(c.query), c.as, "", nil)
		if a.status != c.status {
			t.Errorf("%q: %d, want %d: %s", c.query, a.status, c.status, problemIn(a.body))
		}
		for _, part := range c.with {
			if !strings.Contains(a.body, part) {
				t.Errorf("%q does not show %q: %s", c.query, part, problemIn(a.body))
			}
		}
		for _, part := range c.without {
			if strings.Contains(a.body, part) {
				t.Errorf("%q shows %q", c.query, part)
			}
		}
	}
}

// TestHolders_shortNamesAndFlaws asks as people do when a flaw is in the news.
func TestHolders_shortNamesAndFlaws(t *testing.T) {
	h := newHouse(t)
	h.furnish()
	for query, parts := range map[string][]string{
		"log4j-cor":         {"Nothing is called just log4j-cor", "org.apache.logging.log4j:log4j-core@2.14.1", ">shop/checkout<", ">CVE-2021-44228</a>"},
		"log4j-core":        {"org.apache.logging.log4j:log4j-core@2.14.1", ">shop/checkout<", ">CVE-2021-44228</a>"},
		"LOG4J-core@2.14.1": {"org.apache.logging.log4j:log4j-core@2.14.1", ">shop/checkout<"},
		"CVE-2021-44228":    {">shop/checkout<", "org.apache.logging.log4j:log4j-core@2.14.1"},
	} {
		a := h.get(holdersURL(query))
		for _, part := range parts {
			if !strings.Contains(a.body, part) {
				t.Errorf("%q does not show %q: %s", query, part, problemIn(a.body))
			}
		}
	}
}

func TestHolders_withoutAnIndexSaysSo(t *testing.T) {
	h := newHouse(t)
	if a := h.get(holdersURL("react")); a.status != http.StatusConflict || !strings.Contains(a.body, `role="alert"`) || !strings.Contains(a.body, "index of bills") {
		t.Errorf("%d %s", a.status, problemIn(a.body))
	}
}
