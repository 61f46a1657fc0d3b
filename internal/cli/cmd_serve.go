package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/config"
	"github.com/reevehq/reeve/internal/people"
	"github.com/reevehq/reeve/internal/server"
)

// serveFlags are the flags of serve and worker.
type serveFlags struct {
	register        registerFlags
	listen, baseURL string
	ready           string
	proxies         []string
	trusted         []string
	noPasswords     bool
	noWorker        bool
	allowPrivate    bool
	operations      string
	oidc            oidcFlags
	logLevel        string
}

// oidcFlags say with which provider people sign in.
type oidcFlags struct {
	title, issuer, clientID, secretFile, groupsClaim string
	groups                                           []string
	linkByMail, endSession                           bool
}

func serveCommand(w *World) *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Open the register: pages, API and jobs behind one address",
		Long: `Opens the register. Without a database it keeps everything in one SQLite file in the user's
state folder; with --database postgres://… any number of servers may share one. At the first
start it prints a link with which the first admin chooses a password; the link works once.

It stops gracefully: requests under way are answered before it ends.`,
		Example: `  reeve serve
  reeve serve --listen :8080 --base-url https://reeve.example.com --database "$DATABASE_URL"
  reeve serve --oidc-issuer https://id.example.com --oidc-client-id reeve \
      --oidc-client-secret-file /run/secrets/oidc --oidc-group "security = security" --oidc-group "payments = developer@payments"`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd.Context(), w) },
	}
	f.register.addLocal(cmd)
	fl := cmd.Flags()
	fl.StringVar(&f.listen, "listen", "127.0.0.1:7333", "where to listen, as host:port")
	fl.StringVar(&f.baseURL, "base-url", "", "how visitors reach it (default where it listens)")
	fl.StringVar(&f.ready, "ready-file", "", "write the address and the first sign-in link to this file when requests are answered")
	fl.StringSliceVar(&f.proxies, "proxy", nil, "networks of reverse proxies whose X-Forwarded-For is believed, as 10.0.0.0/8")
	fl.StringSliceVar(&f.trusted, "trusted-origin", nil, "other origins that may send forms, as https://portal.example.com")
	fl.BoolVar(&f.noPasswords, "no-passwords", false, "switch local accounts off: sign-in by the provider only")
	fl.BoolVar(&f.noWorker, "no-worker", false, "leave clocks, messages and other jobs to \"reeve worker\"")
	fl.BoolVar(&f.allowPrivate, "allow-private", false, "let hooks reach private networks: for a chat or tracker of one's own")
	fl.StringVar(&f.operations, "operations", "", "where /metrics, /healthz and /readyz are answered without a sign-in, as 127.0.0.1:9333; nobody but operators may reach it")
	fl.StringVar(&f.logLevel, "log-level", "info", "debug, info, warn or error")
	f.oidc.add(cmd)
	return cmd
}

func (o *oidcFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&o.issuer, "oidc-issuer", "", "the provider of OpenID Connect to sign in with")
	fl.StringVar(&o.title, "oidc-title", "", "what the button for it says (default its host)")
	fl.StringVar(&o.clientID, "oidc-client-id", "", "what the provider knows this server by")
	fl.StringVar(&o.secretFile, "oidc-client-secret-file", "", "the file with the client's secret; "+envOIDCSecret+" holds it too")
	fl.StringVar(&o.groupsClaim, "oidc-groups-claim", "groups", "the claim that holds a person's groups")
	fl.StringArrayVar(&o.groups, "oidc-group", nil, "a role for a group, as \"GROUP = ROLE\" or \"GROUP = ROLE@TEAM\"; may be given several times")
	fl.BoolVar(&o.linkByMail, "oidc-link-by-mail", false, "let a verified mail address find the person that is already here")
	fl.BoolVar(&o.endSession, "oidc-sign-out", false, "sign out at the provider too")
}

const envOIDCSecret = "REEVE_OIDC_CLIENT_SECRET" // its value never reaches an error or a log

// provider gives the provider that the flags name; nil for none.
func (o *oidcFlags) provider(w *World) (*people.OIDC, error) {
	if o.issuer == "" {
		return nil, nil
	}
	p := &people.OIDC{
		Title: o.title, Issuer: o.issuer, ClientID: o.clientID, ClientSecret: w.Getenv(envOIDCSecret), GroupsClaim: o.groupsClaim,
		LinkByMail: o.linkByMail, EndSession: o.endSession,
	}
	if o.secretFile != "" {
		secret, err := os.ReadFile(o.secretFile)
		if err != nil {
			return nil, fmt.Errorf("read the provider's secret: %w", err)
		}
		p.ClientSecret = strings.TrimSpace(string(secret))
	}
	for _, text := range o.groups {
		m, err := people.ParseMapping(text)
		if err != nil {
			return nil, err
		}
		p.Mappings = append(p.Mappings, m)
	}
	return p, nil
}

func (f *serveFlags) run(ctx context.Context, w *World) error {
	c, done, err := f.config(w)
	if err != nil {
		return err
	}
	c.Open = func(address, first string) { f.opened(w, address, first) }
	return broken(errors.Join(server.Run(ctx, c), done()))
}

// config reads the flags into what a server runs by. done gives back what that opened.
func (f *serveFlags) config(w *World) (c server.Config, done func() error, err error) {
	done = func() error { return nil }
	c = server.Config{
		Listen: f.listen, BaseURL: strings.TrimSuffix(f.baseURL, "/"), NoPasswords: f.noPasswords, Trusted: f.trusted, Operations: f.operations,
		NoWorker: f.noWorker, AllowPrivate: f.allowPrivate, StateDir: w.StateDir, Version: w.Build.Version, Now: w.Now,
	}
	if c.Database, err = f.register.address(w); err != nil {
		return c, done, err
	}
	if c.OIDC, err = f.oidc.provider(w); err != nil {
		return c, done, err
	}
	for _, text := range f.proxies {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			return c, done, fmt.Errorf("proxy %q: want a network like 10.0.0.0/8", text)
		}
		c.Proxies = append(c.Proxies, network)
	}
	if c.Log, err = server.NewLog(w.Stderr, server.LogOptions{Level: f.logLevel, Terminal: w.StderrTerminal}); err != nil {
		return c, done, err
	}
	if c.Advisories, err = openDatabase(w, f.register.advisories, &config.Config{}, "."); err != nil {
		return c, done, err
	}
	if c.Advisories != nil {
		done = c.Advisories.Close
	}
	c.AdvisoriesPath = databasePath(w, f.register.advisories, &config.Config{}, ".")
	return c, done, nil
}

// opened tells where the register is, and how the first admin gets in.
func (f *serveFlags) opened(w *World, address, first string) {
	fmt.Fprintf(w.Stdout, "The register is open at %s\n", address)
	if first != "" {
		fmt.Fprintf(w.Stdout, "Nobody is in it yet. Choose a password for the first admin, once, at\n  %s\n", first)
	}
	if f.ready == "" {
		return
	}
	text := address + "\n" + cmp.Or(first, "-") + "\n"
	if err := replaceFile(f.ready, func(to io.Writer) error { _, err := io.WriteString(to, text); return err }); err != nil {
		fmt.Fprintf(w.Stderr, "reeve: write ready file: %v\n", err)
	}
}

func workerCommand(w *World) *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "worker",
		Short: "Do the register's jobs: clocks, messages, new advisories",
		Long: `Does what "reeve serve" does beside answering: ends acceptances, escalates, tells hooks, reads newer
advisories, removes what is old. Any number of workers and servers may share a PostgreSQL
database; start servers with --no-worker then.`,
		Example: `  reeve worker --database "$DATABASE_URL" --base-url https://reeve.example.com`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, done, err := f.config(w)
			if err != nil {
				return err
			}
			return broken(errors.Join(server.Work(cmd.Context(), c), done()))
		},
	}
	f.register.addLocal(cmd)
	fl := cmd.Flags()
	fl.StringVar(&f.operations, "operations", "", "where /metrics, /healthz and /readyz are answered without a sign-in, as 127.0.0.1:9333; nobody but operators may reach it")
	fl.StringVar(&f.baseURL, "base-url", "", "how people reach the pages; links in messages begin with it")
	fl.BoolVar(&f.allowPrivate, "allow-private", false, "let hooks reach private networks: for a chat or tracker of one's own")
	fl.StringVar(&f.logLevel, "log-level", "info", "debug, info, warn or error")
	return cmd
}
