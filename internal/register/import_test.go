package register_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

// bench is a register for a test, with a clock that the test turns.
type bench struct {
	*register.Register
	t   *testing.T
	now time.Time
}

// each runs a test on a new register on both databases.
func each(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	storetest.Open(t, func(t *testing.T, db *store.DB) {
		b := &bench{t: t, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
		var err error
		b.Register, err = register.New(t.Context(), db, register.Options{Now: func() time.Time { return b.now }, TempDir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		test(t, b)
	})
}

var shop = finding.Asset{Kind: "repository", Name: "shop"}

// hit is a result of a made report.
type hit struct {
	rule, path, code string
	line             int
}

// report writes what Semgrep would.
func report(hits ...hit) string {
	var results []any
	for _, h := range hits {
		results = append(results, map[string]any{
			"check_id": h.rule, "path": h.path, "start": map[string]int{"line": h.line, "col": 1}, "end": map[string]int{"line": h.line, "col": 20},
			"extra": map[string]any{"message": "Do not do this.", "severity": "ERROR", "lines": h.code, "metadata": map[string]any{"cwe": "CWE-89"}},
		})
	}
	text, _ := json.Marshal(map[string]any{"version": "1.0", "results": results, "errors": []any{}, "paths": map[string]any{"scanned": []string{"app/db.py"}}})
	return string(text)
}

// look imports a report and says what it came to in one line.
func (b *bench) look(in register.Import, report string) string {
	b.t.Helper()
	if in.Asset.Name == "" {
		in.Asset = shop
	}
	in.Actor = "ci"
	r, err := b.Import(b.t.Context(), in, strings.NewReader(report))
	if err != nil {
		b.t.Fatal(err)
	}
	return fmt.Sprintf("new %d, same %d, moved %d, joined %d, verified %d, regressions %d", r.New, r.Same, r.Moved, r.Joined, r.Verified, r.Regressions)
}

func (b *bench) want(got, want string) {
	b.t.Helper()
	if got != want {
		b.t.Errorf("got  %s\nwant %s", got, want)
	}
}

// states lists all findings by state.
func (b *bench) states() string {
	b.t.Helper()
	var out []string
	err := b.Store().Every(context.Background(), func(f *store.Finding) error {
		out = append(out, fmt.Sprintf("%d %s %s", f.ID, f.Place, f.State))
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return strings.Join(out, "; ")
}

var (
	one   = hit{"sql-injection", "app/db.py", `cursor.execute("SELECT * FROM users WHERE id = " + user_id)`, 10}
	two   = hit{"command-injection", "app/run.py", `subprocess.call(command_from_user, shell=True)`, 20}
	three = hit{"weak-hash", "app/hash.py", `digest = hashlib.md5(password_of_user).hexdigest()`, 30}
)

func TestImport_lifeOfAFinding(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.want(b.look(register.Import{}, report(one, two)), "new 2, same 0, moved 0, joined 0, verified 0, regressions 0")
		b.now = b.now.Add(time.Hour)
		b.want(b.look(register.Import{}, report(one, two)), "new 0, same 2, moved 0, joined 0, verified 0, regressions 0")
		b.now = b.now.Add(time.Hour)
		b.want(b.look(register.Import{}, report(one, three)), "new 1, same 1, moved 0, joined 0, verified 1, regressions 0")
		b.want(b.states(), "1 app/db.py:10 open; 2 app/run.py:20 verified; 3 app/hash.py:30 open")
		b.now = b.now.Add(time.Hour)
		b.want(b.look(register.Import{}, report(one, two, three)), "new 0, same 2, moved 0, joined 0, verified 0, regressions 1")
		b.want(b.states(), "1 app/db.py:10 open; 2 app/run.py:20 open; 3 app/hash.py:30 open")
		if err := b.Store().Verify(t.Context(), nil); err != nil {
			t.Error(err)
		}
	})
}

func TestImport_identitySurvives(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.look(register.Import{}, report(one, two))
		moved, renamed := one, two
		moved.line, renamed.path = 42, "app/jobs/run.py"
		b.want(b.look(register.Import{}, report(moved, renamed)), "new 0, same 0, moved 2, joined 0, verified 0, regressions 0")
		b.want(b.states(), "1 app/db.py:42 open; 2 app/jobs/run.py:20 open")
		b.want(b.look(register.Import{Ref: "release"}, report(one, three)), "new 1, same 0, moved 0, joined 1, verified 0, regressions 0")
		b.want(b.look(register.Import{Ref: "release"}, report()), "new 0, same 0, moved 0, joined 0, verified 1, regressions 0")
		b.want(b.states(), "1 app/db.py:42 open; 2 app/jobs/run.py:20 open; 3 app/hash.py:30 verified")
	})
}

func TestImport_whatDidNotLookProvesNothing(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.look(register.Import{}, report(one, two))
		b.want(b.look(register.Import{Partial: true}, report(one)), "new 0, same 1, moved 0, joined 0, verified 0, regressions 0")
		b.want(b.look(register.Import{Tool: "another"}, report(three)), "new 1, same 0, moved 0, joined 0, verified 0, regressions 0")
		b.want(b.states(), "1 app/db.py:10 open; 2 app/run.py:20 open; 3 app/hash.py:30 open")
	})
}

func TestImport_claimsAreProvenOrNot(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.look(register.Import{}, report(one, two))
		b.now = b.now.Add(time.Hour)
		if _, err := b.Change(t.Context(), register.Change{Findings: []int64{1, 2}, State: register.Fixed, Actor: "ann"}); err != nil {
			t.Fatal(err)
		}
		b.now = b.now.Add(time.Hour)
		b.want(b.look(register.Import{}, report(one)), "new 0, same 0, moved 1, joined 0, verified 1, regressions 0")
		b.want(b.states(), "1 app/db.py:10 open; 2 app/run.py:20 verified")
		history, err := b.Store().History(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, c := range history {
			said = append(said, c.What+": "+c.Why)
		}
		b.want(strings.Join(said, "\n"), "opened: Semgrep found it\nstate: fixed, was open\nstate: Semgrep looked again and still finds it: the fix did not work")
	})
}

func TestImport_manyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		var hits []hit
		for i := range 5000 {
			hits = append(hits, hit{fmt.Sprintf("rule-%d", i%7), fmt.Sprintf("app/file%d.py", i%90), fmt.Sprintf("run(%d, unsafe=True, user=%d)", i, i%11), i%400 + 1})
		}
		b.want(b.look(register.Import{}, report(hits...)), "new 5000, same 0, moved 0, joined 0, verified 0, regressions 0")
		b.want(b.look(register.Import{}, report(hits...)), "new 0, same 5000, moved 0, joined 0, verified 0, regressions 0")
		b.want(b.look(register.Import{}, report(hits[:4000]...)), "new 0, same 4000, moved 0, joined 0, verified 1000, regressions 0")
		b.want(b.look(register.Import{Tool: "other"}, report(hits...)), "new 1000, same 0, moved 0, joined 4000, verified 0, regressions 0")
	})
}

func TestImport_sameKeySameReceipt(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		in := register.Import{Asset: shop, Actor: "ci", Key: "run-1"}
		first, err := b.Import(t.Context(), in, strings.NewReader(report(one)))
		if err != nil {
			t.Fatal(err)
		}
		second, err := b.Import(t.Context(), in, strings.NewReader(report(one)))
		if err != nil || !second.Repeated || second.Event != first.Event {
			t.Errorf("repeated: %+v, %v", second, err)
		}
		if _, err := b.Import(t.Context(), in, strings.NewReader(report(two))); err == nil {
			t.Error("a key used for another report is taken")
		}
	})
}

func TestRebuild_makesTheSameTables(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.look(register.Import{}, report(one, two))
		b.now = b.now.Add(time.Hour)
		b.look(register.Import{Ref: "release"}, report(one, three))
		b.look(register.Import{}, report(two))
		if _, err := b.Change(t.Context(), register.Change{Findings: []int64{2}, State: register.Accepted, Why: "a toy", Until: b.now.AddDate(0, 1, 0), Actor: "ann"}); err != nil {
			t.Fatal(err)
		}
		before := b.dump()
		if err := b.Rebuild(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		b.want(b.dump(), before)
	})
}

// dump writes all tables that the log amounts to.
func (b *bench) dump() string {
	b.t.Helper()
	var out strings.Builder
	ctx := context.Background()
	db := b.Store()
	write, _ := db.SQL()
	for _, q := range []string{"SELECT * FROM entities ORDER BY kind, id", "SELECT * FROM findings ORDER BY id", "SELECT * FROM sightings ORDER BY source, n", "SELECT * FROM changes ORDER BY finding, seq"} {
		rows, err := write.QueryContext(ctx, q)
		if err != nil {
			b.t.Fatal(err)
		}
		columns, _ := rows.Columns()
		for rows.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(any)
			}
			if err := rows.Scan(values...); err != nil {
				b.t.Fatal(err)
			}
			for _, v := range values {
				fmt.Fprintf(&out, "%v ", *v.(*any))
			}
			out.WriteByte('\n')
		}
		rows.Close()
	}
	return out.String()
}

func TestJoin_mergeAndSplitHoldForLaterLooks(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ann := register.Joining{Actor: "ann", Why: "the same query"}
		b.look(register.Import{}, report(one))
		b.look(register.Import{Tool: "other"}, report(two))
		if _, err := b.Merge(t.Context(), ann, 1, []int64{2}); err != nil {
			t.Fatal(err)
		}
		b.want(b.look(register.Import{Tool: "other"}, report(two)), "new 0, same 1, moved 0, joined 0, verified 0, regressions 0")
		b.want(b.look(register.Import{}, report()), "new 0, same 0, moved 0, joined 0, verified 0, regressions 0")
		b.want(b.states(), "1 app/db.py:10 open; 2 app/run.py:20 merged")
		seen, err := b.Store().Sightings(t.Context(), 1)
		if err != nil || len(seen) != 2 {
			t.Fatalf("%d sightings of the finding that stays (%v)", len(seen), err)
		}
		other := seen[1]
		if _, err := b.Split(t.Context(), register.Joining{Actor: "ann"}, other.Source, other.N); err == nil {
			t.Error("a split without a reason is carried out")
		}
		if _, err := b.Split(t.Context(), ann, other.Source, other.N); err != nil {
			t.Fatal(err)
		}
		b.want(b.look(register.Import{Tool: "other"}, report(two)), "new 0, same 1, moved 0, joined 0, verified 0, regressions 0")
		b.want(b.look(register.Import{Tool: "other"}, report()), "new 0, same 0, moved 0, joined 0, verified 1, regressions 0")
	})
}

func TestJoin_oneOfTwoPlacesGoneProvesNothing(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.look(register.Import{}, report(one, two))
		if _, err := b.Merge(t.Context(), register.Joining{Actor: "ann", Why: "the same input"}, 1, []int64{2}); err != nil {
			t.Fatal(err)
		}
		b.want(b.look(register.Import{}, report(one)), "new 0, same 1, moved 0, joined 0, verified 0, regressions 0")
		b.want(b.states(), "1 app/db.py:10 open; 2 app/run.py:20 merged")
		b.want(b.look(register.Import{}, report()), "new 0, same 0, moved 0, joined 0, verified 1, regressions 0")
		b.want(b.states(), "1 app/db.py:10 verified; 2 app/run.py:20 merged")
	})
}

func TestImport_whatAReportSaysTwice(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.want(b.look(register.Import{}, report(one, two, one)), "new 2, same 0, moved 0, joined 0, verified 0, regressions 0")
		before, err := b.Store().Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		b.want(b.look(register.Import{}, report(one, two, one)), "new 0, same 2, moved 0, joined 0, verified 0, regressions 0")
		var touched []int64
		err = b.Store().Every(t.Context(), func(f *store.Finding) error { touched = append(touched, f.Touched); return nil })
		if err != nil {
			t.Fatal(err)
		}
		for id, seq := range touched {
			if seq > before.Seq {
				t.Errorf("finding %d was written again by event %d, and nothing about it is new", id+1, seq)
			}
		}
	})
}

// The same rule at the same place of two assets is two findings.
func TestImport_assetsOfOneReport(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		at := func(asset string) string {
			return fmt.Sprintf(`{"asset":%q,"rule":"weak-hash","title":"Weak hash","severity":"high","message":"MD5.","path":"app/hash.py","line":30}`, asset)
		}
		both := at("shop") + "\n" + at("desk") + "\n"
		b.want(b.look(register.Import{Format: "generic"}, both), "new 2, same 0, moved 0, joined 0, verified 0, regressions 0")
		b.want(b.look(register.Import{Format: "generic"}, both), "new 0, same 2, moved 0, joined 0, verified 0, regressions 0")
	})
}

func TestImport_tellsWhenMostIsGone(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		var all []hit
		for n := range 8 {
			all = append(all, hit{fmt.Sprintf("rule-%d", n), "app/db.py", fmt.Sprintf("call_number_%d(value_of_user)", n), n + 1})
		}
		b.look(register.Import{}, report(all...))
		for left, want := range map[int]bool{6: false, 1: true} {
			r, err := b.Import(t.Context(), register.Import{Actor: "ci", Asset: shop}, strings.NewReader(report(all[:left]...)))
			if told := err == nil && strings.Contains(strings.Join(r.Notes, " "), "--source"); err != nil || told != want {
				t.Errorf("with %d of 8 left, %v (%v): %q", left, told, err, r.Notes)
			}
			b.look(register.Import{}, report(all...))
		}
	})
}
