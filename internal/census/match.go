package census

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/advisory"
)

// Holding says that an SBOM lists a package that has a flaw, or may have it.
type Holding struct {
	// SBOM is its id.
	SBOM string
	// Ecosystem, Package and Version are as the SBOM lists them.
	Ecosystem, Package, Version string
	// Direct tells that the SBOM's subject asks for the package itself.
	Direct bool
	// Unknown is empty where the version is affected; else it says why that cannot be told.
	Unknown string
}

// Holders gives who has a flaw, by its number in the database: sorted by SBOM, package and version. Where an SBOM's version cannot be
// judged, Holding.Unknown says why.
func (x *Index) Holders(ctx context.Context, db *advisory.DB, flaw int) ([]Holding, error) {
	if err := x.refresh(); err != nil {
		return nil, fmt.Errorf("ask census: %w", err)
	}
	x.view.RLock()
	defer x.view.RUnlock()
	out, err := x.holders(ctx, db, flaw)
	if err != nil {
		return nil, fmt.Errorf("ask census: %w", err)
	}
	return out, nil
}

// Meet gives who has any of some flaws, flaw by flaw: those that are new or have changed, as advisory.DB.Changed tells them. Flaws that
// nobody has are passed over.
func (x *Index) Meet(ctx context.Context, db *advisory.DB, flaws []int, met func(flaw int, list []Holding) error) error {
	if err := x.refresh(); err != nil {
		return fmt.Errorf("ask census: %w", err)
	}
	x.view.RLock()
	defer x.view.RUnlock()
	for _, flaw := range flaws {
		list, err := x.holders(ctx, db, flaw)
		if err != nil {
			return fmt.Errorf("ask census: %w", err)
		}
		if len(list) == 0 {
			continue
		}
		if err := met(flaw, list); err != nil {
			return err
		}
	}
	return nil
}

// holders looks the packages of a flaw up in all segments. View is held.
func (x *Index) holders(ctx context.Context, db *advisory.DB, flaw int) ([]Holding, error) {
	places, err := db.Affected(flaw)
	if err != nil {
		return nil, err
	}
	j := &judge{db: db, flaw: flaw, known: map[variant]*judgement{}}
	asked := map[string]bool{}
	var out []Holding
	for _, p := range places {
		key := keyOf(p.Ecosystem, p.Name)
		if asked[key] {
			continue
		}
		asked[key] = true
		for _, s := range x.segments {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			b, err := s.lookUp(key)
			if err != nil {
				return nil, err
			}
			if b == nil {
				continue
			}
			if out, err = j.holdings(out, s, b); err != nil {
				return nil, err
			}
		}
	}
	return tidy(out), nil
}

// judgement is whether a variant has the flaw.
type judgement struct {
	affected bool
	unknown  string
}

// judge asks the database about each variant once.
type judge struct {
	db    *advisory.DB
	flaw  int
	known map[variant]*judgement
}

func (j *judge) of(v variant) (*judgement, error) {
	if known, ok := j.known[v]; ok {
		return known, nil
	}
	q := advisory.Query{Ecosystem: v.ecosystem, Name: v.name, Version: v.version}
	var out judgement
	var err error
	if out.affected, err = j.db.Affects(j.flaw, q); err != nil {
		return nil, err
	}
	if _, invalid := advisory.Compare(v.ecosystem, v.version, v.version); !out.affected && invalid != nil {
		err = j.db.Match(q, func(m advisory.Match) {
			if m.Flaw == j.flaw {
				out.unknown = m.Unknown
			}
		})
	}
	j.known[v] = &out
	return &out, err
}

// holdings adds who has a package in a version that has the flaw, or may have it.
func (j *judge) holdings(out []Holding, s *segment, b *block) ([]Holding, error) {
	for i := range b.holders {
		h := &b.holders[i]
		says, err := j.of(h.variant)
		if err != nil {
			return nil, err
		}
		if !says.affected && says.unknown == "" {
			continue
		}
		one := h.shown()
		one.Unknown = says.unknown
		if out, err = s.add(out, h, one); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// shown is the package as its SBOMs write it.
func (h *holders) shown() Holding {
	if h.shownName != "" {
		return Holding{Ecosystem: h.ecosystem, Package: h.shownName, Version: h.shownVersion}
	}
	return Holding{Ecosystem: h.ecosystem, Package: h.name, Version: h.version}
}

// add adds one holding for each SBOM of a holder that still counts.
func (s *segment) add(out []Holding, h *holders, one Holding) ([]Holding, error) {
	out = slices.Grow(out, len(h.sboms))
	for _, n := range h.sboms {
		if s.dead[n>>1] {
			continue
		}
		id, err := s.id(n >> 1)
		if err != nil {
			return nil, err
		}
		one.SBOM, one.Direct = string(id), n&1 == 1
		out = append(out, one)
	}
	return out, nil
}

// tidy sorts holdings and puts together what is the same package of the same SBOM: known speaks before unknown, direct before indirect.
func tidy(list []Holding) []Holding {
	slices.SortFunc(list, func(a, b Holding) int {
		for _, pair := range [...][2]string{{a.SBOM, b.SBOM}, {a.Ecosystem, b.Ecosystem}, {a.Package, b.Package}, {a.Version, b.Version}, {a.Unknown, b.Unknown}} {
			if c := strings.Compare(pair[0], pair[1]); c != 0 {
				return c
			}
		}
		return 0
	})
	out := list[:0]
	for _, h := range list {
		if n := len(out) - 1; n >= 0 && out[n].SBOM == h.SBOM && out[n].Ecosystem == h.Ecosystem && out[n].Package == h.Package && out[n].Version == h.Version {
			out[n].Direct = out[n].Direct || h.Direct
			continue
		}
		out = append(out, h)
	}
	return out
}
