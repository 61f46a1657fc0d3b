package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/mod/module"

	"github.com/reevehq/reeve/internal/census"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/store"
)

// billIndex is the local index of the stored bills of materials: which of them list which package. It holds nothing that the register does not,
// follows it by the numbers of events, and is made anew where it is lost, damaged or another register's.
type billIndex struct {
	// meeting guards a whole Meet; mu the rest, which who only asks holds for reading.
	meeting sync.Mutex
	mu      sync.RWMutex
	dir     string
	index   *census.Index
	state   followed
}

// followed is how far the index has followed, as its folder keeps it.
type followed struct {
	// Register is the hash of the log's first event; Seq the last event whose bill is in the index.
	Register string `json:"register"`
	Seq      int64  `json:"seq"`
	// Bills is how many the index held then, at least.
	Bills int `json:"bills"`
	// Ecosystems are those of the packages, without releases.
	Ecosystems []string `json:"ecosystems"`
}

// followStep is after how many bills the index is written.
const followStep = 500

// KeepBills says in which folder the index of bills lives; it is opened when somebody asks.
func (d *Desk) KeepBills(dir string) {
	d.bills.mu.Lock()
	defer d.bills.mu.Unlock()
	d.bills.dir = dir
}

// OpenBills says in which folder the index of bills lives, and brings it up to date. A folder serves one process at a time. Close the desk's bills
// with CloseBills.
func (d *Desk) OpenBills(ctx context.Context, dir string) error {
	b := &d.bills
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.index != nil && b.dir != dir {
		if err := b.close(); err != nil {
			return err
		}
	}
	b.dir = dir
	if err := b.follow(ctx, d); err != nil {
		return fmt.Errorf("follow bills of materials: %w", err)
	}
	return nil
}

// CloseBills gives the files of the index up.
func (d *Desk) CloseBills() error {
	d.bills.mu.Lock()
	defer d.bills.mu.Unlock()
	d.bills.dir = ""
	return d.bills.close()
}

func (b *billIndex) close() error {
	if b.index == nil {
		return nil
	}
	err := b.index.Close()
	b.index = nil
	return err
}

// follow takes in what was stored since. What is damaged is thrown away and made anew, once.
func (b *billIndex) follow(ctx context.Context, d *Desk) error {
	err := b.advance(ctx, d)
	if !errors.Is(err, census.ErrDamaged) {
		return err
	}
	if err := b.reset(); err != nil {
		return err
	}
	return b.advance(ctx, d)
}

// reset throws the index away.
func (b *billIndex) reset() error {
	_ = b.close() // what is damaged need not be written
	b.state = followed{}
	return os.RemoveAll(b.place())
}

// count is how many bills there are.
func (b *billIndex) count() int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.index == nil {
		return 0
	}
	return b.index.Size().SBOMs
}

// ask lets something be asked of the index while it stays open.
func (b *billIndex) ask(question func(*census.Index) error) error {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.index == nil {
		return fmt.Errorf("%w: the index of bills of materials is not open here", ErrConflict)
	}
	return question(b.index)
}

func (b *billIndex) place() string     { return filepath.Join(b.dir, "census") }
func (b *billIndex) statePath() string { return filepath.Join(b.place(), "followed.json") }

func (b *billIndex) advance(ctx context.Context, d *Desk) error {
	name, err := logName(ctx, d.reg.Store())
	if err != nil {
		return err
	}
	if b.index == nil {
		if err := b.open(); err != nil {
			return err
		}
	}
	if b.state.Register != name {
		if b.state.Register != "" {
			if err := b.reset(); err != nil {
				return err
			}
			if err := b.open(); err != nil {
				return err
			}
		}
		b.state = followed{Register: name}
	}
	fresh, err := d.reg.Store().Bills(ctx, b.state.Seq)
	if err != nil {
		return err
	}
	for i := range fresh {
		if err := b.add(ctx, d, &fresh[i]); err != nil {
			return err
		}
		last := i == len(fresh)-1
		if !last && (i%followStep != followStep-1 || fresh[i+1].Seq == fresh[i].Seq) {
			continue
		}
		if err := b.index.Flush(ctx); err != nil {
			return err
		}
		b.state.Seq, b.state.Bills = fresh[i].Seq, b.index.Size().SBOMs
		if err := b.save(); err != nil {
			return err
		}
	}
	return nil
}

// open opens the index and reads how far it has followed. Where one does not fit the other, both begin anew.
func (b *billIndex) open() error {
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return err
	}
	var state followed
	text, err := os.ReadFile(b.statePath())
	if err == nil && json.Unmarshal(text, &state) == nil && state.Seq > 0 {
		index, err := census.Open(b.place())
		if err == nil && index.Size().SBOMs >= state.Bills {
			b.index, b.state = index, state
			return nil
		}
		if err == nil {
			_ = index.Close()
		}
	}
	if err := b.reset(); err != nil {
		return err
	}
	b.index, err = census.Open(b.place())
	return err
}

func (b *billIndex) save() error {
	text, err := json.Marshal(b.state)
	if err != nil {
		return err
	}
	return replaceFile(b.statePath(), func(f *os.File) error { _, err := f.Write(text); return err })
}

// replaceFile writes a file whole or not at all.
func replaceFile(path string, write func(*os.File) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // where it was renamed there is nothing to remove
	if err := errors.Join(write(f), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// add takes one bill in.
func (b *billIndex) add(ctx context.Context, d *Desk, bill *store.Bill) error {
	packages, err := d.reg.Bill(ctx, bill.Asset, bill.Name)
	if errors.Is(err, ErrNotFound) {
		return b.index.Remove(billID(bill))
	}
	if err != nil {
		return err
	}
	for i := range packages {
		base, _, _ := strings.Cut(packages[i].Ecosystem, ":")
		if at, known := slices.BinarySearch(b.state.Ecosystems, base); base != "" && !known {
			b.state.Ecosystems = slices.Insert(b.state.Ecosystems, at, base)
		}
	}
	return b.index.Add(billID(bill), withListed(packages))
}

// listed is the ecosystem of second names, by which packages are found too: those under which a distribution lists them, where an advisory knows only
// their sources, and what people call them for short.
const listed = "reeve-listed"

// inFull stands between the ecosystem of a second name and the whole name that it is short for.
const inFull = "|"

// withListed adds such entries.
func withListed(packages []inventory.Package) []inventory.Package {
	out := slices.Clip(packages)
	add := func(p *inventory.Package, name, full string) {
		out = append(out, inventory.Package{Ecosystem: listed + ":" + p.Ecosystem + full, Name: name, Version: p.Version, Direct: p.Direct})
	}
	for i := range packages {
		p := &packages[i]
		if p.Source.Name != "" && p.Source.Name != p.Name {
			add(p, p.Name, "")
		}
		if short := shortName(p.Name); short != p.Name {
			add(p, short, inFull+p.Name)
		}
	}
	return out
}

// shortName is the last part of a name: log4j-core of org.apache.logging.log4j:log4j-core, pgx of github.com/jackc/pgx/v5, icons of @acme/icons.
func shortName(name string) string {
	if path, version, ok := module.SplitPathVersion(name); ok && strings.Contains(path, "/") && version != "" {
		name = path
	}
	if short := name[strings.LastIndexAny(name, "/:")+1:]; short != "" {
		return short
	}
	return name
}

// billID names a bill in the index.
func billID(b *store.Bill) string {
	id := strconv.FormatInt(b.Asset, 10) + "/" + b.Name
	if len(id) <= 400 {
		return id
	}
	sum := sha256.Sum256([]byte(b.Name))
	return strconv.FormatInt(b.Asset, 10) + "#" + hex.EncodeToString(sum[:])
}

// billOf is the bill that an id names.
func (d *Desk) billOf(ctx context.Context, id string) (asset int64, name string, err error) {
	at := strings.IndexAny(id, "/#")
	if at < 0 {
		return 0, "", fmt.Errorf("bill %q: %w", id, ErrNotFound)
	}
	if asset, err = strconv.ParseInt(id[:at], 10, 64); err != nil || id[at] == '/' {
		return asset, id[at+1:], err
	}
	bills, err := d.reg.Store().BillsOf(ctx, asset)
	for i := range bills {
		if billID(&bills[i]) == id {
			return asset, bills[i].Name, nil
		}
	}
	return 0, "", errors.Join(err, fmt.Errorf("bill %q: %w", id, ErrNotFound))
}

// logName tells registers apart: by their first event.
func logName(ctx context.Context, db *store.DB) (string, error) {
	first, err := db.Event(ctx, 1)
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return hex.EncodeToString(first.Hash), err
}
