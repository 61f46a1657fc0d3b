package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/ingest"
	"github.com/reevehq/reeve/internal/people"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

// house is a register with the pages before it, and an admin who is signed in.
type house struct {
	t    testing.TB
	now  time.Time
	db   *store.DB
	reg  *register.Register
	desk *desk.Desk
	keys *people.Keeper
	// url is where the pages are; root is the admin, who signed in by the first link, and cookie the session.
	url    string
	root   access.Principal
	cookie *http.Cookie
}

// password is everybody's in tests.
const password = "four words and a number 9"

// newHouse makes an empty register, serves its pages and lets the first admin in.
func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, now: time.Date(2026, 8, 24, 9, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return h.now }
	var err error
	h.db, err = store.Open(t.Context(), storetest.SQLite(t))
	h.must(err)
	t.Cleanup(func() { _ = h.db.Close() })
	h.reg, err = register.New(t.Context(), h.db, register.Options{Now: clock, TempDir: t.TempDir()})
	h.must(err)
	h.desk = desk.New(h.reg, clock)
	server := httptest.NewUnstartedServer(nil)
	h.url = "http://" + server.Listener.Addr().String()
	h.keys, err = people.New(t.Context(), people.Options{Desk: h.desk, BaseURL: h.url})
	h.must(err)
	mux := http.NewServeMux()
	mux.Handle("/auth/", h.keys.Handler())
	mux.Handle("/", New(h.desk, h.keys, Options{Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})), Version: "1.4.0"}))
	server.Config.Handler = http.NewCrossOriginProtection().Handler(mux)
	server.Start()
	t.Cleanup(server.Close)
	link, err := h.keys.FirstLink(t.Context())
	h.must(err)
	h.cookie = h.enter(link, "ada", "Ada Park")
	list, err := h.desk.People(t.Context(), access.Principal{Grants: []access.Grant{{Role: access.Admin}}})
	h.must(err)
	h.root = list[0].Principal()
	return h
}

// enter sets a password by a link and gives the session.
func (h *house) enter(link, login, name string) *http.Cookie {
	h.t.Helper()
	u, err := url.Parse(link)
	h.must(err)
	return h.session("/auth/first", url.Values{"link": {u.Query().Get("link")}, "login": {login}, "name": {name}, "password": {password}})
}

// signIn gives a new session of somebody.
func (h *house) signIn(login string) *http.Cookie {
	h.t.Helper()
	return h.session("/auth/login", url.Values{"login": {login}, "password": {password}})
}

func (h *house) session(path string, form url.Values) *http.Cookie {
	h.t.Helper()
	stay := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := stay.PostForm(h.url+path, form)
	h.must(err)
	_ = answer.Body.Close()
	for _, c := range answer.Cookies() {
		if c.Name == "reeve" {
			return c
		}
	}
	h.t.Fatalf("%s let nobody in: %s, to %s", path, answer.Status, answer.Header.Get("Location"))
	return nil
}

// hire adds somebody with roles and gives their session.
func (h *house) hire(login string, grants ...access.Grant) *http.Cookie {
	h.t.Helper()
	id, err := h.desk.AddPerson(h.t.Context(), h.root, desk.Person{Login: login, Grants: grants})
	h.must(err)
	link, err := h.keys.Invite(h.t.Context(), h.root, id)
	h.must(err)
	return h.enter(link, "", "")
}

// must stops a test.
func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// bring imports a result as a tool's report.
func (h *house) bring(r *finding.Result) register.Receipt {
	h.t.Helper()
	r.Schema, r.Engines = finding.SchemaV1, nil
	for _, class := range ingest.Classes() { // what is absent of a class that was looked at is gone
		r.Engines = append(r.Engines, finding.EngineStatus{Name: class, State: "ok"})
	}
	text, err := json.Marshal(r)
	h.must(err)
	receipt, err := h.desk.Import(h.t.Context(), h.root, register.Import{Name: "report.json", Format: "auto", Asset: r.Assets[0], Tool: r.Tool.Name, Ref: "main"}, bytes.NewReader(text))
	h.must(err)
	return receipt
}

// openBills opens the index of bills of materials, as the server's jobs do.
func (h *house) openBills() {
	h.t.Helper()
	h.must(h.desk.OpenBills(h.t.Context(), h.t.TempDir()))
	h.t.Cleanup(func() { _ = h.desk.CloseBills() })
}

// component is a component of a CycloneDX document.
type component struct {
	Type     string           `json:"type"`
	Ref      string           `json:"bom-ref"`
	Name     string           `json:"name"`
	Version  string           `json:"version,omitempty"`
	PURL     string           `json:"purl,omitempty"`
	Licences []map[string]any `json:"licenses"`
}

func componentOf(ref, name, version, purl, licence string) component {
	return component{"library", ref, name, version, purl, []map[string]any{{"license": map[string]string{"name": licence}}}}
}

// bringBill imports a bill of packages by their URLs.
func (h *house) bringBill(asset finding.Asset, ref string, purls ...string) {
	h.t.Helper()
	var list []component
	for _, purl := range purls {
		name, version, _ := strings.Cut(purl[strings.LastIndexByte(purl, '/')+1:], "@")
		list = append(list, componentOf(purl, name, version, purl, "Apache-2.0"))
	}
	if len(list) > 0 {
		h.bringComponents(asset, ref, list)
	}
}

// bringComponents imports a CycloneDX document. The asset itself asks for the first component.
func (h *house) bringComponents(asset finding.Asset, ref string, list []component) {
	h.t.Helper()
	text, err := json.Marshal(map[string]any{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": list,
		"metadata":     map[string]any{"component": map[string]any{"type": "application", "bom-ref": "app", "name": asset.Name}},
		"dependencies": []map[string]any{{"ref": "app", "dependsOn": []string{list[0].Ref}}}})
	h.must(err)
	_, err = h.desk.Import(h.t.Context(), h.root, register.Import{Name: "bom.json", Format: "auto", Asset: asset, Ref: ref}, bytes.NewReader(text))
	h.must(err)
	h.now = h.now.Add(time.Second)
}

// furnish fills a register with what a shop of four teams would have in it after three months.
func (h *house) furnish() {
	end := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	for slug, name := range map[string]string{"payments": "Payments", "storefront": "Storefront", "platform": "Platform", "data": "Data"} {
		_, err := h.desk.SetTeam(h.t.Context(), h.root, slug, desk.TeamChange{Name: name, Aliases: []string{"@shop/" + slug}, Contact: []string{slug + "@shop.example"}})
		h.must(err)
	}
	for look, days := range []int{92, 70, 49, 35, 21, 14, 7, 3, 0} {
		h.now = end.AddDate(0, 0, -days)
		for i := range placesOfFixture {
			p := &placesOfFixture[i]
			for _, r := range p.reports(look, h.now) {
				h.bring(r)
				h.now = h.now.Add(17 * time.Second)
			}
			if look == 0 {
				h.settle(p)
			}
		}
		h.decide(look)
	}
	h.openBills()
	for i := range placesOfFixture {
		h.bringBill(finding.Asset{Kind: placesOfFixture[i].kind, Name: placesOfFixture[i].name}, "main", placesOfFixture[i].packages()...)
	}
	h.now = end.Add(90 * time.Minute)
	h.cookie = h.signIn("ada") // the first session has expired meanwhile
	for _, query := range []string{"state:verified", "regression:yes", "overdue:yes", "state:accepted", "reach:reachable internet:open"} {
		h.ids(query, "") // a house without them would show half of the pages only
	}
}

// settle says what is known about an asset.
func (h *house) settle(p *place) {
	list, err := h.desk.Assets(h.t.Context(), h.root, desk.AssetsAsk{Text: p.name, Kind: p.kind})
	h.must(err)
	var uses []int64
	if p.kind == "image" {
		source, err := h.desk.Assets(h.t.Context(), h.root, desk.AssetsAsk{Text: strings.Split(strings.TrimPrefix(p.name, "registry.example/"), ":")[0], Kind: "repository"})
		h.must(err)
		for _, a := range source.Items {
			uses = append(uses, a.ID)
		}
	}
	c := desk.AssetChange{Criticality: &p.criticality, Uses: &uses, Context: &finding.Exposure{Internet: p.internet, Environment: p.environment, Data: p.data, Running: "yes"}}
	if p.team != "" {
		c.Team = &p.team
	}
	_, err = h.desk.SetAsset(h.t.Context(), h.root, list.Items[0].ID, c)
	h.must(err)
}

// decide does what people would do after a look.
func (h *house) decide(look int) {
	list, err := h.desk.Findings(h.t.Context(), h.root, desk.Ask{Query: "state:open", Limit: 500})
	h.must(err)
	for i, row := range list.Items {
		c := register.Change{Findings: []int64{row.ID}}
		switch {
		case (i+3*look)%17 == 3:
			c.State = register.Acknowledged
		case (i+look)%7 == 5:
			c.State, c.Why, c.Due = register.InProgress, "a change is under review", h.now.AddDate(0, 0, 9+i%20)
		case (i+look)%29 == 7 && row.Level != "critical":
			c.State, c.Why = register.FalsePositive, "the value is a constant of the test suite"
		case (i+look)%41 == 11:
			c.State, c.Why, c.Until = register.Accepted, "the system is switched off in spring", h.now.AddDate(0, 4, 0)
		default:
			continue
		}
		h.now = h.now.Add(time.Minute)
		_, err := h.desk.Change(h.t.Context(), h.root, "", c)
		h.must(err)
	}
}

// ids are the findings of a query, in an order.
func (h *house) ids(query, order string) []int64 {
	h.t.Helper()
	list, err := h.desk.Findings(h.t.Context(), h.root, desk.Ask{Query: query, Order: order})
	h.must(err)
	if len(list.Items) == 0 {
		h.t.Fatalf("no finding is %s", query)
	}
	var out []int64
	for _, row := range list.Items {
		out = append(out, row.ID)
	}
	return out
}

// lastImport is the number of the import that came last.
func (h *house) lastImport() int64 {
	h.t.Helper()
	list, err := h.desk.Imports(h.t.Context(), h.root, desk.Slice{Limit: 1})
	h.must(err)
	return list.Items[0].Event
}

func deskAsk() desk.Ask { return desk.Ask{Limit: 1} }

func assetURL(id int64) string { return fmt.Sprintf("/assets/%d", id) }
func importURL(n int64) string { return fmt.Sprintf("/imports/%d", n) }
func eventURL(n int64) string  { return fmt.Sprintf("/log/%d", n) }

func escape(s string) string { return url.QueryEscape(s) }
