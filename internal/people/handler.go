package people

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
)

// The addresses of the pages that package web makes, and of what they send their forms to.
const (
	// LoginPage shows the ways to sign in. It may get said (a code for Said) and next (where to go afterwards).
	LoginPage = "/login"
	// LinkPage lets somebody set a password by a link. It gets link, and may get said.
	LinkPage = "/first"
	// ProfilePage shows what is one's own. It may get said.
	ProfilePage = "/profile"
)

// Method is a way to sign in.
type Method struct {
	// Kind is "password" (a form with login, password and next, sent by POST to Address) or "oidc" (a link to Address, with next).
	Kind string
	// Title is what people read.
	Title string
	// Address is where it goes.
	Address string
}

// Methods lists the ways to sign in, the usual first.
func (k *Keeper) Methods() []Method {
	var out []Method
	if k.opt.OIDC != nil {
		out = append(out, Method{Kind: "oidc", Title: k.opt.OIDC.Title, Address: "/auth/oidc/start"})
	}
	if !k.opt.NoPasswords {
		out = append(out, Method{Kind: "password", Title: "Password", Address: "/auth/login"})
	}
	return out
}

// Said is the sentence for a code that this package sent a browser back with; "" where there is none by that code.
func Said(code string) string {
	return map[string]string{
		"wrong":    "The login or the password is wrong.",
		"wait":     "There were too many tries. Wait a little and try again.",
		"out":      "You are signed out.",
		"stale":    "The sign-in took too long or was begun in another browser. Try again.",
		"refused":  "The provider did not let you in.",
		"provider": "The provider cannot be reached or gave an answer that cannot be trusted. Tell an admin.",
		"norole":   "You are known, but nothing was given to you here. Ask an admin for a role.",
		"disabled": "This account is no longer in use.",
		"link":     "This link was used already or is too old. Ask an admin for a new one.",
		"login":    "A login has lower-case letters, digits and . _ @ + -, and belongs to nobody else.",
		"name":     "A name is one line.",
		"short":    "A password has 12 characters at least. A few words in a row are good.",
		"long":     "This password is too long, or is no text.",
		"known":    "This password is among the first that are guessed. A few words that do not belong together are good.",
		"changed":  "Your password was changed, and your other sessions ended.",
		"ended":    "The session was ended.",
	}[code]
}

// maxForm bounds what a form may send, in bytes.
const maxForm = 64 << 10

// Handler answers below /auth/. It must be asked behind http.CrossOriginProtection: forms carry no token of their own. What changes something
// is a POST, but for the end of a sign-in at a provider, which is bound to the browser that began it.
func (k *Keeper) Handler() http.Handler {
	mux := http.NewServeMux()
	if !k.opt.NoPasswords {
		mux.HandleFunc("POST /auth/login", k.form(k.postLogin))
		mux.HandleFunc("POST /auth/first", k.form(k.postLink))
		mux.HandleFunc("POST /auth/password", k.form(k.postPassword))
	}
	if k.opt.OIDC != nil {
		mux.HandleFunc("GET /auth/oidc/start", k.form(k.getStart))
		mux.HandleFunc("GET /auth/oidc/callback", k.form(k.getCallback))
		mux.HandleFunc("POST /auth/oidc/logout", k.postBackChannel)
	}
	mux.HandleFunc("POST /auth/logout", k.form(k.postLogout))
	mux.HandleFunc("POST /auth/sessions/end", k.form(k.postEnd))
	mux.HandleFunc("POST /auth/ci", k.postCI)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		mux.ServeHTTP(w, r)
	})
}

// back is where a form's sender goes next.
type back struct {
	page, said string
	query      url.Values
	// away tells that page is the provider's. A page's policy may keep its forms from leading there, so the browser goes of its own.
	away bool
}

func to(page, said string) back { return back{page: page, said: said} }

// form runs what answers a browser, and sends it on. Errors that are not the visitor's are logged and not shown.
func (k *Keeper) form(answer func(w http.ResponseWriter, r *http.Request) (back, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := r.ParseForm(); err != nil {
			http.Error(w, "the form cannot be read", http.StatusBadRequest)
			return
		}
		b, err := answer(w, r)
		switch {
		case errors.Is(err, ErrAnonymous):
			b = back{page: LoginPage, query: url.Values{"next": {local(ProfilePage)}}}
		case errors.Is(err, access.ErrDenied):
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		case errors.Is(err, desk.ErrNotFound):
			http.Error(w, "there is no such thing (any more)", http.StatusNotFound)
			return
		case err != nil:
			k.log.Error("a sign-in broke", "path", r.URL.Path, "error", shorten(err.Error(), 500))
			http.Error(w, "this cannot be answered now: try again in a minute", http.StatusServiceUnavailable)
			return
		}
		if b.said != "" {
			if b.query == nil {
				b.query = url.Values{}
			}
			b.query.Set("said", b.said)
		}
		if len(b.query) > 0 {
			b.page += "?" + b.query.Encode()
		}
		if b.away {
			w.Header().Set("Refresh", "0; url="+b.page)
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			_, _ = io.WriteString(w, "You are signed out here. Now you are sent to the provider, to sign out there.\n")
			return
		}
		http.Redirect(w, r, b.page, http.StatusSeeOther)
	}
}

// local is a place on this server, or else its front page: nobody is sent on to another host.
func local(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || u.Opaque != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") ||
		strings.ContainsAny(next, "\\\r\n\t") || len(next) > 2000 || strings.HasPrefix(path.Clean(u.Path), "/auth/") {
		return "/"
	}
	return next
}

// problem answers a program with an error (RFC 9457).
func problem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"status": status, "title": http.StatusText(status), "detail": detail})
}

// seconds are those of a wait, for Retry-After.
func seconds(n float64) string { return strconv.Itoa(max(1, int(n+0.999))) }
