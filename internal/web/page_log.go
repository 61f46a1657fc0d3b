package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
)

type logPage struct {
	desk.Events
	Kind  string
	Kinds []string
	More  string
	// Seal is the end of the log, signed.
	Seal register.Seal
}

func (v *visit) log() error {
	asked := v.r.URL.Query()
	p := logPage{Kind: asked.Get("kind"), Kinds: []string{"import", "change", "merge", "split", "set", "context", "enrich", "clock"}}
	var err error
	if p.Events, err = v.desk.Events(v.ctx(), v.who, p.Kind, desk.Slice{After: asked.Get("after"), Limit: 100}); err != nil {
		return err
	}
	if p.Seal, err = v.desk.Seal(v.ctx(), v.who); err != nil {
		return err
	}
	if p.Next != "" {
		p.More = "/log?" + url.Values{"kind": {p.Kind}, "after": {p.Next}}.Encode()
	}
	return v.show(http.StatusOK, "log", sheet{Title: "Log", Nav: "log", Body: p})
}

type eventPage struct {
	*desk.Event
	// Said is what the event says, set out in lines.
	Said string
}

// maxSaid bounds how much of an event is shown, in bytes.
const maxSaid = 64 << 10

func (v *visit) event() error {
	seq, err := v.seq()
	if err != nil {
		return err
	}
	e, err := v.desk.Event(v.ctx(), v.who, seq)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, e.Data, "", "  "); err != nil {
		b.Reset()
		b.Write(e.Data)
	}
	return v.show(http.StatusOK, "event", sheet{Title: "Event " + strconv.FormatInt(seq, 10), Nav: "log", Body: eventPage{e, clip(b.String(), maxSaid)}})
}

// exportLog sends the log as JSON Lines. It may be long, so that it goes out as it is read; that the seal comes last tells a cut.
func (v *visit) exportLog() error {
	if _, err := v.desk.Seal(v.ctx(), v.who); err != nil { // refused before anything is sent
		return err
	}
	v.w.Header().Set("Content-Type", "application/jsonl; charset=utf-8")
	v.w.Header().Set("Content-Disposition", `attachment; filename="reeve-log.jsonl"`)
	if err := v.desk.Export(v.ctx(), v.who, desk.ExportAsk{}, v.w); err != nil && v.ctx().Err() == nil {
		v.opt.Log.Error("an export broke off", "error", err)
		panic(http.ErrAbortHandler) // the visitor's program has to see that it was cut
	}
	return nil
}
