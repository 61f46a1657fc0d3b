package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/ingest"
	"github.com/reevehq/reeve/internal/register"
)

// importInput says what a report is about. The report itself is not part of it: it is read as a stream.
type importInput struct {
	Format  string `query:"format" maxLength:"60" default:"auto" doc:"The report's format, or auto to recognise it by its first bytes." example:"sarif"`
	Asset   string `query:"asset" maxLength:"520" doc:"What the tool looked at, as kind:name; without a kind it is a repository. It may be left out where the report says it." example:"repository:shop"`
	Ref     string `query:"ref" maxLength:"255" doc:"The branch or tag that was looked at; without it the only one." example:"main"`
	Tool    string `query:"tool" maxLength:"100" doc:"Another name for the source: the same tool with other rules is another source." example:"Semgrep nightly"`
	Name    string `query:"name" maxLength:"255" doc:"The report's file name." example:"semgrep.json"`
	Only    bool   `query:"only" doc:"Makes every finding one of the asset, whatever the report says." example:"false"`
	Partial bool   `query:"partial" doc:"The tool did not look at everything: what is absent is not taken to be fixed." example:"false"`
	Gate    string `query:"gate" enum:"report,warn,block" doc:"What a gate decided about the report, where one did." example:"warn"`
	Took    int64  `query:"gateMillis" minimum:"0" maximum:"604800000" doc:"How long the gate took, in milliseconds." example:"5400"`
	Key     string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a repeated request give the first one's receipt, so that a report that was sent twice counts once." example:"run-4711-semgrep"`
	Packing string `header:"Content-Encoding" enum:"identity,gzip,zstd" doc:"How the report is packed. It is also recognised by its first bytes." example:"gzip"`
}

// importOutput is a receipt with where it can be read again.
type importOutput struct {
	Status   int
	Location string `header:"Location" doc:"Where the receipt can be read again."`
	Body     register.Receipt
}

// importBody is what is said about the bodies that an import takes.
func importBody() *huma.RequestBody {
	raw := &huma.Schema{Type: "string", Format: "binary", Description: "The report as the tool wrote it, plain or packed with gzip or zstd."}
	text := &huma.Schema{Type: "string", Description: "The asset's file of that name, to find owners by. It stands before the report."}
	form := &huma.Schema{
		Type: "object", Required: []string{"report"},
		Properties: map[string]*huma.Schema{"codeowners": text, "catalog": text, "report": raw},
	}
	return &huma.RequestBody{Required: true, Description: "The report, raw or as the last part of a form.", Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: raw, Example: `{"version":"1.0","results":[]}`},
		"multipart/form-data":      {Schema: form},
	}}
}

// imports adds the operations about reports.
func (a *API) imports() {
	op := a.operation(operation{
		address: "POST /imports", id: "importReport", tag: "Imports", summary: "Import a report",
		text: "Takes a report of a tool, whole or not at all. The body is the report as the tool wrote it, and is read as a stream however large it is. " +
			"What the tool's last look found and this one does not is verified as fixed; what was fixed and is found again is a regression. " +
			"A report that is older than the last look changes nothing, and its receipt says so.",
		status: http.StatusCreated, problems: []kind{busy},
	})
	huma.Register(a.huma, op, a.importReport)
	told := a.at("POST /imports")
	told.Responses["201"].Description = "The report was taken"
	told.Responses["200"] = &huma.Response{Description: "It was taken before: this is the receipt of then", Content: told.Responses["201"].Content}
	told.RequestBody = importBody() // told afterwards, or the framework would read the body itself
	answers(a, operation{
		address: "GET /imports", id: "listImports", tag: "Imports", summary: "List imports",
		text: "Imports, newest first: all of them for who may inspect the log; else your own, and those that are about nothing but assets you may see. A page may be short and yet have a next one.",
	}, func(ctx context.Context, p access.Principal, in *Part) (desk.Imports, error) {
		return a.desk.Imports(ctx, p, in.wanted())
	})
	answers(a, operation{
		address: "GET /imports/{id}", id: "getImport", tag: "Imports", summary: "Get an import",
		text: "One import with its receipt, by its number in the log.",
	}, func(ctx context.Context, p access.Principal, in *ByID) (*desk.Imported, error) {
		return a.desk.Imported(ctx, p, in.ID)
	})
	answers(a, operation{
		address: "GET /formats", id: "listFormats", tag: "Imports", summary: "List formats of reports",
		text: "The formats of reports that are read, by the names to send as format.",
	}, func(context.Context, access.Principal, *struct{}) (formats, error) { return knownFormats(), nil })
}

// formats are the formats of reports that are read.
type formats struct {
	Items []format `json:"items"`
}

// format is a format of reports.
type format struct {
	// Name is what to send, Title what people read.
	Name  string `json:"name"`
	Title string `json:"title"`
}

func knownFormats() formats {
	out := formats{Items: []format{}}
	for _, f := range ingest.Formats() {
		out.Items = append(out.Items, format{f.Name, f.Title})
	}
	return out
}

// importReport takes a report.
func (a *API) importReport(ctx context.Context, in *importInput) (*importOutput, error) {
	c := calling(ctx)
	order, err := in.order()
	if err != nil {
		return nil, a.fail(ctx, err)
	}
	if err := c.principal.Can(access.Import); err != nil { // before anything is read
		return nil, a.fail(ctx, err)
	}
	if err := a.turn(ctx); err != nil {
		return nil, a.fail(ctx, err)
	}
	defer func() { <-a.reading }()
	body := &bounded{from: c.request.Body, left: a.opt.MaxReport}
	report, err := parts(c.request, body, &order)
	if err != nil {
		return nil, a.fail(ctx, err)
	}
	receipt, err := a.desk.Import(ctx, c.principal, order, report)
	if body.over {
		err = problem(tooLarge, fmt.Sprintf("a report has at most %d bytes as it is sent", a.opt.MaxReport))
	}
	if err != nil {
		return nil, a.fail(ctx, err)
	}
	out := &importOutput{Status: http.StatusCreated, Location: fmt.Sprintf("%s/imports/%d", Prefix, receipt.Event), Body: receipt}
	if receipt.Repeated {
		out.Status = http.StatusOK
	}
	return out, nil
}

// turn waits until another report may be read.
func (a *API) turn(ctx context.Context) error {
	select {
	case a.reading <- struct{}{}:
		return nil
	default:
	}
	wait := time.NewTimer(a.wait)
	defer wait.Stop()
	select {
	case a.reading <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-wait.C:
		return comeBack(10, "as many reports as can be are being read: send it again in a while")
	}
}

// order says what is to be imported.
func (in *importInput) order() (register.Import, error) {
	out := register.Import{Name: in.Name, Format: in.Format, Ref: in.Ref, Tool: in.Tool, Only: in.Only, Partial: in.Partial, Key: in.Key}
	if in.Gate != "" {
		out.Gate = &register.Gate{Action: in.Gate, TookMillis: in.Took}
	}
	for what, text := range map[string]string{"asset": in.Asset, "ref": in.Ref, "tool": in.Tool, "name": in.Name, "key": in.Key} {
		if err := desk.CheckLine(what, text, 520); err != nil {
			return out, err
		}
	}
	known := slices.ContainsFunc(ingest.Formats(), func(f ingest.Format) bool { return f.Name == in.Format })
	if !known && in.Format != "auto" && in.Format != "" {
		return out, problem(invalid, fmt.Sprintf("format %.60q is not known: GET %s/formats lists those that are", in.Format, Prefix))
	}
	if in.Asset != "" {
		out.Asset = assetNamed(in.Asset)
	} else if in.Only {
		return out, problem(invalid, "only needs an asset")
	}
	return out, nil
}

var kindBefore = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`) })

// assetNamed reads kind:name. What has no kind before it is a repository, whether it is a name or an address.
func assetNamed(text string) finding.Asset {
	kind, name, ok := strings.Cut(text, ":")
	if ok && name != "" && kindBefore().MatchString(kind) && !strings.HasPrefix(name, "//") {
		return finding.Asset{Kind: kind, Name: name}
	}
	return finding.Asset{Kind: "repository", Name: text}
}

// maxPart bounds the parts of a form that stand before the report, in bytes.
const maxPart = 1 << 20

// parts finds the report in a body: the whole of it, or the part of a form of that name, which is the last one that is read.
func parts(r *http.Request, body io.Reader, order *register.Import) (io.Reader, error) {
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "multipart/form-data" {
		return body, nil // tools write all kinds of types, and the report says itself what it is
	}
	form := multipart.NewReader(body, params["boundary"])
	for {
		part, err := form.NextPart()
		if err != nil {
			return nil, problem(malformed, "the form has no part \"report\", or could not be read to it")
		}
		switch name := part.FormName(); name {
		case "report":
			return part, nil
		case "codeowners", "catalog":
			text, err := io.ReadAll(io.LimitReader(part, maxPart+1))
			if err != nil || len(text) > maxPart {
				return nil, problem(tooLarge, fmt.Sprintf("the part %q has more than %d bytes, or ends too early", name, maxPart))
			}
			file := string(text)
			if name == "catalog" {
				order.Catalog = &file
			} else {
				order.Codeowners = &file
			}
		default:
			return nil, problem(invalid, fmt.Sprintf("the form has a part %.60q: want codeowners, catalog and, last, report", name))
		}
	}
}

// bounded is a body of bounded length.
type bounded struct {
	from io.Reader
	left int64
	// over tells that there was more.
	over bool
}

var errOver = errors.New("the body is too large")

// Read gives the next bytes, one more than is allowed at most.
func (b *bounded) Read(p []byte) (int, error) {
	if b.over {
		return 0, errOver
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.from.Read(p)
	if int64(n) > b.left {
		b.over = true
		return int(b.left), errOver
	}
	b.left -= int64(n)
	return n, err
}
