package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"github.com/reevehq/reeve/internal/outbound"
)

// registry gives the content of one repository.
type registry struct {
	puller *remote.Puller
	repo   name.Repository
}

// fromRegistry finds an image by its name in a registry.
func (i *Image) fromRegistry(ctx context.Context, text string) (*pointed, error) {
	var options []name.Option
	if i.options.Insecure {
		options = append(options, name.Insecure)
	}
	ref, err := name.ParseReference(text, options...)
	if err != nil {
		return nil, fmt.Errorf("open image: %q is no file, and no name in a registry: %w", text, err)
	}
	host := ref.Context().RegistryStr()
	auth, helper, err := i.options.credentials(ref.Context())
	if err != nil {
		return nil, fmt.Errorf("open image %q: %w", text, err)
	}
	g := newGuard(host, i.options)
	i.close = append(i.close, g.Transport.CloseIdleConnections)
	puller, err := remote.NewPuller(
		remote.WithTransport(g), remote.WithAuth(auth), remote.WithUserAgent("reeve"),
		remote.WithRetryBackoff(remote.Backoff{Duration: time.Second / 2, Factor: 3, Jitter: 0.1, Steps: 3}),
		remote.WithRetryPredicate(worthRetrying),
	)
	if err != nil {
		return nil, fmt.Errorf("open image %q: %w", text, err)
	}
	r := &registry{puller: puller, repo: ref.Context()}
	got, err := puller.Get(ctx, ref)
	if err != nil {
		return nil, fmt.Errorf("open image %q: %w", text, explain(ctx, err, host, helper))
	}
	p, err := i.follow(ctx, r, descriptor{Digest: digest(got.Digest.String()), Size: got.Size}, got.Manifest)
	if err != nil {
		return nil, fmt.Errorf("open image %q: %w", text, err)
	}
	p.name, _, _ = strings.Cut(text, "@")
	return p, nil
}

// worthRetrying tells failures of the network that may pass. A stall is none: it has taken long enough already.
func worthRetrying(err error) bool {
	if err == nil || errors.Is(err, outbound.ErrStalled) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	var passing interface{ Temporary() bool }
	if errors.As(err, &passing) && passing.Temporary() {
		return true
	}
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, net.ErrClosed)
}

// explain says of a registry's refusal what to do.
func explain(ctx context.Context, err error, host, helper string) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var answer *transport.Error
	if !errors.As(err, &answer) {
		var asked *url.Error
		if errors.As(err, &asked) { // its URL may hold the signature of a redirect
			err = asked.Err
		}
		return fmt.Errorf("registry %s: %w", host, err)
	}
	switch answer.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden:
		if helper != "" {
			return fmt.Errorf("registry %s wants a sign-in (%d); docker's configuration names the credential helper %q for it, which is a program and is not run: give user and password instead", host, answer.StatusCode, helper)
		}
		return fmt.Errorf("registry %s refuses (%d): there is no such image, or it wants another sign-in", host, answer.StatusCode)
	case http.StatusNotFound:
		return fmt.Errorf("registry %s has no such image", host)
	case http.StatusTooManyRequests:
		return fmt.Errorf("registry %s takes no more requests for now (429); sign in, or try again later", host)
	}
	return fmt.Errorf("registry %s answers with status %d", host, answer.StatusCode)
}

// manifest fetches a manifest of the repository by digest; the library checks the digest.
func (r *registry) manifest(ctx context.Context, d descriptor) ([]byte, error) {
	if _, _, err := d.Digest.parts(); err != nil {
		return nil, err
	}
	if d.Size < 0 || d.Size > maxManifest {
		return nil, fmt.Errorf("it has %d bytes; at most %d are read", d.Size, maxManifest)
	}
	got, err := r.puller.Get(ctx, r.repo.Digest(string(d.Digest)))
	if err != nil {
		return nil, r.failure(ctx, err)
	}
	return got.Manifest, checkWhole(got.Manifest, d)
}

// blob fetches content of the repository by digest; the library checks the digest.
func (r *registry) blob(ctx context.Context, d descriptor) (io.ReadCloser, bool, error) {
	if _, _, err := d.Digest.parts(); err != nil {
		return nil, false, err
	}
	l, err := r.puller.Layer(ctx, r.repo.Digest(string(d.Digest)))
	if err != nil {
		return nil, false, r.failure(ctx, err)
	}
	body, err := l.Compressed()
	if err != nil {
		return nil, false, r.failure(ctx, err)
	}
	return &fetched{body, d.Digest}, true, nil
}

func (r *registry) failure(ctx context.Context, err error) error {
	if strings.Contains(err.Error(), "does not match") {
		return fmt.Errorf("%w: %w", ErrLie, err)
	}
	return explain(ctx, err, r.repo.RegistryStr(), "")
}

// fetched is content on its way from a registry.
type fetched struct {
	io.ReadCloser
	digest digest
}

// Read names what the library finds out about digest and size.
func (f *fetched) Read(p []byte) (int, error) {
	n, err := f.ReadCloser.Read(p)
	if err != nil && err != io.EOF && strings.HasPrefix(err.Error(), "error verifying") {
		err = fmt.Errorf("%w: %s", ErrLie, err.Error())
	}
	return n, err
}
