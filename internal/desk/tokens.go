package desk

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/register"
)

// Token lets a program in as a person, for some actions. Its name among entities is the SHA-256 of its text, which is shown once and kept nowhere.
type Token struct {
	ID int64 `json:"-"`
	// Person is whose it is. It never lets in further than they themselves may go when it is used.
	Person int64 `json:"person"`
	// Title is what they call it.
	Title string `json:"title"`
	// Only are the actions that it was made for.
	Only []access.Action `json:"only"`
	// Asset is the name of the one asset that it is for, "" for any.
	Asset string `json:"asset,omitempty"`
	// Made and Expires bound its life.
	Made    time.Time `json:"made"`
	Expires time.Time `json:"expires"`
	// Used is about when it was last used, zero for never. It is not in the log.
	Used time.Time `json:"-"`
}

// The bounds of tokens.
const (
	maxTokens     = 100
	maxTokenLife  = 366 * 24 * time.Hour
	usualLifetime = 90 * 24 * time.Hour
)

// TokenIn finds a token of a world by the digest of its text; ErrNotFound says that there is none.
func TokenIn(w *register.World, digest []byte) (Token, error) {
	return tokenIn(w, w.ID(register.KindToken, hex.EncodeToString(digest)))
}

func tokenIn(w *register.World, id int64) (Token, error) {
	t := Token{ID: id}
	e, ok := w.Others[register.KindToken][id]
	if !ok {
		return t, fmt.Errorf("token %d: %w", id, ErrNotFound)
	}
	if err := json.Unmarshal(e.Doc, &t); err != nil {
		return t, fmt.Errorf("token %d: %w", id, err)
	}
	return t, nil
}

// Principal is the token's owner as far as the token goes: actions that the owner may not do to the token's asset are not among them.
func (t *Token) Principal(w *register.World, owner access.Principal) access.Principal {
	only := []access.Action{}
	for _, a := range t.Only {
		if t.Asset == "" || owner.Check(a, assetObject(w, t.Asset)) == nil {
			only = append(only, a)
		}
	}
	owner.Name, owner.Title = owner.Name+"#"+t.Title, owner.Title+" (token "+t.Title+")"
	owner.Only, owner.Asset = only, t.Asset
	return owner
}

// assetObject is what a right on an asset by name is asked of; one that is not there yet belongs to nobody.
func assetObject(w *register.World, name string) access.Object {
	o := access.Object{Asset: name}
	if a := w.Assets[w.ID(register.KindAsset, name)]; a != nil {
		o.Team = a.Team
	}
	return o
}

// Tokens lists somebody's tokens, newest first: one's own, or anybody's for admins. Person 0 is everybody.
func (d *Desk) Tokens(ctx context.Context, p access.Principal, person int64) ([]Token, error) {
	if err := ownOrGoverned(p, person); err != nil {
		return nil, err
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return nil, err
	}
	used, err := d.reg.Store().TokenUses(ctx)
	if err != nil {
		return nil, err
	}
	var out []Token
	for id := range w.Others[register.KindToken] {
		t, err := tokenIn(w, id)
		if err != nil {
			return nil, err
		}
		if person == 0 || t.Person == person {
			t.Used = moment(used[id])
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b Token) int { return int(b.ID - a.ID) })
	return out, nil
}

// ownOrGoverned lets people to what is theirs, and admins to what is anybody's.
func ownOrGoverned(p access.Principal, person int64) error {
	if person != 0 && person == p.Person {
		return p.Can(access.Own)
	}
	return p.Can(access.Govern)
}

// NewToken makes a token for whoever asks, who must have signed in: a token makes no tokens. Title, Only, Asset and Expires count; it expires in
// 90 days where it does not say when, and after a year at most. The text is given here and never again.
func (d *Desk) NewToken(ctx context.Context, p access.Principal, t Token) (Token, string, error) {
	if p.Person == 0 || p.Only != nil || p.Asset != "" {
		return t, "", fmt.Errorf("%w: a token makes no tokens: sign in", access.ErrDenied)
	}
	if err := p.Can(access.Own); err != nil {
		return t, "", err
	}
	now := d.now().UTC()
	if t.Expires.IsZero() {
		t.Expires = now.Add(usualLifetime)
	}
	t = Token{Person: p.Person, Title: t.Title, Only: t.Only, Asset: t.Asset, Made: now, Expires: t.Expires.UTC()}
	text := NewSecret(TokenPrefix)
	digest, _ := ReadSecret(TokenPrefix, text)
	err := d.reg.Store().Exclusive(ctx, func() error {
		w, err := d.reg.World(ctx)
		if err != nil {
			return err
		}
		if err := t.check(w, p, now); err != nil {
			return err
		}
		ids, err := d.reg.Put(ctx, p.Name, "made", register.Set{Kind: register.KindToken, Name: hex.EncodeToString(digest), Doc: t})
		if err == nil {
			t.ID = ids[0]
		}
		return err
	})
	if err != nil {
		return t, "", err
	}
	return t, text, nil
}

func (t *Token) check(w *register.World, p access.Principal, now time.Time) error {
	if err := CheckLine("title of a token", t.Title, 100); err != nil {
		return err
	}
	switch {
	case strings.TrimSpace(t.Title) == "":
		return fmt.Errorf("%w: a token needs a title", ErrInvalid)
	case len(t.Only) == 0:
		return fmt.Errorf("%w: say what the token is for: some of %v", ErrInvalid, access.Actions())
	case !t.Expires.After(now):
		return fmt.Errorf("%w: the token would have expired already", ErrInvalid)
	case t.Expires.After(now.Add(maxTokenLife)):
		return fmt.Errorf("%w: a token lives a year at most", ErrInvalid)
	}
	for i, a := range t.Only {
		if !slices.Contains(access.Actions(), a) || slices.Contains(t.Only[:i], a) {
			return fmt.Errorf("%w: action %.50q: want each of %v once at most", ErrInvalid, a, access.Actions())
		}
		if err := p.Can(a); err != nil {
			return fmt.Errorf("action %s: %w", a, err)
		}
	}
	if t.Asset != "" {
		if err := checkAssetName(t.Asset); err != nil {
			return err
		}
		for _, a := range t.Only {
			if err := p.Check(a, assetObject(w, t.Asset)); err != nil {
				return hidden(err, fmt.Sprintf("asset %.200q", t.Asset))
			}
		}
	}
	n := 0
	for id := range w.Others[register.KindToken] {
		other, err := tokenIn(w, id)
		if err != nil {
			return err
		}
		if other.Person == p.Person {
			n++
		}
	}
	if n >= maxTokens {
		return fmt.Errorf("%w: %d tokens already: revoke some first", ErrConflict, n)
	}
	return nil
}

// checkAssetName tells whether a text can be the name of an asset among assets: kind, colon, name.
func checkAssetName(name string) error {
	kind, rest, ok := strings.Cut(name, ":")
	if !ok || kind == "" || rest == "" || strings.ContainsFunc(kind, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return fmt.Errorf("%w: asset %.200q: want kind:name, such as repository:acme/shop", ErrInvalid, name)
	}
	return CheckLine("asset", name, 500)
}

// RevokeToken makes a token worthless: one's own, or anybody's for admins.
func (d *Desk) RevokeToken(ctx context.Context, p access.Principal, id int64) error {
	w, err := d.reg.World(ctx)
	if err != nil {
		return err
	}
	t, err := tokenIn(w, id)
	if err == nil {
		err = ownOrGoverned(p, t.Person)
		if err != nil && t.Person != p.Person {
			err = fmt.Errorf("token %d: %w", id, ErrNotFound)
		}
	}
	if err != nil {
		return err
	}
	name := w.Others[register.KindToken][id].Name
	_, err = d.reg.Put(ctx, p.Name, "revoked", register.Set{Kind: register.KindToken, ID: id, Name: name, Doc: t, Drop: true})
	return err
}

// The beginnings of what reeve gives out: to people's programs, to jobs of a forge, and in links.
const (
	TokenPrefix = "rv_"
	PassPrefix  = "rvj_"
	LinkPrefix  = "rvl_"
)

const (
	alphabet    = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	secretSize  = 43 // digits of base 62 that 256 bits take
	secretCheck = 6  // those that 32 bits take
)

// NewSecret makes a text that nobody can guess: the prefix, 256 bits in base 62, and their CRC-32 in base 62, as in "Behind GitHub's new authentication
// token formats" (github.blog, 2021), so that scanners can tell it from a text that looks alike.
func NewSecret(prefix string) string {
	bits := make([]byte, 32)
	_, _ = rand.Read(bits) // it never fails (crypto/rand)
	body := digits(new(big.Int).SetBytes(bits), secretSize)
	return prefix + body + checkOf(body)
}

func checkOf(body string) string {
	return digits(big.NewInt(int64(crc32.ChecksumIEEE([]byte(body)))), secretCheck)
}

// digits writes a number in base 62 with leading zeros.
func digits(n *big.Int, size int) string {
	out := make([]byte, size)
	base, digit := big.NewInt(int64(len(alphabet))), new(big.Int)
	n = new(big.Int).Set(n)
	for i := size - 1; i >= 0; i-- {
		n.DivMod(n, base, digit)
		out[i] = alphabet[digit.Int64()]
	}
	return string(out)
}

// ReadSecret gives the SHA-256 of such a text; false says that it is none, whatever is known.
func ReadSecret(prefix, text string) (digest []byte, ok bool) {
	body, ok := strings.CutPrefix(text, prefix)
	if !ok || len(body) != secretSize+secretCheck {
		return nil, false
	}
	for i := range len(body) {
		if strings.IndexByte(alphabet, body[i]) < 0 {
			return nil, false
		}
	}
	if checkOf(body[:secretSize]) != body[secretSize:] {
		return nil, false
	}
	sum := sha256.Sum256([]byte(text))
	return sum[:], true
}
