package sca

import (
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/inventory"
)

// undecided gathers the packages of which advisories speak, in versions that are not known or cannot be compared with theirs.
type undecided struct{ packages []string }

// add notes a package once.
func (u *undecided) add(p *inventory.Project, i int, _ string) {
	pkg := &p.Packages[i]
	if text := strings.TrimSpace(pkg.Name + " " + pkg.Version); !slices.Contains(u.packages, text) {
		u.packages = append(u.packages, text)
	}
}

// maxUndecided bounds the packages that one sentence names.
const maxUndecided = 10

// tell says of which packages nothing can be said.
func (u *undecided) tell(t *engine.Target) {
	if len(u.packages) == 0 {
		return
	}
	slices.Sort(u.packages)
	more := ""
	if left := len(u.packages) - maxUndecided; left > 0 {
		u.packages, more = u.packages[:maxUndecided], fmt.Sprintf(" and %d more", left)
	}
	notice(t, "advisories speak of these packages, but their versions are not known or none that can be compared, so whether they have flaws is not known: "+strings.Join(u.packages, ", ")+more)
}
