package verify

import (
	"io/fs"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

var nameForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func TestTable_entriesAreComplete(t *testing.T) {
	names := Names()
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("names are not sorted or not unique: %v", names)
	}
	if len(names) < 115 {
		t.Errorf("%d verifiers", len(names))
	}
	for _, e := range table() {
		if !nameForm.MatchString(e.name) || e.title == "" || len(e.asks) == 0 {
			t.Errorf("%q: incomplete", e.name)
		}
		if u, err := url.Parse(e.docs); err != nil || u.Scheme != "https" || u.Path == "" {
			t.Errorf("%q: documentation %q is no URL", e.name, e.docs)
		}
		if e.spread && e.installed == "" {
			t.Errorf("%q: runs elsewhere, but there is no way to ask there", e.name)
		}
		for _, p := range e.parts {
			if p.what == "" || !nameForm.MatchString(p.name) || p.name == secretPart || p.name == hostPart {
				t.Errorf("%q: part %q is incomplete", e.name, p.name)
			}
		}
		for _, a := range e.asks {
			checkAsk(t, e, a)
		}
	}
}

func checkAsk(t *testing.T, e entry, a ask) {
	t.Helper()
	states := map[State]bool{}
	for _, r := range a.read {
		states[r.state] = true
		if r.state == Live && r.status/100 == 2 && (r.path == "" || r.path == "$" && len(r.is) == 0) {
			t.Errorf("%q: any body with status %d counts as live", e.name, r.status)
		}
		if r.status == 429 || r.status >= 500 || r.status/100 == 3 {
			t.Errorf("%q: status %d is never an answer", e.name, r.status)
		}
	}
	if !states[Live] || !states[Dead] && !states[Unknown] {
		t.Errorf("%q: a call that cannot tell live from dead", e.name)
	}
	if len(a.bases) == 0 && e.installed == "" {
		t.Errorf("%q: nobody to ask", e.name)
	}
	for _, base := range append(slices.Clone(a.bases), e.installed) {
		if base != "" && !strings.HasPrefix(base, "https://") || strings.Contains(base, "{"+secretPart+"}") {
			t.Errorf("%q: base %q", e.name, base)
		}
	}
	if a.method != "" && a.method != "POST" {
		t.Errorf("%q: method %s", e.name, a.method)
	}
	if !strings.HasPrefix(a.path, "/") {
		t.Errorf("%q: path %q", e.name, a.path)
	}
	checkHoles(t, e, a)
}

// checkHoles wants every placeholder to be a part or a group of the form, and those in a host to be unable to leave it.
func checkHoles(t *testing.T, e entry, a ask) {
	t.Helper()
	known := map[string]bool{secretPart: true, "assertion": a.derive != nil}
	hosts := map[string]bool{hostPart: e.installed != ""}
	for _, p := range e.parts {
		known[p.name] = !p.optional || slices.Contains(a.needs, p.name)
		hosts[p.name] = p.host || !fits(p.form, "x.evil.example") && !fits(p.form, "x/y") && !fits(p.form, "x@y")
	}
	if a.form != nil {
		for _, group := range a.form().SubexpNames() {
			known[group], hosts[group] = true, e.name == "mailchimp" // its group holds letters and digits only
		}
	}
	texts := []string{a.path, a.basic, a.body}
	for _, value := range a.header {
		texts = append(texts, value)
	}
	for _, text := range texts {
		for _, hole := range placeholder().FindAllString(text, -1) {
			if !known[strings.Trim(hole, "{}")] {
				t.Errorf("%q: %s in %q is not known for sure", e.name, hole, text)
			}
		}
	}
	for _, base := range a.bases {
		for _, hole := range placeholder().FindAllString(base, -1) {
			if !hosts[strings.Trim(hole, "{}")] {
				t.Errorf("%q: %s in %q could name any host", e.name, hole, base)
			}
		}
	}
}

func TestTable_hasWhatMatters(t *testing.T) {
	for _, name := range strings.Fields(`github gitlab bitbucket atlassian aws azure-devops gcp-api-key gcp-service-account digitalocean linode hetzner
		cloudflare fastly heroku netlify vercel render fly supabase planetscale databricks circleci travis buildkite sonarqube snyk terraform-cloud pulumi
		doppler dockerhub npm pypi rubygems slack slack-webhook discord discord-webhook telegram notion linear asana figma airtable dropbox hubspot postman
		grafana datadog newrelic sentry pagerduty launchdarkly stripe square paypal shopify sendgrid mailgun mailchimp postmark brevo resend twilio openai
		anthropic cohere mistral groq xai huggingface replicate openrouter elevenlabs pinecone langsmith wandb okta auth0 facebook algolia mapbox contentful
		tailscale`) {
		if _, ok := lookup(name); !ok {
			t.Errorf("there is no verifier named %q", name)
		}
	}
}

// Every verifier that a rule names must be here.
func TestTable_rulesNameVerifiersThatExist(t *testing.T) {
	seen := 0
	err := fs.WalkDir(os.DirFS("../../rules"), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "rule.yaml" {
			return err
		}
		text, err := fs.ReadFile(os.DirFS("../../rules"), path)
		if err != nil {
			return err
		}
		var rule struct{ Verify string }
		if err := yaml.Unmarshal(text, &rule); err != nil {
			return err
		}
		if _, ok := lookup(rule.Verify); rule.Verify != "" && !ok {
			t.Errorf("%s: there is no verifier named %q", path, rule.Verify)
		}
		seen++
		return nil
	})
	if err != nil || seen == 0 {
		t.Errorf("read %d rules: %v", seen, err)
	}
}

func TestDescribe_saysWhatIsSentWhere(t *testing.T) {
	for name, want := range map[string]string{
		"npm": "Asks npm: GET https://registry.npmjs.org/-/whoami with the secret in the header Authorization. Documentation: https://docs.npmjs.com/cli/commands/npm-whoami",
		"telegram": "Asks Telegram: GET https://api.telegram.org/bot{secret}/getMe with the secret in the URL. " +
			"Documentation: https://core.telegram.org/bots/api#getme",
		"twilio": "Asks Twilio: GET https://api.twilio.com/2010-04-01/Accounts/{account-sid}.json with the secret in the header Authorization. " +
			"Beside the secret it uses the SID of the account (account-sid). Documentation: https://www.twilio.com/docs/iam/api/account#fetch-an-account-resource",
		"gitea": "Asks Gitea or Forgejo: GET https://{host}/api/v1/user with the secret in the header Authorization. " +
			"Installations elsewhere, if the options name their hosts, are asked below https://{host}. Beside the secret it uses the host of the installation (host). " +
			"Documentation: https://docs.gitea.com/api/1.20/#tag/user/operation/userGetCurrent",
		"nobody": "",
	} {
		if got := Describe(name); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, want)
		}
	}
	for _, name := range Names() {
		text := Describe(name)
		if !strings.Contains(text, "https://") || !strings.HasSuffix(text, Documentation(name)) {
			t.Errorf("%s: %q", name, text)
		}
	}
}

func TestNeeds(t *testing.T) {
	want := []Part{{"key-id", "the id of the access key", false}, {"session-token", "the session token of a temporary key", true}}
	if got := Needs("aws"); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := Needs("gitlab"); !slices.Equal(got, []Part{{"host", "the host of the installation", true}}) {
		t.Errorf("gitlab: %v", got)
	}
	if got := Needs("nobody"); got != nil {
		t.Errorf("nobody: %v", got)
	}
}
