package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
)

// errorf makes an error of a kind with a text for people.
func errorf(kind error, format string, args ...any) error {
	return fmt.Errorf("%w: %s", kind, fmt.Sprintf(format, args...))
}

// problem is an error as people read it.
type problem struct {
	Status int
	// Title says what kind it is, Text what is wrong and what to do.
	Title, Text string
}

// problemOf tells what of an error people may read: nothing of what went wrong inside.
func problemOf(err error) problem {
	var large *http.MaxBytesError
	switch {
	case errors.Is(err, desk.ErrNotFound), errors.Is(err, access.ErrHidden):
		return problem{http.StatusNotFound, "Not found", "There is nothing here, or nothing that you may see."}
	case errors.Is(err, access.ErrDenied):
		return problem{http.StatusForbidden, "Not allowed", readable(err)}
	case errors.Is(err, desk.ErrConflict):
		return problem{http.StatusConflict, "Not as things are now", readable(err)}
	case errors.As(err, &large):
		return problem{http.StatusRequestEntityTooLarge, "Too large", fmt.Sprintf("At most %d bytes can be sent here.", large.Limit)}
	case errors.Is(err, desk.ErrInvalid):
		return problem{http.StatusUnprocessableEntity, "That does not work", readable(err)}
	}
	return problem{http.StatusInternalServerError, "Something broke", "It was noted in the server's log. Try again; tell whoever runs reeve if it goes on."}
}

// readable is an error as a sentence: without the words that programs tell it by.
func readable(err error) string {
	text := err.Error()
	for _, prefix := range []string{desk.ErrInvalid.Error() + ": ", desk.ErrConflict.Error() + ": ", access.ErrDenied.Error() + ": ", "query: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return capital(text) + "."
}

// fail shows an error: as a page, or to htmx as a line on the page that is there.
func (v *visit) fail(err error) {
	p := problemOf(err)
	if p.Status == http.StatusInternalServerError && v.r.Context().Err() == nil {
		v.opt.Log.Error("a page broke", "path", v.r.URL.Path, "error", err)
	}
	if partial(v.r) {
		v.w.Header().Set("HX-Retarget", "#notice")
		v.w.Header().Set("HX-Reswap", "innerHTML")
		v.w.Header().Set("HX-Push-Url", "false")
		_ = v.part(p.Status, "notice", notice{Text: p.Text, Bad: true}) // there is nobody left to tell
		return
	}
	_ = v.show(p.Status, "error", sheet{Title: p.Title, Body: p})
}

// nowhere answers for addresses that are none.
func (v *visit) nowhere() error { return desk.ErrNotFound }
