package verify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/outbound"
)

// Options say how to ask and whom. The zero value asks the providers' public hosts.
type Options struct {
	// Transport sends the requests; nil means one that checks certificates, takes its proxy from the environment and
	// refuses addresses that are not public. A transport given here answers for its own safety.
	Transport http.RoundTripper
	// BaseURL replaces, by verifier name, the scheme, host and leading path of every call of that verifier: a mirror, a test,
	// or the only installation there is ("github": "https://github.example.com/api/v3"). Plain http is for loopback only.
	BaseURL map[string]string
	// Hosts names, by verifier name, installations of the product outside the provider's own host. They are asked as well,
	// and a finding whose surroundings name one of them is asked there. "*.example.com" allows any host below example.com
	// that a finding's surroundings name.
	Hosts map[string][]string
	// AllowPrivate lets requests reach loopback and private addresses. Link-local addresses stay refused.
	AllowPrivate bool
	// Timeout is how long one call may take; 0 means 10 seconds.
	Timeout time.Duration
	// RatePerHost is how many calls a second one host gets; 0 means 2.
	RatePerHost float64
	// Burst is how many calls one host may get at once; 0 means 4.
	Burst int
	// Concurrency is how many secrets VerifyAll asks about at the same time; 0 means 4.
	Concurrency int
	// Around gives the text around a finding, some ten lines before and after. VerifyAll looks there for what a provider
	// wants to see beside the secret (the key id, the host). Nil means to look in other findings and snippets only.
	Around func(finding.Finding) string
	// Clock is the time; nil means the machine's.
	Clock Clock
}

// Clock is the time as the rate limit and the signatures see it.
type Clock interface {
	// Now is the present time.
	Now() time.Time
	// Sleep waits for d and gives ctx's error if that ends first.
	Sleep(ctx context.Context, d time.Duration) error
}

// userAgent is how reeve names itself to providers; some refuse requests without a name.
const userAgent = "reeve-verify"

func (o Options) withDefaults() Options {
	if o.Transport == nil {
		o.Transport = outbound.New(outbound.Options{Private: o.AllowPrivate, Proxy: http.ProxyFromEnvironment}).Transport
	}
	if o.Timeout <= 0 {
		o.Timeout = 10 * time.Second
	}
	if o.RatePerHost <= 0 {
		o.RatePerHost = 2
	}
	if o.Burst <= 0 {
		o.Burst = 4
	}
	if o.Concurrency <= 0 {
		o.Concurrency = 4
	}
	if o.Clock == nil {
		o.Clock = machineClock{}
	}
	return o
}

// Validate names everything that is wrong with the options: verifiers that do not exist, URLs and hosts that cannot be used.
func (o Options) Validate() error {
	var errs []error
	for _, name := range sortedKeys(o.BaseURL) {
		if _, ok := lookup(name); !ok {
			errs = append(errs, fmt.Errorf("base URL: there is no verifier named %q", name))
		}
		if err := checkBase(o.BaseURL[name]); err != nil {
			errs = append(errs, fmt.Errorf("base URL of verifier %q: %w", name, err))
		}
	}
	for _, name := range sortedKeys(o.Hosts) {
		e, ok := lookup(name)
		if !ok {
			errs = append(errs, fmt.Errorf("hosts: there is no verifier named %q", name))
		} else if !e.takesHosts() {
			errs = append(errs, fmt.Errorf("hosts of verifier %q: it only runs at its provider", name))
		}
		for _, host := range o.Hosts[name] {
			if _, err := cleanHost(strings.TrimPrefix(host, "*.")); err != nil {
				errs = append(errs, fmt.Errorf("hosts of verifier %q: %w", name, err))
			}
		}
	}
	return errors.Join(errs...)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// checkBase accepts https, and http where nothing can listen on the way.
func checkBase(base string) error {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("want a URL such as https://host/path, without user, query and fragment")
	}
	switch {
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http" && isLoopback(u.Hostname()):
		return nil
	}
	return errors.New("want https (http only to a loopback address)")
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.Unmap().IsLoopback()
}

var hostForm = form(`^[a-z0-9]([a-z0-9-]{0,62}\.)*[a-z0-9-]{0,62}[a-z0-9](:[0-9]{1,5})?$`)

// cleanHost reads a host, with or without port, out of a host or a URL, and refuses what cannot stand in a URL as one.
func cleanHost(text string) (string, error) {
	host := strings.ToLower(strings.TrimSpace(text))
	if _, rest, isURL := strings.Cut(host, "://"); isURL {
		host, _, _ = strings.Cut(rest, "/")
	}
	if len(host) > 253 || !hostForm().MatchString(host) {
		return "", fmt.Errorf("%q is not a host", cut(text, 80))
	}
	return host, nil
}

// allowsHost tells whether the options name the host for the verifier.
func (o Options) allowsHost(name, host string) bool {
	bare := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		bare = h
	}
	for _, h := range o.Hosts[name] {
		h = strings.ToLower(h)
		if h == host || h == bare {
			return true
		}
		if below, wild := strings.CutPrefix(h, "*."); wild && below != "" && strings.HasSuffix(bare, "."+below) {
			return true
		}
	}
	return false
}

// namedHosts lists the hosts that the options name in full for the verifier.
func (o Options) namedHosts(name string) []string {
	var hosts []string
	for _, h := range o.Hosts[name] {
		if clean, err := cleanHost(h); err == nil {
			hosts = append(hosts, clean)
		}
	}
	return hosts
}

type machineClock struct{}

func (machineClock) Now() time.Time { return time.Now() }

func (machineClock) Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
