package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/api"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/people"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/trace/otlp"
	"github.com/reevehq/reeve/internal/web"
)

// Config says how a server runs.
type Config struct {
	// Database is the register: a postgres:// address or the path of an SQLite file.
	Database string
	// Listen is where it listens, host:port; port 0 takes a free one. BaseURL is how visitors reach it; "" is where it listens.
	Listen, BaseURL string
	// Operations is where /metrics, /healthz and /readyz are answered without a sign-in, host:port; "" is nowhere. Nobody but operators may reach it.
	Operations string
	// Advisories is what the world knows about flaws; nil where there is no such database.
	Advisories *advisory.DB
	// OIDC is the provider to sign in with, nil for none; NoPasswords switches local accounts off.
	OIDC        *people.OIDC
	NoPasswords bool
	// Proxies are reverse proxies whose X-Forwarded-For is believed, Trusted other origins that may send forms.
	Proxies []netip.Prefix
	Trusted []string
	// AdvisoriesPath is the file of the advisory database, watched for a newer one; "" is none. StateDir is a folder of this program's own, "" for none.
	AdvisoriesPath, StateDir string
	// NoWorker leaves the jobs to "reeve worker"; AllowPrivate lets hooks reach private networks.
	NoWorker, AllowPrivate bool
	// TempDir is where long reports wait; "" is the system's. Version is the program's.
	TempDir, Version string
	// Now is the clock, Log gets what happens.
	Now func() time.Time
	Log *slog.Logger
	// Open is told when requests are answered: where, and the link for the first sign-in, "" where somebody is there already.
	Open func(address, first string)
}

// open opens the register, and the way to the collector of traces. done closes both.
func (c *Config) open(ctx context.Context) (d *desk.Desk, done func() error, err error) {
	stop, err := otlp.Start(c.Version, c.Log)
	if err != nil {
		return nil, nil, err
	}
	db, err := store.Open(ctx, c.Database)
	if err != nil {
		return nil, nil, errors.Join(err, flush(ctx, stop))
	}
	done = func() error { return errors.Join(db.Close(), flush(ctx, stop)) }
	reg, err := register.New(ctx, db, register.Options{Now: c.Now, TempDir: c.TempDir, Advisories: c.Advisories})
	if err != nil {
		return nil, nil, errors.Join(err, done())
	}
	d = desk.New(reg, c.Now)
	if dir := c.bills(); dir != "" {
		d.KeepBills(dir)
		rest := done
		done = func() error { return errors.Join(d.CloseBills(), rest()) }
	}
	return d, done, nil
}

// Run answers requests until the context ends.
func Run(ctx context.Context, c Config) (err error) {
	d, done, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	db := d.Register().Store()
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", c.Listen, err)
	}
	defer listener.Close() //nolint:errcheck // the server closes it
	if c.BaseURL == "" {
		c.BaseURL = "http://" + visible(listener.Addr())
	}
	keeper, err := people.New(ctx, people.Options{
		Desk: d, BaseURL: c.BaseURL, OIDC: c.OIDC, NoPasswords: c.NoPasswords, Proxies: c.Proxies, Log: c.Log,
	})
	if err != nil {
		return err
	}
	if err := d.Warm(ctx); err != nil {
		return fmt.Errorf("read the register: %w", err)
	}
	s, err := c.server(d, db, keeper)
	if err != nil {
		return err
	}
	first, err := keeper.FirstLink(ctx)
	if err != nil {
		return err
	}
	work := func(ctx context.Context) error { <-ctx.Done(); return nil }
	if !c.NoWorker {
		w, err := c.worker(ctx, d)
		if err != nil {
			return err
		}
		defer w.Close()
		work = w.Run
	}
	c.Log.Info("the register is open", "address", c.BaseURL, "database", db.Kind(), "version", c.Version)
	if c.Open != nil {
		c.Open(c.BaseURL, first)
	}
	err = beside(ctx, work, func(ctx context.Context) error { return c.serve(ctx, s, listener) })
	return errors.Join(err, keeper.Flush(context.WithoutCancel(ctx)))
}

// flush sends the traces that are left, if the collector takes them soon.
func flush(ctx context.Context, stop func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return stop(ctx)
}

// serve answers visitors and operators until the context ends, or one of both cannot be answered.
func (c *Config) serve(ctx context.Context, s *Server, visitors net.Listener) error {
	return beside(ctx, func(ctx context.Context) error { return c.operators(ctx, s) }, func(ctx context.Context) error { return s.Serve(ctx, visitors) })
}

// operators answers operators, if they have an address, until the context ends.
func (c *Config) operators(ctx context.Context, s *Server) error {
	if c.Operations == "" {
		<-ctx.Done()
		return nil
	}
	l, err := net.Listen("tcp", c.Operations)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", c.Operations, err)
	}
	return s.ServeOperations(ctx, l)
}

// server puts the doors together.
func (c *Config) server(d *desk.Desk, db *store.DB, keeper *people.Keeper) (*Server, error) {
	secure := strings.HasPrefix(c.BaseURL, "https://")
	var away []string
	if c.OIDC != nil && c.OIDC.EndSession {
		if u, err := url.Parse(c.OIDC.Issuer); err == nil {
			away = append(away, u.Scheme+"://"+u.Host)
		}
	}
	s, err := New(Options{
		API:   api.New(d, keeper.Who, api.Options{Sessions: keeper, Log: c.Log, Version: c.Version}),
		Auth:  keeper.Handler(),
		Pages: web.New(d, keeper, web.Options{Log: c.Log, Version: c.Version, Away: away, Secure: secure}),
		Ready: db.Ping, Log: c.Log, Trusted: c.Trusted, Secure: secure, Who: keeper.Who,
	})
	if err == nil {
		s.Register(Figures(d))
	}
	return s, err
}

// visible is an address that a browser on this machine can open.
func visible(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if ip, e := netip.ParseAddr(host); err == nil && e == nil && ip.IsUnspecified() {
		return net.JoinHostPort("localhost", port)
	}
	return a.String()
}
