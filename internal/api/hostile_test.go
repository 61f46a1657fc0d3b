package api

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/access"
)

// hostile are values that break out of what a careless program puts them into.
func hostile() []string {
	return []string{
		`' OR '1'='1`, `'; DROP TABLE findings; --`, `" OR ""="`, `1) OR (1=1`, `\`, `%27`, `$1`, `?`, `{{7*7}}`, `${7*7}`, `../../etc/passwd`, "a\x00b", "\xff\xfe",
		"line\r\nSet-Cookie: x=y", `<script>alert(1)</script>`, "\u202e", strings.Repeat("a", 5000), strings.Repeat("(", 3000), `state:open level:critical"`,
		"-1", "0", "9223372036854775807", "9223372036854775808", "1e9", "NaN", "null", "[]", "{}", "true", "0x10",
	}
}

// TestHostile_everyParameter puts each value into each parameter of each operation. Whatever is answered, it is no fault of ours: no 5xx (ask fails on it),
// nothing is written that the table would not have let through, and the log still verifies.
func TestHostile_everyParameter(t *testing.T) {
	each(t, func(b *bench) {
		f := &fixture{bench: b}
		wants := expectations()
		f.eachOperation(func(id, method, path string) {
			item := f.check.document["paths"].(map[string]any)[path].(map[string]any)[strings.ToLower(method)].(map[string]any)
			want := wants[id]
			if want.path == nil {
				return // the test of rights complains
			}
			list, _ := item["parameters"].([]any)
			for _, p := range list {
				param := p.(map[string]any)
				for _, v := range hostile() {
					f.attack(method, path, want, param["name"].(string), param["in"].(string), v)
				}
			}
		})
		if err := b.db.Verify(t.Context(), nil); err != nil {
			t.Error(err)
		}
		for name := range b.assets { // what was there is still there
			b.finding(name, 1)
		}
	})
}

func (f *fixture) attack(method, path string, want expectation, name, in, value string) {
	f.t.Helper()
	address, body := want.request(f, method, "ours")
	_, filled, _ := strings.Cut(address, " ")
	filled, _, _ = strings.Cut(filled, "?")
	var header []string
	switch in {
	case "query":
		filled += "?" + url.Values{name: {value}}.Encode()
	case "path":
		parts, shape := strings.Split(filled, "/"), strings.Split(path, "/")
		parts[slices.Index(shape, "{"+name+"}")] = url.PathEscape(value)
		filled = strings.Join(parts, "/")
	case "header":
		header = []string{name, value}
	}
	if method == http.MethodDelete && in == "path" {
		return // a value that names something removes it, and that is right
	}
	f.ask("admin", method+" "+filled, body, header...)
}

func TestHostile_bodies(t *testing.T) {
	each(t, func(b *bench) {
		deep := strings.Repeat(`{"why":`, 9000) + `1` + strings.Repeat(`}`, 9000)
		for _, body := range []string{
			deep, strings.Repeat("[", 100_000), `{"why":"` + strings.Repeat("x", 2<<20) + `"}`, `{"why":1e999}`, `{"why":"\ud800"}`, `{"state":"verified","state":"open"}`,
			"\xff\xfe{}", `null`, `[]`, `"x"`, `{"findings":null}`, `{"findings":[1,1,1,1]}`, `{"findings":[-1],"why":"x"}`, `{"findings":[99999999999999999999],"why":"x"}`,
			`{"due":"0001-01-01T00:00:00Z"}`, `{"due":"9999-12-31T23:59:59Z"}`, `{"until":"not a day"}`, `{"team":{}}`, `{"query":"` + strings.Repeat("(", 20_000) + `","why":"x"}`,
		} {
			g := b.ask("admin", "PATCH /findings", body)
			if g.status/100 != 4 && body != `{"findings":[1,1,1,1]}` {
				b.t.Errorf("%.60q: %d %s", body, g.status, g.body)
			}
			if len(g.body) > 4000 {
				b.t.Errorf("%.60q: the answer says it all again, in %d bytes", body, len(g.body))
			}
		}
		b.same("a media type that is not read", b.ask("admin", "PATCH /findings", "a=b", "Content-Type", "application/x-www-form-urlencoded").status, 415)
	})
}

func TestHostile_addresses(t *testing.T) {
	b := onSQLite(t)
	for address, want := range map[string]string{
		"GET /nothing": "not-found", "DELETE /findings": "method", "PUT /log/events/1": "method", "DELETE /log/events/1": "method", "POST /log/seal": "method",
		"GET /findings/abc": "invalid", "GET /findings/0": "invalid", "GET /findings/-1": "invalid",
	} {
		g := b.ask("admin", address, "")
		b.same(address, []any{g.problem(), g.header.Get("Content-Type")}, []any{want, problemJSON})
		if want == "method" && g.header.Get("Allow") == "" {
			t.Errorf("%s: no Allow", address)
		}
		b.same(address+" as nobody", b.ask("", address, "").status, 401)
	}
	if got := b.ask("admin", "GET /me", "").header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
}

// TestHostile_theDatabaseGoesAway: nothing of what broke is told to whoever asks.
func TestHostile_theDatabaseGoesAway(t *testing.T) {
	b := onSQLite(t)
	if err := b.db.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, Prefix+"/findings", nil)
	r.Header.Set("X-Who", "admin")
	w := httptest.NewRecorder()
	b.api.ServeHTTP(w, r)
	g := got{w.Code, w.Header(), w.Body.Bytes()}
	b.same("answer", []any{g.status, g.problem()}, []any{500, "internal"})
	if strings.Contains(string(g.body), "database") || strings.Contains(string(g.body), "sql") || !strings.Contains(b.broken.String(), "closed") {
		t.Errorf("told: %s\nlogged: %s", g.body, b.broken.String())
	}
	b.api.who = func(*http.Request) (access.Principal, error) {
		return access.Principal{}, fmt.Errorf("read sessions: %w", io.ErrUnexpectedEOF)
	}
	w = httptest.NewRecorder()
	b.api.ServeHTTP(w, r)
	b.same("who asks is not known", w.Code, 500)
}

func FuzzParameters(f *testing.F) {
	b := onSQLite(f)
	for _, v := range hostile() {
		f.Add(v, "score", "", "level,team")
	}
	f.Add("state:open level:critical,high -team:ours due:<7d \"a b\"", "-due", "AAAA", "asset")
	f.Fuzz(func(t *testing.T, q, order, after, fields string) {
		for _, address := range []string{
			"/findings?" + url.Values{"q": {q}, "order": {order}, "after": {after}}.Encode(),
			"/findings/counts?" + url.Values{"q": {q}, "by": {fields}}.Encode(),
			"/findings/facets?" + url.Values{"q": {q}, "fields": {fields}}.Encode(),
			"/findings/suggest?" + url.Values{"field": {order}, "text": {q}}.Encode(),
			"/assets?" + url.Values{"text": {q}, "team": {order}, "after": {after}}.Encode(),
			"/log/events?" + url.Values{"kind": {order}, "after": {after}}.Encode(),
		} {
			r := httptest.NewRequest(http.MethodGet, Prefix+address, nil)
			r.Header.Set("X-Who", "admin")
			w := httptest.NewRecorder()
			b.api.ServeHTTP(w, r)
			if w.Code != http.StatusOK && w.Code != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d %s\n%s", address, w.Code, w.Body, b.broken.String())
			}
		}
	})
}
