package ingest

import (
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/reevehq/reeve/internal/finding"
)

// githubAlert is what alerts of all kinds share in GitHub's REST API.
type githubAlert struct {
	State      string
	HTMLURL    string `json:"html_url"`
	URL        string
	Repository struct {
		HTMLURL string `json:"html_url"`
	}
}

// link is the alert's own page, which names it for good.
func (a *githubAlert) link() string { return firstText(a.HTMLURL, a.URL) }

// repository is the alert's, told by itself (lists of organisations) or by its address.
func (a *githubAlert) repository() finding.Asset {
	if at := a.Repository.HTMLURL; at != "" {
		return repositoryAt(at)
	}
	page, _, ok := strings.Cut(a.HTMLURL, "/security/")
	if !ok {
		return finding.Asset{}
	}
	return repositoryAt(page)
}

// judged is the sentence that says who took an alert off the list, and why.
func judged(who githubUser, reason, comment string) string {
	s := "dismissed on GitHub"
	if who != "" {
		s += " by " + string(who)
	}
	if reason != "" {
		s += ": " + strings.ReplaceAll(reason, "_", " ")
	}
	if comment != "" && comment != "None" {
		s += " (" + comment + ")"
	}
	return s
}

// githubUser is the login of an account.
type githubUser string

// UnmarshalJSONFrom reads an account, or the bare login that some exports make of it.
func (u *githubUser) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() == '{' {
		var account struct{ Login string }
		err := json.UnmarshalDecode(dec, &account)
		*u = githubUser(account.Login)
		return err
	}
	var login string
	err := json.UnmarshalDecode(dec, &login)
	if login != "None" {
		*u = githubUser(login)
	}
	return err
}
