package census

import (
	"context"
	"fmt"
)

// Having gives who lists a package, whatever is known of it: of an ecosystem (OSV's, without a release), in one version or, where that is "", in any.
// It is sorted like Holders. A distribution's package is found by the name of its source.
func (x *Index) Having(ctx context.Context, ecosystem, name, version string) ([]Holding, error) {
	if err := x.refresh(); err != nil {
		return nil, fmt.Errorf("ask census: %w", err)
	}
	x.view.RLock()
	defer x.view.RUnlock()
	key := keyOf(ecosystem, name)
	var out []Holding
	for _, s := range x.segments {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		b, err := s.lookUp(key)
		if err == nil && b != nil {
			out, err = having(out, s, b, version)
		}
		if err != nil {
			return nil, fmt.Errorf("ask census: %w", err)
		}
	}
	return tidy(out), nil
}

// having adds who has a package in the version that is asked for.
func having(out []Holding, s *segment, b *block, version string) ([]Holding, error) {
	for i := range b.holders {
		h := &b.holders[i]
		one := h.shown()
		if version != "" && version != one.Version && version != h.version {
			continue
		}
		var err error
		if out, err = s.add(out, h, one); err != nil {
			return nil, err
		}
	}
	return out, nil
}
