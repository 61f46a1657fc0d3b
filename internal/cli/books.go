package cli

import (
	"context"
	"io"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/client"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
)

// book is the register as the commands use it: on this machine, or behind a server.
type book interface {
	Import(ctx context.Context, in register.Import, open func() (io.ReadCloser, int64, error)) (register.Receipt, error)
	Findings(ctx context.Context, ask desk.Ask) (desk.List, error)
	Finding(ctx context.Context, id int64) (desk.Finding, error)
	Decide(ctx context.Context, d desk.Decision) (register.Changed, error)
	Assets(ctx context.Context, ask desk.AssetsAsk) (desk.Page[desk.Asset], error)
	Teams(ctx context.Context, s desk.Slice) (desk.Page[desk.Team], error)
	Overview(ctx context.Context) (desk.Overview, error)
	Metrics(ctx context.Context, ask desk.MetricsAsk) (desk.Metrics, error)
	AsOf(ctx context.Context, ask desk.PastAsk) (desk.Past, error)
	Imports(ctx context.Context, s desk.Slice) (desk.Imports, error)
	Events(ctx context.Context, kind string, s desk.Slice) (desk.Events, error)
	Seal(ctx context.Context) (register.Seal, error)
	Export(ctx context.Context, ask desk.ExportAsk, to io.Writer) error
}

// book opens the register that the flags name. done closes it.
func (f *registerFlags) book(ctx context.Context, w *World) (b book, done func() error, err error) {
	if address := f.serverAddress(w); address != "" {
		c, err := client.New(client.Options{Address: address, Token: w.Getenv(envToken), Agent: "reeve/" + w.Build.Version})
		if err != nil {
			return nil, nil, err
		}
		return remote{c}, func() error { return nil }, nil
	}
	o, err := f.open(ctx, w)
	if err != nil {
		return nil, nil, err
	}
	return here{o.desk, local(w)}, o.close, nil
}

// here is the register on this machine.
type here struct {
	desk *desk.Desk
	who  access.Principal
}

func (h here) Import(ctx context.Context, in register.Import, open func() (io.ReadCloser, int64, error)) (register.Receipt, error) {
	report, _, err := open()
	if err != nil {
		return register.Receipt{}, err
	}
	defer report.Close() //nolint:errcheck // it was only read
	return h.desk.Import(ctx, h.who, in, report)
}

func (h here) Findings(ctx context.Context, ask desk.Ask) (desk.List, error) {
	return h.desk.Findings(ctx, h.who, ask)
}

func (h here) Finding(ctx context.Context, id int64) (desk.Finding, error) {
	f, err := h.desk.Finding(ctx, h.who, id)
	if err != nil {
		return desk.Finding{}, err
	}
	return *f, nil
}

func (h here) Decide(ctx context.Context, d desk.Decision) (register.Changed, error) {
	return h.desk.Decide(ctx, h.who, d)
}

func (h here) Assets(ctx context.Context, ask desk.AssetsAsk) (desk.Page[desk.Asset], error) {
	return h.desk.Assets(ctx, h.who, ask)
}

func (h here) Teams(ctx context.Context, s desk.Slice) (desk.Page[desk.Team], error) {
	return h.desk.Teams(ctx, h.who, s)
}

func (h here) Overview(ctx context.Context) (desk.Overview, error) {
	return h.desk.Overview(ctx, h.who)
}

func (h here) Metrics(ctx context.Context, ask desk.MetricsAsk) (desk.Metrics, error) {
	return h.desk.Metrics(ctx, h.who, ask)
}

func (h here) AsOf(ctx context.Context, ask desk.PastAsk) (desk.Past, error) {
	return h.desk.AsOf(ctx, h.who, ask)
}

func (h here) Imports(ctx context.Context, s desk.Slice) (desk.Imports, error) {
	return h.desk.Imports(ctx, h.who, s)
}

func (h here) Events(ctx context.Context, kind string, s desk.Slice) (desk.Events, error) {
	return h.desk.Events(ctx, h.who, kind, s)
}

func (h here) Seal(ctx context.Context) (register.Seal, error) { return h.desk.Seal(ctx, h.who) }

func (h here) Export(ctx context.Context, ask desk.ExportAsk, to io.Writer) error {
	return h.desk.Export(ctx, h.who, ask, to)
}

// remote is the register behind a server.
type remote struct{ *client.Client }

func (r remote) Import(ctx context.Context, in register.Import, open func() (io.ReadCloser, int64, error)) (register.Receipt, error) {
	report := client.Report{
		Open: open, Name: in.Name, Format: in.Format, Ref: in.Ref, Tool: in.Tool, Only: in.Only, Partial: in.Partial, Key: in.Key,
		Codeowners: in.Codeowners, Catalog: in.Catalog,
	}
	if in.Asset.Name != "" {
		report.Asset = register.AssetName(in.Asset)
	}
	return r.Client.Import(ctx, report)
}

// Export writes the log. The client has held it against its seal.
func (r remote) Export(ctx context.Context, ask desk.ExportAsk, to io.Writer) error {
	_, err := r.Client.Export(ctx, ask, to)
	return err
}
