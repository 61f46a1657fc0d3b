package feed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/reevehq/reeve/internal/advisory"
)

// threat reads a file of EPSS, KEV or an exploit index.
func (i *importer) threat(path string, in io.Reader) error {
	name := filepath.Base(path)
	data, err := io.ReadAll(io.LimitReader(in, maxThreatSize+1))
	if err == nil {
		err = i.threatData(kindOf(name), data)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// unpacked unpacks what is compressed, which its first bytes tell.
func unpacked(data []byte) ([]byte, error) {
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		defer z.Close()
		if data, err = io.ReadAll(io.LimitReader(z, maxThreatSize+1)); err != nil {
			return nil, err
		}
	}
	if len(data) > maxThreatSize {
		return nil, fmt.Errorf("it is larger than %d bytes", maxThreatSize)
	}
	return data, nil
}

// threatData takes EPSS, KEV or an exploit index into the database.
func (i *importer) threatData(k kind, data []byte) error {
	data, err := unpacked(data)
	if err != nil {
		return err
	}
	in := bytes.NewReader(data)
	var date string
	n, taken := 0, true
	switch k {
	case scores:
		var rows []advisory.EPSSRow
		if date, rows, err = advisory.ParseEPSS(in); err == nil {
			n, taken = len(rows), i.b.SetEPSS(date, rows)
		}
	case catalogue:
		var rows []advisory.KEVRow
		if date, rows, err = advisory.ParseKEV(in); err == nil {
			n, taken = len(rows), i.b.SetKEV(date, rows)
		}
	case exploits:
		var rows []advisory.ExploitRow
		if rows, err = advisory.ParseExploits(in); err == nil {
			i.b.SetExploits(rows)
			n = len(rows)
		}
	}
	switch {
	case err != nil:
		return err
	case !taken && date == "":
		return errors.New("it does not say of which day it is")
	case !taken:
		i.r.problem("%s of %s: not taken, those of the database are newer", k, date)
		return nil
	}
	i.b.AddSource(k.String(), day(date), n)
	i.r.Taken += n
	return nil
}

func (k kind) String() string {
	switch k {
	case scores:
		return "epss"
	case catalogue:
		return "kev"
	case exploits:
		return "exploits"
	}
	return "advisories"
}

func day(date string) time.Time {
	t, _ := time.Parse(time.DateOnly, date)
	return t
}

// threatFeed is one of the three feeds about CVEs.
type threatFeed struct {
	kind kind
	// beside is where a mirror of OSV's layout has it, address where the options say that it is, public where everybody finds it.
	beside          []string
	address, public string
}

func (u *updater) threatFeeds() []threatFeed {
	return []threatFeed{
		{scores, []string{"threat", "epss.csv.gz"}, u.o.EPSS, DefaultEPSS},
		{catalogue, []string{"threat", "kev.json"}, u.o.KEV, DefaultKEV},
		{exploits, []string{"threat", "exploits.csv.gz"}, u.o.Exploits, None},
	}
}

// fetched is a feed about CVEs that was fetched.
type fetched struct {
	feed threatFeed
	// tag is what is remembered of it under the name of key.
	key, tag string
	data     []byte
	err      error
}

// fetchThreat fetches a feed: from where the options say, else from beside the records, else from the public address.
func (u *updater) fetchThreat(ctx context.Context, t threatFeed) *fetched {
	f := &fetched{feed: t}
	if t.address == "" && u.origin.base.String() != DefaultSource {
		if f.get(ctx, u, u.origin, question{path: t.beside, most: maxThreatSize}); !errors.Is(f.err, fs.ErrNotExist) {
			return f
		}
	}
	address := t.address
	if address == "" {
		address = t.public
	}
	if address == None {
		return nil
	}
	o, err := newOrigin(address, u.o.Net, &u.bytes)
	if err != nil {
		f.err = err
		return f
	}
	defer o.close()
	f.get(ctx, u, o, question{most: maxThreatSize})
	return f
}

func (f *fetched) get(ctx context.Context, u *updater, o *origin, q question) {
	f.key = f.feed.kind.String() + " " + o.address(&q)
	if u.trusted {
		q.etag = u.state.Tags[f.key]
	}
	u.o.progress("fetch "+f.feed.kind.String(), 0)
	a, err := o.get(ctx, q)
	f.data, f.tag, f.err = a.data, a.etag, err
}

// takeThreat takes a feed into the database.
func (u *updater) takeThreat(f *fetched) {
	name := f.feed.kind.String()
	switch {
	case errors.Is(f.err, errSame):
		u.fresh.Fetched[name] = u.o.Now
		u.r.outcome(Outcome{Source: name, How: Unchanged})
		return
	case f.err == nil:
		before := u.r.Taken
		if f.err = u.i.threatData(f.feed.kind, f.data); f.err == nil {
			u.fresh.Fetched[name] = u.o.Now
			u.fresh.Tags[f.key] = f.tag
			u.changed = true
			u.r.outcome(Outcome{Source: name, How: Whole, Changed: u.r.Taken - before})
			return
		}
	}
	u.r.outcome(Outcome{Source: name, How: Failed, Why: f.err.Error()})
}
