package desk

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/clock"
	"github.com/reevehq/reeve/internal/facet"
)

// check finds what is wrong with what a hook shall do.
func (h *HookSpec) check(names facet.Names) error {
	if !slices.Contains(HookKinds(), h.Kind) {
		return fmt.Errorf("%w: kind %q: want one of %v", ErrInvalid, h.Kind, HookKinds())
	}
	if _, err := facet.Parse(h.Query, names); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	for _, what := range h.Wants {
		if !slices.Contains(Happenings(), what) {
			return fmt.Errorf("%w: wants %q: want some of %v", ErrInvalid, what, Happenings())
		}
	}
	for _, role := range h.Tell {
		if !slices.Contains([]clock.Role{clock.Owner, clock.Lead, clock.Security}, role) {
			return fmt.Errorf("%w: tell %q: want owner, lead or security", ErrInvalid, role)
		}
	}
	if h.Most < 0 || h.Most > maxIssues {
		return fmt.Errorf("%w: most: one event makes 1 to %d issues", ErrInvalid, maxIssues)
	}
	if h.Kind == HookMail {
		return h.checkMail()
	}
	if h.Tracks() {
		return h.checkTracker()
	}
	return nil
}

func (h *HookSpec) checkMail() error {
	if len(h.To) == 0 && !h.Contacts || len(h.To) > maxHookTo {
		return fmt.Errorf("%w: to: a mail goes to 1 to %d addresses, or to the contacts of owners", ErrInvalid, maxHookTo)
	}
	for _, a := range append([]string{h.From}, h.To...) {
		if at, err := mail.ParseAddress(a); err != nil || at.Address != a || strings.ContainsAny(a, "\r\n") {
			return fmt.Errorf("%w: mail address %q: want one such as security@example.com, without a name", ErrInvalid, a)
		}
	}
	return nil
}

func (h *HookSpec) checkTracker() error {
	owner, name, both := strings.Cut(h.Project, "/")
	bad := h.Project == "" || len(h.Project) > 300 || strings.ContainsFunc(h.Project, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-/", r))
	}) || strings.Contains(h.Project, "..")
	switch h.Kind {
	case HookGitHub:
		bad = bad || !both || owner == "" || name == "" || strings.Contains(name, "/")
	case HookGitLab:
		bad = bad || !both
	case HookJira:
		bad = bad || both
	}
	if bad {
		return fmt.Errorf("%w: project %q: want \"owner/name\" for GitHub, a path such as \"group/project\" for GitLab, a key such as \"SEC\" for Jira", ErrInvalid, h.Project)
	}
	for _, text := range append([]string{h.Type, h.Done}, h.Labels...) {
		if len(text) > 100 || len(h.Labels) > 20 {
			return fmt.Errorf("%w: type, transition and up to 20 labels have at most 100 bytes each", ErrInvalid)
		}
	}
	return nil
}

// check finds what is wrong with a secret, and says where it leads.
func (s *HookSecret) check(h *HookSpec) (where string, err error) {
	if s.URL == "" {
		s.URL = map[string]string{HookGitHub: "https://api.github.com", HookGitLab: "https://gitlab.com"}[h.Kind]
	}
	u, err := url.Parse(s.URL)
	if err != nil || len(s.URL) > 2000 || u.Host == "" || u.User != nil || u.Fragment != "" {
		return "", fmt.Errorf("%w: the address of the hook: want a whole one without user and password, such as https://chat.example.com/hooks/…", ErrInvalid) // it may be a secret
	}
	want := []string{"https", "http"}
	if h.Kind == HookMail {
		want = []string{"smtp", "smtps"}
	}
	if !slices.Contains(want, u.Scheme) {
		return "", fmt.Errorf("%w: the address of the hook: want %s://", ErrInvalid, strings.Join(want, ":// or "))
	}
	if len(s.User) > 300 || len(s.Password) > 4000 || strings.ContainsAny(s.User+s.Password, "\r\n\x00") {
		return "", fmt.Errorf("%w: user and password have at most 300 and 4000 bytes in one line", ErrInvalid)
	}
	if s.Key != "" {
		if _, err := SigningKey(s.Key); err != nil {
			return "", fmt.Errorf("%w: %w", ErrInvalid, err)
		}
	}
	return u.Scheme + "://" + u.Host, nil
}

// SigningKey reads a key of Standard Webhooks.
func SigningKey(text string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text, signingKey))
	if err != nil || len(key) < 24 || len(key) > 64 || !strings.HasPrefix(text, signingKey) {
		return nil, errors.New("key: want \"whsec_\" and 24 to 64 bytes in base64")
	}
	return key, nil
}
