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
	o := notify.Options{Desk: d, Log: c.Log, BaseURL: c.BaseURL, AllowPrivate: c.AllowPrivate, Advisories: c.AdvisoriesPath}
	if c.StateDir != "" {
		o.Bills = filepath.Join(c.StateDir, "bills")
	}
	return notify.New(ctx, o)
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
