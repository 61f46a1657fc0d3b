package web

import (
	"bytes"
	"embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/reevehq/reeve/internal/access"
)

//go:embed templates
var templateFiles embed.FS

// sheet is a page as the layout shows it.
type sheet struct {
	// Title is the page's, Nav the part of the site that it belongs to ("findings").
	Title, Nav string
	// Body is what the page's own template gets as its Body.
	Body any

	// The rest is filled in by show.
	Who     access.Principal
	Signed  bool
	Can     map[string]bool
	Theme   string
	Now     time.Time
	Notice  notice
	Version string
	Here    string
}

// notice is a line that says what was done, or why not.
type notice struct {
	Text string
	Bad  bool
}

// base holds the layout and what several pages share; every page's template is laid over a copy of it.
var base = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(words()).ParseFS(templateFiles, "templates/layout.html", "templates/shared.html", "templates/charts.html", "templates/forms.html"))
})

// parts are the templates that htmx asks for by themselves. They are a copy, since what was executed cannot be copied any more.
var parts = sync.OnceValue(func() *template.Template { return template.Must(base().Clone()) })

// parsed keeps the templates of pages; each is read when it is first shown.
var parsed sync.Map

func templateOf(name string) *template.Template {
	if t, ok := parsed.Load(name); ok {
		return t.(*template.Template)
	}
	t := template.Must(template.Must(base().Clone()).ParseFS(templateFiles, "templates/"+name+".html"))
	parsed.Store(name, t)
	return t
}

// show answers with a page.
func (v *visit) show(status int, name string, s sheet) error {
	s.Who, s.Signed, s.Can = v.who, true, rights(v.who)
	s.Notice = v.remembered()
	return v.pages.show(v.w, v.r, status, name, s)
}

func (p *pages) show(w http.ResponseWriter, r *http.Request, status int, name string, s sheet) error {
	s.Theme, s.Now, s.Version, s.Here = themeOf(r), p.desk.Now(), p.opt.Version, r.URL.RequestURI()
	return write(w, status, templateOf(name), "layout", s)
}

// part answers with a part of a page, for htmx.
func (v *visit) part(status int, name string, data any) error {
	return write(v.w, status, parts(), name, data)
}

// write makes all of an answer before the first byte of it goes out, so that no page ends in the middle.
func write(w http.ResponseWriter, status int, t *template.Template, name string, data any) error {
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, name, data); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the visitor has gone
	return nil
}

// rights are what somebody may do somewhere, by action: pages hide what nobody will be let do. Whether they may is asked again when they try.
func rights(who access.Principal) map[string]bool {
	can := map[string]bool{}
	for _, a := range access.Actions() {
		can[string(a)] = who.Can(a) == nil
	}
	return can
}

const (
	noticeCookie = "reeve_notice"
	themeCookie  = "reeve_theme"
)

// remember keeps a line for the next page.
func (v *visit) remember(text string) {
	if text == "" {
		return
	}
	http.SetCookie(v.w, v.cookie(noticeCookie, base64.RawURLEncoding.EncodeToString([]byte(clip(text, 400))), 60))
}

// remembered gives the line that was kept, once.
func (v *visit) remembered() notice {
	c, err := v.r.Cookie(noticeCookie)
	if err != nil {
		return notice{}
	}
	http.SetCookie(v.w, v.cookie(noticeCookie, "", -1))
	text, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return notice{}
	}
	return notice{Text: clip(strings.ToValidUTF8(string(text), "?"), 400)}
}

func (p *pages) cookie(name, value string, age int) *http.Cookie {
	return &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: age, Secure: p.opt.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// themeOf is the theme that a visitor chose: "light", "dark", or "" for the system's.
func themeOf(r *http.Request) string {
	if c, err := r.Cookie(themeCookie); err == nil && (c.Value == "dark" || c.Value == "light") {
		return c.Value
	}
	return ""
}

// theme takes the choice of a theme. It is the visitor's browser's and not the person's, so nobody has to be signed in.
func (p *pages) theme(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4096)
	value, age := r.PostFormValue("theme"), 365*24*3600
	if value != "dark" && value != "light" {
		value, age = "", -1
	}
	http.SetCookie(w, p.cookie(themeCookie, value, age))
	if partial(r) || r.Header.Get("Sec-Fetch-Mode") == "cors" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	http.Redirect(w, r, local(r.PostFormValue("back"), "/"), http.StatusSeeOther)
}
