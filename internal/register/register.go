// Package register is what is known about findings over time: who sees them, what became of them, who owns them, how long they may take.
//
// It has one way in: Import, which takes a whole report or nothing, and Change, which takes what people and clocks decide. Both turn into one event
// in the log with records that say what is so from then on; the tables are those records, written out, and Rebuild makes them
// again from nothing else. What a finding is across looks, branches and tools is decided by package identity, how bad it is by package risk, how
// long it may take by package clock. The package must not know SQL, HTTP or the terminal, and must ask Options.Now for the time.
package register

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/store"
)

// Options are what a register needs from outside.
type Options struct {
	// Now is the clock.
	Now func() time.Time
	// TempDir is where long reports wait before they are written; "" is the system's.
	TempDir string
	// Advisories are what the world knows about flaws; nil where there is no such database.
	Advisories *advisory.DB
}

// Register is an open register. It may be used by several goroutines, and several programs may open the same database.
type Register struct {
	db  *store.DB
	opt Options
	key finding.Key

	// world follows the log. Nobody waits for it: who reads on replaces it.
	world atomic.Pointer[World]
	// advisories are what the world knows about flaws, the newest there are.
	advisories atomic.Pointer[advisory.DB]
}

// The errors that callers tell apart.
var (
	// ErrNotFound says that there is no such thing.
	ErrNotFound = store.ErrNotFound
	// ErrConflict says that it cannot be done as things are now.
	ErrConflict = errors.New("conflict")
	// ErrInvalid says that what was asked for makes no sense.
	ErrInvalid = errors.New("invalid")
)

// New opens a register on a database.
func New(ctx context.Context, db *store.DB, opt Options) (*Register, error) {
	key, err := db.Secret(ctx, "identity", 32)
	if err != nil {
		return nil, fmt.Errorf("open register: %w", err)
	}
	r := &Register{db: db, opt: opt, key: finding.Key(key)}
	r.world.Store(newWorld())
	r.advisories.Store(opt.Advisories)
	if _, err := r.World(ctx); err != nil {
		return nil, fmt.Errorf("open register: %w", err)
	}
	return r, nil
}

// Store gives the database underneath, for what is kept beside the log.
func (r *Register) Store() *store.DB { return r.db }

func (r *Register) now() int64 { return r.opt.Now().UnixMicro() }

// moment turns the database's microseconds into a time; 0 is none.
func moment(micro int64) time.Time {
	if micro == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micro).UTC()
}

// micro turns a time into the database's microseconds.
func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}
