package verify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// sigV4 signs requests with AWS Signature Version 4
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). The secret key stays here.
type sigV4 struct {
	keyID, secret, token string
	region, service      string
}

// signSTS signs a call of the Security Token Service in the region that its host names.
func signSTS(req *http.Request, body []byte, vals values, now time.Time) error {
	region := "us-east-1"
	if labels := strings.Split(req.URL.Hostname(), "."); len(labels) > 3 && labels[0] == "sts" {
		region = labels[1]
	}
	key := sigV4{keyID: vals.parts["key-id"], secret: vals.parts[secretPart], token: vals.parts["session-token"], region: region, service: "sts"}
	if !sendable(key.token) {
		return errUnsendable
	}
	key.sign(req, body, now)
	return nil
}

// sign adds the headers X-Amz-Date, X-Amz-Security-Token where there is a session, and Authorization.
// It signs Host, Content-Type and every X-Amz header.
func (k sigV4) sign(req *http.Request, body []byte, now time.Time) {
	stamp := now.UTC().Format("20060102T150405Z")
	scope := strings.Join([]string{stamp[:8], k.region, k.service, "aws4_request"}, "/")
	req.Header.Set("X-Amz-Date", stamp)
	if k.token != "" {
		req.Header.Set("X-Amz-Security-Token", k.token)
	}
	request, signed := canonical(req, body)
	text := strings.Join([]string{"AWS4-HMAC-SHA256", stamp, scope, hexSum([]byte(request))}, "\n")
	key := []byte("AWS4" + k.secret)
	for _, step := range strings.Split(scope, "/") {
		key = hmacSum(key, step)
	}
	req.Header.Set("Authorization", fmt.Sprintf("AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s",
		k.keyID, scope, signed, hex.EncodeToString(hmacSum(key, text))))
}

// canonical writes the request in the one form that both sides hash, and names the headers in it.
func canonical(req *http.Request, body []byte) (request, signed string) {
	headers := map[string]string{"host": req.URL.Host}
	for name := range req.Header {
		if lower := strings.ToLower(name); lower == "content-type" || strings.HasPrefix(lower, "x-amz-") {
			headers[lower] = strings.Join(strings.Fields(req.Header.Get(name)), " ")
		}
	}
	names := sortedKeys(headers)
	var lines strings.Builder
	for _, name := range names {
		lines.WriteString(name + ":" + headers[name] + "\n")
	}
	signed = strings.Join(names, ";")
	path := req.URL.EscapedPath()
	if path == "" {
		path = "/"
	}
	return strings.Join([]string{req.Method, path, canonicalQuery(req.URL.Query()), lines.String(), signed, hexSum(body)}, "\n"), signed
}

func canonicalQuery(query url.Values) string {
	var pairs []string
	for name, values := range query {
		for _, value := range values {
			pairs = append(pairs, awsEscape(name)+"="+awsEscape(value))
		}
	}
	slices.Sort(pairs)
	return strings.Join(pairs, "&")
}

// awsEscape escapes all but the unreserved characters of RFC 3986, blanks as %20.
func awsEscape(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

func hmacSum(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

func hexSum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
