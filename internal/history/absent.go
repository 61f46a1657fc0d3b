package history

import (
	"fmt"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
)

// absent finds what trees name and the store does not have. In a whole clone git sees to that itself (git fsck); a partial
// clone leaves objects out on purpose, and what was left out was not looked at.
type absent struct {
	scan *scan
	// asked holds, by worker, the shortened ids that were looked up already; nil where the clone is whole.
	asked   []map[uint64]struct{}
	missing []map[git.ID]struct{}
}

func newAbsent(s *scan) *absent {
	a := &absent{scan: s}
	if !s.repo.Partial {
		return a
	}
	for range s.options.Workers {
		a.asked = append(a.asked, map[uint64]struct{}{})
		a.missing = append(a.missing, map[git.ID]struct{}{})
	}
	return a
}

func (a *absent) check(worker int, entry git.TreeEntry) {
	if a.asked == nil || entry.Mode.IsSubmodule() {
		return
	}
	id := short(entry.ID)
	if _, done := a.asked[worker][id]; done {
		return
	}
	a.asked[worker][id] = struct{}{}
	if !a.scan.objects.Has(entry.ID) {
		a.missing[worker][entry.ID] = struct{}{}
	}
}

// report names how many objects are missing, and one of them.
func (a *absent) report() {
	all := map[git.ID]struct{}{}
	for _, missing := range a.missing {
		for id := range missing {
			all[id] = struct{}{}
		}
	}
	if len(all) == 0 {
		return
	}
	var first git.ID
	for id := range all {
		if first.IsZero() || id.Compare(first) < 0 {
			first = id
		}
	}
	a.scan.report.Unread = append(a.scan.report.Unread, finding.Unread{
		What: fmt.Sprintf("%d objects, %s among them", len(all), first),
		Why:  "this is a partial clone and lacks them; fetch them, or scan a whole clone",
	})
}
