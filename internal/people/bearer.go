package people

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
)

// maxBearer is the longest token that is looked at, in bytes.
const maxBearer = 16 << 10

// bearer takes the token out of an Authorization header (RFC 6750, section 2.1).
func bearer(header []string) (string, bool) {
	if len(header) != 1 || len(header[0]) > maxBearer {
		return "", false
	}
	scheme, token, ok := strings.Cut(header[0], " ")
	token = strings.TrimSpace(token)
	return token, ok && strings.EqualFold(scheme, "Bearer") && token != ""
}

// errToken is one answer for all tokens that are worth nothing, so that nobody learns which.
func errToken() error {
	return fmt.Errorf("%w: the token is not known here, has expired or was revoked", ErrAnonymous)
}

// byToken says whose token it is.
func (k *Keeper) byToken(ctx context.Context, text string) (access.Principal, error) {
	if digest, ok := desk.ReadSecret(desk.PassPrefix, text); ok {
		return k.byPass(ctx, digest)
	}
	digest, ok := desk.ReadSecret(desk.TokenPrefix, text)
	if !ok {
		return access.Principal{}, errToken()
	}
	w, err := k.reg.World(ctx)
	if err != nil {
		return access.Principal{}, err
	}
	t, err := desk.TokenIn(w, digest)
	switch {
	case errors.Is(err, desk.ErrNotFound):
		return access.Principal{}, errToken()
	case err != nil:
		return access.Principal{}, err
	case !t.Expires.After(k.now()):
		return access.Principal{}, errToken()
	}
	owner, err := desk.PersonIn(w, t.Person)
	if err != nil || owner.Disabled {
		return access.Principal{}, errToken()
	}
	k.use(nil, t.ID)
	return t.Principal(w, owner.Principal()), nil
}

// byPass says which job a pass was given to. It counts as long as the rule that gave it is as it was.
func (k *Keeper) byPass(ctx context.Context, digest []byte) (access.Principal, error) {
	p, err := k.db.Pass(ctx, digest, k.now().UnixMicro())
	if errors.Is(err, desk.ErrNotFound) {
		return access.Principal{}, errToken()
	}
	if err != nil {
		return access.Principal{}, err
	}
	w, err := k.reg.World(ctx)
	if err != nil {
		return access.Principal{}, err
	}
	if rule, ok := w.Others[desk.KindTrust][p.Trust]; !ok || rule.Touched != p.Touched {
		return access.Principal{}, errToken()
	}
	return access.Principal{
		Name: "ci:" + p.Asset, Title: p.Title, Asset: p.Asset,
		Grants: []access.Grant{{Role: access.Pipeline}}, Only: []access.Action{access.Import},
	}, nil
}
