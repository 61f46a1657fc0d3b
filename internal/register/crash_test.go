package register_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

// crashChild names the database to a child of the test, which imports without end until it is killed.
const crashChild = "REEVE_TEST_CRASH_CHILD"

func TestMain(m *testing.M) {
	if address := os.Getenv(crashChild); address != "" {
		if err := importForever(address); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(storetest.Main(m))
}

// crashReports are two looks at one asset: what one finds the other mostly finds too.
func crashReports() [2]string {
	var all []hit
	for i := range 300 {
		all = append(all, hit{fmt.Sprintf("rule-%d", i%5), fmt.Sprintf("app/file%d.py", i%40), fmt.Sprintf("run(%d, unsafe=True, user=%d)", i, i%11), i + 1})
	}
	return [2]string{report(all[:240]...), report(all[60:]...)}
}

const crashFound = 240 // by each of the two

func importForever(address string) error {
	ctx := context.Background()
	db, err := store.Open(ctx, address)
	if err != nil {
		return err
	}
	r, err := register.New(ctx, db, register.Options{Now: time.Now})
	if err != nil {
		return err
	}
	reports := crashReports()
	fmt.Println("ready")
	for n := 0; ; n++ {
		if _, err := r.Import(ctx, register.Import{Asset: shop, Actor: "ci"}, strings.NewReader(reports[n%2])); err != nil {
			return err
		}
	}
}

// TestImport_killedAtAnyMoment kills a program that imports, again and again, and looks at what is left: whole looks and nothing else.
func TestImport_killedAtAnyMoment(t *testing.T) {
	kills := 100 // on each database
	if testing.Short() {
		kills = 30
	}
	storetest.Each(t, func(t *testing.T, address func() string) {
		where := address()
		before, usual := int64(0), timeOne(t, address())
		for n := range kills {
			child := exec.Command(os.Args[0])
			child.Env = append(os.Environ(), crashChild+"="+where)
			child.Stderr = os.Stderr
			ready, err := child.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := child.Start(); err != nil {
				t.Fatal(err)
			}
			if _, err := bufio.NewReader(ready).ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			time.Sleep(rand.N(3 * usual)) // anywhere in the first three imports, whatever the machine is doing
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = child.Wait() // it was killed
			before = checkWhole(t, n, where, before)
		}
		if before < 10 {
			t.Errorf("only %d looks were written in %d lives: the test proves little", before, kills)
		}
	})
}

// timeOne is how long one import takes here and now.
func timeOne(t *testing.T, address string) time.Duration {
	r := replica(t, address)
	began := time.Now()
	for _, text := range crashReports() {
		if _, err := r.Import(t.Context(), register.Import{Asset: shop, Actor: "ci"}, strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	return time.Since(began) / 2
}

// checkWhole looks at what a killed program left, and gives the number of the last event.
func checkWhole(t *testing.T, n int, address string, before int64) int64 {
	t.Helper()
	ctx := t.Context()
	db, err := store.Open(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Verify(ctx, nil); err != nil {
		t.Fatalf("kill %d: %v", n, err)
	}
	head, err := db.Head(ctx)
	if err != nil || head.Seq < before {
		t.Fatalf("kill %d: the log ends with event %d, it was %d before (%v)", n, head.Seq, before, err)
	}
	active, total := 0, 0
	err = db.Every(ctx, func(f *store.Finding) error {
		total++
		if register.State(f.State).Active() {
			active++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if head.Seq > 0 && active != crashFound || head.Seq == 0 && total != 0 {
		t.Fatalf("kill %d, after event %d: %d findings are open of %d, want %d: half a look is there", n, head.Seq, active, total, crashFound)
	}
	return head.Seq
}
