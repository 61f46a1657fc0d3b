package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
)

// case of an operation: how it is asked about something of a team, and what the access table says to that.
type expectation struct {
	// path fills the address, body is what is sent.
	path, body func(f *fixture, team string) string
	// want is the table's answer; o is what the operation is about.
	want func(p access.Principal, o access.Object) error
}

// fixture is what the operations are about.
type fixture struct {
	*bench
	n    int
	kept int64
}

func fixed(text string) func(*fixture, string) string {
	return func(*fixture, string) string { return text }
}

// can is a right that is about no object, check one on the object, either any of several.
func can(actions ...access.Action) func(access.Principal, access.Object) error {
	return func(p access.Principal, _ access.Object) error { return anyCan(p, actions...) }
}

func anyCan(p access.Principal, actions ...access.Action) error {
	for _, a := range actions {
		if p.Can(a) == nil {
			return nil
		}
	}
	return access.ErrDenied
}

func check(a access.Action) func(access.Principal, access.Object) error {
	return func(p access.Principal, o access.Object) error { return p.Check(a, o) }
}

// besides asks about the team's other asset.
func besides(a access.Action) func(access.Principal, access.Object) error {
	return func(p access.Principal, o access.Object) error {
		o.Asset += "-too"
		return p.Check(a, o)
	}
}

// first asks one thing after the other.
func first(all ...func(access.Principal, access.Object) error) func(access.Principal, access.Object) error {
	return func(p access.Principal, o access.Object) error {
		for _, one := range all {
			if err := one(p, o); err != nil {
				return err
			}
		}
		return nil
	}
}

// only tells all others that there is nothing.
func only(actions ...access.Action) func(access.Principal, access.Object) error {
	return func(p access.Principal, _ access.Object) error {
		if anyCan(p, actions...) != nil {
			return access.ErrHidden
		}
		return nil
	}
}

func everybody(access.Principal, access.Object) error { return nil }
func hiddenFromAll(access.Principal, access.Object) error {
	return access.ErrHidden
}

// importing is the right to bring in a report: a token for one asset brings in what is about that, whatever is asked.
func importing(p access.Principal, o access.Object) error {
	if p.Can(access.Import) != nil {
		return access.ErrDenied
	}
	if p.Asset != "" || p.Check(access.Import, access.Object{}) == nil {
		return nil
	}
	return p.Check(access.Import, o)
}

// seeing an import takes the log's right, or its assets'.
func seeing(p access.Principal, o access.Object) error {
	if err := anyCan(p, access.Inspect, access.Read, access.Import); err != nil {
		return err
	}
	if p.Can(access.Inspect) != nil && p.Check(access.Read, o) != nil {
		return access.ErrHidden
	}
	return nil
}

func finds(address string) func(*fixture, string) string {
	return func(f *fixture, team string) string { return fmt.Sprintf(address, f.finding(team, 0)) }
}

func ofAsset(address string) func(*fixture, string) string {
	return func(f *fixture, team string) string { return fmt.Sprintf(address, f.assets[team]) }
}

func ofTeam(address string) func(*fixture, string) string {
	return func(_ *fixture, team string) string { return fmt.Sprintf(address, team) }
}

// expectations has a line for every operation of the document: a new one without a line fails the test.
func expectations() map[string]expectation {
	person, view, token, rule := filled((*fixture).person), filled((*fixture).view), filled((*fixture).token), filled((*fixture).rule)
	hook := filled((*fixture).hook)
	return map[string]expectation{
		"listFindings":   {fixed("/findings"), nil, can(access.Read)},
		"listFacets":     {fixed("/findings/facets?fields=level,team"), nil, can(access.Read)},
		"countFindings":  {fixed("/findings/counts?by=level"), nil, can(access.Read)},
		"suggestValues":  {fixed("/findings/suggest?field=team&text=o"), nil, can(access.Read)},
		"getFinding":     {finds("/findings/%d"), nil, check(access.Read)},
		"changeFinding":  {finds("/findings/%d"), fixed(`{"why":"seen"}`), first(can(access.Triage), check(access.Triage))},
		"changeFindings": {fixed("/findings"), finds(`{"findings":[%d],"why":"seen"}`), first(can(access.Triage), check(access.Triage))},
		"mergeFindings": {finds("/findings/%d/merge"), func(f *fixture, team string) string { // it is another asset's, so it is a conflict for who may
			return fmt.Sprintf(`{"others":[%d],"why":"alike"}`, f.finding(team+"-too", 0))
		}, first(can(access.Read), check(access.Decide), besides(access.Decide))},
		"splitFinding": {finds("/findings/%d/split"), (*fixture).sighting, first(can(access.Read), check(access.Decide))},

		"importReport": {ofTeam("/imports?asset=repository:%s"), fixed(report("app.py", "db.py")), importing},
		"listImports":  {fixed("/imports"), nil, can(access.Inspect, access.Read, access.Import)},
		"getImport":    {(*fixture).imported, nil, seeing},
		"listFormats":  {fixed("/formats"), nil, everybody},

		"listAssets":  {fixed("/assets"), nil, can(access.Read)},
		"addAsset":    {fixed("/assets"), (*fixture).newName, can(access.Organise)},
		"getAsset":    {ofAsset("/assets/%d"), nil, check(access.Read)},
		"changeAsset": {ofAsset("/assets/%d"), fixed(`{"criticality":"high"}`), check(access.Configure)},

		"listTeams":    {fixed("/teams"), nil, can(access.Read)},
		"getTeam":      {ofTeam("/teams/%s"), nil, can(access.Read)},
		"setTeam":      {ofTeam("/teams/%s"), fixed(`{"name":"Team"}`), can(access.Organise)},
		"dropTeam":     {ofTeam("/teams/%s"), nil, can(access.Organise)}, // it owns something, so it is a conflict for who may
		"listPolicies": {fixed("/policies"), nil, can(access.Read)},
		"getPolicy":    {fixed("/policies/default"), nil, can(access.Read)},
		"setPolicy":    {fixed("/policies/strict"), fixed(policyText), can(access.Organise)},
		"dropPolicy":   {fixed("/policies/default"), nil, can(access.Organise)}, // it is built in, so it is a conflict for who may

		"listViews": {fixed("/views"), nil, can(access.Read)},
		"addView":   {fixed("/views"), (*fixture).newView, can(access.Own)},
		"getView":   {view("/views/%d"), nil, first(can(access.Read), hiddenFromAll)},
		"setView":   {view("/views/%d"), fixed(`{"name":"private","query":""}`), first(can(access.Own), can(access.Read), hiddenFromAll)},
		"dropView":  {view("/views/%d"), nil, first(can(access.Own), can(access.Read), hiddenFromAll)},

		"getOverview": {fixed("/overview"), nil, can(access.Read)},
		"getMetrics":  {fixed("/metrics"), nil, can(access.Read)},
		"getPast":     {fixed("/past"), nil, can(access.Read)},

		"listBills":    {ofAsset("/assets/%d/bills"), nil, check(access.Read)},
		"listPackages": {ofAsset("/assets/%d/packages"), nil, check(access.Read)},
		"listHolders":  {fixed("/holders?q=left-pad"), nil, can(access.Read)},

		"listHooks":      {fixed("/hooks"), nil, can(access.Organise)},
		"addHook":        {fixed("/hooks"), (*fixture).newHook, can(access.Organise)},
		"getHook":        {hook("/hooks/%d"), nil, can(access.Organise)},
		"setHook":        {hook("/hooks/%d"), fixed(hookText("kept")), can(access.Organise)},
		"dropHook":       {hook("/hooks/%d"), nil, can(access.Organise)},
		"listDeliveries": {hook("/hooks/%d/deliveries"), nil, can(access.Organise)},
		"testHook":       {hook("/hooks/%d/test"), nil, can(access.Organise)},
		"resendDelivery": {hook("/hooks/%d/deliveries/1/1/resend"), nil, can(access.Organise)}, // it was not given up, so it is a conflict for who may

		"getMe":        {fixed("/me"), nil, everybody},
		"listPeople":   {fixed("/people"), nil, can(access.Inspect, access.Govern)},
		"addPerson":    {fixed("/people"), (*fixture).newLogin, can(access.Govern)},
		"getPerson":    {person("/people/%d"), nil, only(access.Inspect, access.Govern)},
		"changePerson": {person("/people/%d"), fixed(`{"disabled":false}`), can(access.Govern)},
		"listSessions": {person("/people/%d/sessions"), nil, can(access.Govern)},
		"endSessions":  {person("/people/%d/sessions"), nil, can(access.Govern)},
		"endSession":   {person("/people/%d/sessions/0123456789abcdef"), nil, first(can(access.Govern), hiddenFromAll)}, // there is none

		"listTokens":  {person("/tokens?person=%d"), nil, can(access.Govern)},
		"addToken":    {fixed("/tokens"), fixed(`{"title":"x","only":["own"]}`), noToken},
		"revokeToken": {token("/tokens/%d"), nil, only(access.Govern)},
		"listTrust":   {fixed("/trust"), nil, can(access.Inspect, access.Govern)},
		"addTrust":    {fixed("/trust"), (*fixture).newRule, can(access.Govern)},
		"setTrust":    {rule("/trust/%d"), (*fixture).newRule, can(access.Govern)},
		"dropTrust":   {rule("/trust/%d"), nil, can(access.Govern)},

		"listEvents": {fixed("/log/events"), nil, can(access.Inspect)},
		"getEvent":   {fixed("/log/events/1"), nil, can(access.Inspect)},
		"getSeal":    {fixed("/log/seal"), nil, can(access.Inspect)},
		"exportLog":  {fixed("/log/export"), nil, can(access.Inspect)},
	}
}

const policyText = "name: strict\nzone: UTC\nterms:\n  critical: {fix: 1 day}\n  high: {fix: 2 days}\n  medium: {fix: 3 days}\n  low: {fix: 4 days}\n"

// noToken refuses tokens: a token makes no tokens.
func noToken(p access.Principal, _ access.Object) error {
	if p.Person == 0 || p.Only != nil || p.Asset != "" {
		return access.ErrDenied
	}
	return p.Can(access.Own)
}

// filled fills an address with the id of something that is made for this one request.
func filled(make func(*fixture) int64) func(string) func(*fixture, string) string {
	return func(address string) func(*fixture, string) string {
		return func(f *fixture, _ string) string { return fmt.Sprintf(address, make(f)) }
	}
}

func (f *fixture) next() int { f.n++; return f.n }

func (f *fixture) must(id int64, err error) int64 {
	if err != nil {
		f.t.Fatal(err)
	}
	return id
}

func (f *fixture) newName(string) string {
	return fmt.Sprintf(`{"kind":"repository","name":"fresh%d"}`, f.next())
}
func (f *fixture) newLogin(string) string { return fmt.Sprintf(`{"login":"fresh%d"}`, f.next()) }
func (f *fixture) newView(string) string {
	return fmt.Sprintf(`{"name":"fresh%d","query":"state:open"}`, f.next())
}
func (f *fixture) newRule(string) string {
	return fmt.Sprintf(`{"title":"rule%d","issuer":"https://ci.example","audience":"https://reeve.example","claims":{"repository":"acme/shop"},"asset":"repository:shop"}`, f.next())
}

func (f *fixture) person() int64 {
	return f.must(f.desk.AddPerson(context.Background(), f.admin, desk.Person{Login: fmt.Sprintf("person%d", f.next())}))
}

func (f *fixture) rule() int64 {
	return f.must(f.desk.SetTrust(context.Background(), f.admin, desk.Trust{
		Title: fmt.Sprintf("made%d", f.next()), Issuer: "https://ci.example", Audience: "https://reeve.example",
		Claims: map[string]string{"repository": "acme/shop"}, Asset: "repository:shop",
	}))
}

func hookText(name string) string {
	return fmt.Sprintf(`{"name":%q,"kind":"webhook","secret":{"url":"https://hooks.example/in"}}`, name)
}

func (f *fixture) newHook(string) string { return hookText(fmt.Sprintf("hook%d", f.next())) }

// hook is one that is there.
func (f *fixture) hook() int64 {
	all, err := f.desk.Hooks(context.Background(), f.admin, desk.Slice{Limit: desk.MaxPage})
	if err != nil {
		f.t.Fatal(err)
	}
	for _, h := range all.Items {
		if h.Name == "kept" {
			return h.ID
		}
	}
	h, _, err := f.desk.SetHook(context.Background(), f.admin, 0, "kept", desk.HookSpec{Kind: desk.HookWebhook}, &desk.HookSecret{URL: "https://hooks.example/in"})
	return f.must(h.ID, err)
}

// view is one that somebody else keeps for themselves, token one that somebody else has and that was not revoked yet.
func (f *fixture) view() int64 {
	if f.kept == 0 {
		f.kept = f.must(f.desk.SetView(context.Background(), f.admin, 0, desk.ViewChange{Name: "private"}))
	}
	return f.kept
}

func (f *fixture) token() int64 {
	all, err := f.desk.Tokens(context.Background(), f.admin, f.admin.Person)
	if err == nil && len(all) > 0 {
		return all[0].ID
	}
	t, _, err := f.desk.NewToken(context.Background(), f.admin, desk.Token{Title: "x", Only: []access.Action{access.Read}})
	return f.must(t.ID, err)
}

// sighting names what one source sees of a finding. Only one sees it, so it is a conflict for who may split it.
func (f *fixture) sighting(team string) string {
	d, err := f.desk.Finding(context.Background(), f.admin, f.finding(team, 0))
	if err != nil {
		f.t.Fatal(err)
	}
	return fmt.Sprintf(`{"source":%d,"n":%d,"why":"another one"}`, d.Seen[0].Source, d.Seen[0].N)
}

// imported is the first import about a team's asset; the admin brought it.
func (f *fixture) imported(team string) string {
	a, err := f.desk.Asset(context.Background(), f.admin, f.assets[team])
	if err != nil || len(a.Sources) == 0 {
		f.t.Fatal(err, a)
	}
	all, err := f.desk.Imports(context.Background(), f.admin, desk.Slice{Limit: desk.MaxPage})
	if err != nil {
		f.t.Fatal(err)
	}
	for _, i := range all.Items {
		if slices.Equal(i.Receipt.Assets, []string{"repository:" + team}) && i.Actor == f.admin.Name {
			return fmt.Sprintf("/imports/%d", i.Event)
		}
	}
	f.t.Fatalf("no import about %s", team)
	return ""
}

// asking are principals of every kind: each role for all teams and for one, and tokens that take away from it.
func (f *fixture) asking() map[string]access.Principal {
	out := map[string]access.Principal{}
	add := func(name string, p access.Principal) {
		p.Person, p.Name = int64(1000+len(out)), name
		out[name] = p
	}
	for _, r := range access.Roles() {
		add(string(r), access.Principal{Grants: []access.Grant{{Role: r}}})
		if g := (access.Grant{Role: r, Team: f.teams["ours"]}); g.Valid() == nil {
			add(string(r)+" of ours", access.Principal{Grants: []access.Grant{g}})
		}
		add(string(r)+" with a token that reads", access.Principal{Grants: []access.Grant{{Role: r}}, Only: []access.Action{access.Read}})
		add(string(r)+" with a token for our asset", access.Principal{Grants: []access.Grant{{Role: r}}, Asset: "repository:ours"})
		add(string(r)+" with a token that imports our asset", access.Principal{
			Grants: []access.Grant{{Role: r}}, Asset: "repository:ours", Only: []access.Action{access.Import},
		})
	}
	add("nobody's", access.Principal{})
	p := out["pipeline with a token for our asset"]
	p.Person = 0
	out["pipeline with a token for our asset"] = p
	return out
}

func TestRights_everyOperationWithEveryRole(t *testing.T) {
	f := &fixture{bench: onSQLite(t)}
	wants := expectations()
	asking := f.asking()
	for name, p := range asking {
		f.add(name, p)
	}
	f.eachOperation(func(id, method, _ string) {
		want, known := wants[id]
		if !known {
			t.Errorf("operation %s has no line in expectations: say who may do it", id)
			return
		}
		for _, team := range []string{"ours", "theirs"} {
			f.anonymous(method, want, team)
			for name, p := range asking {
				f.holds(id, method, name, want, p, team)
			}
		}
	})
	if err := f.db.Verify(t.Context(), nil); err != nil {
		t.Error(err)
	}
}

// eachOperation visits the operations that the document names.
func (f *fixture) eachOperation(visit func(id, method, path string)) {
	for path, item := range f.check.document["paths"].(map[string]any) {
		for method, o := range item.(map[string]any) {
			visit(o.(map[string]any)["operationId"].(string), strings.ToUpper(method), path)
		}
	}
}

func (e *expectation) request(f *fixture, method, team string) (address, body string) {
	address = method + " " + e.path(f, team)
	if e.body != nil {
		body = e.body(f, team)
	}
	return address, body
}

func (f *fixture) anonymous(method string, want expectation, team string) {
	f.t.Helper()
	address, body := want.request(f, method, team)
	g := f.ask("", address, body)
	if g.status != http.StatusUnauthorized || g.header.Get("WWW-Authenticate") == "" || g.problem() != "anonymous" {
		f.t.Errorf("%s as nobody: %d %s", address, g.status, g.body)
	}
}

// holds asks and compares with the table. Whoever may gets any answer that is no refusal.
func (f *fixture) holds(id, method, name string, want expectation, p access.Principal, team string) {
	f.t.Helper()
	address, body := want.request(f, method, team)
	before, err := f.db.Head(context.Background())
	if err != nil {
		f.t.Fatal(err)
	}
	g := f.ask(name, address, body)
	answer := "may"
	switch g.status {
	case http.StatusForbidden:
		answer = "denied"
	case http.StatusNotFound:
		answer = "hidden"
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		answer = "wrong"
	}
	table := "may"
	switch err := want.want(p, access.Object{Team: f.teams[team], Asset: register.AssetName(asset(team))}); {
	case errors.Is(err, access.ErrHidden):
		table = "hidden"
	case err != nil:
		table = "denied"
	}
	if answer != table {
		f.t.Errorf("%s: %s as %q about %s: %s (%d), the table says %s\n%s", id, address, name, team, answer, g.status, table, g.body)
	}
	if after, err := f.db.Head(context.Background()); err != nil || table != "may" && after.Seq != before.Seq {
		f.t.Errorf("%s: %s as %q was refused and wrote event %d: %v", id, address, name, after.Seq, err)
	}
}
