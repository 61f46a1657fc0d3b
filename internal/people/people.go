// Package people finds out who somebody is: by password, by a provider of OpenID Connect, by a token, or, for jobs, by the word of their forge.
//
// It answers below /auth/ and gives Who to the other doors. What somebody may do follows from the log each time they ask, so a role that was
// taken away is gone at the next request. Passwords are kept as argon2id hashes beside the log, and of everything that lets somebody in (sessions,
// tokens, links) only the SHA-256 is kept. The package must not decide what somebody may do, must not write a page, and must send nothing to a
// host that no admin or operator has named.
package people

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// Options are what a Keeper needs.
type Options struct {
	// Desk is where people are looked up and added. Its clock counts here too.
	Desk *desk.Desk
	// BaseURL is the server's address as visitors see it, without a path: https://reeve.example. With https, cookies are kept from http.
	BaseURL string
	// OIDC is the provider to sign in with; nil is none.
	OIDC *OIDC
	// NoPasswords switches local accounts off.
	NoPasswords bool
	// Proxies are the networks of reverse proxies whose X-Forwarded-For is believed.
	Proxies []netip.Prefix
	// Proxy says how providers and forges are reached, as http.Transport has it; nil is directly.
	Proxy func(*http.Request) (*url.URL, error)
	// RootCAs sign the certificates of providers and forges; nil is the system's.
	RootCAs *x509.CertPool
	// Log is told who signed in and who was refused; nil is nobody. No line holds a password, token or link.
	Log *slog.Logger
}

// Keeper knows who somebody is. It may be used by several goroutines, and replicas on one database agree.
type Keeper struct {
	opt    Options
	desk   *desk.Desk
	reg    *register.Register
	db     *store.DB
	log    *slog.Logger
	secure bool
	seal   *seal
	issue  *issuers
	// hashing bounds how many passwords are hashed at once, hashed counts them.
	hashing chan struct{}
	hashed  atomic.Int64

	// mu guards what was used and not yet noted in the database.
	mu       sync.Mutex
	sessions map[string]int64
	tokens   map[int64]int64
}

// ErrAnonymous says that a request shows nobody: it has no session and no token, or one that is worth nothing (any more).
var ErrAnonymous = errors.New("nobody is signed in")

// actor is what the log calls what happens as somebody signs in.
const actor = "sign-in"

// New makes a keeper. It notes uses and sweeps what has expired until the context ends.
func New(ctx context.Context, o Options) (*Keeper, error) {
	base, err := url.Parse(o.BaseURL)
	if err != nil || base.Host == "" || base.Path != "" && base.Path != "/" || base.Scheme != "http" && base.Scheme != "https" || base.User != nil {
		return nil, fmt.Errorf("base address %q: want one like https://reeve.example, without a path", o.BaseURL)
	}
	o.BaseURL = base.Scheme + "://" + base.Host
	k := &Keeper{
		opt: o, desk: o.Desk, reg: o.Desk.Register(), db: o.Desk.Register().Store(), log: o.Log, secure: base.Scheme == "https",
		hashing: make(chan struct{}, max(2, runtime.NumCPU())), sessions: map[string]int64{}, tokens: map[int64]int64{},
	}
	if k.log == nil {
		k.log = slog.New(slog.DiscardHandler)
	}
	key, err := k.db.Secret(ctx, "sign-in", 32)
	if err != nil {
		return nil, fmt.Errorf("read the key of sign-ins: %w", err)
	}
	if k.seal, err = newSeal(key); err != nil {
		return nil, err
	}
	k.issue = newIssuers(o, k.now)
	if o.OIDC != nil {
		if err := o.OIDC.check(); err != nil {
			return nil, err
		}
		if err := k.regroup(ctx); err != nil {
			return nil, err
		}
	}
	go k.tend(ctx)
	return k, nil
}

func (k *Keeper) now() time.Time { return k.desk.Now() }

// Who says who a request comes from, by its token or else its session; errors.Is ErrAnonymous where that is nobody. Other errors
// are the database's.
func (k *Keeper) Who(r *http.Request) (access.Principal, error) {
	if header, ok := r.Header["Authorization"]; ok { // a token that is wrong is not replaced by a cookie
		text, ok := bearer(header)
		if !ok {
			return access.Principal{}, fmt.Errorf("%w: the Authorization header is not of the form: Bearer, a blank, a token", ErrAnonymous)
		}
		return k.byToken(r.Context(), text)
	}
	s, err := k.session(r)
	if err != nil {
		return access.Principal{}, err
	}
	who, err := k.person(r.Context(), s.Person)
	if err != nil {
		return access.Principal{}, err
	}
	return who.Principal(), nil
}

// person gives somebody who may come in.
func (k *Keeper) person(ctx context.Context, id int64) (desk.Person, error) {
	w, err := k.reg.World(ctx)
	if err != nil {
		return desk.Person{}, err
	}
	who, err := desk.PersonIn(w, id)
	if errors.Is(err, desk.ErrNotFound) || err == nil && who.Disabled {
		return who, fmt.Errorf("%w: the account is no longer in use", ErrAnonymous)
	}
	return who, err
}

// How often uses are noted and what has expired is swept.
const (
	noteEvery  = 30 * time.Second
	sweepEvery = time.Hour
)

// tend keeps the tables small and their times fresh.
func (k *Keeper) tend(ctx context.Context) {
	note, sweep := time.NewTicker(noteEvery), time.NewTicker(sweepEvery)
	defer note.Stop()
	defer sweep.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-note.C:
			err = k.Flush(ctx)
		case <-sweep.C:
			now := k.now()
			err = k.db.Sweep(ctx, now.UnixMicro(), now.Add(-idleLimit).UnixMicro(), now.Add(-forgetAfter).UnixMicro())
		}
		if err != nil && ctx.Err() == nil {
			k.log.Warn("sessions could not be tended", "error", err.Error())
		}
	}
}

// maxNoted bounds how many uses wait to be noted.
const maxNoted = 100_000

// use notes that a session or a token was used just now. It waits for nothing: the database is told later.
func (k *Keeper) use(session []byte, token int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	at := k.now().UnixMicro()
	if session != nil && len(k.sessions) < maxNoted {
		k.sessions[string(session)] = at
	}
	if token != 0 && len(k.tokens) < maxNoted {
		k.tokens[token] = at
	}
}

// Flush writes down what was used since the last time; a server does so before it stops.
func (k *Keeper) Flush(ctx context.Context) error {
	k.mu.Lock()
	sessions, tokens := k.sessions, k.tokens
	k.sessions, k.tokens = map[string]int64{}, map[int64]int64{}
	k.mu.Unlock()
	if len(sessions)+len(tokens) == 0 {
		return nil
	}
	return k.db.Seen(ctx, sessions, tokens)
}
