package git

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// cloneProtocols are what Clone may speak.
const cloneProtocols = "https:ssh:file"

// Clone makes a bare clone of the repository at a URL (https, ssh, file, user@host:path, or a path; "git+" before it is
// dropped) in a new directory, and opens it. It is the only use of the network here. No hook runs, nothing is checked
// out, submodules are left alone. Errors name the URL without user and password.
func Clone(ctx context.Context, from, dir string) (*Repository, error) {
	from = strings.TrimPrefix(from, "git+")
	shown, err := checkURL(from)
	if err != nil {
		return nil, fmt.Errorf("clone %s: %w", shown, err)
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, fmt.Errorf("clone %s: %w", shown, err)
	}
	cwd, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("clone %s: %w", shown, err)
	}
	run := newRunner(cwd, false).with("GIT_ALLOW_PROTOCOL=" + cloneProtocols)
	_, err = run.text(ctx, "clone", "--quiet", "--bare", "--template=", "--no-recurse-submodules", "--end-of-options", from, dir)
	if err != nil {
		return nil, fmt.Errorf("clone %s: %w", shown, withoutURL(err, from, shown))
	}
	return Open(ctx, dir)
}

// checkURL refuses what is not in the list of protocols, and returns the URL as it may be shown.
func checkURL(from string) (shown string, err error) {
	scheme, _, ok := strings.Cut(from, "://")
	if !ok {
		// A path, or host:path for ssh. "ext::command" would be a remote helper; git refuses it too.
		if from == "" || from[0] == '-' || strings.Contains(from, "::") {
			return "repository", errors.New("not a URL or path of a repository")
		}
		if user, rest, ok := strings.Cut(from, "@"); ok && strings.Contains(user, ":") {
			return fmt.Sprintf("%q", clip(rest)), nil
		}
		return fmt.Sprintf("%q", clip(from)), nil
	}
	u, err := url.Parse(from)
	if err != nil {
		return "repository", errors.New("URL cannot be read") // its error would show the URL
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	shown = fmt.Sprintf("%q", clip(u.String()))
	if !strings.Contains(":"+cloneProtocols+":", ":"+strings.ToLower(scheme)+":") {
		return shown, fmt.Errorf("protocol %q is not allowed: use https, ssh or file", clip(scheme))
	}
	if strings.HasPrefix(u.Host, "-") {
		return shown, errors.New("host begins with a dash")
	}
	return shown, nil
}

// withoutURL takes what the user gave as URL, credentials included, out of git's complaint.
func withoutURL(err error, from, shown string) error {
	var exit *exitError
	if !errors.As(err, &exit) {
		return err
	}
	clean := *exit
	clean.all = ""
	clean.line = strings.ReplaceAll(clean.line, from, strings.Trim(shown, `"`))
	if u, err := url.Parse(from); err == nil && u.User != nil {
		secret, _ := u.User.Password()
		for _, part := range []string{u.User.String(), secret, u.User.Username()} {
			if part != "" {
				clean.line = strings.ReplaceAll(clean.line, part, "***")
			}
		}
	}
	return &clean
}
