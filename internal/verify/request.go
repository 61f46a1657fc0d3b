package verify

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// errUnsendable says that a value has characters that cannot stand where the provider wants it.
var errUnsendable = errors.New("it has characters that cannot be sent")

// request builds one call. Its errors are clauses that hold nothing secret.
func (a ask) request(ctx context.Context, base string, vals values, now time.Time) (*http.Request, error) {
	target, err := a.target(base, vals)
	if err != nil {
		return nil, err
	}
	body, err := vals.fill(a.body, a.escapeBody())
	if err != nil {
		return nil, err
	}
	method := a.method
	if method == "" {
		method = http.MethodGet
	}
	req, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader([]byte(body)))
	if err != nil {
		return nil, errUnsendable // err holds the URL
	}
	if body == "" {
		req.Body, req.GetBody, req.ContentLength = http.NoBody, nil, 0
	}
	if err := a.setHeader(req, vals); err != nil {
		return nil, err
	}
	if a.sign == nil {
		return req, nil
	}
	return req, a.sign(req, []byte(body), vals, now)
}

// target makes the URL and checks that no value has changed whose it is.
func (a ask) target(base string, vals values) (string, error) {
	base, err := vals.fill(base, func(s string) string { return s })
	if err != nil {
		return "", err
	}
	want, err := url.Parse(base)
	if err != nil {
		return "", errUnsendable
	}
	path, err := vals.fillPath(a.path)
	if err != nil {
		return "", err
	}
	got, err := url.Parse(strings.TrimSuffix(base, "/") + path)
	if err != nil || got.Host != want.Host || got.Scheme != want.Scheme || got.User != nil {
		return "", errUnsendable
	}
	return got.String(), nil
}

func (a ask) setHeader(req *http.Request, vals values) error {
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", userAgent)
	for name, template := range a.header {
		value, err := vals.fill(template, func(s string) string { return s })
		if err != nil {
			return err
		}
		if !sendable(value) {
			return errUnsendable
		}
		req.Header.Set(name, value)
	}
	if a.basic == "" {
		return nil
	}
	user, password, _ := strings.Cut(a.basic, ":")
	user, err := vals.fill(user, func(s string) string { return s })
	if err != nil {
		return err
	}
	password, err = vals.fill(password, func(s string) string { return s })
	if err != nil {
		return err
	}
	if strings.Contains(user, ":") {
		return errUnsendable
	}
	req.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user+":"+password)))
	return nil
}

// sendable tells whether a text can stand in a header: visible ASCII and blanks.
func sendable(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}

// escapeBody gives the escaping that the body's type wants.
func (a ask) escapeBody() func(string) string {
	if strings.HasPrefix(a.header["Content-Type"], "application/json") {
		return func(s string) string {
			quoted, _ := json.Marshal(s) // a string always marshals
			return string(quoted[1 : len(quoted)-1])
		}
	}
	return url.QueryEscape
}
