package api

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// line is one request of a story: who asks what, the status, and how many events it writes.
type line struct {
	who, address, body string
	status             int
	events             int64
}

func (b *bench) story(lines ...line) {
	b.t.Helper()
	for _, l := range lines {
		var g got
		n := b.events(func() { g = b.ask(l.who, l.address, l.body) })
		if g.status != l.status || n != l.events {
			b.t.Errorf("%s: %s %s: %d and %d events, want %d and %d: %.300s", l.who, l.address, l.body, g.status, n, l.status, l.events, g.body)
		}
	}
}

func TestAssets_story(t *testing.T) {
	each(t, func(b *bench) {
		b.crew()
		ours, theirs := fmt.Sprintf("/assets/%d", b.assets["ours"]), fmt.Sprintf("/assets/%d", b.assets["theirs"])
		b.story(
			line{"lead", "PATCH " + ours, `{"criticality":"high","tags":["pci","pci","web"],"context":{"internet":"open","environment":"production","data":["card"]}}`, 200, 1},
			line{"lead", "PATCH " + ours, `{"criticality":"huge"}`, 422, 0},
			line{"lead", "PATCH " + ours, `{"context":{"internet":"maybe"}}`, 422, 0},
			line{"lead", "PATCH " + ours, `{"context":{"data":["gossip"]}}`, 422, 0},
			line{"lead", "PATCH " + ours, `{"tags":["a\u0000"]}`, 422, 0},
			line{"lead", "PATCH " + ours, `{"codeowners":"a\u0000"}`, 422, 0},
			line{"lead", "PATCH " + ours, `{"team":"theirs"}`, 403, 0},
			line{"lead", "PATCH " + ours, `{"team":""}`, 403, 0},
			line{"lead", "PATCH " + ours, `{"team":"unknown"}`, 422, 0},
			line{"lead", "PATCH " + ours, fmt.Sprintf(`{"uses":[%d]}`, b.assets["ours-too"]), 200, 1},
			line{"lead", "PATCH " + ours, fmt.Sprintf(`{"uses":[%d]}`, b.assets["theirs"]), 422, 0},
			line{"lead", "PATCH " + ours, fmt.Sprintf(`{"uses":[%d]}`, b.assets["ours"]), 422, 0},
			line{"lead", "PATCH " + ours, `{"policy":"strict"}`, 422, 0},
			line{"admin", "PUT /policies/strict", policyText, 200, 1},
			line{"lead", "PATCH " + ours, `{"policy":"strict"}`, 403, 0},
			line{"admin", "PATCH " + ours, `{"policy":"strict"}`, 200, 1},
			line{"lead", "PATCH " + theirs, `{"criticality":"low"}`, 404, 0},
			line{"lead", "GET " + theirs, ``, 404, 0},
			line{"viewer", "PATCH " + ours, `{"criticality":"low"}`, 403, 0},
			line{"admin", "POST /assets", `{"kind":"image","name":"ours"}`, 201, 1},
			line{"admin", "POST /assets", `{"kind":"image","name":"ours"}`, 409, 0},
			line{"admin", "POST /assets", `{"kind":"No","name":"x"}`, 422, 0},
			line{"lead", "POST /assets", `{"kind":"image","name":"x"}`, 403, 0},
		)
		g := b.want("lead", "GET "+ours, "", 200)
		b.same("asset", []any{g.at("team"), g.at("criticality"), g.at("policy"), g.at("context", "internet"), g.at("tags"), g.at("active", "high")},
			[]any{"ours", "high", "strict", "open", []any{"pci", "web"}, g.at("active", "high")})
		b.same("its findings follow", b.want("lead", "GET /findings?q=internet:open%20env:production", "", 200).at("total"), 2)
		b.same("sources", g.at("sources", 0, "tool"), "Semgrep")
		b.same("what a lead sees", b.want("lead", "GET /assets", "", 200).at("total"), 2)
		b.same("all", b.want("admin", "GET /assets", "", 200).at("total"), 6)
		for query, n := range map[string]int{"text=OURS": 3, "kind=image": 1, "team=none": 2, "team=ours": 2, "criticality=high": 1, "tag=pci": 1, "tag=pc": 0} {
			b.same(query, b.want("admin", "GET /assets?"+query, "", 200).at("total"), n)
		}
		page := b.want("admin", "GET /assets?limit=4", "", 200)
		b.same("the second page", len(b.want("admin", "GET /assets?limit=4&after="+page.at("next").(string), "", 200).at("items").([]any)), 2)
	})
}

func TestTeams_story(t *testing.T) {
	each(t, func(b *bench) {
		b.crew()
		b.story(
			line{"admin", "PUT /teams/fresh", `{"name":"Fresh","aliases":["@acme/fresh"],"contact":["fresh@example.com"]}`, 200, 1},
			line{"admin", "PUT /teams/fresh", `{"name":"Fresher"}`, 200, 1},
			line{"admin", "PUT /teams/Fresh", `{"name":"Fresh"}`, 422, 0},
			line{"admin", "PUT /teams/none", `{"name":"Nobody"}`, 422, 0},
			line{"admin", "PUT /teams/other", `{"name":" "}`, 422, 0},
			line{"admin", "PUT /teams/other", `{"name":"Other","contact":["Bcc: x@example.com"]}`, 422, 0},
			line{"admin", "PUT /teams/ours", `{"name":"Ours","aliases":["@acme/x"]}`, 200, 1},
			line{"admin", "PUT /teams/theirs", `{"name":"Theirs","aliases":["@acme/x"]}`, 422, 0},
			line{"lead", "PUT /teams/ours", `{"name":"Mine"}`, 403, 0},
			line{"admin", "DELETE /teams/ours", ``, 409, 0},
			line{"admin", "DELETE /teams/fresh", ``, 204, 1},
			line{"admin", "DELETE /teams/fresh", ``, 404, 0},
			line{"admin", "PUT /teams/fresh", `{"name":"Again","contact":["x@example.com"]}`, 200, 1},
		)
		g := b.want("dev", "GET /teams/ours", "", 200)
		b.same("ours", []any{g.at("name"), g.at("assets"), g.at("active", "high")}, []any{"Ours", 2, 4})
		g = b.want("dev", "GET /teams/fresh", "", 200)
		b.same("another team keeps its addresses", []any{g.at("name"), g.at("contact")}, []any{"Again", nil})
		b.same("all", b.want("dev", "GET /teams", "", 200).at("total"), 3)
	})
}

func TestPolicies_story(t *testing.T) {
	each(t, func(b *bench) {
		b.crew()
		text, _ := json.Marshal(map[string]any{"name": "default", "zone": "UTC", "terms": map[string]any{
			"critical": map[string]string{"fix": "1 day"}, "high": map[string]string{"fix": "2 days"}, "medium": map[string]string{"fix": "3 days"}, "low": map[string]string{"fix": "4 days"},
		}})
		b.same("the built-in one", b.want("dev", "GET /policies/default", "", 200).at("id"), nil)
		b.story(
			line{"admin", "DELETE /policies/default", ``, 409, 0},
			line{"admin", "PUT /policies/default", string(text), 200, 1},
			line{"admin", "PUT /policies/strict", policyText, 200, 1},
			line{"admin", "PUT /policies/lax", policyText, 422, 0},
			line{"admin", "PUT /policies/strict", policyText + "extra: 1\n", 422, 0},
			line{"admin", "PUT /policies/strict", ``, 422, 0},
			line{"admin", "PUT /policies/strict", strings.Repeat("#", maxPolicy+1), 413, 0},
			line{"lead", "PUT /policies/strict", policyText, 403, 0},
			line{"admin", "DELETE /policies/strict", ``, 204, 1},
			line{"admin", "DELETE /policies/strict", ``, 404, 0},
		)
		b.same("ours now", b.want("dev", "GET /policies/default", "", 200).at("terms", "high", "fix"), "2 days")
		example := b.api.at("PUT /policies/{slug}").RequestBody.Content["application/yaml"].Example.(string)
		b.want("admin", "PUT /policies/payments", example, 200)
	})
}

func TestViews_story(t *testing.T) {
	each(t, func(b *bench) {
		b.crew()
		mine := b.want("dev", "POST /views", `{"name":"Mine","query":"state:open  level:high","order":"due"}`, 201).at("id")
		shared := b.want("lead", "POST /views", `{"name":"Ours","query":"team:ours","shared":true}`, 201).at("id")
		b.story(
			line{"dev", "POST /views", `{"name":"Mine","query":""}`, 409, 0},
			line{"dev", "POST /views", `{"name":"Bad","query":"level:huge"}`, 422, 0},
			line{"dev", "POST /views", `{"name":"Bad","query":"","order":"taste"}`, 422, 0},
			line{"dev", "POST /views", `{"name":"a\u0000b","query":""}`, 422, 0},
			line{"viewer", "POST /views", `{"name":"For all","query":"","shared":true}`, 403, 0},
			line{"viewer", "POST /views", `{"name":"For me","query":""}`, 201, 1},
			line{"ci", "POST /views", `{"name":"x","query":""}`, 403, 0},
			line{"lead", fmt.Sprintf("GET /views/%v", mine), ``, 404, 0},
			line{"lead", fmt.Sprintf("DELETE /views/%v", mine), ``, 404, 0},
			line{"dev", fmt.Sprintf("DELETE /views/%v", shared), ``, 403, 0},
			line{"dev", fmt.Sprintf("PUT /views/%v", shared), `{"name":"Ours","query":"","shared":true}`, 403, 0},
			line{"dev", fmt.Sprintf("PUT /views/%v", mine), `{"name":"Mine","query":"state:open"}`, 204, 1},
			line{"dev", fmt.Sprintf("PUT /views/%v", mine), `{"name":"Renamed","query":""}`, 422, 0},
			line{"admin", fmt.Sprintf("PUT /views/%v", shared), `{"name":"Ours","query":"team:ours level:high","shared":true}`, 204, 1},
		)
		g := b.want("dev", "GET /views", "", 200)
		b.same("views", []any{g.at("total"), g.at("items", 0, "mine"), g.at("items", 0, "query"), g.at("items", 1, "query")}, []any{2, true, "state:open", "team:ours level:high"})
		b.story(
			line{"dev", fmt.Sprintf("DELETE /views/%v", mine), ``, 204, 1},
			line{"admin", fmt.Sprintf("DELETE /views/%v", shared), ``, 204, 1},
			line{"dev", fmt.Sprintf("GET /views/%v", mine), ``, 404, 0},
		)
	})
}

func TestPeople_story(t *testing.T) {
	each(t, func(b *bench) {
		b.crew()
		ada := b.want("admin", "POST /people", fmt.Sprintf(`{"login":"ada","name":"Ada","grants":[{"role":"developer","team":%d}]}`, b.teams["ours"]), 201).at("id")
		at := fmt.Sprintf("/people/%v", ada)
		b.add("ada", access.Principal{Person: int64(ada.(float64)), Name: "ada", Grants: []access.Grant{{Role: access.Developer, Team: b.teams["ours"]}}})
		b.story(
			line{"admin", "POST /people", `{"login":"ada"}`, 409, 0},
			line{"admin", "POST /people", `{"login":"../x"}`, 422, 0},
			line{"ada", "PATCH " + at, `{"name":"Ada L."}`, 200, 1},
			line{"ada", "PATCH " + at, `{"grants":[{"role":"admin"}]}`, 403, 0},
			line{"ada", "GET /people", ``, 403, 0},
			line{"admin", "PATCH " + at, `{"grants":[{"role":"lead","team":999}]}`, 404, 0},
			line{"admin", "PATCH " + at, `{}`, 422, 0},
			line{"admin", "PATCH " + at, fmt.Sprintf(`{"grants":[{"role":"lead","team":%d}],"disabled":true}`, b.teams["ours"]), 200, 2},
		)
		g := b.want("admin", "GET "+at, "", 200)
		b.same("ada", []any{g.at("login"), g.at("name"), g.at("disabled"), g.at("grants", 0, "role")}, []any{"ada", "Ada L.", true, "lead"})
		g = b.want("ada", "POST /tokens", `{"title":"laptop","only":["read"]}`, 201)
		if text, _ := g.at("text").(string); !strings.HasPrefix(text, desk.TokenPrefix) {
			b.t.Errorf("the token: %s", g.body)
		}
		b.same("hers", b.want("ada", "GET /tokens", "", 200).at("items", 0, "title"), "laptop")
		b.same("the text is told once", strings.Contains(string(b.want("ada", "GET /tokens", "", 200).body), g.at("text").(string)), false)
		b.story(
			line{"ada", "POST /tokens", `{"title":"wide","only":["govern"]}`, 403, 0},
			line{"dev", fmt.Sprintf("DELETE /tokens/%v", g.at("token", "id")), ``, 404, 0},
			line{"ada", fmt.Sprintf("DELETE /tokens/%v", g.at("token", "id")), ``, 204, 1},
		)
		me := b.want("dev", "GET /me", "", 200)
		b.same("me", []any{me.at("name"), me.at("roles", 0, "team"), me.at("actions")}, []any{"dev", "ours", "[read triage own]"})
	})
}

// TestLog_canBeVerifiedByOthers makes the chain anew from an export, with nothing but what the document says of it.
func TestLog_canBeVerifiedByOthers(t *testing.T) {
	each(t, func(b *bench) {
		b.want("admin", fmt.Sprintf("PATCH /findings/%d", b.finding("ours", 0)), `{"why":"<script> & \u2028 ☃"}`, 200)
		g := b.want("admin", "GET /log/export?blocks=true", "", 200)
		lines := bufio.NewScanner(bytes.NewReader(g.body))
		lines.Buffer(nil, 16<<20)
		var last, open desk.Event
		before, digest, blocks, records := []byte{}, sha256.New(), int64(0), 0
		finish := func() {
			if open.Seq == 0 {
				return
			}
			raw := store.Event{Seq: open.Seq, At: open.AtMicros, Known: open.KnownMicros, Actor: open.Actor, Kind: open.Kind, Data: open.Data, Blocks: blocks, Digest: digest.Sum(nil)}
			before = raw.Sum(before)
			if hex.EncodeToString(before) != open.Hash || open.Blocks != blocks || open.Seq != last.Seq+1 {
				b.t.Fatalf("event %d is not what its hash says", open.Seq)
			}
			last, digest, blocks = open, sha256.New(), 0
		}
		unpack, _ := zstd.NewReader(nil)
		defer unpack.Close()
		var seal *register.Seal
		for lines.Scan() {
			var l desk.Line
			if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
				b.t.Fatal(err)
			}
			switch {
			case l.Event != nil:
				finish()
				open = *l.Event
			case l.Block != nil:
				sum := sha256.Sum256(l.Block.Data)
				digest.Write(sum[:])
				blocks++
				plain, err := unpack.DecodeAll(l.Block.Data, nil)
				if err != nil {
					b.t.Fatal(err)
				}
				records += bytes.Count(plain, []byte("\n"))
			default:
				finish()
				seal = l.Seal
			}
		}
		if seal == nil || seal.Hash != last.Hash || seal.Seq != last.Seq || records < 20 {
			b.t.Fatalf("seal %+v after event %d with %d records", seal, last.Seq, records)
		}
		if err := b.desk.Register().Verify(t.Context(), seal); err != nil {
			b.t.Error(err)
		}
		seal.Seq++
		if b.desk.Register().Verify(t.Context(), seal) == nil {
			b.t.Error("a changed seal is believed")
		}
	})
}

func TestLog_isReadPageByPage(t *testing.T) {
	each(t, func(b *bench) {
		first := b.want("admin", "GET /log/events?limit=3", "", 200)
		second := b.want("admin", "GET /log/events?limit=3&after="+first.at("next").(string), "", 200)
		b.same("they follow", first.at("items", 2, "seq").(float64)-1, second.at("items", 0, "seq"))
		b.same("imports", len(b.want("admin", "GET /log/events?kind=import", "", 200).at("items").([]any)), 5)
		b.same("one", b.want("admin", "GET /log/events/1", "", 200).at("kind"), "set")
		b.want("admin", "GET /log/events/9999", "", 404)
		b.want("admin", "GET /log/events?kind=%00", "", 422)
		head := b.want("admin", "GET /log/seal", "", 200)
		b.same("seal", head.at("seq"), first.at("total"))
		some := b.want("admin", fmt.Sprintf("GET /log/export?after=%v", head.at("seq").(float64)-2), "", 200)
		b.same("the rest", bytes.Count(some.body, []byte("\n")), 3)
	})
}

// TestLog_aBrokenExportIsNoWhole: where the database goes away, so does the connection.
func TestLog_aBrokenExportIsNoWhole(t *testing.T) {
	b := onSQLite(t)
	defer func() {
		if recover() == nil {
			t.Error("an export that broke ended as if it were whole")
		}
	}()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b.asCut(ctx)
}
