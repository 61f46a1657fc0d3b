package client

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
)

// Me says who the token stands for.
func (c *Client) Me(ctx context.Context) (desk.Me, error) { return get[desk.Me](ctx, c, "/me", nil) }

// Findings lists findings: one page.
func (c *Client) Findings(ctx context.Context, ask desk.Ask) (desk.List, error) {
	query := pageQuery(ask.After, ask.Limit)
	set(query, "q", ask.Query)
	set(query, "order", ask.Order)
	return get[desk.List](ctx, c, "/findings", query)
}

// EachFinding visits all findings of a query, page by page, until visit gives an error, which comes back.
func (c *Client) EachFinding(ctx context.Context, ask desk.Ask, visit func(desk.Row) error) error {
	if ask.Limit == 0 {
		ask.Limit = desk.MaxPage
	}
	for {
		page, err := c.Findings(ctx, ask)
		if err != nil {
			return err
		}
		for _, row := range page.Items {
			if err := visit(row); err != nil {
				return err
			}
		}
		if ask.After = page.Next; page.Next == "" {
			return nil
		}
	}
}

// Finding gives one finding.
func (c *Client) Finding(ctx context.Context, id int64) (desk.Finding, error) {
	return get[desk.Finding](ctx, c, numbered("/findings", id), nil)
}

// Decide carries out a decision about findings.
func (c *Client) Decide(ctx context.Context, d desk.Decision) (register.Changed, error) {
	return send[register.Changed](ctx, c, http.MethodPatch, "/findings", d)
}

// Assets lists assets: one page.
func (c *Client) Assets(ctx context.Context, ask desk.AssetsAsk) (desk.Page[desk.Asset], error) {
	query := pageQuery(ask.After, ask.Limit)
	for name, value := range map[string]string{"text": ask.Text, "kind": ask.Kind, "team": ask.Team, "criticality": ask.Criticality, "tag": ask.Tag} {
		set(query, name, value)
	}
	return get[desk.Page[desk.Asset]](ctx, c, "/assets", query)
}

// SetAsset changes what is known about an asset.
func (c *Client) SetAsset(ctx context.Context, id int64, change desk.AssetChange) (register.Reranked, error) {
	return send[register.Reranked](ctx, c, http.MethodPatch, numbered("/assets", id), change)
}

// Teams lists teams: one page.
func (c *Client) Teams(ctx context.Context, s desk.Slice) (desk.Page[desk.Team], error) {
	return get[desk.Page[desk.Team]](ctx, c, "/teams", pageQuery(s.After, s.Limit))
}

// Imports lists imports: one page.
func (c *Client) Imports(ctx context.Context, s desk.Slice) (desk.Imports, error) {
	return get[desk.Imports](ctx, c, "/imports", pageQuery(s.After, s.Limit))
}

// Overview gives what to look at first.
func (c *Client) Overview(ctx context.Context) (desk.Overview, error) {
	return get[desk.Overview](ctx, c, "/overview", nil)
}

// Metrics gives the figures of a window.
func (c *Client) Metrics(ctx context.Context, ask desk.MetricsAsk) (desk.Metrics, error) {
	query := url.Values{}
	setTime(query, "from", ask.From, time.DateOnly)
	setTime(query, "to", ask.To, time.DateOnly)
	set(query, "team", ask.Team)
	set(query, "asset", ask.Asset)
	return get[desk.Metrics](ctx, c, "/metrics", query)
}

// AsOf tells what findings were at a moment: one page.
func (c *Client) AsOf(ctx context.Context, ask desk.PastAsk) (desk.Past, error) {
	query := pageQuery(ask.After, ask.Limit)
	setTime(query, "at", ask.At, time.RFC3339Nano)
	setTime(query, "known", ask.Known, time.RFC3339Nano)
	for name, values := range map[string][]string{"states": ask.States, "levels": ask.Levels, "teams": ask.Teams, "assets": ask.Assets} {
		set(query, name, strings.Join(values, ","))
	}
	return get[desk.Past](ctx, c, "/past", query)
}

// Events lists events of the log of one kind, or of all with "", newest first: one page.
func (c *Client) Events(ctx context.Context, kind string, s desk.Slice) (desk.Events, error) {
	query := pageQuery(s.After, s.Limit)
	set(query, "kind", kind)
	return get[desk.Events](ctx, c, "/log/events", query)
}

// Seal gives the signed end of the log.
func (c *Client) Seal(ctx context.Context) (register.Seal, error) {
	return get[register.Seal](ctx, c, "/log/seal", nil)
}

// Export writes the log's lines and gives the seal that ends them. An export that was cut off, or that does not reach its seal, is an error.
func (c *Client) Export(ctx context.Context, ask desk.ExportAsk, to io.Writer) (register.Seal, error) {
	query := url.Values{}
	if ask.After != 0 {
		query.Set("after", strconv.FormatInt(ask.After, 10))
	}
	if ask.Blocks {
		query.Set("blocks", "true")
	}
	response, err := c.do(ctx, askFor("/log/export", query))
	if err != nil {
		return register.Seal{}, err
	}
	defer response.Body.Close()
	last, event := desk.Line{}, desk.Event{Seq: ask.After}
	lines := bufio.NewReaderSize(response.Body, 64<<10)
	for {
		text, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(text) == 0 {
			break
		}
		last = desk.Line{}
		if err == nil {
			err = json.Unmarshal(text, &last)
		}
		if err != nil {
			return register.Seal{}, fmt.Errorf("%s: the export was cut off after event %d: %w", c.base.Host, event.Seq, err)
		}
		if last.Event != nil {
			event = *last.Event
		}
		if _, err := to.Write(text); err != nil {
			return register.Seal{}, err
		}
	}
	if last.Seal == nil || last.Seal.Seq != event.Seq || event.Hash != "" && event.Hash != last.Seal.Hash {
		return register.Seal{}, fmt.Errorf("%s: the export was cut off after event %d: it does not end with the log's seal", c.base.Host, event.Seq)
	}
	return *last.Seal, nil
}

func askFor(path string, query url.Values) ask {
	return ask{method: http.MethodGet, path: path, query: query, again: true}
}

func pageQuery(after string, limit int) url.Values {
	query := url.Values{}
	set(query, "after", after)
	if limit > 0 {
		query.Set("limit", strconv.Itoa(limit))
	}
	return query
}

func set(query url.Values, name, value string) {
	if value != "" {
		query.Set(name, value)
	}
}

func setTime(query url.Values, name string, at time.Time, layout string) {
	if !at.IsZero() {
		query.Set(name, at.Format(layout))
	}
}

func numbered(path string, id int64) string { return path + "/" + strconv.FormatInt(id, 10) }
