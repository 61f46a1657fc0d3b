package desk_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

// What is written while the desk reads names its rule, tools and asset afterwards, as if the desk had read it later.
func TestFindings_writtenWhileAsked(t *testing.T) {
	storetest.Open(t, func(t *testing.T, db *store.DB) {
		reg, err := register.New(t.Context(), db, register.Options{Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		followed, admin := desk.New(reg, time.Now), access.Principal{Name: "t", Grants: []access.Grant{{Role: access.Admin}}}
		var wait sync.WaitGroup
		done := make(chan struct{})
		wait.Go(func() {
			defer close(done)
			for n := range 60 {
				report := fmt.Sprintf(`{"rule":"rule-%d","title":"Rule %d","severity":"high","message":"It is there.","path":"a.go","line":1}`, n, n)
				in := register.Import{Format: "generic", Actor: "t", Tool: fmt.Sprintf("tool %d", n), Asset: finding.Asset{Kind: "repository", Name: fmt.Sprintf("r%d", n)}}
				if _, err := reg.Import(t.Context(), in, strings.NewReader(report)); err != nil {
					t.Error(err)
				}
			}
		})
		for asking := true; asking; {
			select {
			case <-done:
				asking = false
			default:
			}
			if _, err := followed.Findings(t.Context(), admin, desk.Ask{}); err != nil {
				t.Error(err)
				break
			}
		}
		wait.Wait()
		ask := desk.Ask{Limit: desk.MaxPage, Order: "opened"}
		got, err := followed.Findings(t.Context(), admin, ask)
		if err != nil {
			t.Fatal(err)
		}
		want, err := desk.New(reg, time.Now).Findings(t.Context(), admin, ask)
		if err != nil || len(want.Items) != 60 {
			t.Fatalf("%d findings, %v", len(want.Items), err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the desk that followed (+) and one that reads it now (-):\n%s", diff)
		}
	})
}
