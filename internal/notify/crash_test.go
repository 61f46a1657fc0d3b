package notify

import (
	"bufio"
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

// jobFor is a job to gather for a hook.
func jobFor(hook int64) *river.Job[gatherArgs] {
	return &river.Job[gatherArgs]{JobRow: &rivertype.JobRow{Attempt: 1}, Args: gatherArgs{Hook: hook}}
}

// childWorker is the program that the test kills: a worker on a database, until the end.
func childWorker(address string) int {
	ctx := context.Background()
	fail := func(err error) int { fmt.Fprintln(os.Stderr, err); return 1 }
	db, err := store.Open(ctx, address)
	if err != nil {
		return fail(err)
	}
	reg, err := register.New(ctx, db, register.Options{Now: time.Now})
	if err != nil {
		return fail(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(os.Getenv("NOTIFY_TEST_ROOTS")))
	w, err := New(ctx, Options{
		Desk: desk.New(reg, time.Now), Log: slog.New(slog.DiscardHandler), AllowPrivate: true, Roots: roots, Lease: 2 * time.Second, Poll: 20 * time.Millisecond,
	})
	if err != nil {
		return fail(err)
	}
	fmt.Println("ready")
	return fail(w.Run(ctx))
}

// child starts the program and waits until it works.
func child(t *testing.T, address string, roots []byte) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "NOTIFY_TEST_WORKER="+address, "NOTIFY_TEST_ROOTS="+string(roots))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
		t.Fatalf("the worker says %q (%v)", line, err)
	}
	return cmd
}

// A worker is killed 30 times at random moments while findings come in. Afterwards each was told, and everything that was told twice bore the same id both times, so that
// a receiver that looks at ids has each exactly once.
func TestDeliver_survivesKills(t *testing.T) {
	if testing.Short() {
		t.Skip("it waits for leases of killed programs to end")
	}
	storetest.Each(t, func(t *testing.T, address func() string) {
		t.Parallel()
		var denied sync.Map
		to, pool := receive(t, func(_ int, w http.ResponseWriter, r *http.Request) {
			time.Sleep(time.Duration(rand.IntN(40)) * time.Millisecond) // so that many are under way when the end comes
			if rand.IntN(10) > 0 {
				return
			}
			if _, again := denied.LoadOrStore(r.Header.Get("webhook-id"), true); !again { // every further time is tried much later
				w.WriteHeader(http.StatusInternalServerError) // it took it, and says that it did not
			}
		})
		where := address()
		db, err := store.Open(t.Context(), where)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		b := open(t, db, pool)
		if err := b.worker.follow(t.Context()); err != nil { // the cursor begins here; this worker never runs
			t.Fatal(err)
		}
		h := b.hook("all", desk.HookSpec{Kind: desk.HookWebhook}, desk.HookSecret{URL: to.URL})
		roots := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: to.Certificate().Raw})
		want := map[string]bool{}
		var all []hit
		for range 30 {
			cmd := child(t, where, roots)
			for range 3 {
				n := len(all)
				all = append(all, hit{one.rule, fmt.Sprintf("app/file%d.py", n), fmt.Sprintf("cursor.execute(query_%d + user_input)", n), "Do not."})
				want[fmt.Sprintf("msg_%s_%d_%d_0", b.worker.instance, h.ID, b.look("shop", all...).Event)] = true
			}
			time.Sleep(time.Duration(rand.IntN(400)) * time.Millisecond)
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
		}
		cmd := child(t, where, roots)
		defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
		sent := func() (n int) {
			rows, err := db.Deliveries(t.Context(), h.ID, 1000)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				if r.State == store.Sent {
					n++
				}
			}
			return n
		}
		for end := time.Now().Add(4 * time.Minute); sent() < len(want); time.Sleep(200 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%d of %d are sent", sent(), len(want))
			}
		}
		bodies, twice := map[string]string{}, 0
		for _, g := range to.got() {
			id := g.header.Get("webhook-id")
			if !want[id] {
				t.Errorf("%s was told of, and never happened", id)
			}
			if body, again := bodies[id]; again {
				if twice++; body != string(g.body) {
					t.Errorf("%s says two things", id)
				}
			}
			bodies[id] = string(g.body)
		}
		if len(bodies) != len(want) {
			t.Errorf("%d of %d were told", len(bodies), len(want))
		}
		t.Logf("%d messages, %d of them sent again", len(want), twice)
		if err := db.Verify(t.Context(), nil); err != nil {
			t.Error(err)
		}
	})
}
