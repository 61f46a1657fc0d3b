package notify

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// gitlab makes issues by the REST API of GitLab (v4).
type gitlab struct {
	*call
	base string
}

func (g *gitlab) do(ctx context.Context, method, path string, body, into any) error {
	return g.worker.client.do(ctx, request{method: method, url: g.base + "/api/v4/projects/" + url.PathEscape(g.hook.Project) + path, body: body, into: into,
		header: map[string]string{"PRIVATE-TOKEN": g.secret.Password}})
}

func (g *gitlab) check(ctx context.Context) error {
	return g.do(ctx, http.MethodGet, "/issues?per_page=1", nil, nil)
}

type gitlabIssue struct {
	Number      int64  `json:"iid"`
	URL         string `json:"web_url"`
	Description string `json:"description"`
	Body        string `json:"body"`
	State       string `json:"state"`
}

func (g *gitlab) find(ctx context.Context, mark string, since time.Time) (string, string, error) {
	q := url.Values{"scope": {"all"}, "created_after": {since.UTC().Format(time.RFC3339)}, "per_page": {strconv.Itoa(perPage)}}
	for page := 1; page <= maxPages; page++ {
		q.Set("page", strconv.Itoa(page))
		var all []gitlabIssue
		if err := g.do(ctx, http.MethodGet, "/issues?"+q.Encode(), nil, &all); err != nil {
			return "", "", err
		}
		for _, i := range all {
			if strings.Contains(i.Description, "<!-- "+mark+" -->") {
				return strconv.FormatInt(i.Number, 10), i.URL, nil
			}
		}
		if len(all) < perPage {
			break
		}
	}
	return "", "", nil
}

func (g *gitlab) create(ctx context.Context, d draft) (string, string, error) {
	var made gitlabIssue
	body := map[string]any{"title": d.title, "description": d.markdown()}
	if len(g.hook.Labels) > 0 {
		body["labels"] = strings.Join(g.hook.Labels, ",")
	}
	if err := g.do(ctx, http.MethodPost, "/issues", body, &made); err != nil {
		return "", "", err
	}
	if made.Number <= 0 {
		return "", "", errors.New("the answer names no issue")
	}
	return strconv.FormatInt(made.Number, 10), made.URL, nil
}

func (g *gitlab) commented(ctx context.Context, name, mark string, _ time.Time) (bool, error) {
	var all []gitlabIssue
	err := g.do(ctx, http.MethodGet, "/issues/"+name+"/notes?sort=desc&per_page="+strconv.Itoa(perPage), nil, &all)
	for _, one := range all {
		if strings.Contains(one.Body, "<!-- "+mark+" -->") {
			return true, err
		}
	}
	return false, err
}

func (g *gitlab) comment(ctx context.Context, name string, d draft) error {
	return g.do(ctx, http.MethodPost, "/issues/"+name+"/notes", map[string]any{"body": "**" + d.title + "**\n\n" + d.markdown()}, nil)
}

// move asks first: GitLab refuses to close what is closed.
func (g *gitlab) move(ctx context.Context, name string, closed bool) error {
	var now gitlabIssue
	if err := g.do(ctx, http.MethodGet, "/issues/"+name, nil, &now); err != nil {
		return err
	}
	if (now.State == "closed") == closed {
		return nil
	}
	event := map[bool]string{true: "close", false: "reopen"}[closed]
	return g.do(ctx, http.MethodPut, "/issues/"+name, map[string]any{"state_event": event}, nil)
}
