package image

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/outbound"
)

// fromDaemon lets a daemon on this machine write an image as docker-save does, and finds it there. Of the daemon only
// "GET /images/NAME/get" of the Docker Engine API is used, which podman's service speaks too.
func (i *Image) fromDaemon(ctx context.Context, name string) (*pointed, error) {
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part == "." || part == ".." {
			return nil, fmt.Errorf("open image: %q is no name of an image", name)
		}
	}
	var failed []error
	for _, socket := range i.options.Sockets {
		p, err := i.fromSocket(ctx, socket, name)
		var unreachable *net.OpError
		if errors.As(err, &unreachable) && unreachable.Op == "dial" {
			failed = append(failed, err)
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("open image %q: %w", name, err)
		}
		p.name = name
		return p, nil
	}
	return nil, fmt.Errorf("open image %q: no daemon listens: %w", name, errors.Join(failed...))
}

func (i *Image) fromSocket(ctx context.Context, socket, name string) (*pointed, error) {
	dialer := net.Dialer{Timeout: i.options.Stall}
	// A daemon puts the archive together before it answers, so only the content is under the clock.
	carrier := &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "unix", socket)
		},
		DisableCompression: true, MaxResponseHeaderBytes: 64 << 10, ResponseHeaderTimeout: 10 * time.Minute,
	}
	defer carrier.CloseIdleConnections()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://localhost/images/"+escaped(name)+"/get", nil)
	if err != nil {
		return nil, fmt.Errorf("%q is no name of an image", name)
	}
	res, err := carrier.RoundTrip(req) // and so no redirect is followed
	if err != nil {
		return nil, err
	}
	content := &outbound.Watched{Content: res.Body, Wait: i.options.Stall, Most: i.options.MaxSize, Context: ctx, Cancel: cancel}
	defer content.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the daemon at %s answers with status %d%s", socket, res.StatusCode, message(content))
	}
	f, size, err := i.spool(ctx, content)
	if err != nil {
		return nil, err
	}
	return i.inTar(ctx, dockerArchive, io.NewSectionReader(f, 0, size), "")
}

// escaped writes a name as part of a path; the daemon takes the slashes of a name as they are.
func escaped(name string) string {
	parts := strings.Split(name, "/")
	for n := range parts {
		parts[n] = url.PathEscape(parts[n])
	}
	return strings.Join(parts, "/")
}

// message is what the daemon says went wrong, "" where it says nothing.
func message(r io.Reader) string {
	var said struct {
		Message string `json:"message"`
	}
	data, _ := io.ReadAll(io.LimitReader(r, 64<<10))
	if json.Unmarshal(data, &said) != nil || said.Message == "" {
		return ""
	}
	return fmt.Sprintf(": %q", clip(said.Message, 500))
}
