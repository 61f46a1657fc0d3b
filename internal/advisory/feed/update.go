package feed

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/reevehq/reeve/internal/advisory"
)

// updater brings one database up to date from a source in OSV's layout.
type updater struct {
	path   string
	o      *Options
	r      *Report
	i      *importer
	origin *origin
	base   *advisory.DB
	// state is what is remembered of the last update; trusted tells that it belongs to this database and this source. fresh is what
	// will be remembered of this one.
	state, fresh *state
	trusted      bool
	bytes        atomic.Int64
	// changed tells that something was taken or taken away.
	changed bool
	// slots bound how many requests are on their way.
	slots chan struct{}
	// holdings is what the database holds, where no state tells it.
	holdings func() (map[string]advisory.Holding, error)
}

// Update brings the database at path up to date. A source that fails changes nothing of what the database holds of it, and is
// told in the report; the others are taken. The error is for what keeps everything from being taken.
func Update(ctx context.Context, path string, o Options) (*Report, error) {
	o.Net = o.Net.filled()
	if o.Source == "" {
		o.Source = DefaultSource
	}
	release, err := lock(path)
	if err != nil {
		return nil, err
	}
	defer release()
	u := &updater{path: path, o: &o, r: &Report{}}
	if isAddress(o.Source) {
		err = u.fromAddress(ctx)
	} else {
		u.r, err = importFrom(ctx, path, o.Source, o)
	}
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return nil, fmt.Errorf("update advisory database: %w", err)
	}
	return u.r, nil
}

func (u *updater) fromAddress(ctx context.Context) error {
	origin, err := newOrigin(strings.TrimSuffix(u.o.Source, "/"), u.o.Net, &u.bytes)
	if err != nil {
		return err
	}
	defer origin.close()
	u.origin = origin
	defer func() { u.r.Bytes = u.bytes.Load() }()
	if origin.base.String() != DefaultSource || len(u.o.Key) > 0 {
		shelf := &webShelf{origin: origin, stage: u.stage()}
		m := &mirror{path: u.path, shelf: shelf, o: u.o, r: u.r, source: origin.address(&question{})}
		found, err := m.read(ctx)
		if err != nil {
			return err
		}
		if found {
			return m.follow(ctx)
		}
	}
	return u.osv(ctx)
}

// stage is the folder beside the database where what was fetched is kept until it is in it.
func (u *updater) stage() string { return u.path + ".fetch" }

// osv takes a source in OSV's layout.
func (u *updater) osv(ctx context.Context) error {
	var err error
	if u.base, err = openBase(u.path); err != nil {
		return err
	}
	if u.base != nil {
		defer u.base.Close()
	}
	if err := os.MkdirAll(u.stage(), 0o755); err != nil {
		return fmt.Errorf("make folder for what is fetched: %w", err)
	}
	u.begin()
	names, err := u.ecosystems(ctx)
	if err != nil {
		return err
	}
	jobs := make([]*job, len(names))
	for n, name := range names {
		jobs[n] = &job{u: u, name: name}
	}
	defer func() {
		for _, j := range jobs {
			j.close()
		}
	}()
	threats := make([]*fetched, len(u.threatFeeds()))
	var wg sync.WaitGroup
	for n, t := range u.threatFeeds() {
		wg.Go(func() { threats[n] = u.fetchThreat(ctx, t) })
	}
	each(jobs, func(j *job) { j.fail(j.plan(ctx)) })
	each(jobs, func(j *job) {
		if j.err == nil {
			j.fail(j.fetch(ctx))
		}
	})
	wg.Wait()
	if ctx.Err() != nil {
		return ctx.Err() // what was fetched is kept for the next time
	}
	for _, j := range jobs {
		j.finish(ctx, jobs)
	}
	for _, f := range threats {
		if f != nil {
			u.takeThreat(f)
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return u.write(jobs)
}

// begin makes ready what an update needs.
func (u *updater) begin() {
	u.i = &importer{b: advisory.NewBuilder(u.base), o: u.o, r: u.r}
	u.slots = make(chan struct{}, parallel)
	source := u.origin.address(&question{})
	u.state = readState(u.path)
	u.trusted = u.base != nil && u.state.Source == source && u.state.Digest == u.base.Info().Digest
	u.fresh = newState(source)
	if u.trusted { // what is not updated now is remembered as it was
		maps.Copy(u.fresh.lists, u.state.lists)
		maps.Copy(u.fresh.Tags, u.state.Tags)
	}
	if u.base != nil {
		maps.Copy(u.fresh.Fetched, u.state.Fetched)
	}
	u.holdings = sync.OnceValues(func() (map[string]advisory.Holding, error) {
		all := map[string]advisory.Holding{}
		if u.base == nil {
			return all, nil
		}
		return all, u.base.Each(func(h advisory.Holding) { all[h.ID] = h })
	})
}

// each does something with all jobs, several at once.
func each(jobs []*job, do func(*job)) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, parallel)
	for _, j := range jobs {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			do(j)
		})
	}
	wg.Wait()
}

// ecosystems gives those that are to be taken, as the source names them.
func (u *updater) ecosystems(ctx context.Context) ([]string, error) {
	a, err := u.origin.get(ctx, question{path: []string{"ecosystems.txt"}, most: 1 << 20})
	if errors.Is(err, fs.ErrNotExist) {
		if len(u.o.Ecosystems) == 0 {
			return nil, fmt.Errorf("%w; a source without that list needs the ecosystems named", err)
		}
		return u.named(u.o.Ecosystems), nil
	}
	if err != nil {
		return nil, err
	}
	var all []string
	for line := range strings.SplitSeq(string(a.data), "\n") {
		// What stands under a release ("Debian:12") stands under its ecosystem too.
		if name := strings.TrimSpace(line); possibleID(name) && !strings.Contains(name, ":") && u.o.wants(name) && len(all) < 1000 {
			all = append(all, name)
		}
	}
	for _, name := range u.o.Ecosystems {
		base, _, _ := strings.Cut(name, ":")
		if !slices.ContainsFunc(all, func(n string) bool { return strings.EqualFold(n, base) }) {
			u.r.outcome(Outcome{Source: "osv/" + base, How: Failed, Why: "the source has no ecosystem of this name"})
		}
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// named takes the ecosystems as they were asked for.
func (u *updater) named(list []string) []string {
	var out []string
	for _, name := range list {
		base, _, _ := strings.Cut(name, ":")
		if !possibleID(base) {
			u.r.outcome(Outcome{Source: "osv/" + base, How: Failed, Why: "this is no possible name of an ecosystem"})
			continue
		}
		out = append(out, base)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// write puts the new database in the place of the old one, and remembers what it was made from.
func (u *updater) write(jobs []*job) error {
	if u.base == nil && !u.changed {
		why := "there is nothing in it"
		for _, o := range u.r.Failures() {
			why = o.Source + ": " + o.Why
		}
		return fmt.Errorf("nothing could be taken from the source: %s", why)
	}
	if u.changed {
		info, err := u.i.b.Write(u.path, u.o.Now)
		if err != nil {
			return err
		}
		u.r.Info = info
	} else {
		u.r.Info, u.r.Unchanged = u.base.Info(), true
	}
	u.fresh.Digest = u.r.Info.Digest
	if err := u.fresh.write(u.path); err != nil {
		u.r.problem("%v", err)
	}
	for _, j := range jobs {
		if j.err == nil {
			j.discard()
		}
	}
	_ = os.Remove(u.stage()) // only where nothing of a failed source is left for the next time
	return nil
}

// staged gives where something of an ecosystem is kept. Names of ecosystems hold no separators.
func (u *updater) staged(name, suffix string) string { return filepath.Join(u.stage(), name+suffix) }
