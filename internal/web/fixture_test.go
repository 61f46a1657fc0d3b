package web

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
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

// roll gives a number that depends on nothing but the texts.
func roll(parts ...any) int {
	f := fnv.New32a()
	_, _ = fmt.Fprint(f, parts...)
	return int(f.Sum32()>>4) & 0xffff
}

// present tells whether a tool finds something at a look: most come later, most are mended, the worst soonest, and a few come back.
func present(key, severity string, look int) bool {
	born, life := 0, 99
	mended, longest := 5, 4
	switch severity {
	case "critical":
		mended, longest = 7, 1
	case "high":
		mended, longest = 6, 2
	}
	if roll(key, "born")%8 > 1 {
		born = 1 + roll(key, "when")%8
	}
	if roll(key, "mended")%8 < mended {
		life = 1 + roll(key, "life")%longest
	}
	back := roll(key, "back")%13 == 0 && look >= born+life+2
	return look >= born && (look < born+life || back)
}

// reports are what the tools say about a place at a look.
func (p *place) reports(look int, at time.Time) []*finding.Result {
	asset := finding.Asset{Kind: p.kind, Name: p.name}
	tools := map[string]*finding.Result{}
	add := func(tool string, rule finding.Rule, f finding.Finding) {
		r := tools[tool]
		if r == nil {
			r = &finding.Result{Tool: finding.Tool{Name: tool, Version: "4.2.0"}, Assets: []finding.Asset{asset}, Rules: []finding.Rule{}, Findings: []finding.Finding{}}
			tools[tool] = r
		}
		if rule.ID == "" {
			return
		}
		if !slices.ContainsFunc(r.Rules, func(known finding.Rule) bool { return known.ID == rule.ID }) {
			r.Rules = append(r.Rules, rule)
		}
		f.Asset = asset
		f.Fingerprint = finding.Identify(nil, tool, asset.Name, rule.ID, f.Location.Path, f.Evidence, fmt.Sprint(f.Location.Logical))
		r.Findings = append(r.Findings, f)
	}
	for _, i := range p.flaws {
		for _, tool := range []string{"Trivy", "Grype"}[:1+i%2] {
			add(tool, finding.Rule{}, finding.Finding{})
			if present(p.name+flaws[i].id, flaws[i].severity, look) {
				add(tool, flaws[i].asRule(), flaws[i].finding(p))
			}
		}
	}
	for _, i := range p.faults {
		for n := range 2 * p.copies {
			add(faults[i].tool, finding.Rule{}, finding.Finding{})
			if present(fmt.Sprint(p.name, i, n), faults[i].severity, look) {
				add(faults[i].tool, faults[i].asRule(), faults[i].finding(p, n))
			}
		}
	}
	var out []*finding.Result
	for _, r := range tools {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b *finding.Result) int { return cmp.Compare(a.Tool.Name, b.Tool.Name) })
	return out
}

func severityOf(s string) finding.Severity {
	v, err := finding.ParseSeverity(s)
	if err != nil {
		panic(err)
	}
	return v
}

func (f *flaw) asRule() finding.Rule {
	return finding.Rule{ID: f.id, Engine: "sca", Title: f.title, Severity: severityOf(f.severity), Confidence: finding.Firm, Why: f.why,
		Fix: "Upgrade " + f.name + " to " + f.fixed + " or later.", References: []string{"https://nvd.nist.gov/vuln/detail/" + f.id}, CWE: []int{1395}}
}

func (f *flaw) finding(p *place) finding.Finding {
	out := finding.Finding{
		Rule: f.id, Engine: "sca", Severity: severityOf(f.severity), Confidence: finding.Firm,
		Message:   f.name + " " + f.version + " has the flaw.",
		Component: &finding.Component{PURL: f.purl, Ecosystem: f.ecosystem, Name: f.name, Version: f.version, Direct: true, Fixed: []string{f.fixed}, Project: "."},
		Threat:    &finding.Threat{CVSS: []string{f.vector}, Score: &f.score, EPSS: &finding.EPSS{Probability: f.epss, Percentile: min(.999, .6+f.epss/2.5), Date: "2026-11-23"}, Exploit: f.exploit},
		Location:  finding.Location{Path: lockOf(f.ecosystem), Region: finding.Region{StartLine: 20 + roll(f.id)%300}},
	}
	if f.kev {
		out.Threat.KEV = &finding.KEV{Added: "2023-10-10", Due: "2023-10-31", Ransomware: f.ransomware}
	}
	if p.kind == "image" {
		out.Location = finding.Location{Path: "var/lib/dpkg/status", Logical: []finding.Logical{{Kind: "layer", Name: "sha256:4f1c"}}}
		return out
	}
	out.Component.Why = []string{"app@1.0.0", f.name + "@" + f.version}
	switch roll(p.name, f.id) % 3 {
	case 0:
		at := finding.Location{Path: "src/server/main.ts", Region: finding.Region{StartLine: 41}, Snippet: "  app.post(\"/orders\", handle)"}
		in := finding.Location{Path: "src/orders/handle.ts", Region: finding.Region{StartLine: 88}, Snippet: "  merge(order, request.body)"}
		out.Reach = &finding.Reachability{State: finding.Reachable, Symbols: []string{f.symbol}}
		out.Flow = []finding.Step{{Location: at, Message: "A request comes in"}, {Location: in, Message: "handle gives it to " + f.name}, {Location: in, Message: cmp.Or(f.symbol, "The faulty code") + " is called"}}
		if p.internet == "open" {
			out.Exposure = &finding.Exposure{Internet: "open", Environment: p.environment, Workload: "Deployment shop/api", Path: []finding.Step{
				{Location: finding.Location{Path: "deploy/ingress.yaml", Region: finding.Region{StartLine: 12}}, Message: "Ingress shop takes https://shop.example/ from the internet"},
				{Location: finding.Location{Path: "deploy/service.yaml", Region: finding.Region{StartLine: 4}}, Message: "Service api hands it on"},
				{Location: finding.Location{Path: "deploy/api.yaml", Region: finding.Region{StartLine: 19}}, Message: "Deployment shop/api runs the image that is built from here"}}}
		}
	case 1:
		out.Reach = &finding.Reachability{State: finding.NotReachable, Because: "No code of the project imports " + f.name + " outside its tests."}
	}
	return out
}

func lockOf(ecosystem string) string {
	switch ecosystem {
	case "npm":
		return "package-lock.json"
	case "PyPI":
		return "requirements.txt"
	case "Go":
		return "go.mod"
	}
	return "pom.xml"
}

func (f *fault) asRule() finding.Rule {
	r := finding.Rule{ID: f.rule, Engine: f.class, Title: f.title, Severity: severityOf(f.severity), Confidence: finding.Firm, Why: f.why, Fix: f.fix}
	if f.cwe > 0 {
		r.CWE = []int{f.cwe}
	}
	return r
}

func (f *fault) finding(p *place, n int) finding.Finding {
	out := finding.Finding{Rule: f.rule, Engine: f.class, Severity: severityOf(f.severity), Confidence: finding.Firm, Message: f.message}
	line := 12 + roll(p.name, f.rule, n)%400
	switch {
	case strings.HasPrefix(f.path, "https://"):
		out.Location.Logical = []finding.Logical{{Kind: "url", Name: f.path + strings.Repeat("/step", n)}, {Kind: "method", Name: "GET"}}
	case strings.HasPrefix(f.path, "arn:"):
		out.Location.Logical = []finding.Logical{{Kind: "resource", Name: fmt.Sprintf("%s-%d", f.path, n)}}
	default:
		path := f.path
		if n > 0 {
			path = strings.Replace(path, "/", fmt.Sprintf("/part%d/", n), 1)
			if !strings.Contains(f.path, "/") {
				path = fmt.Sprintf("part%d/%s", n, path)
			}
		}
		out.Location = finding.Location{Path: path, Region: finding.Region{StartLine: line, EndLine: line, StartColumn: 1 + len(f.code) - len(strings.TrimLeft(f.code, " \t")), EndColumn: 1 + len([]rune(f.code))}, Snippet: f.code + "\n    return answer" + strings.Repeat(" ", n)}
	}
	if f.class == "secret" {
		out.Evidence, out.Secret = fmt.Sprintf("••••%04x", roll(p.name, f.rule, n)), finding.Conceal(fmt.Sprint(p.name, f.rule, n))
	}
	if f.class == "sast" && n%2 == 0 {
		out.Flow = []finding.Step{
			{Location: finding.Location{Path: out.Location.Path, Region: finding.Region{StartLine: line - 6}, Snippet: "def view(request):"}, Message: "A request comes in"},
			{Location: out.Location, Message: "It gets here unchecked"},
		}
	}
	return out
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

func findingURL(id int64) string { return fmt.Sprintf("/findings/%d", id) }
func assetURL(id int64) string   { return fmt.Sprintf("/assets/%d", id) }
func importURL(n int64) string   { return fmt.Sprintf("/imports/%d", n) }
func eventURL(n int64) string    { return fmt.Sprintf("/log/%d", n) }

func escape(s string) string { return url.QueryEscape(s) }
