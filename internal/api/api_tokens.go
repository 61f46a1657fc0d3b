package api

import (
	"context"
	"net/http"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
)

// token lets a program in as a person.
type token struct {
	ID int64 `json:"id"`
	desk.Token
	// Used is about when it was last used; absent is never.
	Used time.Time `json:"used,omitzero"`
}

// tokenList are tokens, newest first.
type tokenList struct {
	Items []token `json:"items"`
	// Total is how many there are.
	Total int `json:"total"`
}

// freshToken is a token that was just made.
type freshToken struct {
	Token token `json:"token"`
	// Text is the token itself. It is told here and never again.
	Text string `json:"text"`
}

type tokensInput struct {
	Person int64 `query:"person" minimum:"-1" default:"-1" doc:"Whose tokens: -1, as without it, is your own, 0 everybody's." example:"12"`
}

type newTokenInput struct {
	Body struct {
		Title   string          `json:"title" minLength:"1" maxLength:"100" doc:"What you call it."`
		Only    []access.Action `json:"only" minItems:"1" maxItems:"20" doc:"The actions that it is for: read, import, triage, decide, configure, organise, inspect, govern, own."`
		Asset   string          `json:"asset,omitempty" maxLength:"500" doc:"The one asset that it is for, as kind:name."`
		Expires time.Time       `json:"expires,omitzero" doc:"When it ends: in 90 days without this, in a year at most."`
	}
}

// tokens adds the operations about tokens.
func (a *API) tokens() {
	answers(a, operation{
		address: "GET /tokens", id: "listTokens", tag: "People", summary: "List tokens",
		text: "Your own tokens, newest first; somebody else's or everybody's for admins. What a token is cannot be told again.",
	}, func(ctx context.Context, p access.Principal, in *tokensInput) (tokenList, error) {
		whose := in.Person
		if whose < 0 {
			whose = p.Person
		}
		all, err := a.desk.Tokens(ctx, p, whose)
		out := tokenList{Items: make([]token, 0, len(all)), Total: len(all)}
		for _, t := range all {
			out.Items = append(out.Items, token{ID: t.ID, Token: t, Used: t.Used})
		}
		return out, err
	})
	answers(a, operation{
		address: "POST /tokens", id: "addToken", tag: "People", summary: "Make a token", status: http.StatusCreated,
		text:    "Makes a token for yourself. You must have signed in: a token makes no tokens. It never lets in further than you yourself may go.",
		example: map[string]any{"title": "laptop", "only": []string{"read", "triage"}},
	}, func(ctx context.Context, p access.Principal, in *newTokenInput) (freshToken, error) {
		b := &in.Body
		t, text, err := a.desk.NewToken(ctx, p, desk.Token{Title: b.Title, Only: b.Only, Asset: b.Asset, Expires: b.Expires})
		return freshToken{token{ID: t.ID, Token: t}, text}, err
	})
	does(a, operation{
		address: "DELETE /tokens/{id}", id: "revokeToken", tag: "People", summary: "Revoke a token",
		text: "Makes a token worthless, at once: your own, or anybody's for admins.",
	}, func(ctx context.Context, p access.Principal, in *ByID) error {
		return a.desk.RevokeToken(ctx, p, in.ID)
	})
}
