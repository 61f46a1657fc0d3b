package main

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/reevehq/reeve/internal/engine/secret"
)

// madePlanted is how many secrets are planted in a made history.
const madePlanted = 200

// plant is a secret and the statement that gives it away. No provider ever issued it.
type plant struct{ statement, value string }

// plantKind is a kind of secret that is planted: the check it passes, the prefix it starts with, and its statement.
type plantKind struct{ check, prefix, statement string }

// plantKinds are kinds whose format the provider defines. Private keys and a password without a form come on top.
var plantKinds = []plantKind{
	{"github-crc32", "ghp_", "\tgithubToken := %q"},
	{"aws-key-id", "AKIA", "\taws_access_key_id = %q"},
	{"gitlab-crc32", "glpat-", "\tclient.Login(\"ci\", %q) // token"},
	{"slack-token", "xoxb-", "\tslack := bot.New(%q)"},
	{"stripe", "sk_live_", "\tstripe.Key = %q"},
	{"sendgrid", "SG.", "\tmail.Client(%q)"},
	{"npm-crc32", "npm_", "\tos.Setenv(\"NPM_TOKEN\", %q)"},
}

// makePlants makes secrets of each kind in turn.
func makePlants(r *rand.Rand, count int) ([]plant, error) {
	plants := make([]plant, count)
	for i := range plants {
		var err error
		switch k := i % (len(plantKinds) + 2); k {
		case len(plantKinds):
			plants[i], err = privateKey(r)
		case len(plantKinds) + 1:
			value := drawn(r, 24)
			plants[i] = plant{fmt.Sprintf("\tdatabase_password = %q", value), value}
		default:
			plants[i], err = plantKinds[k].make(r)
		}
		if err != nil {
			return nil, err
		}
	}
	return plants, nil
}

func (k plantKind) make(r *rand.Rand) (plant, error) {
	value, err := secret.Sample(k.check, k.prefix, r)
	if err != nil {
		return plant{}, err
	}
	statement := fmt.Sprintf(k.statement, value)
	if k.check == "aws-key-id" { // one is nothing without the other
		key, err := secret.Sample("aws-secret-key", "", r)
		if err != nil {
			return plant{}, err
		}
		statement += fmt.Sprintf("\n\taws_secret_access_key = %q", key)
	}
	return plant{statement, value}, nil
}

// privateKey makes a key that can be read, in the armour of RFC 7468.
func privateKey(r *rand.Rand) (plant, error) {
	der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(octets(r, ed25519.SeedSize)))
	if err != nil {
		return plant{}, err
	}
	armour := strings.TrimSpace(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
	return plant{"const key = `" + armour + "`", armour}, nil
}

// drawn draws letters and digits.
func drawn(r *rand.Rand, n int) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}
