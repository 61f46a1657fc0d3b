package verify

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"strings"
	"time"
)

// googleTokenURL is where assertions are for. The file's own token_uri is not believed: it could name anybody.
const googleTokenURL = "https://oauth2.googleapis.com/token"

// maxModulus bounds the work of one signature, in bits.
const maxModulus = 8192

// serviceAccount is what a key file of a Google service account holds and a call needs.
type serviceAccount struct {
	Type  string `json:"type"`
	Email string `json:"client_email"`
	KeyID string `json:"private_key_id"`
	Key   string `json:"private_key"`
}

var errNoKeyFile = errors.New("it is not a whole service account key: asking needs its private_key and client_email")

// assertGoogle makes the part "assertion": a signed request for an access token
// (https://developers.google.com/identity/protocols/oauth2/service-account#httprest). The value is the key file, or its private
// key alone with the account's address as the part "client-email".
func assertGoogle(vals *values, now time.Time) error {
	account := serviceAccount{Email: vals.parts["client-email"], Key: vals.parts[secretPart]}
	if strings.HasPrefix(account.Key, "{") {
		account = serviceAccount{}
		if err := json.Unmarshal([]byte(vals.parts[secretPart]), &account); err != nil {
			return errNoKeyFile
		}
		vals.hidden = []string{account.Key, strings.ReplaceAll(account.Key, "\n", `\n`)}
	}
	if account.Email == "" || account.Key == "" {
		return errNoKeyFile
	}
	key, err := rsaKey(account.Key)
	if err != nil {
		return err
	}
	assertion, err := account.assert(key, now)
	if err != nil {
		return err
	}
	vals.parts["assertion"] = assertion
	vals.hidden = append(vals.hidden, assertion)
	return nil
}

// rsaKey reads an RSA key in PEM, with real or with written-out line ends. Its errors hold nothing of the key.
func rsaKey(text string) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(strings.ReplaceAll(text, `\n`, "\n")))
	if block == nil {
		return nil, errors.New("its private key cannot be read")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		parsed, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if err != nil || !ok || key.N.BitLen() > maxModulus {
		return nil, errors.New("its private key cannot be read")
	}
	return key, nil
}

// assert signs the claims with RS256 (RFC 7515, RFC 7523). The scope opens nothing but the account's own address.
func (a serviceAccount) assert(key *rsa.PrivateKey, now time.Time) (string, error) {
	head, err := json.Marshal(map[string]string{"alg": "RS256", "typ": "JWT", "kid": a.KeyID})
	if err != nil {
		return "", err
	}
	claims, err := json.Marshal(map[string]any{
		"iss": a.Email, "aud": googleTokenURL, "scope": "https://www.googleapis.com/auth/userinfo.email",
		"iat": now.Unix(), "exp": now.Add(10 * time.Minute).Unix(),
	})
	if err != nil {
		return "", err
	}
	text := base64.RawURLEncoding.EncodeToString(head) + "." + base64.RawURLEncoding.EncodeToString(claims)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	if err != nil {
		return "", errors.New("its private key cannot sign")
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}
