package register

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/ingest"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/trace"
)

// Import says what a report is about, as far as the report does not say so itself.
type Import struct {
	// Name is the report's file name, Format the name of its format or "auto".
	Name, Format string
	// Asset is what the tool looked at. Where the report names its assets itself, those count.
	Asset finding.Asset
	// Only makes every finding one of Asset, whatever the report says.
	Only bool
	// Ref is the branch or tag that was looked at, "" for the only one. Tool sets another name for the source: the same tool
	// with other rules is another source.
	Ref, Tool string
	// Partial says that the tool did not look at everything, so that what is absent is not taken to be fixed.
	Partial bool
	// Actor is who brings it. Key, if any, makes a repeated request give the first one's receipt.
	Actor, Key string
	// Codeowners and Catalog are the asset's files of these names, where they are pushed along; nil leaves them as they are.
	Codeowners, Catalog *string
	// Gate is what a gate made of what the report says, where one decided; nil where none did.
	Gate *Gate
}

// Gate is one run of a gate in a pipeline: what it decided, and how long people waited for it. It is kept in the import's event.
type Gate struct {
	// Action is the decision: report, warn or block (see finding.Action).
	Action string `json:"action"`
	// TookMillis is how long the gate took, in milliseconds.
	TookMillis int64 `json:"tookMillis"`
}

// maxGate is the longest that a gate can have taken.
const maxGate = 7 * 24 * time.Hour

// check refuses what no gate decides or takes.
func (g *Gate) check() error {
	if g == nil {
		return nil
	}
	if a, err := finding.ParseAction(g.Action); err != nil || a < finding.Report || a.String() != g.Action {
		return fmt.Errorf("%w: gate action %q: want report, warn or block", ErrInvalid, g.Action)
	}
	if g.TookMillis < 0 || g.TookMillis > maxGate.Milliseconds() {
		return fmt.Errorf("%w: a gate of %d ms: want 0 to %d", ErrInvalid, g.TookMillis, maxGate.Milliseconds())
	}
	return nil
}

// Receipt is what an import came to.
type Receipt struct {
	// Event is its number in the log.
	Event  int64         `json:"event"`
	Header ingest.Header `json:"report"`
	// Assets are what it was about.
	Assets []string `json:"assets"`
	// Superseded says why nothing was changed: a newer look is already there.
	Superseded string `json:"superseded,omitempty"`
	// Read counts the report's findings, and Packages and Statements what else it holds.
	Read       int `json:"read"`
	Packages   int `json:"packages,omitempty"`
	Statements int `json:"statements,omitempty"`
	// New, Regressions, Moved (known ones in a new place or with a new text), Joined (known from other tools or branches), Verified (no longer
	// found, so fixed) and Same count findings by what became of them; Twice counts what the report says more than once.
	New         int `json:"new"`
	Regressions int `json:"regressions"`
	Moved       int `json:"moved"`
	Joined      int `json:"joined"`
	Verified    int `json:"verified"`
	Same        int `json:"same"`
	Twice       int `json:"twice,omitempty"`
	// Notes are facts the reader should know.
	Notes []string `json:"notes,omitempty"`
	// Took is how long reading and writing took, in milliseconds.
	Took struct {
		Read  int64 `json:"read"`
		Write int64 `json:"write"`
	} `json:"took"`
	// Repeated tells that this is the receipt of an earlier request with the same key.
	Repeated bool `json:"repeated,omitempty"`
}

// KindImport is the kind of the events that imports make.
const KindImport = "import"

// Import takes a report whole, or nothing of it. While it is being read nothing is locked and nothing is written; a report that cannot be read
// to its end is an *ingest.Error.
func (r *Register) Import(ctx context.Context, in Import, report io.Reader) (receipt Receipt, err error) {
	ctx, span := trace.Start(ctx, "import")
	defer func() {
		span.Text("reeve.format", receipt.Header.Format)
		span.Count("reeve.findings", int64(receipt.Read))
		span.Count("reeve.event", receipt.Event)
		span.End(err)
	}()
	began := time.Now()
	if err := in.Gate.check(); err != nil {
		return Receipt{}, err
	}
	w, err := r.World(ctx)
	if err != nil {
		return Receipt{}, err
	}
	sum := sha256.New()
	within, part := trace.Start(ctx, "import read")
	look, err := r.read(within, w, in, io.TeeReader(report, sum))
	part.End(err)
	if err != nil {
		return Receipt{}, err
	}
	defer look.spool.close()
	read := time.Now()
	request := requestDigest(in, sum.Sum(nil))
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		if in.Key != "" {
			old, ok, err := tx.Receipt(ctx, in.Actor, in.Key)
			if err != nil {
				return err
			}
			if ok {
				return repeat(&receipt, old, request)
			}
		}
		l := &landing{register: r, look: look, in: in, tx: tx}
		if err := l.land(ctx); err != nil {
			return err
		}
		receipt = l.receipt
		receipt.Took.Read, receipt.Took.Write = read.Sub(began).Milliseconds(), time.Since(read).Milliseconds()
		if in.Key == "" {
			return nil
		}
		text, err := json.Marshal(receipt)
		if err != nil {
			return err
		}
		return tx.PutReceipt(ctx, store.Receipt{Actor: in.Actor, Key: in.Key, Request: request, Receipt: text, Made: r.now()})
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("import %s: %w", cmp.Or(in.Name, "report"), err)
	}
	return receipt, nil
}

// requestDigest tells requests apart that carry the same key.
func requestDigest(in Import, report []byte) []byte {
	in.Key = ""
	text, _ := json.Marshal(in) // plain data always marshals
	sum := sha256.Sum256(append(text, report...))
	return sum[:]
}

func repeat(receipt *Receipt, old store.Receipt, request []byte) error {
	if string(old.Request) != string(request) {
		return fmt.Errorf("%w: the idempotency key was used for another request: use a new one", ErrConflict)
	}
	if err := json.Unmarshal(old.Receipt, receipt); err != nil {
		return err
	}
	receipt.Repeated = true
	return nil
}

// errNoAsset says that nobody knows what a report is about.
var errNoAsset = errors.New("the report does not say what was looked at: name the asset (--asset repository:NAME)")
