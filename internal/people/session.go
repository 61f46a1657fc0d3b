package people

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/store"
)

// The bounds of a session: without a use, and at all.
const (
	idleLimit    = 8 * time.Hour
	sessionLimit = 7 * 24 * time.Hour
)

// The ways to sign in.
const (
	wayPassword = "password"
	wayLink     = "link"
	wayOIDC     = "oidc"
)

// Session is a browser that somebody is signed in with.
type Session struct {
	// ID names it, and lets nobody in.
	ID string `json:"id"`
	// Way is how they signed in: password, link or oidc.
	Way     string    `json:"way"`
	Made    time.Time `json:"made"`
	Seen    time.Time `json:"seen"`
	Expires time.Time `json:"expires"`
	// Address and Agent are where from and with what.
	Address string `json:"address"`
	Agent   string `json:"agent"`
	// Current tells that it is the one that asks.
	Current bool `json:"current,omitempty"`
}

// cookie is the name of a session's cookie. With https the browser itself sees to it that no other host and no http page set it.
func (k *Keeper) cookie() string {
	if k.secure {
		return "__Host-reeve"
	}
	return "reeve"
}

// setCookie gives the browser something to hold; an age of 0 takes it back.
func (k *Keeper) setCookie(w http.ResponseWriter, name, value string, age time.Duration) {
	c := &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: int(age.Seconds()), Secure: k.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if age == 0 {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

func digestOf(value string) []byte {
	sum := sha256.Sum256([]byte(value))
	return sum[:]
}

// held gives the id of the session that a browser claims to have; nil is none.
func (k *Keeper) held(r *http.Request) []byte {
	c, err := r.Cookie(k.cookie())
	if err != nil || len(c.Value) != base64.RawURLEncoding.EncodedLen(32) {
		return nil
	}
	return digestOf(c.Value)
}

// session finds the session of a request.
func (k *Keeper) session(r *http.Request) (store.Session, error) {
	id := k.held(r)
	if id == nil {
		return store.Session{}, ErrAnonymous
	}
	s, err := k.db.Session(r.Context(), id)
	if errors.Is(err, store.ErrNotFound) {
		return s, fmt.Errorf("%w: the session has ended", ErrAnonymous)
	}
	if err != nil {
		return s, err
	}
	if !k.alive(&s) {
		return s, fmt.Errorf("%w: the session has ended", ErrAnonymous)
	}
	k.use(id, 0)
	return s, nil
}

// alive tells whether a session still counts, and puts the time of its last use right.
func (k *Keeper) alive(s *store.Session) bool {
	k.mu.Lock()
	s.Seen = max(s.Seen, k.sessions[string(s.ID)])
	k.mu.Unlock()
	now := k.now()
	return now.UnixMicro() < s.Expires && now.Add(-idleLimit).UnixMicro() < s.Seen
}

// begin signs somebody in: a new session, whatever the browser held before.
func (k *Keeper) begin(w http.ResponseWriter, r *http.Request, s store.Session) error {
	bits := make([]byte, 32)
	_, _ = rand.Read(bits) // it never fails (crypto/rand)
	value := base64.RawURLEncoding.EncodeToString(bits)
	now := k.now()
	s.ID, s.Made, s.Seen, s.Expires = digestOf(value), now.UnixMicro(), now.UnixMicro(), now.Add(sessionLimit).UnixMicro()
	s.Address, s.Agent = k.address(r).String(), shorten(r.UserAgent(), 200)
	if err := k.db.AddSession(r.Context(), s, k.held(r)); err != nil {
		return err
	}
	k.setCookie(w, k.cookie(), value, sessionLimit)
	k.log.Info("signed in", "person", s.Person, "way", s.Way, "address", s.Address)
	return nil
}

// Sessions lists a person's sessions that still count, newest first: one's own, or anybody's for admins.
func (k *Keeper) Sessions(r *http.Request, p access.Principal, person int64) ([]Session, error) {
	if err := mayEnd(p, person); err != nil {
		return nil, err
	}
	all, err := k.db.Sessions(r.Context(), person)
	if err != nil {
		return nil, err
	}
	mine := string(k.held(r))
	var out []Session
	for i := range all {
		if s := &all[i]; k.alive(s) {
			out = append(out, Session{
				ID: nameOf(s), Way: s.Way, Made: moment(s.Made), Seen: moment(s.Seen), Expires: moment(s.Expires),
				Address: s.Address, Agent: s.Agent, Current: string(s.ID) == mine,
			})
		}
	}
	return out, nil
}

// nameOf is a part of a digest of the digest: enough to tell sessions apart.
func nameOf(s *store.Session) string { return hex.EncodeToString(digestOf(string(s.ID))[:8]) }

// mayEnd lets people to their own sessions, not by a token, and admins to those of all.
func mayEnd(p access.Principal, person int64) error {
	if person != 0 && person == p.Person && p.Only == nil {
		return p.Can(access.Own)
	}
	return p.Can(access.Govern)
}

// EndSession ends one session of a person; EndSessions ends all, but the one that asks.
func (k *Keeper) EndSession(ctx context.Context, p access.Principal, person int64, name string) error {
	if err := mayEnd(p, person); err != nil {
		return err
	}
	all, err := k.db.Sessions(ctx, person)
	if err != nil {
		return err
	}
	for i := range all {
		if nameOf(&all[i]) == name {
			_, err := k.db.EndSession(ctx, all[i].ID)
			return err
		}
	}
	return fmt.Errorf("session %.32q: %w", name, store.ErrNotFound)
}

// EndSessions ends all sessions of a person, but the one that asks, and tells how many.
func (k *Keeper) EndSessions(r *http.Request, p access.Principal, person int64) (int64, error) {
	if err := mayEnd(p, person); err != nil {
		return 0, err
	}
	return k.db.EndSessions(r.Context(), person, k.held(r))
}

func moment(micro int64) time.Time { return time.UnixMicro(micro).UTC() }
