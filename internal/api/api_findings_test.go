package api

import (
	"context"
	"fmt"
	"net/url"
	"testing"

	"github.com/reevehq/reeve/internal/access"
)

// events counts what was written since.
func (b *bench) events(do func()) int64 {
	b.t.Helper()
	before, err := b.db.Head(context.Background())
	if err != nil {
		b.t.Fatal(err)
	}
	do()
	after, err := b.db.Head(context.Background())
	if err != nil {
		b.t.Fatal(err)
	}
	return after.Seq - before.Seq
}

// same fails where two things print differently.
func (b *bench) same(what string, got, want any) {
	b.t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		b.t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// crew adds a developer and a lead of ours, and a viewer of everything.
func (b *bench) crew() {
	ours := b.teams["ours"]
	b.add("dev", access.Principal{Person: 11, Name: "dev", Grants: []access.Grant{{Role: access.Developer, Team: ours}}})
	b.add("lead", access.Principal{Person: 12, Name: "lead", Grants: []access.Grant{{Role: access.Lead, Team: ours}}})
	b.add("viewer", access.Principal{Person: 13, Name: "viewer", Grants: []access.Grant{{Role: access.Viewer}}})
	b.add("ci", access.Principal{Name: "ci:ours", Grants: []access.Grant{{Role: access.Pipeline}}, Asset: "repository:ours"})
}

func TestFindings_listsPageByPage(t *testing.T) {
	each(t, func(b *bench) {
		b.crew()
		seen, after, pages := map[any]bool{}, "", 0
		for ; pages == 0 || after != ""; pages++ {
			g := b.want("admin", "GET /findings?limit=3&order=asset&after="+url.QueryEscape(after), "", 200)
			b.same("total", g.at("total"), 10)
			for i := 0; g.at("items", i) != nil; i++ {
				id := g.at("items", i, "id")
				if seen[id] {
					b.t.Errorf("finding %v came twice", id)
				}
				seen[id] = true
			}
			after, _ = g.at("next").(string)
		}
		b.same("pages and findings", []int{pages, len(seen)}, []int{4, 10})
		b.same("what a developer sees", b.want("dev", "GET /findings", "", 200).at("total"), 4)
		b.same("a query", b.want("admin", "GET /findings?q="+url.QueryEscape("asset:theirs path:app.py"), "", 200).at("items", 0, "place"), "app.py:10")
		b.same("counts", b.want("dev", "GET /findings/counts?by=team,state", "", 200).at("items", 0, "count"), 4)
		b.same("one group", b.want("dev", "GET /findings/counts", "", 200).at("items", 0, "count"), 4)
		b.same("facets", b.want("admin", "GET /findings/facets?fields=team,class", "", 200).at("fields", "class", 0, "count"), 10)
		b.same("names are not told", b.want("dev", "GET /findings/suggest?field=asset&text=th", "", 200).at("items"), "[]")
		b.same("names are told", b.want("admin", "GET /findings/suggest?field=asset&text=th", "", 200).at("items", 0), "theirs")
		for _, wrong := range []string{"q=level:huge", "order=taste", "after=!", "limit=0", "limit=501", "limit=x", "lmit=3", "q=%22"} {
			b.same(wrong, b.want("admin", "GET /findings?"+wrong, "", 422).problem(), "invalid")
		}
		for _, wrong := range []string{"/findings/facets?fields=text", "/findings/counts?by=level,team,state", "/findings/counts?by=nothing", "/findings/suggest?field=x"} {
			b.want("admin", "GET "+wrong, "", 422)
		}
	})
}

func TestFindings_decisions(t *testing.T) {
	each(t, func(b *bench) {
		b.crew()
		ours, theirs := b.finding("ours", 0), b.finding("theirs", 0)
		one := fmt.Sprintf("PATCH /findings/%d", ours)
		for _, c := range []struct {
			who, body string
			status    int
			events    int64
		}{
			{"dev", `{"state":"acknowledged"}`, 200, 1},
			{"dev", `{"state":"acknowledged"}`, 409, 0},
			{"dev", `{"state":"accepted","why":"no","until":"2026-06-01T00:00:00Z"}`, 403, 0},
			{"lead", `{"state":"accepted","until":"2026-06-01T00:00:00Z"}`, 422, 0},
			{"lead", `{"state":"accepted","why":"behind a wall","until":"2026-06-01T00:00:00Z"}`, 200, 1},
			{"dev", `{"state":"open"}`, 403, 0},
			{"lead", `{"state":"open"}`, 200, 1},
			{"lead", `{"state":"verified"}`, 422, 0},
			{"lead", `{"team":"nobody-knows"}`, 422, 0},
			{"lead", `{"assignee":"nobody-knows"}`, 422, 0},
			{"dev", `{"team":"theirs"}`, 403, 0},
			{"dev", `{"why":"looked at it"}`, 200, 1},
			{"dev", `{"why":"zero \u0000 byte"}`, 422, 0},
			{"dev", `{}`, 422, 0},
			{"dev", `{"nonsense":1}`, 422, 0},
			{"dev", `{`, 400, 0},
			{"dev", ``, 400, 0},
		} {
			got := b.events(func() { b.want(c.who, one, c.body, c.status) })
			b.same(c.who+" "+c.body+": events", got, c.events)
		}
		g := b.want("dev", fmt.Sprintf("GET /findings/%d", ours), "", 200)
		b.same("state", g.at("state"), "open")
		b.same("last step", g.at("history", 4, "why"), "looked at it")
		b.same("by", g.at("history", 4, "actor"), "dev")

		both := fmt.Sprintf(`{"findings":[%d,%d],"state":"in-progress"}`, ours, theirs)
		b.same("a hidden one stops all", b.events(func() { b.want("dev", "PATCH /findings", both, 404) }), 0)
		unknown := b.want("dev", "PATCH /findings/999999", `{"why":"x"}`, 404)
		hidden := b.want("dev", fmt.Sprintf("PATCH /findings/%d", theirs), `{"why":"x"}`, 404)
		b.same("hidden and unknown answer alike", string(hidden.body), string(unknown.body))
		b.same("a query reaches what one sees", b.want("dev", "PATCH /findings", `{"query":"state:open","state":"in-progress"}`, 200).at("findings"), 4)
		b.same("of theirs", b.want("admin", "GET /findings?q=state:open", "", 200).at("total"), 6)
		b.want("dev", "PATCH /findings", `{"query":"state:open","findings":[1],"state":"fixed"}`, 422)
		b.want("dev", "PATCH /findings", `{"query":"state:open","state":"fixed"}`, 422) // none is left
	})
}

func TestFindings_mergeAndSplit(t *testing.T) {
	each(t, func(b *bench) {
		b.crew()
		one, other := b.finding("ours", 0), b.finding("ours", 1)
		at := fmt.Sprintf("/findings/%d", one)
		b.want("dev", "POST "+at+"/merge", fmt.Sprintf(`{"others":[%d],"why":"alike"}`, other), 403)
		b.want("lead", "POST "+at+"/merge", fmt.Sprintf(`{"others":[%d],"why":""}`, other), 422)
		b.want("lead", "POST "+at+"/merge", fmt.Sprintf(`{"others":[%d],"why":"alike"}`, b.finding("theirs", 0)), 404)
		b.same("merged", b.want("lead", "POST "+at+"/merge", fmt.Sprintf(`{"others":[%d],"why":"alike"}`, other), 200).at("findings"), 2)
		b.same("one is left", b.want("dev", "GET /findings?q=asset:ours-too", "", 200).at("total"), 2)
		b.same("of ours", b.want("dev", fmt.Sprintf("GET /findings?q=asset:%%23%d", b.assets["ours"]), "", 200).at("total"), 1)
		g := b.want("lead", "GET "+at, "", 200)
		split := fmt.Sprintf(`{"source":%v,"n":%v,"why":"they are two"}`, g.at("seen", 1, "source"), g.at("seen", 1, "n"))
		b.want("lead", fmt.Sprintf("POST /findings/%d/split", b.finding("ours-too", 0)), split, 404) // the sighting is another finding's
		b.want("lead", "POST "+at+"/split", split, 200)
		b.same("two again", b.want("dev", fmt.Sprintf("GET /findings?q=asset:%%23%d", b.assets["ours"]), "", 200).at("total"), 2)
		b.want("lead", "POST "+at+"/split", split, 404)
	})
}

func TestFindings_whatEndsByItself(t *testing.T) {
	each(t, func(b *bench) {
		b.now = b.now.AddDate(0, 0, 1)
		b.want("admin", "POST /imports?asset=repository:ours&format=semgrep", report("db.py"), 201)
		b.same("verified", b.want("admin", "GET /findings?q=state:verified", "", 200).at("total"), 1)
		b.now = b.now.AddDate(0, 0, 1)
		g := b.want("admin", "POST /imports?asset=ours", report("app.py", "db.py"), 201)
		b.same("a regression", g.at("regressions"), 1)
		b.same("it says so", b.want("admin", "GET /findings?q=regression:yes", "", 200).at("items", 0, "place"), "app.py:10")
	})
}
