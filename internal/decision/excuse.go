package decision

import (
	"fmt"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/vex"
)

// excused gives the sentence why a flaw may stand by a VEX statement, "" where none lets it. A statement that is not valid
// (it claims "not affected" and gives no ground) lets nothing stand.
func excused(in *Input, f *finding.Finding) string {
	if f.Threat == nil || f.Component == nil {
		return ""
	}
	s, ok := in.Excuses.Find(append([]string{f.Rule}, f.Aliases...), f.Component.PURL, f.Asset.Name)
	if !ok || !s.Suppresses() || s.Valid() != nil {
		return ""
	}
	switch s.Status {
	case vex.NotAffected:
		ground := s.Impact
		if ground == "" {
			ground = string(s.Justification)
		}
		return fmt.Sprintf("VEX: not affected: %s (%s)", ground, origin(s))
	case vex.Fixed:
		return fmt.Sprintf("VEX: fixed here (%s)", origin(s))
	}
	return ""
}

func origin(s vex.Statement) string {
	if s.Author == "" {
		return s.Source
	}
	return "by " + s.Author + ", in " + s.Source
}
