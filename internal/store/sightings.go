package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// Sighting is that one source (an asset, looked at by a tool, on a branch) sees one finding.
type Sighting struct {
	Source  int64 `json:"source"`
	N       int64 `json:"n"`
	Finding int64 `json:"finding"`
	// Exact is what the source knows it by; Print to Near are the weaker keys (see package identity), 0 where there is none.
	Exact []byte `json:"exact"`
	Print int64  `json:"print,omitempty"`
	Drift int64  `json:"drift,omitempty"`
	Code  int64  `json:"code,omitempty"`
	Spot  int64  `json:"spot,omitempty"`
	Twin  int64  `json:"twin,omitempty"`
	Near  int64  `json:"near,omitempty"`
	// Digest is of the text it came with, Path, Line and Col its place; DocSeq and DocN tell where that text is.
	Digest int64  `json:"digest"`
	Line   int64  `json:"line,omitempty"`
	Col    int64  `json:"col,omitempty"`
	Path   string `json:"path,omitempty"`
	DocSeq int64  `json:"docSeq"`
	DocN   int64  `json:"docN"`
	// Gone is the event at which the source no longer saw it; 0 while it does.
	Gone int64 `json:"gone,omitempty"`
}

const sightingColumns = "source, n, finding, exact, print, drift, code, spot, twin, near, digest, line, col, path, doc_seq, doc_n, gone"

type scanner interface{ Scan(dest ...any) error }

func scanSighting(row scanner, s *Sighting) error {
	return row.Scan(&s.Source, &s.N, &s.Finding, &s.Exact, &s.Print, &s.Drift, &s.Code, &s.Spot, &s.Twin, &s.Near, &s.Digest, &s.Line, &s.Col, &s.Path, &s.DocSeq, &s.DocN, &s.Gone)
}

// PutSightings writes rows, new ones and changed ones.
func (t *Tx) PutSightings(ctx context.Context, sightings []Sighting) error {
	rows := make([][]any, len(sightings))
	for i := range sightings {
		s := &sightings[i]
		rows[i] = []any{s.Source, s.N, s.Finding, s.Exact, s.Print, s.Drift, s.Code, s.Spot, s.Twin, s.Near, s.Digest, s.Line, s.Col, s.Path, s.DocSeq, s.DocN, s.Gone}
	}
	return t.bulk(ctx, "sightings", []string{"source", "n", "finding", "exact", "print", "drift", "code", "spot", "twin", "near", "digest", "line", "col", "path", "doc_seq", "doc_n", "gone"}, rows)
}

// Exact gives the sightings that sources know by these keys; keys[i] is asked of sources[i].
func (t *Tx) Exact(ctx context.Context, sources []int64, keys [][]byte) ([]Sighting, error) {
	out, err := t.db.dialect.exact(ctx, t, sources, keys)
	if err != nil {
		return nil, fmt.Errorf("look up sightings: %w", err)
	}
	return out, nil
}

// Known is what is needed of a sighting to see that nothing is new.
type Known struct{ N, Finding, Digest, Gone int64 }

// Known visits all sightings of one source by their exact keys. The key is only valid during the visit.
func (t *Tx) Known(ctx context.Context, source int64, visit func(exact []byte, k Known)) error {
	var key sql.RawBytes
	var k Known
	err := each(ctx, t.reads(), func(rows *sql.Rows) error {
		if err := rows.Scan(&key, &k.N, &k.Finding, &k.Digest, &k.Gone); err != nil {
			return err
		}
		visit(key, k)
		return nil
	}, "SELECT exact, n, finding, digest, gone FROM sightings WHERE source = ?", source)
	if err != nil {
		return fmt.Errorf("read sightings: %w", err)
	}
	return nil
}

// Several gives those of some findings that a source sees in more than one place now, and in how many.
func (t *Tx) Several(ctx context.Context, source int64, findings []int64) (map[int64]int, error) {
	out := map[int64]int{}
	for part := range slices.Chunk(findings, asked) {
		args := []any{source}
		for _, id := range part {
			args = append(args, id)
		}
		err := each(ctx, t.reads(), func(rows *sql.Rows) error {
			var id int64
			var n int
			err := rows.Scan(&id, &n)
			out[id] = n
			return err
		}, "SELECT finding, COUNT(*) FROM sightings WHERE source = ? AND gone = 0 AND finding IN ("+places(len(part))+") GROUP BY finding HAVING COUNT(*) > 1", args...)
		if err != nil {
			return nil, fmt.Errorf("count sightings: %w", err)
		}
	}
	return out, nil
}

// OfSource visits the sightings of one source in the order in which they came.
func (t *Tx) OfSource(ctx context.Context, source int64, visit func(*Sighting) error) error {
	return t.sightings(ctx, visit, "source = ? ORDER BY n", source)
}

// OfFinding gives the sightings of one finding.
func (t *Tx) OfFinding(ctx context.Context, finding int64) ([]Sighting, error) {
	var out []Sighting
	err := t.sightings(ctx, func(s *Sighting) error { out = append(out, *s); return nil }, "finding = ? ORDER BY source, n", finding)
	return out, err
}

// Sightings gives the sightings of one finding.
func (db *DB) Sightings(ctx context.Context, finding int64) ([]Sighting, error) {
	return query(ctx, db.reads(), func(r *sql.Rows, s *Sighting) error { return scanSighting(r, s) },
		"SELECT "+sightingColumns+" FROM sightings WHERE finding = ? ORDER BY source, n", finding)
}

func (t *Tx) sightings(ctx context.Context, visit func(*Sighting) error, where string, args ...any) error {
	err := each(ctx, t.reads(), func(rows *sql.Rows) error {
		var s Sighting
		if err := scanSighting(rows, &s); err != nil {
			return err
		}
		return visit(&s)
	}, "SELECT "+sightingColumns+" FROM sightings WHERE "+where, args...)
	if err != nil {
		return fmt.Errorf("read sightings: %w", err)
	}
	return nil
}

// Sighting gives one sighting.
func (t *Tx) Sighting(ctx context.Context, source, n int64) (Sighting, error) {
	var s Sighting
	err := t.sightings(ctx, func(one *Sighting) error { s = *one; return nil }, "source = ? AND n = ?", source, n)
	if err == nil && s.N == 0 {
		err = fmt.Errorf("sighting %d of source %d: %w", n, source, ErrNotFound)
	}
	return s, err
}
