package web

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/ingest"
	"github.com/reevehq/reeve/internal/register"
)

type importsPage struct {
	List    []desk.Imported
	More    string
	Formats []ingest.Format
	Can     map[string]bool
}

func (v *visit) imports() error {
	page, err := v.desk.Imports(v.ctx(), v.who, desk.Slice{After: v.r.URL.Query().Get("after"), Limit: 50})
	if err != nil {
		return err
	}
	p := importsPage{List: page.Items, Formats: ingest.Formats(), Can: rights(v.who)}
	if page.Next != "" {
		p.More = "/imports?" + url.Values{"after": {page.Next}}.Encode()
	}
	return v.show(http.StatusOK, "imports", sheet{Title: "Imports", Nav: "imports", Body: p})
}

// seq is the number of an event in the address.
func (v *visit) seq() (int64, error) {
	n, err := strconv.ParseInt(v.r.PathValue("seq"), 10, 64)
	if err != nil || n <= 0 {
		return 0, desk.ErrNotFound
	}
	return n, nil
}

func (v *visit) imported() error {
	seq, err := v.seq()
	if err != nil {
		return err
	}
	one, err := v.desk.Imported(v.ctx(), v.who, seq)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "import", sheet{Title: "Import " + strconv.FormatInt(seq, 10), Nav: "imports", Body: one})
}

// maxReport bounds a report that a browser sends; longer ones have the command line.
const maxReport = 2 << 30

// bringIn takes a report. It is read as it comes and never kept; the form's other fields come before it.
func (v *visit) bringIn() error {
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, maxReport)
	parts, err := v.r.MultipartReader()
	if err != nil {
		return errorf(desk.ErrInvalid, "the form could not be read: send it again")
	}
	fields := map[string]string{}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return errorf(desk.ErrInvalid, "choose a report")
		}
		if err != nil {
			return errorf(desk.ErrInvalid, "the form broke off: send it again")
		}
		if part.FormName() == "report" {
			return v.bring(fields, part)
		}
		value, err := io.ReadAll(io.LimitReader(part, 4096))
		if err != nil || len(fields) > 20 {
			return errorf(desk.ErrInvalid, "the form could not be read: send it again")
		}
		fields[part.FormName()] = strings.TrimSpace(string(value))
	}
}

func (v *visit) bring(fields map[string]string, report *multipart.Part) error {
	if report.FileName() == "" {
		return errorf(desk.ErrInvalid, "choose a report")
	}
	in := register.Import{Name: clip(report.FileName(), 200), Format: fields["format"], Ref: fields["ref"], Partial: fields["partial"] != ""}
	if name := fields["name"]; name != "" {
		in.Asset = finding.Asset{Kind: fields["kind"], Name: name}
	}
	receipt, err := v.desk.Import(v.ctx(), v.who, in, report)
	var bad *ingest.Error
	if errors.As(err, &bad) {
		return errorf(desk.ErrInvalid, "%s: nothing of it was taken: %v", in.Name, bad)
	}
	if err != nil {
		return err
	}
	v.remember(count(receipt.Read, "finding", "findings") + " read: " + num(receipt.New) + " new, " + num(receipt.Verified) + " proved fixed.")
	http.Redirect(v.w, v.r, "/imports/"+strconv.FormatInt(receipt.Event, 10), http.StatusSeeOther)
	return nil
}
