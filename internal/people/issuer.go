package people

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

// issuers keeps what is known of those who sign: where their keys are, and the keys.
type issuers struct {
	opt Options
	now func() time.Time

	mu    sync.Mutex
	known map[string]*issuer
}

// issuer is one of them.
type issuer struct {
	client *http.Client

	mu       sync.Mutex
	provider *oidc.Provider
	asked    time.Time
	err      error
}

// How long a discovery document counts, and how long one that could not be had is not asked for again.
const (
	discoveryLife  = 24 * time.Hour
	discoveryPause = 10 * time.Second
	// maxIssuers bounds how many are kept; the rules of trust name them.
	maxIssuers = 200
)

func newIssuers(o Options, now func() time.Time) *issuers {
	return &issuers{opt: o, now: now, known: map[string]*issuer{}}
}

// find gives an issuer that an operator or admin has named. Nothing is asked of the network before.
func (s *issuers) find(ctx context.Context, name string) (*oidc.Provider, *http.Client, error) {
	s.mu.Lock()
	i := s.known[name]
	if i == nil {
		u, err := url.Parse(name)
		if err != nil {
			s.mu.Unlock()
			return nil, nil, err
		}
		if len(s.known) >= maxIssuers {
			clear(s.known)
		}
		i = &issuer{client: newOutbound(u, s.opt, s.now)}
		s.known[name] = i
	}
	s.mu.Unlock()

	i.mu.Lock()
	defer i.mu.Unlock()
	age := s.now().Sub(i.asked)
	if i.provider != nil && age >= 0 && age < discoveryLife {
		return i.provider, i.client, nil
	}
	if i.err != nil && age >= 0 && age < discoveryPause {
		return nil, nil, i.err
	}
	// The client's own time limit bounds it, and it must not end with the one request that asks: others wait for it.
	p, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), i.client), name)
	i.asked = s.now()
	if err != nil {
		i.err = fmt.Errorf("discover issuer %q: %s", name, shorten(err.Error(), 500)) // it may quote a whole answer
		if i.provider != nil {
			return i.provider, i.client, nil // what was known counts on until it can be asked again
		}
		return nil, nil, i.err
	}
	i.provider, i.err = p, nil
	return p, i.client, nil
}

// algorithms are the signatures that are believed: those of a key that only the issuer has.
func algorithms() []string {
	return []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}
}
