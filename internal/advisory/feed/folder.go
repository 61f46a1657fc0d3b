package feed

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/reevehq/reeve/internal/advisory"
)

// The bounds of what is read.
const (
	maxRecordSize = 16 << 20
	maxRecords    = 5_000_000
	maxThreatSize = 512 << 20
)

// importer takes records into a database that is being built.
type importer struct {
	b *advisory.Builder
	o *Options
	r *Report
	// ids, where set, gathers the ids of the records that were taken.
	ids map[string]bool
	// sinks are those of an import, by the name of the source.
	sinks map[string]*sink
}

// folder reads a folder in OSV's layout (ECOSYSTEM/all.zip or ECOSYSTEM/ID.json), a folder of records, one archive or one record,
// and what the same folder or its folder "threat" holds of EPSS, KEV and exploit indexes.
func (i *importer) folder(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return i.file(ctx, path, "")
	}
	before := i.r.Taken
	if err := i.records(ctx, path, filepath.Base(path)); err != nil {
		return err
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !e.IsDir() || !i.o.wants(e.Name()) && e.Name() != "threat" {
			continue
		}
		if err := i.records(ctx, filepath.Join(path, e.Name()), e.Name()); err != nil {
			return fmt.Errorf("%s: %w", e.Name(), err)
		}
	}
	if i.r.Taken == before {
		return errors.New("there is no advisory in it: want ECOSYSTEM/all.zip or ECOSYSTEM/ID.json as in OSV's bucket, or epss.csv.gz, kev.json, exploits.csv.gz")
	}
	return nil
}

// wants tells whether the records of an ecosystem are taken; a release after ":" does not matter.
func (o *Options) wants(ecosystem string) bool {
	if len(o.Ecosystems) == 0 {
		return true
	}
	return slices.ContainsFunc(o.Ecosystems, func(e string) bool { return strings.EqualFold(withoutRelease(e), withoutRelease(ecosystem)) })
}

func withoutRelease(ecosystem string) string {
	base, _, _ := strings.Cut(ecosystem, ":")
	return base
}

// records reads the records and threat files that lie directly in a folder.
func (i *importer) records(ctx context.Context, dir, ecosystem string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	s := i.sink(ecosystem)
	for _, e := range entries {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		name := filepath.Join(dir, e.Name())
		switch kind := kindOf(e.Name()); {
		case e.IsDir() || kind == notTaken:
		case kind == aRecord:
			data, err := readFile(name, maxRecordSize)
			if err != nil {
				return err
			}
			i.r.Bytes += int64(len(data))
			s.take(e.Name(), data)
		default:
			if err := i.file(ctx, name, ecosystem); err != nil {
				return err
			}
		}
	}
	return nil
}

// kind is what a file is by its name.
type kind int

const (
	notTaken kind = iota
	aRecord
	anArchive
	scores
	catalogue
	exploits
)

func kindOf(name string) kind {
	name = strings.ToLower(name)
	plain := strings.TrimSuffix(name, ".gz")
	switch {
	case strings.HasSuffix(name, ".zip"):
		return anArchive
	case strings.HasSuffix(plain, ".csv") && strings.HasPrefix(plain, "epss"):
		return scores
	case plain == "kev.json" || plain == "known_exploited_vulnerabilities.json":
		return catalogue
	case strings.HasSuffix(plain, ".csv") && (strings.HasPrefix(plain, "exploits") || strings.Contains(plain, "ssvc")):
		return exploits
	case strings.HasSuffix(name, ".json"):
		return aRecord
	}
	return notTaken
}

// file reads one file by its kind.
func (i *importer) file(ctx context.Context, path, ecosystem string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	i.r.Bytes += info.Size()
	switch kindOf(path[strings.LastIndexByte(path, filepath.Separator)+1:]) {
	case anArchive:
		if ecosystem == "" {
			ecosystem = strings.TrimSuffix(filepath.Base(path), ".zip")
		}
		z, err := openArchive(f, info.Size())
		if err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
		if err := i.archived(ctx, z, ecosystem, i.sink(ecosystem)); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
		return nil
	case scores, catalogue, exploits:
		return i.threat(path, f)
	case aRecord:
		data, err := io.ReadAll(io.LimitReader(f, maxRecordSize+1))
		if err != nil {
			return err
		}
		i.sink(ecosystemOf(data)).take(filepath.Base(path), data)
		return nil
	}
	return fmt.Errorf("%q is no advisory, no archive of advisories and no threat data by its name", filepath.Base(path))
}

func readFile(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s is larger than %d bytes", filepath.Base(path), limit)
	}
	return data, err
}

// openArchive reads the directory of an archive in which OSV publishes an ecosystem.
func openArchive(at io.ReaderAt, size int64) (*zip.Reader, error) {
	z, err := zip.NewReader(at, size)
	if err != nil {
		return nil, fmt.Errorf("read archive: %w", err)
	}
	if len(z.File) > maxRecords {
		return nil, fmt.Errorf("read archive: %d entries are more than any ecosystem has", len(z.File))
	}
	return z, nil
}

// archived reads every record of an archive, on all processors. An archive of which a part cannot be read is none.
func (i *importer) archived(ctx context.Context, z *zip.Reader, ecosystem string, s *sink) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for ctx.Err() == nil {
				n := int(next.Add(1)) - 1
				if n >= len(z.File) {
					return
				}
				if n%1000 == 0 {
					i.o.progress("read "+ecosystem, n)
				}
				s.member(z.File[n])
			}
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return s.broken
}

// sink takes the records of one source.
type sink struct {
	b      *advisory.Builder
	name   string
	report *Report
	now    time.Time
	mu     sync.Mutex
	newest time.Time
	taken  int
	ids    map[string]bool
	// seen, where set, is told of every record that came; of one that cannot be read it is told endOfTime, for asking again helps nothing.
	seen func(id string, modified time.Time)
	// stale, where set, tells that a record is older than one that is held, and not to be taken.
	stale func(id string, modified time.Time) bool
	// broken says why a member could not be unpacked.
	broken error
}

// sink gives what takes the records of an ecosystem, the same one for the whole import.
func (i *importer) sink(ecosystem string) *sink {
	if i.sinks == nil {
		i.sinks = map[string]*sink{}
	}
	if i.sinks[ecosystem] == nil {
		i.sinks[ecosystem] = i.newSink(ecosystem)
	}
	return i.sinks[ecosystem]
}

func (i *importer) newSink(ecosystem string) *sink {
	return &sink{b: i.b, name: "osv/" + ecosystem, report: i.r, now: i.o.Now, ids: i.ids}
}

// noteSources notes where the records of an import come from. What the database holds of a source already counts on.
func (i *importer) noteSources(base *advisory.DB) {
	held := map[string]advisory.Source{}
	if base != nil {
		for _, s := range base.Info().Sources {
			held[s.Name] = s
		}
	}
	for _, s := range i.sinks {
		if s.taken == 0 {
			continue
		}
		if h := held[s.name]; h.Newest.After(s.newest) {
			s.newest = h.Newest
		}
		i.b.AddSource(s.name, s.newest, max(s.taken, held[s.name].Count))
	}
}

// ecosystemOf gives the ecosystem of a record's first package, without a release.
func ecosystemOf(data []byte) string {
	r, err := advisory.ParseOSV(data)
	if err != nil || len(r.Affected) == 0 {
		return "other"
	}
	return withoutRelease(r.Affected[0].Ecosystem)
}

func (s *sink) member(f *zip.File) {
	if f.FileInfo().IsDir() || !strings.HasSuffix(f.Name, ".json") {
		return
	}
	data, err := memberData(f)
	switch {
	case errors.Is(err, errTooLarge):
		s.report.problem("%q: %v", f.Name, err)
	case err != nil:
		s.mu.Lock()
		if s.broken == nil {
			s.broken = fmt.Errorf("read archive: %.200q: %w", f.Name, err)
		}
		s.mu.Unlock()
	default:
		s.take(f.Name, data)
	}
}

// endOfTime is after every time that a list can hold.
var endOfTime = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

var errTooLarge = errors.New("it is larger than any advisory")

func memberData(f *zip.File) ([]byte, error) {
	if f.UncompressedSize64 > maxRecordSize {
		return nil, errTooLarge
	}
	in, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, maxRecordSize+1))
	if err == nil && len(data) > maxRecordSize {
		err = errTooLarge
	}
	return data, err
}

// take gives one record to the builder. One that cannot be read is a problem and not the end.
func (s *sink) take(name string, data []byte) {
	record, err := advisory.ParseOSV(data)
	if err == nil && s.stale != nil && s.stale(record.ID, record.Modified) {
		return
	}
	if err == nil {
		err = s.b.Add(record)
	}
	if err != nil {
		s.report.problem("%q: %v", name, err)
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.seen != nil {
			s.seen(strings.TrimSuffix(name, ".json"), endOfTime)
		}
		return
	}
	for _, p := range record.Problems {
		s.report.problem("%s: %s", record.ID, p)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken++
	s.report.Taken++
	if record.Modified.After(s.newest) && !record.Modified.After(s.now) { // feeds hold records from the future
		s.newest = record.Modified
	}
	if s.ids != nil {
		s.ids[record.ID] = true
	}
	if s.seen != nil {
		s.seen(record.ID, record.Modified)
	}
}
