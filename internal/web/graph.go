package web

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/reevehq/reeve/internal/desk"
)

// graph is what exposes what, drawn from the internet on the left to what is used on the right.
type graph struct {
	Width, Height int
	Nodes         []node
	Edges         []edge
	// Left counts the assets that are not drawn.
	Left int
}

// node is an asset as a box; the internet is one without a URL.
type node struct {
	X, Y            int
	Name, Kind, URL string
	Level           string
	Active          int
	// Here tells that the page is about it.
	Here bool
}

// edge is a line between two boxes.
type edge struct {
	Path string
	// Hot tells that it comes from the internet.
	Hot bool
}

// The measures of a drawing, in pixels.
const (
	boxWide, boxHigh = 212, 48
	gapWide, gapHigh = 76, 14
	margin           = 12
	// maxNodes is how many assets one drawing shows.
	maxNodes = 60
)

// layout is a drawing in the making. Boxes have numbers; 0 is the internet.
type layout struct {
	assets []desk.Asset
	to     [][]int // by box
	layer  []int
	place  []int // within the layer
}

// graphOf draws assets: those that the internet reaches, those that use others, and those that are used. Here is the asset that the page is about,
// 0 for none.
func graphOf(all []desk.Asset, here int64) graph {
	shown := connected(all, here)
	g := graph{Left: max(0, len(shown)-maxNodes)}
	shown = shown[:min(len(shown), maxNodes)]
	if len(shown) == 0 || len(shown) == 1 && shown[0].Context.Internet != "open" {
		return graph{}
	}
	l := newLayout(shown)
	l.layers()
	l.untangle()
	l.draw(&g, here)
	return g
}

// connected gives the assets that have a line, what matters most first.
func connected(all []desk.Asset, here int64) []desk.Asset {
	near := map[int64]bool{here: here != 0}
	linked := map[int64]bool{}
	for i := range all {
		a := &all[i]
		linked[a.ID] = linked[a.ID] || len(a.Uses) > 0 || a.Context.Internet == "open"
		for _, u := range a.Uses {
			linked[u] = true
			if u == here {
				near[a.ID] = true
			}
			if a.ID == here {
				near[u] = true
			}
		}
	}
	var out []desk.Asset
	for _, a := range all {
		if here == 0 && linked[a.ID] || near[a.ID] {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b desk.Asset) int {
		return cmp.Or(btoi(b.ID == here)-btoi(a.ID == here), b.Active.Critical-a.Active.Critical, b.Active.High-a.Active.High, b.Active.Total()-a.Active.Total(), cmp.Compare(a.ID, b.ID))
	})
	return out
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func newLayout(assets []desk.Asset) *layout {
	n := len(assets) + 1
	l := &layout{assets: assets, to: make([][]int, n), layer: make([]int, n), place: make([]int, n)}
	at := map[int64]int{}
	for i, a := range assets {
		at[a.ID] = i + 1
	}
	for i, a := range assets {
		if a.Context.Internet == "open" {
			l.to[0] = append(l.to[0], i+1)
		}
		for _, u := range a.Uses {
			if k, ok := at[u]; ok && k != i+1 {
				l.to[i+1] = append(l.to[i+1], k)
			}
		}
	}
	return l
}

// layers puts each box right of all that lead to it. Lines that would close a circle do not count.
func (l *layout) layers() {
	state := make([]int, len(l.to)) // 1 is on the way, 2 is done
	var order []int
	var visit func(i int)
	visit = func(i int) {
		state[i] = 1
		for _, k := range l.to[i] {
			if state[k] == 0 {
				visit(k)
			}
		}
		state[i] = 2
		order = append(order, i)
	}
	for i := range l.to {
		if state[i] == 0 {
			visit(i)
		}
	}
	rank := make([]int, len(l.to)) // place in the order from left to right
	for i, k := range order {
		rank[k] = len(order) - i
	}
	slices.Reverse(order)
	for i := range l.layer {
		l.layer[i] = btoi(i != 0)
	}
	for _, i := range order {
		for _, k := range l.to[i] {
			if rank[k] > rank[i] {
				l.layer[k] = max(l.layer[k], l.layer[i]+1)
			}
		}
	}
}

// columns gives the boxes by layer, from top to bottom.
func (l *layout) columns() [][]int {
	columns := make([][]int, slices.Max(l.layer)+1)
	for i, layer := range l.layer {
		columns[layer] = append(columns[layer], i)
	}
	for _, c := range columns {
		slices.SortStableFunc(c, func(a, b int) int { return l.place[a] - l.place[b] })
	}
	return columns
}

// untangle orders the boxes of each layer by the middle of those that they are linked with, to and fro.
func (l *layout) untangle() {
	from := make([][]int, len(l.to))
	for i, to := range l.to {
		for _, k := range to {
			from[k] = append(from[k], i)
		}
	}
	for sweep := range 6 {
		links := from
		if sweep%2 == 1 {
			links = l.to
		}
		for _, column := range l.columns() {
			middle := map[int]float64{}
			for at, i := range column {
				middle[i] = float64(at)
				if len(links[i]) > 0 {
					sum := 0
					for _, k := range links[i] {
						sum += l.place[k]
					}
					middle[i] = float64(sum) / float64(len(links[i]))
				}
			}
			slices.SortStableFunc(column, func(a, b int) int { return cmp.Compare(middle[a], middle[b]) })
			for at, i := range column {
				l.place[i] = at
			}
		}
	}
}

// draw gives every box its place, layers centred, and draws the lines.
func (l *layout) draw(g *graph, here int64) {
	columns := l.columns()
	if len(l.to[0]) == 0 {
		columns[0] = nil
	}
	tallest := 0
	for _, c := range columns {
		tallest = max(tallest, len(c))
	}
	g.Height = 2*margin + tallest*(boxHigh+gapHigh) - gapHigh
	x, y := make([]int, len(l.to)), make([]int, len(l.to))
	left := margin
	for _, column := range columns {
		if len(column) == 0 {
			continue
		}
		top := (g.Height - len(column)*(boxHigh+gapHigh) + gapHigh) / 2
		for at, i := range column {
			x[i], y[i] = left, top+at*(boxHigh+gapHigh)
			g.Nodes = append(g.Nodes, l.node(i, x[i], y[i], here))
		}
		left += boxWide + gapWide
	}
	g.Width = left - gapWide + margin
	for i, to := range l.to {
		for _, k := range to {
			x1, y1, x2, y2 := x[i]+boxWide, y[i]+boxHigh/2, x[k], y[k]+boxHigh/2
			bend := max(gapWide/2, (x2-x1)/2)
			g.Edges = append(g.Edges, edge{fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, x1+bend, y1, x2-bend, y2, x2, y2), i == 0})
		}
	}
}

func (l *layout) node(i, x, y int, here int64) node {
	if i == 0 {
		return node{X: x, Y: y, Name: "Internet", Kind: "anybody, without signing in"}
	}
	a := &l.assets[i-1]
	n := node{X: x, Y: y, Name: a.Name, Kind: a.Kind, URL: fmt.Sprintf("/assets/%d", a.ID), Level: worst(a.Active), Active: a.Active.Total(), Here: a.ID == here}
	return n
}

// worst is the highest level of which there is one, "" for none.
func worst(l desk.Levels) string {
	for _, one := range levelsOf(l) {
		if one.Count > 0 {
			return one.Level
		}
	}
	return ""
}

// levelCount is how many findings have a level.
type levelCount struct {
	Level string
	Count int
}

func levelsOf(l desk.Levels) []levelCount {
	return []levelCount{{"critical", l.Critical}, {"high", l.High}, {"medium", l.Medium}, {"low", l.Low}, {"info", l.Info}}
}

// segment is a part of a bar.
type segment struct {
	levelCount
	X, Width int
}

// barWide is how wide a bar is drawn.
const barWide = 160

// bar splits a bar by level, in proportion to the greatest total there is. What is there is seen, however small.
func bar(l desk.Levels, most int) []segment {
	var out []segment
	x := 0
	for _, one := range levelsOf(l) {
		if one.Count == 0 {
			continue
		}
		wide := max(2, one.Count*barWide/max(1, most))
		out = append(out, segment{one, x, wide})
		x += wide
	}
	return out
}
