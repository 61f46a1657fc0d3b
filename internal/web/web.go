// Package web is the pages of the register: what people see of it in a browser.
//
// Pages are made by html/template on the server, so that all text from outside is escaped where it is shown; scripts only make them quicker
// to use, and reading and simple changes work without them. Everything a page loads is embedded in the binary, and its content security policy
// lets it load nothing else. The package must not decide who may do what, and must not ask the register for anything but through package desk.
package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/people"
)

// Options are what the pages are made of, besides the register and its people.
type Options struct {
	// Log is told what went wrong inside; it never gets what somebody typed.
	Log *slog.Logger
	// Version is reeve's, shown at the foot of each page.
	Version string
	// Away are other origins that forms may lead to: the provider, where signing out here signs out there.
	Away []string
	// Secure tells that visitors come by https, so that cookies are kept from http.
	Secure bool
}

// policy is what a page may do: nothing but load its own files and send its own forms.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
	"frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

// pages answers requests for pages.
type pages struct {
	desk   *desk.Desk
	people People
	opt    Options
}

// New makes the handler of all pages and their static files. It must be asked behind http.CrossOriginProtection: forms carry no token of their own.
func New(d *desk.Desk, who People, opt Options) http.Handler {
	p := &pages{desk: d, people: who, opt: opt}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /static/", serveStatic)
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, staticURL("icon.svg"), http.StatusFound)
	})
	mux.HandleFunc("GET "+people.LoginPage, p.login)
	mux.HandleFunc("GET "+people.LinkPage, p.first)
	mux.HandleFunc("POST /theme", p.theme)
	for pattern, page := range routes() {
		mux.HandleFunc(pattern, p.signedIn(page))
	}
	return headers(strings.Join(append([]string{policy}, opt.Away...), " "), mux)
}

// page answers one request of somebody who is signed in. What it returns is shown as an error.
type page func(v *visit) error

// routes are the pages by address. What changes something is a POST.
func routes() map[string]page {
	return map[string]page{
		"/":                              (*visit).nowhere,
		"GET /{$}":                       (*visit).overview,
		"GET /findings":                  (*visit).findings,
		"GET /findings/suggest":          (*visit).suggest,
		"GET /findings/{id}":             (*visit).finding,
		"POST /findings/change":          (*visit).changeFindings,
		"POST /findings/{id}/merge":      (*visit).mergeFindings,
		"POST /findings/{id}/split":      (*visit).splitFinding,
		"POST /views":                    (*visit).saveView,
		"POST /views/{id}/drop":          (*visit).dropView,
		"GET /assets":                    (*visit).assets,
		"GET /assets/{id}":               (*visit).asset,
		"GET /assets/{id}/packages":      (*visit).bill,
		"GET /packages":                  (*visit).holders,
		"GET /past":                      (*visit).past,
		"POST /assets/{id}":              (*visit).saveAsset,
		"GET /teams":                     (*visit).teams,
		"GET /teams/{slug}":              (*visit).team,
		"POST /teams":                    (*visit).saveTeam,
		"POST /teams/{slug}/drop":        (*visit).dropTeam,
		"GET /imports":                   (*visit).imports,
		"GET /imports/{seq}":             (*visit).imported,
		"POST /imports":                  (*visit).bringIn,
		"GET /log":                       (*visit).log,
		"GET /log/{seq}":                 (*visit).event,
		"GET /log/export":                (*visit).exportLog,
		"GET /admin":                     (*visit).admin,
		"POST /admin/people":             (*visit).addPerson,
		"POST /admin/people/{id}":        (*visit).changePerson,
		"POST /admin/people/{id}/invite": (*visit).invite,
		"GET /admin/policies":            (*visit).policies,
		"POST /admin/policies":           (*visit).savePolicy,
		"POST /admin/policies/drop":      (*visit).dropPolicy,
		"GET /admin/trust":               (*visit).trusts,
		"POST /admin/trust":              (*visit).saveTrust,
		"POST /admin/trust/{id}/drop":    (*visit).dropTrust,
		"GET /figures":                   (*visit).figures,
		"GET /admin/hooks":               (*visit).hooks,
		"POST /admin/hooks":              (*visit).saveHook,
		"GET /admin/hooks/{id}":          (*visit).hook,
		"POST /admin/hooks/{id}":         (*visit).actHook,
		"GET /admin/tokens":              (*visit).allTokens,
		"GET " + people.ProfilePage:      (*visit).profile,
		"POST /profile":                  (*visit).saveProfile,
		"POST /tokens":                   (*visit).newToken,
		"POST /tokens/{id}/revoke":       (*visit).revokeToken,
	}
}

// visit is one request of somebody who is signed in.
type visit struct {
	*pages
	w   http.ResponseWriter
	r   *http.Request
	who access.Principal
}

func (v *visit) ctx() context.Context { return v.r.Context() }

// maxForm bounds what a form may send; reports have their own way in.
const maxForm = 1 << 20

// signedIn lets only people in who are signed in, and sends the others to where they can.
func (p *pages) signedIn(next page) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		who, err := p.people.Who(r)
		if errors.Is(err, people.ErrAnonymous) {
			p.toLogin(w, r)
			return
		}
		v := &visit{pages: p, w: w, r: r, who: who}
		if err == nil {
			err = next(v)
		}
		if err != nil {
			v.fail(err)
		}
	}
}

// toLogin sends somebody to sign in, and back afterwards.
func (p *pages) toLogin(w http.ResponseWriter, r *http.Request) {
	to := "/login"
	if r.Method == http.MethodGet && r.URL.Path != "/" {
		to += "?" + url.Values{"next": {r.URL.RequestURI()}}.Encode()
	}
	if partial(r) { // the whole page has to go there, not a part of it
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// partial tells that htmx asks for a part of a page.
func partial(r *http.Request) bool { return r.Header.Get("HX-Request") == "true" }

// headers are those of every page.
func headers(policy string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Embedder-Policy", "require-corp")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		if !strings.HasPrefix(r.URL.Path, "/static/") {
			h.Set("Cache-Control", "no-store")
			h.Add("Vary", "HX-Request, Cookie")
		}
		next.ServeHTTP(w, r)
	})
}

// local gives an address on this site that somebody is sent back to; what is no path here becomes the fallback.
func local(to, fallback string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") ||
		strings.ContainsAny(to, "\\\r\n\t") {
		return fallback
	}
	return to
}

// back sends the visitor to the page that a form names in "back", with a line that says what was done.
func (v *visit) back(fallback, done string) error {
	v.remember(done)
	http.Redirect(v.w, v.r, local(v.r.PostFormValue("back"), fallback), http.StatusSeeOther)
	return nil
}

// form reads the form that was sent.
func (v *visit) form() error {
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, maxForm)
	if err := v.r.ParseForm(); err != nil {
		return errorf(desk.ErrInvalid, "the form could not be read: send it again")
	}
	return nil
}
