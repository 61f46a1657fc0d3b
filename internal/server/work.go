package server

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/notify"
)

// worker makes what does the jobs: clocks, messages, advisories, what is old.
func (c *Config) worker(ctx context.Context, d *desk.Desk) (*notify.Worker, error) {
	return notify.New(ctx, notify.Options{
		Desk: d, Log: c.Log, BaseURL: c.BaseURL, AllowPrivate: c.AllowPrivate, Advisories: c.AdvisoriesPath, Bills: c.bills(),
	})
}

// bills is the folder of the index of bills of materials, "" for none. A server and a worker on one machine have one each.
func (c *Config) bills() string {
	switch {
	case c.StateDir == "":
		return ""
	case c.NoWorker:
		return filepath.Join(c.StateDir, "bills-asked")
	}
	return filepath.Join(c.StateDir, "bills")
}

// Work does the jobs of a register until the context ends, and answers operators only. Any number of workers may share a database.
func Work(ctx context.Context, c Config) (err error) {
	d, done, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	db := d.Register().Store()
	w, err := c.worker(ctx, d)
	if err != nil {
		return err
	}
	defer w.Close()
	nowhere := http.NotFoundHandler()
	s, err := New(Options{API: nowhere, Auth: nowhere, Pages: nowhere, Ready: db.Ping, Log: c.Log})
	if err != nil {
		return err
	}
	c.Log.Info("the worker works", "database", db.Kind(), "version", c.Version)
	return beside(ctx, w.Run, func(ctx context.Context) error { return c.operators(ctx, s) })
}

// beside runs two things until both have ended; the end of one ends the other.
func beside(ctx context.Context, a, b func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	first := make(chan error, 1)
	go func() {
		defer cancel()
		first <- a(ctx)
	}()
	err := b(ctx)
	cancel()
	return errors.Join(err, <-first)
}
