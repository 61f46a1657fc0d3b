package feed

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// plan reads the list of records and finds out what is to be fetched.
func (j *job) plan(ctx context.Context) error {
	u := j.u
	u.o.progress("list "+j.name, 0)
	known := u.trusted && len(u.state.lists[j.name]) > 0
	if known {
		j.old = u.state.lists[j.name]
		j.tag = u.state.Tags[j.listKey()]
		if slices.ContainsFunc(j.old, func(l listed) bool { return l.at == "" }) {
			j.tag = "" // the list has times that are not remembered
		} else if done, err := j.shortList(ctx); done || err != nil {
			return err
		}
	}
	q := question{path: []string{j.name, "modified_id.csv"}, most: maxList, pack: true, etag: j.tag}
	a, err := u.origin.get(ctx, q)
	switch {
	case errors.Is(err, errSame):
		j.list = j.old
	case err != nil:
		return err
	default:
		if j.list, err = parseList(string(a.data)); err != nil {
			return fmt.Errorf("read list of records: %w", err)
		}
		j.tag = a.etag
	}
	if !known {
		if err := j.compare(); err != nil {
			return err
		}
	}
	return j.decide()
}

func (j *job) listKey() string { return j.name + "/modified_id.csv" }
func (j *job) zipKey() string  { return j.name + "/all.zip" }

// shortList reads only the beginning of the list, which is newest first, where that tells all that has changed. It tells whether it did.
func (j *job) shortList(ctx context.Context) (bool, error) {
	size := 0
	for _, l := range j.old {
		size += len(l.at) + len(l.id) + 2
	}
	if size <= 2*headOfList {
		return false, nil
	}
	a, err := j.u.origin.get(ctx, question{path: []string{j.name, "modified_id.csv"}, most: maxList, etag: j.tag, to: headOfList})
	if errors.Is(err, errSame) {
		j.list = j.old
		return true, j.decide()
	}
	if err != nil {
		return false, err
	}
	list, ok := splice(j.old, string(a.data), a.sums)
	if !ok && a.all { // the source knows no ranges
		if list, err = parseList(string(a.data)); err != nil {
			return false, fmt.Errorf("read list of records: %w", err)
		}
		ok = true
	}
	if !ok {
		return false, nil
	}
	j.list, j.tag = list, a.etag
	return true, j.decide()
}

// compare makes the old list out of the database, where nothing is remembered of the last update: what the database holds with the same
// time is unchanged, and so is what it does not hold but was listed before its newest record of this ecosystem (withdrawn ones).
// What it holds and is listed no more is gone, if the list has ids of that kind: a team's own records stay.
func (j *job) compare() error {
	u := j.u
	var until time.Time
	if u.base == nil {
		return nil
	}
	info := u.base.Info()
	for _, s := range info.Sources {
		if s.Name == "osv/"+j.name {
			if until = s.Newest; until.After(info.Built) {
				until = info.Built
			}
		}
	}
	all, err := u.holdings()
	if err != nil {
		return err
	}
	kinds := map[string]bool{}
	for _, l := range j.list {
		kind, _, _ := strings.Cut(l.id, "-")
		kinds[kind] = true
		at := timeOf(l.at)
		if h, ok := all[l.id]; ok && h.Modified.Unix() == at.Unix() || !ok && !at.After(until) {
			j.old = append(j.old, l)
		}
	}
	if len(j.old) == 0 {
		return nil
	}
	for id, h := range all {
		kind, _, _ := strings.Cut(id, "-")
		if _, found := lookUp(j.list, id); !found && kinds[kind] && slices.Contains(h.Ecosystems, j.name) {
			j.old = append(j.old, listed{id: id})
		}
	}
	sortList(j.old)
	return nil
}

// decide finds out what has changed, and whether it is fetched one by one or as a whole.
func (j *job) decide() error {
	j.changed, j.gone = difference(j.old, j.list)
	j.keepNewer()
	if len(j.gone) > max(100, len(j.old)/10) && !j.u.o.AllowOlder {
		return fmt.Errorf("%d of %d records would vanish, which no feed does by itself: look at the source, or accept it with --allow-older", len(j.gone), len(j.old))
	}
	n, all := len(j.changed), len(j.list)
	few := n < fewChanges || n*fewShare < all
	switch {
	case n == 0 && len(j.gone) == 0:
		j.how = Unchanged
	case len(j.old) == 0 || !few || n > 16 && n*2 > all:
		j.how = Whole
	default:
		j.how = ByChanges
	}
	return nil
}

// keepNewer leaves out what the source has in an older state than was taken before: nobody goes back to what was known once.
func (j *job) keepNewer() {
	if j.u.o.AllowOlder {
		return
	}
	older := 0
	j.changed = slices.DeleteFunc(j.changed, func(l listed) bool {
		before, known := lookUp(j.old, l.id)
		if !known || before == "" || !timeOf(l.at).Before(timeOf(before)) {
			return false
		}
		if older == 0 {
			j.list = slices.Clone(j.list)
		}
		older++
		i, _ := slices.BinarySearchFunc(j.list, l.id, func(a listed, id string) int { return strings.Compare(a.id, id) })
		j.list[i].at = before
		return true
	})
	if older > 0 {
		j.tag = "" // the list is not remembered as the source has it
		j.u.r.problem("osv/%s: the source has %d records in an older state than the database: they stay as they are (--allow-older takes them)", j.name, older)
	}
}
