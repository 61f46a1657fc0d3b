package desk_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

// cellar is a register with bills of materials, and a folder for their index.
type cellar struct {
	*desk.Desk
	t      *testing.T
	now    time.Time
	dir    string
	assets map[string]int64
}

func eachCellar(t *testing.T, test func(t *testing.T, c *cellar)) {
	storetest.Open(t, func(t *testing.T, db *store.DB) {
		c := &cellar{t: t, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), dir: t.TempDir(), assets: map[string]int64{}}
		reg, err := register.New(t.Context(), db, register.Options{Now: func() time.Time { return c.now }, TempDir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		c.Desk = desk.New(reg, func() time.Time { return c.now })
		t.Cleanup(func() {
			if err := c.CloseBills(); err != nil {
				t.Error(err)
			}
		})
		test(t, c)
	})
}

// bring imports a CycloneDX document with these npm packages, each as name@version, and other package URLs as they are.
func (c *cellar) bring(name, ref string, packages ...string) {
	c.t.Helper()
	c.now = c.now.Add(time.Hour)
	var components []string
	for _, p := range packages {
		purl := p
		if !strings.HasPrefix(p, "pkg:") {
			purl = "pkg:npm/" + p
		}
		at, _, _ := strings.Cut(purl[strings.LastIndexByte(purl, '/')+1:], "?")
		plain, version, _ := strings.Cut(at, "@")
		components = append(components, fmt.Sprintf(`{"type":"library","bom-ref":%q,"name":%q,"version":%q,"purl":%q}`, purl, plain, version, purl))
	}
	text := `{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[` + strings.Join(components, ",") + `]}`
	asset := finding.Asset{Kind: "repository", Name: name}
	if _, err := c.Import(c.t.Context(), chief, register.Import{Name: "bom.json", Asset: asset, Ref: ref}, strings.NewReader(text)); err != nil {
		c.t.Fatal(err)
	}
	w, err := c.Register().World(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	c.assets[name] = w.ID(register.KindAsset, register.AssetName(asset))
}

// flawed is an advisory: its id, its npm package and the version that mends it.
type flawed struct{ id, name, fixed string }

// world makes an advisory database.
func (c *cellar) world(flaws ...flawed) *advisory.DB {
	c.t.Helper()
	b := advisory.NewBuilder(nil)
	for _, f := range flaws {
		r, err := advisory.ParseOSV(fmt.Appendf(nil, `{"id":%q,"modified":"2026-01-02T00:00:00Z","published":"2026-01-02T00:00:00Z","summary":"%s does what it should not",
			"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
			"affected":[{"package":{"ecosystem":"npm","name":%q},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":%q}]}]}]}`, f.id, f.name, f.name, f.fixed))
		if err == nil {
			err = b.Add(r)
		}
		if err != nil {
			c.t.Fatal(err)
		}
	}
	path := filepath.Join(c.t.TempDir(), "world.db")
	if _, err := b.Write(path, c.now); err != nil {
		c.t.Fatal(err)
	}
	db, err := advisory.Open(path)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = db.Close() })
	return db
}

// meet lets bills and advisories meet, and says what that came to.
func (c *cellar) meet(db *advisory.DB) string {
	c.t.Helper()
	c.now = c.now.Add(time.Hour)
	m, err := c.Meet(c.t.Context(), db, c.dir)
	if err != nil {
		c.t.Fatal(err)
	}
	whole := ""
	if m.Whole != "" {
		whole = ", whole"
	}
	return fmt.Sprintf("%d bills, %d matched, %d looks, %d flaws, %d new, %d verified, %d regressions%s", m.Bills, m.Matched, m.Looks, m.Flaws, m.New, m.Verified, m.Regressions, whole)
}

func (c *cellar) want(got, want string) {
	c.t.Helper()
	if got != want {
		c.t.Errorf("got  %s\nwant %s", got, want)
	}
}

// list gives the findings of a query in one line.
func (c *cellar) list(p access.Principal, query string) string {
	c.t.Helper()
	l, err := c.Findings(c.t.Context(), p, desk.Ask{Query: query, Order: "asset"})
	if err != nil {
		c.t.Fatal(err)
	}
	var out []string
	for _, r := range l.Items {
		out = append(out, fmt.Sprintf("%s %s %s %s %s", r.Asset, r.Flaw, r.Component, r.Fix, r.State))
	}
	return strings.Join(out, "; ")
}

var (
	leaky = flawed{"CVE-2026-0001", "leaky", "1.0.1"}
	loud  = flawed{"CVE-2026-0002", "loud", "2.0.0"}
)

func TestMeet_newAdvisoriesMeetStoredBills(t *testing.T) {
	eachCellar(t, func(t *testing.T, c *cellar) {
		c.bring("shop", "", "leaky@1.0.0", "calm@1.0.0")
		c.bring("ledger", "", "calm@1.0.0", "loud@1.5.0")
		c.bring("attic", "", "calm@2.0.0")
		first := c.world(leaky)
		c.want(c.meet(first), "3 bills, 3 matched, 3 looks, 0 flaws, 1 new, 0 verified, 0 regressions, whole")
		c.want(c.list(chief, "state:active"), "shop CVE-2026-0001 leaky@1.0.0 1.0.1 open")
		c.want(c.meet(first), "3 bills, 0 matched, 0 looks, 0 flaws, 0 new, 0 verified, 0 regressions")

		// A new flaw: only the bill that has it is matched again.
		both := c.world(leaky, loud)
		c.want(c.meet(both), "3 bills, 1 matched, 1 looks, 1 flaws, 1 new, 0 verified, 0 regressions")
		c.want(c.list(chief, "state:active"), "ledger CVE-2026-0002 loud@1.5.0 2.0.0 open; shop CVE-2026-0001 leaky@1.0.0 1.0.1 open")

		// A range that is narrowed, and a record that is withdrawn: who had it is verified away.
		c.want(c.meet(c.world(leaky, flawed{"CVE-2026-0002", "loud", "1.5.0"})), "3 bills, 1 matched, 1 looks, 1 flaws, 0 new, 1 verified, 0 regressions")
		c.want(c.meet(c.world(loud)), "3 bills, 2 matched, 2 looks, 2 flaws, 0 new, 1 verified, 1 regressions")
		c.want(c.list(chief, ""), "ledger CVE-2026-0002 loud@1.5.0 2.0.0 open; shop CVE-2026-0001 leaky@1.0.0 1.0.1 verified")

		// A newer bill mends it, another one brings it.
		c.bring("ledger", "", "calm@1.0.0", "loud@2.0.0")
		c.bring("attic", "old", "loud@0.9.0")
		c.want(c.meet(c.world(loud)), "4 bills, 2 matched, 2 looks, 0 flaws, 1 new, 1 verified, 0 regressions")
		if err := c.Register().Verify(t.Context(), nil); err != nil {
			t.Error(err)
		}
	})
}

func TestMeet_theFolderMayBeLost(t *testing.T) {
	eachCellar(t, func(t *testing.T, c *cellar) {
		c.bring("shop", "", "leaky@1.0.0", "calm@1.0.0")
		c.bring("ledger", "main", "calm@1.0.0", "loud@1.5.0")
		first, second := c.world(leaky), c.world(leaky, loud)
		c.want(c.meet(first), "2 bills, 2 matched, 2 looks, 0 flaws, 1 new, 0 verified, 0 regressions, whole")

		lose := func(name string) {
			if err := c.CloseBills(); err != nil {
				t.Fatal(err)
			}
			if err := os.RemoveAll(filepath.Join(c.dir, name)); err != nil {
				t.Fatal(err)
			}
		}
		// The index alone: it is made anew, and nothing else.
		lose("census")
		c.want(c.meet(first), "2 bills, 0 matched, 0 looks, 0 flaws, 0 new, 0 verified, 0 regressions")
		lose("census/manifest")
		c.want(c.meet(second), "2 bills, 1 matched, 1 looks, 1 flaws, 1 new, 0 verified, 0 regressions")
		// All of it: the advisories of last time cannot be compared with.
		lose("")
		c.want(c.meet(first), "2 bills, 2 matched, 2 looks, 0 flaws, 0 new, 1 verified, 0 regressions, whole")

		// Segments that are damaged.
		if err := c.CloseBills(); err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(filepath.Join(c.dir, "census", "*"))
		if err != nil || len(files) < 2 {
			t.Fatal(files, err)
		}
		for _, f := range files {
			if base := filepath.Base(f); base != "followed.json" && base != "lock" {
				if err := os.WriteFile(f, []byte("nonsense"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		c.want(c.meet(second), "2 bills, 1 matched, 1 looks, 1 flaws, 0 new, 0 verified, 1 regressions")
		if copies, _ := filepath.Glob(filepath.Join(c.dir, "advisories-*.db")); len(copies) != 1 {
			t.Errorf("copies of advisories: %q, want one", copies)
		}
		if _, err := c.Meet(t.Context(), nil, c.dir); !errors.Is(err, desk.ErrInvalid) {
			t.Errorf("no database: %v", err)
		}
	})
}

func TestBills_whoMaySee(t *testing.T) {
	eachCellar(t, func(t *testing.T, c *cellar) {
		c.bring("shop", "main", "leaky@1.0.0", "calm@1.0.0", "pkg:npm/%40acme/ui@3.0.0")
		c.bring("shop", "old", "leaky@0.9.0")
		c.bring("shop", strings.Repeat("long-", 100), "@acme/icons@1.0.0")
		c.bring("ledger", "", "leaky@1.0.1", "pkg:deb/debian/libssl3@3.0.11-1?distro=debian-12&upstream=openssl%403.0.11-1")
		c.want(c.meet(c.world(leaky)), "4 bills, 4 matched, 4 looks, 0 flaws, 1 new, 0 verified, 0 regressions, whole")
		ids, err := c.Register().Put(t.Context(), "chief", "team", register.Set{Kind: register.KindTeam, Name: "money", Doc: register.Team{Name: "Money"}})
		if err != nil {
			t.Fatal(err)
		}
		team := "money"
		if _, err := c.SetAsset(t.Context(), chief, c.assets["ledger"], desk.AssetChange{Team: &team}); err != nil {
			t.Fatal(err)
		}
		member := access.Principal{Name: "member", Grants: []access.Grant{{Role: access.Viewer, Team: ids[0]}}}

		bills, err := c.Bills(t.Context(), chief, c.assets["shop"])
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, b := range bills {
			got = append(got, fmt.Sprintf("%s %d packages, %d present, met %v", b.Ref, b.Packages, b.Present, !b.Met.IsZero()))
		}
		if diff := cmp.Diff([]string{strings.Repeat("long-", 100) + " 1 packages, 0 present, met true", "main 3 packages, 1 present, met true", "old 1 packages, 1 present, met true"}, got); diff != "" {
			t.Error(diff)
		}
		page, err := c.Bill(t.Context(), chief, c.assets["shop"], "main", desk.Slice{Limit: 2})
		if err != nil || page.Total != 3 || len(page.Items) != 2 || page.Next == "" {
			t.Fatalf("%+v %v", page, err)
		}
		next, err := c.Bill(t.Context(), chief, c.assets["shop"], "main", desk.Slice{Limit: 2, After: page.Next})
		if err != nil || len(next.Items) != 1 || next.Next != "" {
			t.Fatalf("%+v %v", next, err)
		}
		if last := next.Items[0]; last.PURL != "pkg:npm/leaky@1.0.0" || last.Active.Critical != 1 {
			t.Errorf("%+v", last)
		}
		for _, p := range []access.Principal{member, stranger, {}} {
			if _, err := c.Bills(t.Context(), p, c.assets["shop"]); !errors.Is(err, desk.ErrNotFound) {
				t.Errorf("%s sees bills: %v", p.Name, err)
			}
			if _, err := c.Bill(t.Context(), p, c.assets["shop"], "main", desk.Slice{}); !errors.Is(err, desk.ErrNotFound) {
				t.Errorf("%s sees a bill: %v", p.Name, err)
			}
		}
		if _, err := c.Bill(t.Context(), chief, c.assets["shop"], "none", desk.Slice{}); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("a bill that is not there: %v", err)
		}
		c.holders(member)
	})
}

// holders asks who holds what, as somebody who sees all and as a member of ledger's team.
func (c *cellar) holders(member access.Principal) {
	c.t.Helper()
	ask := func(p access.Principal, query string) string {
		list, err := c.Holders(c.t.Context(), p, query)
		if err != nil {
			c.t.Fatalf("%s: %v", query, err)
		}
		var out []string
		for _, h := range list {
			out = append(out, strings.TrimSpace(fmt.Sprintf("%s/%s %s %s %s %s", h.Asset, h.Ref, h.Ecosystem, h.Package, h.Version, h.Level)))
		}
		return strings.Join(out, "; ")
	}
	c.want(ask(chief, "leaky"), "ledger/ npm leaky 1.0.1; shop/main npm leaky 1.0.0; shop/old npm leaky 0.9.0")
	c.want(ask(chief, "pkg:npm/leaky@1.0.0"), "shop/main npm leaky 1.0.0")
	c.want(ask(chief, "@acme/ui"), "shop/main npm @acme/ui 3.0.0")
	c.want(ask(chief, "@acme/icons@1.0.0"), "shop/"+strings.Repeat("long-", 100)+" npm @acme/icons 1.0.0")
	c.want(ask(chief, "icons"), "shop/"+strings.Repeat("long-", 100)+" npm @acme/icons 1.0.0")
	c.want(ask(chief, "leaky@0.9.0"), "shop/old npm leaky 0.9.0")
	c.want(ask(chief, "libssl3"), "ledger/ Debian:12 libssl3 3.0.11-1")
	c.want(ask(chief, "openssl"), "ledger/ Debian:12 libssl3 3.0.11-1")
	c.want(ask(chief, "nobody-has-this"), "")
	c.want(ask(member, "leaky"), "ledger/ npm leaky 1.0.1")
	c.want(ask(chief, "CVE-2026-0001"), "shop/  leaky@1.0.0  critical")
	c.want(ask(member, "CVE-2026-0001"), "")
	for _, bad := range []string{"", " ", "a\nb", strings.Repeat("x", 600)} {
		if _, err := c.Holders(c.t.Context(), chief, bad); !errors.Is(err, desk.ErrInvalid) {
			c.t.Errorf("%.20q: %v", bad, err)
		}
	}
	if _, err := c.Holders(c.t.Context(), access.Principal{}, "leaky"); !errors.Is(err, access.ErrDenied) {
		c.t.Errorf("nobody in particular: %v", err)
	}
}
