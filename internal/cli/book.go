package cli

import (
	"cmp"
	"context"
	"errors"
	"os/user"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/config"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// registerFlags say which register a command is about.
type registerFlags struct {
	server, database string
	advisories       string
}

// The variables that say so where no flag does.
const (
	envServer   = "REEVE_SERVER"
	envToken    = "REEVE_TOKEN" // its value never reaches an error or a log
	envDatabase = "REEVE_DATABASE"
)

func (f *registerFlags) add(cmd *cobra.Command) {
	f.addLocal(cmd)
	cmd.Flags().StringVar(&f.server, "server", "", "address of a reeve server; "+envServer+" says it too, and "+envToken+" holds the token")
}

// addLocal adds the flags of commands that work on a database themselves.
func (f *registerFlags) addLocal(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.database, "database", "", "the register: a postgres:// address or an SQLite file; "+envDatabase+" says it too (default register.db in the user's state folder)")
	cmd.Flags().StringVar(&f.advisories, "advisories", "", "the advisory database (default that of \"reeve advisories update\")")
}

// address is where the register is.
func (f *registerFlags) address(w *World) (string, error) {
	address := cmp.Or(f.database, w.Getenv(envDatabase))
	if address == "" && w.StateDir == "" {
		return "", errors.New("the register: this user has no state folder, so say --database")
	}
	return cmp.Or(address, filepath.Join(w.StateDir, "register.db")), nil
}

// serverAddress is the server that the command asks, "" for none: a database that is named is used itself.
func (f *registerFlags) serverAddress(w *World) string {
	if f.server == "" && f.database != "" {
		return ""
	}
	return cmp.Or(f.server, w.Getenv(envServer))
}

// askFlags are the flags of a question to the register.
type askFlags struct {
	register registerFlags
	format   string
	json     bool
}

func (f *askFlags) add(cmd *cobra.Command) {
	f.register.add(cmd)
	addTextOrJSON(cmd, &f.format)
	cmd.Flags().BoolVar(&f.json, "json", false, "short for --format json")
}

// answer asks the register something and prints what it says: as JSON, or as show does for people.
func answer[T any](ctx context.Context, w *World, f *askFlags, ask func(book) (T, error), show func(T) error) error {
	if err := checkTextOrJSON(f.format); err != nil {
		return err
	}
	b, done, err := f.register.book(ctx, w)
	if err != nil {
		return err
	}
	defer done() //nolint:errcheck // it was only read
	said, err := ask(b)
	switch {
	case err != nil:
		return err
	case f.json || f.format == "json":
		return printJSON(w, said)
	}
	return show(said)
}

// opened is a register that this program has opened itself.
type opened struct {
	store *store.DB
	reg   *register.Register
	desk  *desk.Desk
	known *advisory.DB
}

// open opens the register on this machine.
func (f *registerFlags) open(ctx context.Context, w *World) (*opened, error) {
	address, err := f.address(w)
	if err != nil {
		return nil, err
	}
	o := &opened{}
	if o.store, err = store.Open(ctx, address); err != nil {
		return nil, err
	}
	if o.known, err = openDatabase(w, f.advisories, &config.Config{}, "."); err != nil {
		return nil, errors.Join(err, o.close())
	}
	o.reg, err = register.New(ctx, o.store, register.Options{Now: w.Now, Advisories: o.known})
	if err != nil {
		return nil, errors.Join(err, o.close())
	}
	o.desk = desk.New(o.reg, w.Now)
	return o, nil
}

func (o *opened) close() error {
	var err error
	if o.known != nil {
		err = o.known.Close()
	}
	return errors.Join(err, o.store.Close())
}

// local is whoever works on a database on this machine: who can read the file can do everything to it.
func local(w *World) access.Principal {
	name := "local"
	if u, err := user.Current(); err == nil {
		name = "local:" + u.Username
	}
	return access.Principal{Name: name, Title: name, Grants: []access.Grant{{Role: access.Admin}}}
}
