// Package verify asks a secret's provider whether the secret still lives.
//
// What it knows about providers is a table (table_*.go): one harmless, documented call for each kind of secret and how to read
// its answer. One small interpreter sends the calls; only what must be signed has code of its own.
//
// It is the one place of a scan that uses the network, and only when somebody asked for it. It must never log, print, return
// or keep a secret's value, follow a redirect, post, change or create anything at a provider, speak to a host that neither the
// table nor the options name, or call a secret dead unless its provider said so: whatever is not plain is Unknown.
package verify

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

// State is what a provider's answer says about a secret. The zero value is Unknown.
type State int

// The states.
const (
	// Unknown means that nobody answered, or that the answer does not tell.
	Unknown State = iota
	// Live means that the provider accepts the secret.
	Live
	// Dead means that the provider refuses the secret: it is revoked, expired or was never issued.
	Dead
)

// String gives the state's name: unknown, live or dead.
func (s State) String() string {
	switch s {
	case Live:
		return "live"
	case Dead:
		return "dead"
	}
	return "unknown"
}

// Answer is what came of asking. Nothing in it holds the secret.
type Answer struct {
	State State
	// Why is a clause that explains the state, such as "api.github.com accepts it".
	Why string
	// Facts are what the provider said about a live secret (account, scopes, expiry), in the table's order.
	Facts []finding.Fact
	// Host is who gave the answer; "" where nobody was asked.
	Host string
	// Checked is when the answer came; zero where nobody was asked.
	Checked time.Time
}

// Secret is what is asked about.
type Secret struct {
	// Value is the secret itself.
	Value finding.Sensitive
	// With holds what else the provider wants to see, by the names that Needs lists (key-id, email, host).
	With map[string]finding.Sensitive
	// guessed tells why a companion may be the wrong one; a refusal then proves nothing.
	guessed string
}

// Verifier asks providers. It is safe for use by several goroutines at once.
type Verifier struct {
	opt    Options
	client *http.Client
	limits *limiter
}

// New makes a verifier. It asks nothing yet; options that Options.Validate refuses make every affected answer Unknown.
func New(opt Options) *Verifier {
	opt = opt.withDefaults()
	return &Verifier{
		opt: opt,
		client: &http.Client{
			Transport:     opt.Transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		limits: newLimiter(opt.RatePerHost, opt.Burst, opt.Clock),
	}
}

// Verify asks the provider behind the named verifier. It blocks for at most the options' timeout for each call the
// verifier makes, plus what the rate limit costs, and less when ctx ends.
func (v *Verifier) Verify(ctx context.Context, name string, secret Secret) Answer {
	e, ok := lookup(name)
	if !ok {
		return Answer{Why: fmt.Sprintf("there is no verifier named %q", name)}
	}
	return v.ask(ctx, e, secret)
}
