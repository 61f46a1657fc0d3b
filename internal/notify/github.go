package notify

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// github makes issues by the REST API of GitHub (2022-11-28).
type github struct {
	*call
	base string
}

// The bounds of looking for something that may have been made.
const (
	perPage  = 100
	maxPages = 10
)

func (g *github) do(ctx context.Context, method, path string, body, into any) error {
	return g.worker.client.do(ctx, request{method: method, url: g.base + "/repos/" + g.hook.Project + path, body: body, into: into, header: map[string]string{
		"Authorization": "Bearer " + g.secret.Password, "Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28",
	}})
}

func (g *github) check(ctx context.Context) error {
	return g.do(ctx, http.MethodGet, "/issues?per_page=1", nil, nil)
}

type githubIssue struct {
	Number int64  `json:"number"`
	URL    string `json:"html_url"`
	Body   string `json:"body"`
}

func (g *github) find(ctx context.Context, mark string, since time.Time) (string, string, error) {
	q := url.Values{"state": {"all"}, "since": {since.UTC().Format(time.RFC3339)}, "sort": {"created"}, "direction": {"desc"}, "per_page": {strconv.Itoa(perPage)}}
	for page := 1; page <= maxPages; page++ {
		q.Set("page", strconv.Itoa(page))
		var all []githubIssue
		if err := g.do(ctx, http.MethodGet, "/issues?"+q.Encode(), nil, &all); err != nil {
			return "", "", err
		}
		for _, i := range all {
			if strings.Contains(i.Body, "<!-- "+mark+" -->") {
				return strconv.FormatInt(i.Number, 10), i.URL, nil
			}
		}
		if len(all) < perPage {
			break
		}
	}
	return "", "", nil
}

func (g *github) create(ctx context.Context, d draft) (string, string, error) {
	var made githubIssue
	body := map[string]any{"title": d.title, "body": d.markdown()}
	if len(g.hook.Labels) > 0 {
		body["labels"] = g.hook.Labels
	}
	if err := g.do(ctx, http.MethodPost, "/issues", body, &made); err != nil {
		return "", "", err
	}
	if made.Number <= 0 {
		return "", "", fmt.Errorf("the answer names no issue")
	}
	return strconv.FormatInt(made.Number, 10), made.URL, nil
}

func (g *github) commented(ctx context.Context, name, mark string, since time.Time) (bool, error) {
	var all []githubIssue
	q := url.Values{"since": {since.UTC().Format(time.RFC3339)}, "per_page": {strconv.Itoa(perPage)}}
	err := g.do(ctx, http.MethodGet, "/issues/"+name+"/comments?"+q.Encode(), nil, &all)
	for _, one := range all {
		if strings.Contains(one.Body, "<!-- "+mark+" -->") {
			return true, err
		}
	}
	return false, err
}

func (g *github) comment(ctx context.Context, name string, d draft) error {
	return g.do(ctx, http.MethodPost, "/issues/"+name+"/comments", map[string]any{"body": "**" + d.title + "**\n\n" + d.markdown()}, nil)
}

func (g *github) move(ctx context.Context, name string, closed bool) error {
	state := map[bool]string{true: "closed", false: "open"}[closed]
	return g.do(ctx, http.MethodPatch, "/issues/"+name, map[string]any{"state": state}, nil)
}
