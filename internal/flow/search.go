package flow

import (
	"cmp"
	"maps"
	"slices"
)

// maxWork is how many edges one question may go over, at least.
const maxWork = 2_000_000

// maxTrail is how many steps of a flow are told.
const maxTrail = 50

// Follow asks a question of a program, with what it asks about each file by the file's number. It gives the sinks at which tainted data arrives, each once,
// in the order of files and places, and false where that took too much work and some may be missing.
func (p *Program) Follow(questions map[int]*Asked) ([]Finding, bool) {
	s := &search{program: p, files: map[int32]*answer{}, marks: map[fact]mark{}, parts: map[fact][]part{}, entered: map[spot][]back{}, labels: map[string]int{}, work: maxWork}
	order := slices.Sorted(maps.Keys(questions))
	for _, i := range order {
		s.files[int32(i)] = &answer{Asked: questions[i], found: map[int][]fact{}}
		s.options = questions[i].question.Options
		s.work += 8 * len(p.graphs[i].edges)
		for _, m := range questions[i].sources {
			s.label(questions[i].question.Sources[m.of].Label)
		}
		for _, c := range questions[i].question.Propagators {
			if c.Label != "" {
				s.label(c.Label)
			}
		}
	}
	for _, i := range order {
		for _, m := range questions[i].sources {
			if from := &questions[i].question.Sources[m.of]; from.Requires == nil && (from.Only || !s.files[int32(i)].guarded(p.graphs[i], m.node, maxGuarded)) {
				s.taint(fact{spot{at{int32(i), m.node}, whole}, outside}, s.label(from.Label), fact{outside, outside}, From)
			}
		}
	}
	s.run()
	var out []Finding
	for _, i := range order {
		for sink, arrived := range s.files[int32(i)].found {
			if s.holds(&questions[i].question.Sinks[sink], arrived) {
				steps := s.trail(i, sink, arrived[len(arrived)-1])
				out = append(out, Finding{File: i, Sink: sink, Steps: steps, AtSource: s.options.AtSource && steps[0].What == From})
			}
		}
	}
	slices.SortFunc(out, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), compare(questions[a.File].question.Sinks[a.Sink].Place, questions[b.File].question.Sinks[b.Sink].Place), cmp.Compare(a.Sink, b.Sink))
	})
	return out, s.work > 0
}

// answer is what was found in a file: what arrived at each sink.
type answer struct {
	*Asked
	found map[int][]fact
}

// maxArrived is how many facts are kept that arrive at a sink which asks for labels.
const maxArrived = 32

// arrive keeps a fact that arrives at a sink: the first, or several where it is asked what labels they have together.
func (a *answer) arrive(sink int, f fact) {
	if known := a.found[sink]; len(known) == 0 || a.question.Sinks[sink].Requires != nil && len(known) < maxArrived {
		a.found[sink] = append(known, f)
	}
}

// holds tells that a sink has the labels that it asks for, together.
func (s *search) holds(sink *Sink, arrived []fact) bool {
	labels := uint64(0)
	for _, f := range arrived {
		labels |= s.marks[f].labels
	}
	return sink.Requires == nil || sink.Requires(s.named(labels))
}

// spot is a node of a file, all of it or a part.
type spot struct {
	at
	part part
}

// fact is that a spot is tainted, in a function that was entered by a parameter; entry is outside where data did not come that way.
type fact struct {
	spot
	entry spot
}

var outside = spot{at{-1, none}, whole}

// maxParts is how many parts of a value are told apart in a function that was entered one way; where more are tainted, all of it is.
const maxParts = 4

// mark is what is known of a fact: the labels, from where it came first, and over how many borders of functions and objects.
type mark struct {
	labels uint64
	before fact
	how    What
	hops   uint8
}

// back is where a function goes back to that was entered through a parameter.
type back struct {
	call  at
	entry spot
}

// search is a question on its way through a program.
type search struct {
	program *Program
	files   map[int32]*answer
	options Options
	marks   map[fact]mark
	// parts are those that are tainted of a value, by the fact about all of it.
	parts map[fact][]part
	queue []fact
	// entered are the calls through which a parameter was entered.
	entered map[spot][]back
	labels  map[string]int
	work    int
}

// label is the bit of a label. Beyond the last bit labels share it.
func (s *search) label(name string) uint64 {
	n, ok := s.labels[name]
	if !ok {
		n = min(len(s.labels), 63)
		s.labels[name] = n
	}
	return 1 << n
}

// named gives labels by their names.
func (s *search) named(bits uint64) Labels {
	out := Labels{}
	for name, n := range s.labels {
		if bits&(1<<n) != 0 {
			out[name] = true
		}
	}
	return out
}

// taint marks a fact with labels, and goes on from it if it had them not all.
func (s *search) taint(f fact, labels uint64, before fact, how What) {
	a := s.files[f.at.file]
	if a != nil && a.isClean(f.at.node) {
		return
	}
	f, all := s.told(f, labels)
	if all {
		return
	}
	m, known := s.marks[f]
	if a != nil && a.relabels {
		for _, one := range of(a.sources, f.at.node) { // data with one label that gets another here
			from := &a.question.Sources[one.of]
			if from.Requires != nil && from.Requires(s.named(m.labels|labels)) {
				labels |= s.label(from.Label)
			}
		}
	}
	if known && m.labels|labels == m.labels {
		return
	}
	if !known {
		m.before, m.how, m.hops = before, how, s.hops(before, f, how)
		if m.hops > maxHops {
			return
		}
	}
	m.labels |= labels
	s.marks[f] = m
	if !known && f.part != whole {
		all := fact{spot{f.at, whole}, f.entry}
		s.parts[all] = append(s.parts[all], f.part)
	}
	s.queue = append(s.queue, f)
	if a == nil || f.part != whole && s.program.graphs[f.file].objects[f.node] {
		return
	}
	if !known {
		for _, one := range of(a.sinks, f.at.node) {
			a.arrive(int(one.of), f)
		}
	}
}

// told is a fact with its part forgotten where too many of them are told apart. True where it says nothing new, as all of the value is tainted so.
func (s *search) told(f fact, labels uint64) (fact, bool) {
	if f.part == whole {
		return f, false
	}
	all := fact{spot{f.at, whole}, f.entry}
	if m, known := s.marks[all]; known && m.labels|labels == m.labels {
		return f, true
	}
	if parts := s.parts[all]; len(parts) >= maxParts && !slices.Contains(parts, f.part) {
		return all, false
	}
	return f, false
}

// maxHops is over how many borders of functions and objects data is followed. Behind more of them nearly everything is connected with everything, and
// what is found there is seldom true.
const maxHops = 4

// hops counts the borders on the way to a fact: to come back to where a function was entered costs nothing.
func (s *search) hops(before, f fact, how What) uint8 {
	if before.spot == outside {
		return 0
	}
	n := s.marks[before].hops
	switch {
	case how == Entered, how == Returned && before.entry == outside:
		n++
	case s.program.graphs[f.at.file].owners[f.at.node] < 0: // a field
		n += 2
	}
	return n
}

// run follows what is tainted until nothing new is.
func (s *search) run() {
	for len(s.queue) > 0 {
		f := s.queue[0]
		s.queue = s.queue[1:]
		labels := s.marks[f].labels
		s.inside(f, labels)
		s.cross(f, labels)
		if s.work <= 0 {
			return
		}
	}
}

// inside follows the edges within a file.
func (s *search) inside(f fact, labels uint64) {
	g := s.program.graphs[f.at.file]
	for _, e := range g.outgoing(f.at.node) {
		if s.work--; e.to == none {
			continue
		}
		to := at{f.at.file, e.to}
		if s.options.AssignedOnly && e.kind != plain {
			continue
		}
		switch e.kind {
		case argument:
			if _, known := s.program.resolved[to]; known || s.options.SafeCalls {
				continue
			}
			if e.part != whole && s.program.strange[to] {
				e.part = whole
			}
		case receiver:
			if s.options.SafeCalls || f.part != whole && s.program.follows(to, f.part) {
				continue
			}
		case handed:
			if s.options.SafeCalls {
				continue
			}
		case index:
			if s.options.SafeIndexes {
				continue
			}
		case compared:
			if s.options.SafeComparisons {
				continue
			}
		}
		part, goes := e.carry(f.part)
		if !goes {
			continue
		}
		entry := f.entry
		if g.owners[e.to] < 0 {
			entry = outside // a field outlives the call
		}
		s.taint(fact{spot{to, part}, entry}, labels, f, Through)
	}
	a := s.files[f.at.file]
	if a == nil {
		return
	}
	for _, c := range a.carriersFrom(f.at.node) {
		p := &a.question.Propagators[c.propagator]
		if p.Requires != nil && !p.Requires(s.named(labels)) {
			continue
		}
		next := labels
		if p.Label != "" {
			next = s.label(p.Label)
		}
		s.taint(fact{spot{at{f.at.file, c.to}, f.part}, f.entry}, next, f, Through)
	}
}

// cross follows the edges into other functions and files, and back to where a function was entered.
func (s *search) cross(f fact, labels uint64) {
	for _, c := range s.program.crossings[f.at] {
		s.work--
		to := spot{c.to, f.part}
		switch {
		case c.parts && c.enters && f.part == whole, c.parts && c.leaves && (f.entry == outside || !s.owns(f.entry.at, f.at)):
		case c.enters:
			way := back{c.call, f.entry}
			if !slices.Contains(s.entered[to], way) {
				s.entered[to] = append(s.entered[to], way)
				s.again(to, way)
			}
			s.taint(fact{to, to}, labels, f, Entered)
		case !c.leaves:
			s.taint(fact{to, outside}, labels, f, Through)
		case f.entry == outside || !s.owns(f.entry.at, f.at):
			s.taint(fact{to, outside}, labels, f, Returned)
		default:
			for _, way := range s.entered[f.entry] {
				if way.call == c.call {
					s.taint(fact{to, way.entry}, labels, f, Returned)
				}
			}
		}
	}
}

// owns tells that a parameter is one of the function in which a node is.
func (s *search) owns(entry, n at) bool {
	g := s.program.graphs[n.file]
	return entry.file == n.file && g.owners[entry.node] == g.owners[n.node]
}

// again goes back by another way from results that were reached before it was known.
func (s *search) again(entry spot, way back) {
	g := s.program.graphs[entry.file]
	fn := g.file.funcs[g.owners[entry.node]]
	back := func(result node, to at) {
		all := fact{spot{at{entry.file, result}, whole}, entry}
		for _, part := range append([]part{whole}, s.parts[all]...) {
			f := all
			f.part = part
			if m, reached := s.marks[f]; reached {
				s.taint(fact{spot{to, part}, way.entry}, m.labels, f, Returned)
			}
		}
	}
	if apart := s.program.apart[way.call]; apart != nil && fn.apart() {
		for _, position := range slices.Sorted(maps.Keys(apart)) {
			if result, ok := fn.positions[position]; ok {
				back(result, at{way.call.file, apart[position]})
			}
		}
	} else if fn.result != none {
		back(fn.result, way.call)
	}
}

// trail gives the places that data went through to a sink.
func (s *search) trail(file, sink int, f fact) []Step {
	var out []Step
	seen := map[fact]bool{}
	for f.spot != outside && !seen[f] && len(out) < 4*maxTrail {
		seen[f] = true
		m := s.marks[f]
		g := s.program.graphs[f.at.file]
		what := m.how
		if what == Through {
			what = g.whats[f.at.node]
		}
		if what != Through && g.places[f.at.node] != (Place{}) && (what != Returned || m.how == Returned) {
			out = append(out, Step{File: int(f.at.file), Place: g.places[f.at.node], What: what})
		}
		f = m.before
	}
	slices.Reverse(out)
	end := Step{File: file, Place: s.files[int32(file)].question.Sinks[sink].Place, What: Arrived}
	out = append(out, end)
	return slices.CompactFunc(out[max(0, len(out)-maxTrail):], func(a, b Step) bool { return a.File == b.File && a.Place == b.Place })
}
