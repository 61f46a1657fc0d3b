package reach

import (
	"context"
	"fmt"
	"slices"

	"github.com/reevehq/reeve/internal/finding"
)

// resolved is what a load in a file leads to.
type resolved struct {
	// files are the files that could be meant.
	files []string
	// missing names what is not here, "" where nothing is missing.
	missing string
}

// resolver finds the files that loads lead to, where the code of other packages may be in the target.
type resolver interface {
	resolve(file string, l load) resolved
	// started are the files that commands of packages begin with, where the project is known to run them.
	started() []arrivalAt
	// here tells whether code of other packages is in the target at all.
	here() bool
}

// resolver is nil for languages whose packages are not followed.
func (p *scriptProject) resolver() resolver {
	switch p.lang.name {
	case "JavaScript":
		return p.jsPackages()
	case "Python":
		return p.pyPackages()
	}
	return nil
}

// arrival is how a file was reached.
type arrival struct {
	from string
	line int
	name string
	// command tells that name is a command that the file runs.
	command bool
}

// arrivalAt is a file, and how it was reached.
type arrivalAt struct {
	file string
	arrival
}

// scriptWalk goes from the project's own files through the packages that they load.
type scriptWalk struct {
	s  *scriptQuestion
	by map[string]arrival
	// queue are the files to look at; gap is the first load whose code is missing, dynamic the first place where a name is computed.
	queue        []string
	gap, dynamic string
	// own tells that dynamic stands in the project's own code.
	own bool
}

// elsewhere answers where no file of the project itself loads the package.
func (s *scriptQuestion) elsewhere(ctx context.Context) (Answer, error) {
	w := &scriptWalk{s: s, by: map[string]arrival{}}
	for _, f := range s.p.files {
		w.by[f] = arrival{}
		w.queue = append(w.queue, f)
	}
	r := s.p.resolver()
	if r != nil {
		for _, a := range r.started() {
			if _, seen := w.by[a.file]; !seen {
				w.by[a.file] = a.arrival
				w.queue = append(w.queue, a.file)
			}
		}
	}
	for ; len(w.queue) > 0; w.queue = w.queue[1:] {
		if err := ctx.Err(); err != nil {
			return Answer{}, err
		}
		file := w.queue[0]
		u, err := s.p.unit(file)
		if err != nil {
			return Answer{}, err
		}
		if u == nil {
			continue
		}
		w.note(file, u)
		if r == nil {
			continue
		}
		if answer, done := w.follow(r, file, u); done {
			return answer, nil
		}
	}
	return s.notLoaded(w, r != nil && r.here())
}

// note takes down where a file computes what it loads.
func (w *scriptWalk) note(file string, u *unit) {
	own := w.by[file].from == "" && slices.Contains(w.s.p.files, file)
	for _, d := range u.dynamic {
		if w.dynamic == "" || own && !w.own {
			w.dynamic, w.own = fmt.Sprintf("%s:%d computes what it loads (%s)", file, d.line, d.what), own
		}
	}
}

// follow goes on to what a file loads; it answers where that is the package.
func (w *scriptWalk) follow(r resolver, file string, u *unit) (Answer, bool) {
	for _, l := range u.loads {
		if l.relative == 0 && w.s.owned(l.name, l.name) && w.by[file].from != "" {
			return w.through(file, u, l), true
		}
		to := r.resolve(file, l)
		if to.missing != "" && !l.optional && w.gap == "" {
			w.gap = to.missing
		}
		for _, f := range to.files {
			if _, seen := w.by[f]; !seen {
				w.by[f] = arrival{from: file, line: l.line, name: l.name}
				w.queue = append(w.queue, f)
			}
		}
	}
	return Answer{}, false
}

// through answers where another package loads the one that is asked about.
func (w *scriptWalk) through(file string, u *unit, l load) Answer {
	s := w.s
	steps := []finding.Step{s.step(file, l.line, "loads "+l.name)}
	for f := file; w.by[f].from != ""; f = w.by[f].from {
		a := w.by[f]
		verb := "loads "
		if a.command {
			verb = "runs the command "
		}
		steps = append(steps, s.step(a.from, a.line, verb+a.name))
	}
	slices.Reverse(steps)
	for _, use := range u.uses {
		if s.owned(use.load, use.full()) && s.faulty(use) && use.called {
			steps = append(steps, s.step(file, use.line, "calls "+s.symbol(use)))
			return answer(finding.Imported, steps, "%s, which the project loads, calls %s at line %d; whether that code runs is not known", file, s.symbol(use), use.line)
		}
	}
	return answer(finding.Imported, steps, "%s:%d, which the project loads, loads %s; whether the faulty code is called is not known", file, l.line, s.Name)
}

// notLoaded answers where no way to the package was found. It is proven only where the code of all packages is here, none of
// what is reached computes what it loads, and no file names the package.
func (s *scriptQuestion) notLoaded(w *scriptWalk, here bool) (Answer, error) {
	const none = "no file of the project loads %s, but "
	if w.dynamic != "" && w.own {
		return unknown(none+"%s", s.Name, w.dynamic), nil
	}
	mention, err := s.mention()
	switch {
	case err != nil:
		return Answer{}, err
	case mention != "":
		return unknown(none+"%s names it", s.Name, mention), nil
	case s.p.unread != "":
		return unknown(none+"%s", s.Name, s.p.unread), nil
	case s.p.resolver() == nil:
		return unknown(none+"another package could load it, and the code of %s packages is not followed", s.Name, s.p.lang.name), nil
	case w.gap != "":
		return unknown(none+"another package could load it: %s", s.Name, w.gap), nil
	case w.dynamic != "":
		return unknown("no import leads from the project to %s, but %s", s.Name, w.dynamic), nil
	case !s.Alone && !here:
		return unknown(none+"another package requires it, and their code is not here", s.Name), nil
	case !s.Alone && s.p.lang.name == "Python":
		return unknown(none+"another package requires it, and which of them are started by themselves is not known", s.Name), nil
	}
	tested, err := s.testedBy()
	if err != nil {
		return Answer{}, err
	}
	if tested != "" {
		return answer(finding.NotReachable, nil, "only tests load %s (%s); no import leads to it from the %d other files of the project or from the packages they load", s.Name, tested, len(s.p.files)), nil
	}
	return answer(finding.NotReachable, nil, "no import leads to %s from the %d files of the project or from the packages they load, %d files in all", s.Name, len(s.p.files), len(w.by)), nil
}

// testedBy is the first test that loads the package.
func (s *scriptQuestion) testedBy() (string, error) {
	for _, file := range s.p.tests {
		u, err := s.p.unit(file)
		if err != nil {
			return "", err
		}
		if u == nil {
			continue
		}
		if f := s.loadedIn(file, u); f != nil {
			return fmt.Sprintf("%s:%d", file, f.use.loadLine), nil
		}
	}
	return "", nil
}
