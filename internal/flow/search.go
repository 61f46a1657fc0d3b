package flow

import (
	"cmp"
	"slices"
)

// maxWork is how many edges one question may go over, at least.
const maxWork = 2_000_000

// maxTrail is how many steps of a flow are told.
const maxTrail = 50

// Follow asks a question of a program, with what it asks about each file by the file's number. It gives the sinks at which tainted data arrives, each once,
// in the order of files and places, and false where that took too much work and some may be missing.
func (p *Program) Follow(questions map[int]*Question) ([]Finding, bool) {
	s := &search{program: p, files: map[int]*asked{}, marks: map[fact]mark{}, entered: map[fact][]back{}, labels: map[string]int{}, work: maxWork}
	order := make([]int, 0, len(questions))
	for i := range questions {
		order = append(order, i)
	}
	slices.Sort(order)
	for _, i := range order {
		s.files[i] = s.ask(i, questions[i])
		s.options = questions[i].Options
		s.work += 8 * len(p.graphs[i].edges)
	}
	for _, i := range order {
		s.begin(i)
	}
	s.run()
	var out []Finding
	for _, i := range order {
		for sink, f := range s.files[i].found {
			out = append(out, Finding{File: i, Sink: sink, Steps: s.trail(i, sink, f)})
		}
	}
	slices.SortFunc(out, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), compare(questions[a.File].Sinks[a.Sink].Place, questions[b.File].Sinks[b.Sink].Place), cmp.Compare(a.Sink, b.Sink))
	})
	return out, s.work > 0
}

// asked is what a question says about the nodes of a file.
type asked struct {
	question *Question
	graph    *Graph
	sources  map[node][]int
	clean    map[node]bool
	sinks    map[node][]int
	carriers map[node][]carrier
	// found are the sinks at which something arrived.
	found map[int]fact
}

// carrier is where a propagator leads to.
type carrier struct {
	to         node
	propagator int
}

// ask finds the nodes that a question is about.
func (s *search) ask(file int, q *Question) *asked {
	g := s.program.graphs[file]
	a := &asked{q, g, map[node][]int{}, map[node]bool{}, map[node][]int{}, map[node][]carrier{}, map[int]fact{}}
	taken := map[Place]bool{}
	for i := range q.Sources {
		from := &q.Sources[i]
		taken[from.Place] = true
		g.choose(from.Place, choice{exact: from.Exact || from.Requires != nil, variable: from.Variable, only: from.Only}, func(n node) { a.sources[n] = append(a.sources[n], i) })
		s.label(from.Label)
	}
	for i := range q.Sinks {
		taken[q.Sinks[i].Place] = true
		g.choose(q.Sinks[i].Place, choice{exact: q.Sinks[i].Exact}, func(n node) {
			if !g.inside[n] || !q.Options.SafeComparisons {
				a.sinks[n] = append(a.sinks[n], i)
			}
		})
	}
	for i := range q.Sanitizers {
		c := &q.Sanitizers[i]
		if c.Yields && taken[c.Place] {
			continue
		}
		g.choose(c.Place, choice{exact: c.Exact, variable: c.Variable, only: c.Only}, func(n node) { a.clean[n] = true })
	}
	for i := range q.Propagators {
		c := &q.Propagators[i]
		if c.Label != "" {
			s.label(c.Label)
		}
		var to []node
		g.choose(c.To, choice{exact: true, variable: c.Variable}, func(n node) { to = append(to, n) })
		for _, from := range g.at(c.From) {
			for _, n := range to {
				a.carriers[from] = append(a.carriers[from], carrier{n, i})
			}
		}
	}
	return a
}

// choice says which nodes of a place are meant.
type choice struct{ exact, variable, only bool }

// choose gives the nodes of a place: what it amounts to, what stands in it, and the variable that stands there from there on.
func (g *Graph) choose(p Place, c choice, yield func(node)) {
	switch {
	case c.only:
	case c.exact:
		for _, n := range g.at(p) {
			yield(n)
		}
	default:
		g.within(p, yield)
	}
	if c.variable {
		for _, n := range g.states[p] {
			yield(n)
		}
	}
}

// fact is that a node of a file is tainted, in a function that was entered by a parameter; entry is none where data did not come that way.
type fact struct {
	at    at
	entry at
}

var outside = at{-1, none}

// mark is what is known of a fact: the labels, and from where it came first.
type mark struct {
	labels uint64
	before fact
	how    What
}

// back is where a function goes back to that was entered through a parameter.
type back struct {
	call  at
	entry at
}

// search is a question on its way through a program.
type search struct {
	program *Program
	files   map[int]*asked
	options Options
	marks   map[fact]mark
	queue   []fact
	// entered are the calls through which a parameter was entered; left the results that were reached from it.
	entered map[fact][]back
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

// begin taints what comes from the sources of a file.
func (s *search) begin(file int) {
	a := s.files[file]
	nodes := make([]node, 0, len(a.sources))
	for n := range a.sources {
		nodes = append(nodes, n)
	}
	slices.Sort(nodes)
	for _, n := range nodes {
		for _, i := range a.sources[n] {
			if from := &a.question.Sources[i]; from.Requires == nil {
				s.taint(fact{at{file, n}, outside}, s.label(from.Label), fact{outside, outside}, From)
			}
		}
	}
}

// taint marks a fact with labels, and goes on from it if it had them not all.
func (s *search) taint(f fact, labels uint64, before fact, how What) {
	a := s.files[f.at.file]
	if a != nil && a.clean[f.at.node] {
		return
	}
	m, known := s.marks[f]
	if a != nil {
		for _, i := range a.sources[f.at.node] { // data with one label that gets another here
			from := &a.question.Sources[i]
			if from.Requires != nil && from.Requires(s.named(m.labels|labels)) {
				labels |= s.label(from.Label)
			}
		}
	}
	if known && m.labels|labels == m.labels {
		return
	}
	if !known {
		m.before, m.how = before, how
	}
	m.labels |= labels
	s.marks[f] = m
	s.queue = append(s.queue, f)
	if a == nil {
		return
	}
	for _, i := range a.sinks[f.at.node] {
		if _, known := a.found[i]; known {
			continue
		}
		if q := a.question.Sinks[i].Requires; q == nil || q(s.named(m.labels)) {
			a.found[i] = f
		}
	}
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
		switch e.kind {
		case argument:
			if s.options.SafeCalls || s.program.resolved[to] {
				continue
			}
		case receiver:
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
		entry := f.entry
		if g.owners[e.to] < 0 {
			entry = outside // a field outlives the call
		}
		s.taint(fact{to, entry}, labels, f, Through)
	}
	a := s.files[f.at.file]
	if a == nil {
		return
	}
	for _, c := range a.carriers[f.at.node] {
		p := &a.question.Propagators[c.propagator]
		if p.Requires != nil && !p.Requires(s.named(labels)) {
			continue
		}
		next := labels
		if p.Label != "" {
			next = s.label(p.Label)
		}
		s.taint(fact{at{f.at.file, c.to}, f.entry}, next, f, Through)
	}
}

// cross follows the edges into other functions and files, and back to where a function was entered.
func (s *search) cross(f fact, labels uint64) {
	for _, c := range s.program.crossings[f.at] {
		s.work--
		switch {
		case c.enters:
			to := fact{c.to, c.to}
			way := back{c.call, f.entry}
			if !slices.Contains(s.entered[to], way) {
				s.entered[to] = append(s.entered[to], way)
				s.again(to, way)
			}
			s.taint(to, labels, f, Entered)
		case !c.leaves:
			s.taint(fact{c.to, outside}, labels, f, Through)
		case f.entry == outside || !s.owns(f.entry, f.at):
			s.taint(fact{c.to, outside}, labels, f, Returned)
		default:
			for _, way := range s.entered[fact{f.entry, f.entry}] {
				if way.call == c.call {
					s.taint(fact{c.to, way.entry}, labels, f, Returned)
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
func (s *search) again(entry fact, way back) {
	g := s.program.graphs[entry.at.file]
	result := g.file.funcs[g.owners[entry.at.node]].result
	if result == none {
		return
	}
	f := fact{at{entry.at.file, result}, entry.at}
	if m, reached := s.marks[f]; reached {
		s.taint(fact{way.call, way.entry}, m.labels, f, Returned)
	}
}

// trail gives the places that data went through to a sink.
func (s *search) trail(file, sink int, f fact) []Step {
	var out []Step
	seen := map[fact]bool{}
	for f.at != outside && !seen[f] && len(out) < 4*maxTrail {
		seen[f] = true
		m := s.marks[f]
		g := s.program.graphs[f.at.file]
		what := m.how
		if what == Through {
			what = g.whats[f.at.node]
		}
		if what != Through && g.places[f.at.node] != (Place{}) && (what != Returned || m.how == Returned) {
			out = append(out, Step{File: f.at.file, Place: g.places[f.at.node], What: what})
		}
		f = m.before
	}
	slices.Reverse(out)
	end := Step{File: file, Place: s.files[file].question.Sinks[sink].Place, What: Arrived}
	out = append(out, end)
	return slices.CompactFunc(out[max(0, len(out)-maxTrail):], func(a, b Step) bool { return a.File == b.File && a.Place == b.Place })
}
