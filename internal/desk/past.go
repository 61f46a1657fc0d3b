package desk

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// PastAsk is a question about the past.
type PastAsk struct {
	// At is the moment that is asked about; zero is now. Known is the moment whose knowledge counts; zero is all that is known by now.
	At, Known time.Time
	// States and Levels narrow it to what it was then; no state is the active ones, and "active", "closed" and "all" are words for several.
	States, Levels []string
	// Teams are slugs of teams that owned it then, "none" for nobody; Assets are names ("repository:shop").
	Teams, Assets []string
	// After is the cursor of the page before; Limit is how many, 1 to 500, 0 is 50.
	After string
	Limit int
}

// Past is what findings were at a moment, as it was known at another.
type Past struct {
	At    time.Time `json:"at"`
	Known time.Time `json:"known"`
	// Total is how many findings are meant, on all pages.
	Total int `json:"total"`
	// States, Levels, Teams and Assets count them by what they were then; what narrows a list itself does not narrow its counts. Assets are the hundred
	// with the most.
	States []PastPart `json:"states"`
	Levels []PastPart `json:"levels"`
	Teams  []PastPart `json:"teams"`
	Assets []PastPart `json:"assets"`
	// Items is a page of them, the highest score first; Next is the cursor of the next page, "" where this is the last.
	Items []PastRow `json:"items"`
	Next  string    `json:"next,omitempty"`
}

// PastPart is how many findings had one value.
type PastPart struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// PastRow is a finding as it was: its state, level, score and team then, since when, and the event that made it so. The rest is as it is now.
type PastRow struct {
	Row
	Since time.Time `json:"since"`
	Event int64     `json:"event"`
}

// pastAssets is how many assets are counted apart.
const pastAssets = 100

// AsOf tells what findings were. Who may not see all teams is told of findings that belonged to a team of theirs then and do so now.
func (d *Desk) AsOf(ctx context.Context, p access.Principal, ask PastAsk) (Past, error) {
	if err := p.Can(access.Read); err != nil {
		return Past{}, err
	}
	size, err := Slice{Limit: ask.Limit}.size()
	if err != nil {
		return Past{}, err
	}
	score, last, err := pastPlace(ask.After)
	if err != nil {
		return Past{}, err
	}
	head, err := d.reg.Store().Head(ctx)
	if err != nil {
		return Past{}, err
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return Past{}, err
	}
	q, err := ask.read(w, p, max(d.now().UnixMicro(), head.Known))
	if err != nil {
		return Past{}, err
	}
	out := Past{At: moment(q.At), Known: moment(q.Known), Items: []PastRow{}}
	counts, err := d.reg.Store().PastCounts(ctx, store.Past{At: q.At, Known: q.Known, Within: q.Within})
	if err != nil {
		return Past{}, err
	}
	out.count(w, &q, counts)
	found, err := d.reg.Store().PastFindings(ctx, q, score, last, size+1)
	if err != nil {
		return Past{}, err
	}
	if len(found) > size {
		found = found[:size]
		end := &found[size-1]
		out.Next = base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %d", end.Score, end.Finding))
	}
	out.Items, err = d.pastRows(ctx, w, found)
	return out, err
}

// pastPlace reads a cursor.
func pastPlace(after string) (score, last int64, err error) {
	if after == "" {
		return 0, -1, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(after)
	if err == nil {
		_, err = fmt.Sscanf(string(text), "%d %d", &score, &last)
	}
	if err != nil || last < 0 {
		return 0, 0, fmt.Errorf("%w: cursor: want the one that came with the page before", ErrInvalid)
	}
	return score, last, nil
}

// read turns names into what the store knows.
func (ask *PastAsk) read(w *register.World, p access.Principal, now int64) (store.Past, error) {
	q := store.Past{At: now, Known: now}
	if !ask.At.IsZero() {
		q.At = ask.At.UnixMicro()
	}
	if !ask.Known.IsZero() {
		q.Known = ask.Known.UnixMicro()
	}
	var err error
	if q.States, err = pastStates(ask.States); err != nil {
		return q, err
	}
	for _, name := range ask.Levels {
		level, err := finding.ParseSeverity(name)
		if err != nil {
			return q, fmt.Errorf("%w: %w", ErrInvalid, err)
		}
		q.Levels = append(q.Levels, int64(level))
	}
	teams, all := p.Teams()
	if !all {
		q.Within = append([]int64{}, teams...)
	}
	for _, slug := range ask.Teams {
		id := w.ID(register.KindTeam, slug)
		if slug != "none" && (id == 0 || !all && !slices.Contains(teams, id)) {
			return q, fmt.Errorf("team %q: %w", slug, ErrNotFound)
		}
		q.Teams = append(q.Teams, id)
	}
	for _, name := range ask.Assets {
		a := w.Assets[w.ID(register.KindAsset, name)]
		if a == nil || p.Check(access.Read, objectOf(a)) != nil {
			return q, fmt.Errorf("asset %q: %w", name, ErrNotFound)
		}
		q.Assets = append(q.Assets, a.ID)
	}
	return q, nil
}

// pastStates reads states and the words for several.
func pastStates(names []string) ([]string, error) {
	if len(names) == 0 {
		names = []string{"active"}
	}
	var out []string
	for _, name := range names {
		known := false
		for _, s := range register.States() {
			state := string(s)
			if name == state || name == "all" || name == "active" && isActive(state) || name == "closed" && !isActive(state) {
				known = true
				if !slices.Contains(out, state) {
					out = append(out, state)
				}
			}
		}
		if !known {
			return nil, fmt.Errorf("%w: state %q: want one of %v, active, closed or all", ErrInvalid, name, register.States())
		}
	}
	return out, nil
}

// count adds up the counts. Each list leaves out the condition on itself.
func (out *Past) count(w *register.World, q *store.Past, counts []store.PastCount) {
	states, levels, teams, assets := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	for i := range counts {
		c := &counts[i]
		fits := [...]bool{one(q.States, c.State), one(q.Levels, c.Level), one(q.Teams, c.Team), one(q.Assets, c.Asset)}
		n := int(c.Count)
		but := func(own int) bool {
			for i, ok := range fits {
				if !ok && i != own {
					return false
				}
			}
			return true
		}
		if but(-1) {
			out.Total += n
		}
		for own, add := range [...]func(){
			func() { states[c.State] += n }, func() { levels[severity(c.Level).String()] += n },
			func() { teams[teamName(w, c.Team)] += n }, func() { assets[assetName(w, c.Asset)] += n },
		} {
			if but(own) {
				add()
			}
		}
	}
	var order []string
	for _, s := range register.States() {
		order = append(order, string(s))
	}
	out.States, out.Levels = inOrder(states, order), inOrder(levels, levelNames())
	out.Teams, out.Assets = mostFirst(teams), mostFirst(assets)
	out.Assets = out.Assets[:min(len(out.Assets), pastAssets)]
}

// one tells whether a value is one of some; nil is any.
func one[T comparable](some []T, v T) bool { return some == nil || slices.Contains(some, v) }

// teamName is what asks for a team: its slug, its number where it is no more, or "none" for nobody.
func teamName(w *register.World, id int64) string {
	if t := w.Teams[id]; t != nil {
		return t.Slug
	}
	if id == 0 {
		return "none"
	}
	return fmt.Sprintf("#%d", id)
}

func assetName(w *register.World, id int64) string {
	if a := w.Assets[id]; a != nil {
		return register.AssetName(a.Asset)
	}
	return fmt.Sprintf("#%d", id)
}

func inOrder(counts map[string]int, order []string) []PastPart {
	out := []PastPart{}
	for _, name := range order {
		if n := counts[name]; n > 0 {
			out = append(out, PastPart{name, n})
		}
	}
	return out
}

func mostFirst(counts map[string]int) []PastPart {
	out := inOrder(counts, slices.Sorted(maps.Keys(counts)))
	slices.SortStableFunc(out, func(a, b PastPart) int { return cmp.Or(b.Count-a.Count, strings.Compare(a.Name, b.Name)) })
	return out
}

// pastRows shows findings as they were.
func (d *Desk) pastRows(ctx context.Context, w *register.World, found []store.Then) ([]PastRow, error) {
	ids := make([]int64, len(found))
	for i := range found {
		ids[i] = found[i].Finding
	}
	rows, err := d.reg.Store().Findings(ctx, ids)
	if err != nil {
		return nil, err
	}
	now := make(map[int64]*store.Finding, len(rows))
	for i := range rows {
		now[rows[i].ID] = &rows[i]
	}
	out := make([]PastRow, 0, len(found))
	for i := range found {
		t := &found[i]
		if now[t.Finding] == nil { // it went between two questions
			continue
		}
		f := *now[t.Finding]
		f.State, f.Level, f.Score, f.Team, f.Changed = t.State, t.Level, t.Score, t.Team, t.At
		f.Due, f.Closed, f.Regression = 0, 0, false // what they were then is not told by steps
		row := rowOf(w, &f)
		out = append(out, PastRow{d.shown(w, &row), moment(t.At), t.Seq})
	}
	return out, nil
}
