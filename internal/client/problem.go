package client

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Problem is why a register did not do what it was asked (RFC 9457).
type Problem struct {
	// Host is the register's.
	Host string `json:"-"`
	// Type is the kind of problem, an address that ends with its name: not-found, denied, conflict…
	Type string `json:"type"`
	// Title names the kind, Status is the HTTP status, Detail says what happened.
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	// Errors are the parts of the request that are wrong.
	Errors []struct {
		Where   string `json:"where"`
		Message string `json:"message"`
	} `json:"errors"`
}

// Error says it in one line.
func (p *Problem) Error() string {
	text := p.Detail
	if text == "" {
		text = p.Title
	}
	for i, e := range p.Errors {
		if i > 0 || !strings.Contains(text, e.Message) {
			text += "; " + strings.TrimPrefix(e.Where+": "+e.Message, ": ")
		}
	}
	return fmt.Sprintf("%s: %s (HTTP %d)", p.Host, line(text), p.Status)
}

// Kind is the name of its kind: not-found, denied, conflict.
func (p *Problem) Kind() string { return p.Type[strings.LastIndex(p.Type, "/")+1:] }

// problem reads why a request was refused. An answer that is not the API's is told by its status: a proxy may have given it.
func (c *Client) problem(response *http.Response) error {
	defer response.Body.Close()
	p := &Problem{Host: c.base.Host, Status: response.StatusCode, Title: http.StatusText(response.StatusCode)}
	if to := response.Header.Get("Location"); to != "" && response.StatusCode/100 == 3 {
		p.Detail = fmt.Sprintf("it sends us on to %q: give that address, if it is the register's", to)
		return p
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, maxProblem))
	if err != nil || !strings.HasPrefix(response.Header.Get("Content-Type"), "application/problem+json") || json.Unmarshal(text, p) != nil {
		p.Detail = "the answer is not the register's: is the address right, and does a proxy stand before it?"
	}
	p.Status = response.StatusCode
	return p
}

// after is how long the server asks to be left alone.
func after(response *http.Response) time.Duration {
	seconds, err := strconv.Atoi(response.Header.Get("Retry-After"))
	if err != nil || seconds < 0 || seconds > 3600 {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// line makes one line of a text that a server gave, without anything that a terminal obeys.
func line(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}
