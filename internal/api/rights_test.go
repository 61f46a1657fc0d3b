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

const billText = `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"left-pad","version":"1.0.0","purl":"pkg:npm/left-pad@1.0.0"}]}`

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
	h, _, err := f.desk.SetHook(context.Background(), f.admin, 0, desk.HookChange{
		Name: "kept", HookSpec: desk.HookSpec{Kind: desk.HookWebhook}, Secret: &desk.HookSecret{URL: "https://hooks.example/in"},
	})
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
	for _, team := range []string{"ours", "theirs"} {
		f.want("admin", "POST /imports?asset="+team, billText, http.StatusCreated)
	}
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
