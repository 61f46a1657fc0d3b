package register

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/reevehq/reeve/internal/inventory"
)

// BillRecord is a bill of materials as it is after the event.
type BillRecord struct {
	Asset int64  `json:"asset"`
	Name  string `json:"name"`
	// Packages are inventory.Package, one after the other.
	Packages json.RawMessage `json:"packages"`
}

// bill writes the report's packages, where it is a bill of materials. It is about one asset.
func (l *landing) bill(ctx context.Context) error {
	if l.look.header.Bill == "" {
		return nil
	}
	var about []int64
	for _, v := range l.sources {
		about = append(about, v.Asset)
	}
	if len(about) != 1 {
		return fmt.Errorf("%w: a bill of materials is about one asset, this names %d", ErrInvalid, len(about))
	}
	packages := slices.Clone(l.look.packages)
	for i := range packages {
		if where := l.look.where[i]; len(where) > 0 && packages[i].File == "" {
			packages[i].File = where[0]
		}
	}
	text, err := json.Marshal(packages)
	if err != nil {
		return err
	}
	return l.w.add(ctx, Record{Bill: &BillRecord{Asset: about[0], Name: l.in.Ref, Packages: text}})
}

// Bill gives the packages of a stored bill of materials.
func (r *Register) Bill(ctx context.Context, asset int64, name string) ([]inventory.Package, error) {
	b, err := r.db.Bill(ctx, asset, name)
	if err != nil {
		return nil, err
	}
	plain, err := unpacker().DecodeAll(b.Data, nil)
	if err != nil {
		return nil, fmt.Errorf("read bill of materials %q: %w", name, err)
	}
	var out []inventory.Package
	if err := json.Unmarshal(plain, &out); err != nil {
		return nil, fmt.Errorf("read bill of materials %q: %w", name, err)
	}
	return out, nil
}
