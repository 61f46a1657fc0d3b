package reach

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// askScript answers a question about a package that is not Go's.
func (a *Analysis) askScript(ctx context.Context, q Question) Answer {
	lang := languageOf(q.Ecosystem)
	if lang == nil {
		return unknown("code that uses packages of %s is not analysed", q.Ecosystem)
	}
	dir, ok := join(q.Dir)
	if !ok {
		return unknown("folder %q is not in the target", q.Dir)
	}
	p := a.scriptProject(dir, lang)
	if len(p.files) == 0 {
		return unknown("no %s code of the project is here", lang.name)
	}
	names := p.importNames(q)
	if len(names) == 0 {
		return unknown("under which names code loads %s is not known here", q.Name)
	}
	s := &scriptQuestion{Question: q, p: p, names: names}
	answer, err := s.answer(ctx)
	if err != nil {
		if errors.Is(err, errBudget) {
			return unknown("the code is larger than the budget of %d units for one project allows to look at", p.b.of)
		}
		return unknown("the analysis was broken off: %s", err)
	}
	return answer
}

// scriptQuestion is a question about one project's code.
type scriptQuestion struct {
	Question
	p     *scriptProject
	names []string
}

// found is one place in the project's own code.
type found struct {
	file string
	use  use
}

func (s *scriptQuestion) answer(ctx context.Context) (Answer, error) {
	var reference, loaded *found
	for _, file := range s.p.files {
		if err := ctx.Err(); err != nil {
			return Answer{}, err
		}
		u, err := s.p.unit(file)
		if err != nil {
			return Answer{}, err
		}
		if u == nil {
			continue
		}
		for _, use := range u.uses {
			if !s.owned(use.load, use.full()) || !s.faulty(use) {
				continue
			}
			if use.called || s.p.lang.bare && use.member != "" {
				return s.called(found{file, use}), nil
			}
			if reference == nil {
				reference = &found{file, use}
			}
		}
		if loaded == nil {
			loaded = s.loadedIn(file, u)
		}
	}
	switch {
	case reference != nil:
		f := *reference
		return answer(finding.Imported, s.steps(f, "refers to"), "%s:%d refers to %s and does not call it there", f.file, f.use.line, s.symbol(f.use)), nil
	case loaded != nil:
		return s.imported(*loaded), nil
	}
	return s.elsewhere(ctx)
}

// owned tells whether a loaded name is the package's.
func (s *scriptQuestion) owned(load, full string) bool { return s.p.lang.owned(s.names, load, full) }

// loadedIn is where a file loads the package, nil where it does not.
func (s *scriptQuestion) loadedIn(file string, u *unit) *found {
	for _, l := range u.loads {
		if l.relative == 0 && s.owned(l.name, l.name) {
			return &found{file, use{load: l.name, line: l.line, loadLine: l.line}}
		}
	}
	for _, use := range u.uses {
		if s.owned(use.load, use.full()) && (use.called || use.member != "") && !s.p.isGuess(u, use) {
			return &found{file, use}
		}
	}
	return nil
}

// isGuess tells that a use is only one of several things a name could be.
func (p *scriptProject) isGuess(u *unit, x use) bool {
	return slices.ContainsFunc(u.spaces, func(space string) bool { return strings.HasPrefix(x.load, space+".") })
}

func (s *scriptQuestion) called(f found) Answer {
	return answer(finding.Reachable, s.steps(f, "calls"), "%s:%d calls %s", f.file, f.use.line, s.symbol(f.use))
}

func (s *scriptQuestion) imported(f found) Answer {
	steps := []finding.Step{s.step(f.file, f.use.loadLine, "loads "+f.use.load)}
	if len(s.wanted()) == 0 {
		return answer(finding.Imported, steps, "%s:%d loads %s, and the advisory names no faulty function", f.file, f.use.loadLine, s.Name)
	}
	return answer(finding.Imported, steps, "%s:%d loads %s, and no call of %s is seen in the project's own code", f.file, f.use.loadLine, s.Name, s.what())
}

func (s *scriptQuestion) what() string {
	names := s.symbolNames()
	switch len(names) {
	case 0:
		return s.Name
	case 1:
		return names[0]
	case 2:
		return names[0] + " or " + names[1]
	}
	return fmt.Sprintf("%s or %d more functions", names[0], len(names)-1)
}

// symbol is what a use names, as people write it.
func (s *scriptQuestion) symbol(u use) string {
	return strings.ReplaceAll(u.full(), ".()", "()")
}

func (s *scriptQuestion) steps(f found, verb string) []finding.Step {
	call := s.step(f.file, f.use.line, verb+" "+s.symbol(f.use))
	if f.use.loadLine == f.use.line || f.use.loadLine == 0 {
		return []finding.Step{call}
	}
	return []finding.Step{s.step(f.file, f.use.loadLine, "loads "+f.use.load), call}
}

func (s *scriptQuestion) step(file string, line int, what string) finding.Step {
	_, name := split(file)
	return finding.Step{Location: goPlace{file, line}.location(), Message: name + " " + what}
}

// faulty tells whether a use names a faulty function.
func (s *scriptQuestion) faulty(u use) bool {
	for _, w := range s.wanted() {
		owner := s.parts(w.Path)
		if len(w.Names) == 0 {
			if have := s.parts(u.load + "." + u.member); len(owner) == 0 && u.called || len(owner) > 0 && len(have) > len(owner) && slices.Equal(have[:len(owner)], owner) {
				return true
			}
			continue
		}
		for _, name := range w.Names {
			if s.isFunction(u, owner, s.parts(name)) {
				return true
			}
		}
	}
	return false
}

// isFunction tells whether a use names this function of this owner (a module, a class, or nothing).
func (s *scriptQuestion) isFunction(u use, owner, name []string) bool {
	have := s.parts(u.load + "." + u.member)
	if len(name) == 0 { // the package itself is the function
		return len(have) == 0 || len(have) == 1 && slices.Contains(s.names, have[0])
	}
	if len(have) < len(name) || !slices.Equal(have[len(have)-len(name):], name) {
		return false
	}
	if len(owner) == 0 || len(name) > 1 {
		return true
	}
	class := owner[len(owner)-1]
	if class == "" || isLower(class) {
		return true // a module, from which others may hand the function on
	}
	rest := have[:len(have)-1]
	return slices.Contains(rest, class) // by what the class itself gives out, too: Class.create().method()
}

// parts are the names in a dotted name, without those of the package itself and those that say nothing.
func (s *scriptQuestion) parts(name string) []string {
	for _, n := range s.names {
		if rest, ok := strings.CutPrefix(name, n); ok && (rest == "" || strings.IndexByte("./:#", rest[0]) >= 0) {
			name = rest
			break
		}
	}
	name = strings.NewReplacer("::", ".", "#", ".", "/", ".", `\`, ".", "->", ".").Replace(name)
	var parts []string
	for part := range strings.SplitSeq(name, ".") {
		switch part {
		case "", "()", "default", "prototype", "exports", "module", "*":
			continue
		}
		parts = append(parts, strings.TrimSuffix(part, "()"))
	}
	return parts
}
