package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/census"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// Met is what a meeting of bills of materials and advisories came to.
type Met struct {
	// Bills are stored; Matched were matched with the advisories now, whole, and Looks is how many of those the register was told about: a
	// bill without a flaw, before and now, is not worth an event.
	Bills   int `json:"bills"`
	Matched int `json:"matched"`
	Looks   int `json:"looks"`
	// Flaws are those that differ from the advisories of last time.
	Flaws int `json:"flaws"`
	// Whole says why every bill was matched, "" where only those were that are new or that a changed flaw meets.
	Whole string `json:"whole,omitempty"`
	// New, Regressions and Verified count findings.
	New         int `json:"new"`
	Regressions int `json:"regressions"`
	Verified    int `json:"verified"`
	// Took is how long it took.
	Took time.Duration `json:"took"`
}

// met is what the register keeps, beside the log, of the last meeting.
type met struct {
	// Database is the digest of the advisories, Seq the event of the newest bill that met them.
	Database string `json:"database"`
	Seq      int64  `json:"seq"`
}

// metSetting names it among settings.
const metSetting = "bills-met"

// Meet lets the stored bills of materials meet the advisories: those that came since the last meeting, and, where the advisories are others than then, those
// that a flaw meets which is new, has changed or is gone. Each of them is matched whole, as "reeve scan sbom:" does it, and the result is a look of
// the tool "reeve sbom" at the bill's asset and branch: new flaws open findings, what is no longer so is verified away.
//
// The folder holds the index of bills and a copy of the advisories; it serves one process at a time and may be lost. It is a job and no
// question: whoever runs it is not asked for rights. It may be called as often as one likes, and goes on where it was interrupted.
func (d *Desk) Meet(ctx context.Context, db *advisory.DB, dir string) (Met, error) {
	began := time.Now()
	if db == nil {
		return Met{}, fmt.Errorf("%w: there is no advisory database for bills of materials to meet; fetch one with: reeve advisories update", ErrInvalid)
	}
	d.bills.meeting.Lock()
	defer d.bills.meeting.Unlock()
	if err := d.OpenBills(ctx, dir); err != nil {
		return Met{}, err
	}
	m := &meeting{desk: d, db: db, dir: dir, digest: db.Info().Digest}
	if err := m.run(ctx); err != nil {
		return m.out, fmt.Errorf("match bills of materials: %w", err)
	}
	m.out.Took = time.Since(began)
	return m.out, nil
}

// meeting is one Meet.
type meeting struct {
	desk   *Desk
	db     *advisory.DB
	dir    string
	digest string
	last   met
	out    Met
}

func (m *meeting) run(ctx context.Context) error {
	if err := m.recall(ctx); err != nil {
		return err
	}
	after := int64(0)
	if m.last.Database == m.digest {
		after = m.last.Seq
	}
	bills, err := m.desk.reg.Store().Bills(ctx, after)
	if err != nil {
		return err
	}
	if m.out.Bills = m.desk.bills.count(); m.out.Bills == 0 {
		return nil
	}
	chosen, err := m.choose(ctx)
	if err != nil {
		return err
	}
	matcher, err := newBillMatcher(m.db)
	if err != nil {
		return err
	}
	for i := range bills {
		b := &bills[i]
		if !chosen(b) {
			continue
		}
		if err := m.meet(ctx, matcher, b); err != nil {
			return fmt.Errorf("bill %q of asset %d: %w", b.Name, b.Asset, err)
		}
		if m.last.Database == m.digest && m.out.Matched%followStep == 0 && i+1 < len(bills) && bills[i+1].Seq > b.Seq {
			if err := m.remember(ctx, b.Seq); err != nil { // only new ones are matched, in their order
				return err
			}
		}
	}
	if err := m.copyAdvisories(); err != nil {
		return err
	}
	if len(bills) == 0 {
		return nil
	}
	return m.remember(ctx, bills[len(bills)-1].Seq)
}

// recall reads what met last.
func (m *meeting) recall(ctx context.Context) error {
	text, err := m.desk.reg.Store().Setting(ctx, metSetting)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err == nil && json.Unmarshal(text, &m.last) != nil {
		m.last = met{} // then all meet again
	}
	return err
}

func (m *meeting) remember(ctx context.Context, seq int64) error {
	text, err := json.Marshal(met{m.digest, seq})
	if err != nil {
		return err
	}
	return m.desk.reg.Store().Write(ctx, func(tx *store.Tx) error { return tx.SetSetting(ctx, metSetting, text) })
}

// choose tells which bills are to be matched.
func (m *meeting) choose(ctx context.Context) (func(*store.Bill) bool, error) {
	every := func(*store.Bill) bool { return true }
	fresh := func(b *store.Bill) bool { return b.Seq > m.last.Seq }
	switch m.last.Database {
	case "":
		m.out.Whole = "no advisories have met them before"
		return every, nil
	case m.digest:
		return fresh, nil
	}
	old, err := advisory.Open(m.copyPath(m.last.Database))
	if err != nil || old.Info().Digest != m.last.Database || old.Verify() != nil {
		if err == nil {
			_ = old.Close()
		}
		m.out.Whole = "the advisories of the last time are not here to compare with"
		return every, nil
	}
	defer old.Close()
	touched, err := m.touched(ctx, old)
	if errors.Is(err, census.ErrDamaged) {
		b := &m.desk.bills
		b.mu.Lock()
		err = errors.Join(b.reset(), b.follow(ctx, m.desk))
		b.mu.Unlock()
		if err == nil {
			touched, err = m.touched(ctx, old)
		}
	}
	if err != nil {
		return nil, err
	}
	return func(b *store.Bill) bool { return fresh(b) || touched[billID(b)] }, nil
}

// touched gives the bills that have a package which a flaw affects that differs between two databases, by the one or by the other.
func (m *meeting) touched(ctx context.Context, old *advisory.DB) (map[string]bool, error) {
	changes, err := m.db.Changed(old)
	if err != nil {
		return nil, err
	}
	m.out.Flaws = len(changes.New) + len(changes.Changed) + len(changes.Gone)
	was := changes.Gone
	for _, n := range changes.Packages { // who had it may have it no more
		flaw, err := m.db.Brief(n)
		if err != nil {
			return nil, err
		}
		was = append(was, flaw.ID)
	}
	var before []int
	for _, id := range was {
		before = append(before, old.FlawNumbers(id)...)
	}
	out := map[string]bool{}
	take := func(_ int, list []census.Holding) error {
		for i := range list {
			out[list[i].SBOM] = true
		}
		return nil
	}
	err = m.desk.bills.ask(func(index *census.Index) error {
		return errors.Join(index.Meet(ctx, m.db, changes.New, take), index.Meet(ctx, m.db, changes.Changed, take), index.Meet(ctx, old, before, take))
	})
	return out, err
}

// meet matches one bill and tells the register.
func (m *meeting) meet(ctx context.Context, matcher *billMatcher, b *store.Bill) error {
	packages, err := m.desk.reg.Bill(ctx, b.Asset, b.Name)
	if errors.Is(err, ErrNotFound) {
		return nil // it is gone since
	}
	if err != nil {
		return err
	}
	w, err := m.desk.reg.World(ctx)
	if err != nil {
		return err
	}
	asset := w.Assets[b.Asset]
	if asset == nil {
		return nil
	}
	result, err := matcher.match(ctx, asset.Asset, packages)
	if err != nil {
		return err
	}
	m.out.Matched++
	if s := w.Sees(b.Asset, billTool, b.Name); len(result.Findings) == 0 && s != nil && s.Present == 0 {
		return nil
	}
	r, err := m.desk.reg.ImportResult(ctx, register.Import{
		Name: "bill of materials", Asset: asset.Asset, Only: true, Ref: b.Name, Tool: billTool, Actor: billTool,
	}, result)
	if err != nil {
		return err
	}
	m.out.Looks++
	m.out.New, m.out.Regressions, m.out.Verified = m.out.New+r.New, m.out.Regressions+r.Regressions, m.out.Verified+r.Verified
	return nil
}

func (m *meeting) copyPath(digest string) string {
	return filepath.Join(m.dir, "advisories-"+fileName(digest)+".db")
}

// fileName makes of a digest that a table gave something that is a file's name for sure.
func fileName(digest string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'f' {
			return r
		}
		return -1
	}, digest)
}

// copyAdvisories keeps what was met, to compare the next with. Older copies go.
func (m *meeting) copyAdvisories() error {
	keep := m.copyPath(m.digest)
	if info, err := os.Stat(keep); err != nil || info.Size() != m.db.Info().Size {
		if err := replaceFile(keep, func(f *os.File) error { _, err := io.Copy(f, m.db.Content()); return err }); err != nil {
			return fmt.Errorf("keep the advisories: %w", err)
		}
	}
	old, err := filepath.Glob(filepath.Join(m.dir, "advisories-*.db"))
	for _, path := range old {
		if path != keep {
			err = errors.Join(err, os.Remove(path))
		}
	}
	return err
}
