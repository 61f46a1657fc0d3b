package register

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/reevehq/reeve/internal/store"
)

// Seal is the end of the log at one moment, signed: kept elsewhere, it proves later that nothing up to there was changed or cut off.
type Seal struct {
	// Register names the log: its first event's hash, in hex.
	Register string `json:"register"`
	// Seq and Hash are the last event's.
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
	// Known is when that event was written, Signed when the seal was made.
	Known  time.Time `json:"known"`
	Signed time.Time `json:"signed"`
	// Key is the register's public key, Signature is over everything above: Ed25519 (RFC 8032), both in hex.
	Key       string `json:"key"`
	Signature string `json:"signature,omitempty"`
}

// text is what is signed.
func (s Seal) text() []byte {
	s.Signature = ""
	out, _ := json.Marshal(s) // plain data always marshals
	return out
}

// Seal signs the log's end as it is now.
func (r *Register) Seal(ctx context.Context) (Seal, error) {
	seed, err := r.db.Secret(ctx, "signature", ed25519.SeedSize)
	if err != nil {
		return Seal{}, err
	}
	key := ed25519.NewKeyFromSeed(seed)
	head, err := r.db.Head(ctx)
	if err != nil {
		return Seal{}, err
	}
	s := Seal{
		Seq: head.Seq, Hash: hex.EncodeToString(head.Hash), Known: moment(head.Known), Signed: r.opt.Now().UTC().Truncate(time.Second),
		Key: hex.EncodeToString(key.Public().(ed25519.PublicKey)),
	}
	if head.Seq > 0 {
		first, err := r.db.Event(ctx, 1)
		if err != nil {
			return Seal{}, err
		}
		s.Register = hex.EncodeToString(first.Hash)
	}
	s.Signature = hex.EncodeToString(ed25519.Sign(key, s.text()))
	return s, nil
}

// Verify checks every hash of the log, and against a seal, which may be nil, that the log still holds what it held then. The first
// fault is a *store.Broken.
func (r *Register) Verify(ctx context.Context, seal *Seal) error {
	if seal != nil {
		if err := seal.valid(); err != nil {
			return err
		}
	}
	met := seal == nil || seal.Seq == 0
	err := r.db.Verify(ctx, func(e store.Event) {
		if seal != nil && e.Seq == seal.Seq && hex.EncodeToString(e.Hash) == seal.Hash {
			met = true
		}
	})
	if err == nil && !met {
		err = &store.Broken{Seq: seal.Seq, Why: "the log does not hold the event that the seal was made of: it was cut off, or written anew"}
	}
	return err
}

// valid checks the signature. Whether the key is the register's own is for whoever kept the seal to know.
func (s *Seal) valid() error {
	key, err1 := hex.DecodeString(s.Key)
	signature, err2 := hex.DecodeString(s.Signature)
	if err1 != nil || err2 != nil || len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, s.text(), signature) {
		return fmt.Errorf("%w: the seal's signature does not fit: it was changed", ErrInvalid)
	}
	return nil
}
