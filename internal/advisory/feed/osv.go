package feed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// job is one ecosystem of an update. It goes through plan, fetch and finish; where one fails, nothing of it is taken.
type job struct {
	u    *updater
	name string
	err  error
	how  How

	// old is what was listed at the last update, list what is listed now.
	old, list []listed
	tag       string
	changed   []listed
	gone      []string

	// archive is the downloaded archive, single the records to be fetched one by one, which are in kept.
	archive    string
	archiveTag string
	single     []listed
	kept       *kept
}

const (
	// Of fewer changes than fewChanges, or than one in fewShare, each is fetched by itself.
	fewChanges = 2000
	fewShare   = 50
	// mostSingle bounds what is fetched one by one where the archive lacks it.
	mostSingle = 20_000
	maxArchive = 4 << 30  // bytes
	headOfList = 64 << 10 // bytes
)

func (j *job) fail(err error) {
	if err != nil && j.err == nil {
		j.err = err
	}
}

// fetch brings here what is to be taken.
func (j *job) fetch(ctx context.Context) error {
	switch j.how {
	case Unchanged:
		return nil
	case ByChanges:
		return j.fetchSingle(ctx, j.changed)
	}
	j.u.slots <- struct{}{}
	lacking, err := j.fetchArchive(ctx)
	<-j.u.slots
	if err != nil {
		return err
	}
	if len(lacking) > mostSingle {
		return fmt.Errorf("the archive lacks %d of %d listed records", len(lacking), len(j.list))
	}
	return j.fetchSingle(ctx, lacking)
}

// fetchArchive downloads the archive, and tells which listed records are not in it.
func (j *job) fetchArchive(ctx context.Context) (lacking []listed, err error) {
	u := j.u
	q := question{path: []string{j.name, "all.zip"}, most: maxArchive}
	if u.trusted {
		q.etag = u.state.Tags[j.zipKey()]
	}
	u.o.progress("fetch "+j.name, 0)
	path := u.staged(j.name, ".zip")
	j.archiveTag, err = u.origin.download(ctx, q, path)
	if errors.Is(err, errSame) { // it is behind its list
		j.archiveTag = q.etag
		return j.changed, nil
	}
	if err != nil {
		return nil, err
	}
	j.archive = path
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	z, err := openArchive(f, info.Size())
	if err != nil {
		discard(path)
		return nil, err
	}
	there := make(map[string]bool, len(z.File))
	for _, m := range z.File {
		there[strings.TrimSuffix(m.Name, ".json")] = true
	}
	for _, l := range j.list {
		if !there[l.id] {
			lacking = append(lacking, l)
		}
	}
	return lacking, nil
}

// fetchSingle fetches records one by one, several at once.
func (j *job) fetchSingle(ctx context.Context, list []listed) (err error) {
	if len(list) == 0 {
		return nil
	}
	j.single = list
	if j.kept, err = openKept(j.u.staged(j.name, ".records")); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	for n, l := range list {
		if j.kept.holds(l) {
			continue
		}
		j.u.slots <- struct{}{}
		if ctx.Err() != nil {
			<-j.u.slots
			break
		}
		j.u.o.progress("fetch "+j.name, n)
		wg.Go(func() {
			defer func() { <-j.u.slots }()
			if err := j.fetchOne(ctx, l); err != nil {
				cancel(err)
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

func (j *job) fetchOne(ctx context.Context, l listed) error {
	a, err := j.u.origin.get(ctx, question{path: []string{j.name, l.id + ".json"}, most: maxRecordSize, pack: true})
	if errors.Is(err, fs.ErrNotExist) { // it will be asked for the next time again
		j.u.r.problem("%s: the source lists it but does not have it", l.id)
		return nil
	}
	if err != nil {
		return err
	}
	return j.kept.add(l, a.data)
}

// finish takes what was fetched into the database.
func (j *job) finish(ctx context.Context, all []*job) {
	u := j.u
	out := Outcome{Source: "osv/" + j.name, How: j.how}
	if j.err == nil && j.how != Unchanged {
		mark, taken := u.i.b.Mark(), u.r.Taken
		if err := j.take(ctx); err != nil {
			u.i.b.Back(mark)
			u.r.Taken = taken
			j.err = err
			discard(u.staged(j.name, ".zip"))
		}
		out.Changed = u.r.Taken - taken
	}
	if j.err != nil {
		out.How, out.Why = Failed, j.err.Error()
		u.r.outcome(out)
		return
	}
	for _, id := range j.gone {
		if !elsewhere(id, all, u.state, j) {
			u.i.b.Remove(id)
			out.Removed++
		}
	}
	u.r.Removed += out.Removed
	u.changed = u.changed || j.how != Unchanged
	u.fresh.lists[j.name] = j.list
	u.fresh.Fetched[out.Source] = u.o.Now
	for key, tag := range map[string]string{j.listKey(): j.tag, j.zipKey(): j.archiveTag} {
		if tag != "" {
			u.fresh.Tags[key] = tag
		}
	}
	if j.how != Unchanged {
		u.i.b.AddSource(out.Source, newest(j.list, u.o.Now), len(j.list))
	}
	u.r.outcome(out)
}

// elsewhere tells whether another ecosystem still lists a record.
func elsewhere(id string, all []*job, s *state, not *job) bool {
	now := map[string]bool{}
	for _, j := range all {
		if j.err == nil {
			now[j.name] = true
			if _, found := lookUp(j.list, id); found && j != not {
				return true
			}
		}
	}
	for name, list := range s.lists {
		if _, found := lookUp(list, id); found && !now[name] {
			return true
		}
	}
	return false
}

// take hands the records to the builder, and notes in the list which of them were not as new as it says: those are fetched the next time.
func (j *job) take(ctx context.Context) error {
	u := j.u
	at := map[string]time.Time{}
	s := u.i.newSink(j.name)
	s.seen = func(id string, modified time.Time) { at[id] = modified }
	s.stale = j.stale
	if j.archive != "" {
		f, err := os.Open(j.archive)
		if err != nil {
			return err
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return err
		}
		z, err := openArchive(f, info.Size())
		if err != nil {
			return err
		}
		if err := u.i.archived(ctx, z, j.name, s); err != nil {
			return err
		}
	}
	if err := j.takeSingle(s); err != nil {
		return err
	}
	asked := j.changed
	if j.how == Whole {
		asked = j.list
	}
	j.settle(asked, at)
	return ctx.Err()
}

// stale tells whether a record is older than the list says, and older than the one that the database holds: a storage may be behind
// its list, and nobody goes back.
func (j *job) stale(id string, modified time.Time) bool {
	at, found := lookUp(j.list, id)
	if !found || modified.Unix() >= timeOf(at).Unix() || j.u.o.AllowOlder {
		return false
	}
	all, err := j.u.holdings()
	h, held := all[id]
	return err == nil && held && h.Modified.Unix() > modified.Unix()
}

func (j *job) takeSingle(s *sink) error {
	if j.kept == nil {
		return nil
	}
	wanted := make(map[listed]bool, len(j.single))
	for _, l := range j.single {
		wanted[l] = true
	}
	return j.kept.each(wanted, func(l listed, data []byte) {
		if bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
			s.take(l.id+".json", data)
			return
		}
		s.report.problem("%s: what the source gives for it is no record", l.id)
	})
}

// settle makes a new list in which the records that did not come as listed have no time.
func (j *job) settle(asked []listed, at map[string]time.Time) {
	list := slices.Clone(j.list)
	for _, l := range asked {
		if modified, ok := at[l.id]; ok && modified.Unix() >= timeOf(l.at).Unix() {
			continue
		}
		i, found := slices.BinarySearchFunc(list, l.id, func(a listed, id string) int { return strings.Compare(a.id, id) })
		if found {
			list[i].at = ""
		}
	}
	j.list = list
}

// close gives up what is open, discard also what was fetched.
func (j *job) close() {
	if j.kept != nil {
		j.kept.close()
		j.kept = nil
	}
}

func (j *job) discard() {
	j.close()
	discard(j.u.staged(j.name, ".zip"))
	_ = os.Remove(j.u.staged(j.name, ".records"))
}
