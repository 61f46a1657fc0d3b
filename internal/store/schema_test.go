package store_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

// Every release leaves a register as it wrote it, with data, on each database: testdata/schema/NNNN.sqlite.sql and NNNN.postgres.sql, where NNNN
// is the number of its last migration. "go test ./internal/store -run TestSchema -update" writes that of the newest schema, and those whose
// migrations have changed, which only happens to a schema before its release.
var update = flag.Bool("update", false, "write the registers of testdata/schema that are missing or stale")

// first is the oldest schema that there is a register of.
const first = 1

// dialects are how values are written in SQL.
var dialects = map[string]struct {
	bytes, newline string
	tables         string
}{
	"SQLite": {"x'%s'", "char(10)", "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"},
	"PostgreSQL": {`'\x%s'`, "chr(10)",
		"SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name COLLATE \"C\""},
}

// dump writes the rows of tables (none: all) as SQL, one statement a line.
func dump(t *testing.T, db *store.DB, tables ...string) string {
	t.Helper()
	_, read := db.SQL()
	d := dialects[db.Kind()]
	if len(tables) == 0 {
		rows, err := read.QueryContext(t.Context(), d.tables)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				t.Fatal(err)
			}
			tables = append(tables, name)
		}
	}
	var b strings.Builder
	for _, table := range tables {
		if table == "schema_version" {
			continue
		}
		rows, err := read.QueryContext(t.Context(), "SELECT * FROM "+table)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for rows.Next() {
			values, to := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				to[i] = &values[i]
			}
			if err := rows.Scan(to...); err != nil {
				t.Fatal(err)
			}
			var texts []string
			for _, v := range values {
				texts = append(texts, literal(t, db, v))
			}
			lines = append(lines, "INSERT INTO "+table+" ("+strings.Join(columns, ", ")+") VALUES ("+strings.Join(texts, ", ")+");\n")
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
		slices.Sort(lines)
		b.WriteString("DELETE FROM " + table + ";\n" + strings.Join(lines, ""))
	}
	return b.String()
}

func literal(t *testing.T, db *store.DB, v any) string {
	d := dialects[db.Kind()]
	switch v := v.(type) {
	case []byte:
		return fmt.Sprintf(d.bytes, hex.EncodeToString(v))
	case string:
		return strings.ReplaceAll("'"+strings.ReplaceAll(v, "'", "''")+"'", "\n", "' || "+d.newline+" || '")
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	t.Fatalf("a value of type %T", v)
	return ""
}

// load runs what dump has written.
func load(ctx context.Context, db *store.DB, text string) error {
	w, _ := db.SQL()
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "--") {
			continue
		}
		if _, err := w.ExecContext(ctx, strings.TrimSuffix(line, ";\n")); err != nil {
			return fmt.Errorf("%w in %s", err, line)
		}
	}
	return nil
}

// live lets a register be used: a team, assets, looks of two tools, decisions, a fix, a regression, a policy, a bill of materials.
func live(t *testing.T, db *store.DB) {
	t.Helper()
	ctx, now := t.Context(), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	err := db.PutSetting(ctx, "identity", bytes.Repeat([]byte{7}, 32)) // the same each time, and nobody's
	if err != nil {
		t.Fatal(err)
	}
	reg, err := register.New(ctx, db, register.Options{Now: func() time.Time { return now }, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	shop := finding.Asset{Kind: "repository", Name: "shop"}
	put := func(sets ...register.Set) []int64 {
		ids, err := reg.Put(ctx, "chief", "set up", sets...)
		if err != nil {
			t.Fatal(err)
		}
		return ids
	}
	team := put(register.Set{Kind: register.KindTeam, Name: "payments", Doc: register.Team{Name: "Payments, \"Bob's\"\nand others"}})[0]
	put(register.Set{Kind: register.KindAsset, Name: register.AssetName(shop), Doc: register.Asset{Asset: shop, Team: team}})
	look := func(name, key, report string) {
		now = now.Add(time.Hour)
		if _, err := reg.Import(ctx, register.Import{Name: name, Asset: shop, Actor: "ci", Key: key}, strings.NewReader(report)); err != nil {
			t.Fatal(err)
		}
	}
	look("semgrep.json", "first", semgrep(1, 2, 3))
	look("semgrep.json", "", semgrep(1, 3))
	look("semgrep.json", "", semgrep(1, 2, 3))
	look("shop.cdx.json", "", `{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": {"type": "application", "name": "shop"}},
		"components": [{"type": "library", "name": "lodash", "version": "4.17.15", "purl": "pkg:npm/lodash@4.17.15"}]}`)
	for _, c := range []register.Change{
		{Findings: []int64{1}, State: register.Accepted, Why: "it's behind a sign-in\nand watched", Until: now.Add(100 * 24 * time.Hour)},
		{Findings: []int64{2}, State: register.Acknowledged},
		{Findings: []int64{3}, State: register.FalsePositive, Why: "no user input"},
	} {
		now, c.Actor = now.Add(time.Hour), "lead"
		if _, err := reg.Change(ctx, c); err != nil {
			t.Fatal(err)
		}
	}
}

// semgrep is a report with findings by number.
func semgrep(numbers ...int) string {
	results := []any{}
	for _, n := range numbers {
		results = append(results, map[string]any{
			"check_id": fmt.Sprintf("rule-%d", n), "path": fmt.Sprintf("app/f%d.py", n), "start": map[string]int{"line": 3, "col": 1}, "end": map[string]int{"line": 3, "col": 9},
			"extra": map[string]any{"message": "Don't do this.", "severity": "ERROR", "lines": fmt.Sprintf("call_number_%d(of_user)", n), "metadata": map[string]any{"cwe": "CWE-89"}},
		})
	}
	text, _ := json.Marshal(map[string]any{"version": "1.0", "results": results, "errors": []any{}, "paths": map[string]any{"scanned": []string{"app"}}})
	return string(text)
}

func fixture(schema int, kind string) string {
	name := map[string]string{"SQLite": "sqlite", "PostgreSQL": "postgres"}[kind]
	return filepath.Join("testdata", "schema", fmt.Sprintf("%04d.%s.sql", schema, name))
}

// header tells which migrations a register was written by.
func header(t *testing.T, schema int) string {
	t.Helper()
	digest, err := store.MigrationsDigest(schema)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("-- A register with schema %d, by migrations %s. Made by: go test ./internal/store -run TestSchema -update\n", schema, digest)
}

// schemas are the numbers of all registers that there are, and of the newest schema.
func schemas(t *testing.T) []int {
	t.Helper()
	newest, err := store.Schema()
	if err != nil {
		t.Fatal(err)
	}
	out := []int{first, newest}
	names, err := filepath.Glob(filepath.Join("testdata", "schema", "*.sql"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		n, err := strconv.Atoi(strings.SplitN(filepath.Base(name), ".", 2)[0])
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, n)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestSchema_everyReleaseCanBeUpgraded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address func() string) {
		for _, schema := range schemas(t) {
			t.Run(fmt.Sprintf("%04d", schema), func(t *testing.T) { upgrade(t, address, schema) })
		}
	})
}

func upgrade(t *testing.T, address func() string, schema int) {
	ctx, to := t.Context(), address()
	db, err := store.OpenAt(ctx, to, schema)
	if err != nil {
		t.Fatal(err)
	}
	path := fixture(schema, db.Kind())
	text, err := os.ReadFile(path)
	if *update && !strings.HasPrefix(string(text), header(t, schema)) {
		made, err := store.OpenAt(ctx, address(), schema)
		if err != nil {
			t.Fatal(err)
		}
		live(t, made)
		text = []byte(header(t, schema) + dump(t, made))
		if err := errors.Join(made.Close(), os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, text, 0o644)); err != nil {
			t.Fatal(err)
		}
	} else if err != nil {
		t.Fatalf("the register of schema %d: %v: run the test with -update", schema, err)
	}
	if !strings.HasPrefix(string(text), header(t, schema)) {
		t.Fatalf("%s was written by other migrations. If schema %d was released, put its migrations back and add a new one; if not, run the test with -update", path, schema)
	}
	if err := errors.Join(load(ctx, db, string(text)), db.Close()); err != nil {
		t.Fatal(err)
	}

	now := openAt(t, to)
	if err := now.Verify(ctx, nil); err != nil {
		t.Errorf("the log after the upgrade: %v", err)
	}
	reg, err := register.New(ctx, now, register.Options{Now: func() time.Time { return time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC) }, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	projections := []string{"entities", "findings", "sightings", "changes", "bills"}
	for _, table := range append(projections, "events", "blocks", "settings", "receipts") {
		had, has := strings.Count(string(text), "\nINSERT INTO "+table+" "), strings.Count(dump(t, now, table), "\nINSERT INTO ")
		if had != has || had == 0 {
			t.Errorf("%d rows of %s became %d", had, table, has)
		}
	}
	before := dump(t, now, projections...)
	if err := reg.Rebuild(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if after := dump(t, now, projections...); after != before {
		t.Errorf("the tables are not what the log amounts to; they were\n%s\nand are\n%s", before, after)
	}
	shop := finding.Asset{Kind: "repository", Name: "shop"}
	receipt, err := reg.Import(ctx, register.Import{Name: "semgrep.json", Asset: shop, Actor: "ci"}, strings.NewReader(semgrep(1, 2, 3, 4)))
	if err != nil || receipt.Same != 3 || receipt.New != 1 {
		t.Errorf("a look after the upgrade: %d as before, %d new (%v), want 3 and 1", receipt.Same, receipt.New, err)
	}
	repeated, err := reg.Import(ctx, register.Import{Name: "semgrep.json", Asset: shop, Actor: "ci", Key: "first"}, strings.NewReader(semgrep(1, 2, 3)))
	if err != nil || !repeated.Repeated {
		t.Errorf("a request that was made before the upgrade: %+v (%v)", repeated, err)
	}
	if err := reg.Verify(ctx, nil); err != nil {
		t.Error(err)
	}
	if _, err := now.Link(ctx, []byte("x"), 0); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a table of a newer schema: %v", err)
	}
}

// TestSchema_newerIsRefused shows that an older program does not touch what a newer one has written.
func TestSchema_newerIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address func() string) {
		to := address()
		newest, err := store.Schema()
		if err != nil {
			t.Fatal(err)
		}
		if err := openAt(t, to).Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := store.OpenAt(t.Context(), to, newest-1); err == nil || !strings.Contains(err.Error(), "newer") {
			t.Errorf("an older program: %v", err)
		}
		if err := openAt(t, to).Ping(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
