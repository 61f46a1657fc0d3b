package notify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/reevehq/reeve/internal/desk"
)

// Webhook is the body of a webhook, in the form of Standard Webhooks 1.0.
type Webhook struct {
	// Type is findings.changed, report.imported or test.
	Type string `json:"type"`
	// Timestamp is when it was so.
	Timestamp time.Time `json:"timestamp"`
	// Data is what happened.
	Data desk.Message `json:"data"`
	// Link is where people read it: of each finding, by its id.
	Links map[int64]string `json:"links,omitempty"`
}

// webhook sends JSON, signed: webhook-signature is "v1," and the HMAC-SHA256 of id, timestamp and body, joined by dots.
func (c *call) webhook(ctx context.Context) error {
	body := Webhook{Type: "findings.changed", Timestamp: c.msg.At, Data: *c.msg}
	switch {
	case c.row.Event == 0:
		body.Type = "test"
	case len(c.msg.Items) == 0:
		body.Type = "report.imported"
	}
	for i := range c.msg.Items {
		f := &c.msg.Items[i].Finding
		if link := c.worker.link(f); link != "" {
			if body.Links == nil {
				body.Links = map[int64]string{}
			}
			body.Links[f.ID] = link
		}
	}
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	key, err := desk.SigningKey(c.secret.Key)
	if err != nil {
		return dead{err.Error()}
	}
	stamp := strconv.FormatInt(c.worker.now().Unix(), 10)
	return c.worker.client.do(ctx, request{method: http.MethodPost, url: c.secret.URL, body: text, header: map[string]string{
		"webhook-id": c.id, "webhook-timestamp": stamp, "webhook-signature": sign(key, c.id, stamp, text),
	}})
}

func sign(key []byte, id, stamp string, body []byte) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(id + "." + stamp + "."))
	h.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil))
}
