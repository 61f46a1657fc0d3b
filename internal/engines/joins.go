package engines

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/reevehq/reeve/internal/semgrep"
)

// joins reads the rules that others join from the files that they name, and gives these the languages of all their parts. A rule whose parts cannot be read
// becomes a problem.
func (s *foreignSet) joins() {
	for i := range s.files {
		f := &s.files[i]
		f.Rules = slices.DeleteFunc(f.Rules, func(r semgrep.Rule) bool {
			if r.Join == nil {
				return false
			}
			err := s.parts(f.Name, r.Join)
			if err != nil {
				f.Problems = append(f.Problems, semgrep.Problem{File: f.Name, Line: r.Line, Column: 1, Rule: r.ID, Text: err.Error()})
			}
			return err != nil
		})
		for n := range f.Rules {
			if r := &f.Rules[n]; r.Join != nil {
				r.Languages = languagesOfParts(r.Join)
				for _, p := range r.Join.Parts {
					r.Digest = sha256.Sum256(append(r.Digest[:], p.Rule.Digest[:]...))
				}
			}
		}
	}
}

func languagesOfParts(j *semgrep.Join) []semgrep.Language {
	var out []semgrep.Language
	for _, p := range j.Parts {
		for _, l := range p.Rule.Languages {
			if !slices.Contains(out, l) {
				out = append(out, l)
			}
		}
	}
	return out
}

// parts reads the rules that a join names by their files.
func (s *foreignSet) parts(file string, j *semgrep.Join) error {
	for i := range j.Parts {
		p := &j.Parts[i]
		if p.Rule != nil {
			continue
		}
		name := path.Join(path.Dir(file), p.File)
		data, err := fs.ReadFile(s.fsys, name)
		if err != nil {
			return fmt.Errorf("join: the rule file %q cannot be read: %w; put it beside the rule that joins it", p.File, err)
		}
		read, err := semgrep.Load(name, data)
		if err != nil {
			return fmt.Errorf("join: %w", err)
		}
		if len(read.Rules) == 0 {
			return fmt.Errorf("join: the rule file %q has no rule that can be used", p.File)
		}
		if p.Rule = &read.Rules[0]; p.Rule.Mode != semgrep.ModeSearch && p.Rule.Mode != semgrep.ModeTaint {
			return fmt.Errorf("join: the rule in %q is one of mode %s; want search or taint", p.File, p.Rule.Mode)
		}
	}
	return nil
}
