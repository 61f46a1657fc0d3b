package git

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestTmp(t *testing.T) {
	p := os.Getenv("REPO")
	if p == "" {
		t.Skip()
	}
	for range 1 {
		c0, t0 := cpu(), time.Now()
		r, err := Open(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		o, err := r.Objects()
		if err != nil {
			t.Fatal(err)
		}
		c1, t1 := cpu(), time.Now()
		var n, size, deltas atomic.Int64
		pr, err := o.Walk(context.Background(), WalkOptions{Verify: os.Getenv("VERIFY") != ""}, func(w int, o *Object) (any, error) {
			n.Add(1)
			size.Add(int64(len(o.Data)))
			if o.Delta {
				deltas.Add(1)
			}
			return nil, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pr {
			t.Log(p)
		}
		var u syscall.Rusage
		syscall.Getrusage(syscall.RUSAGE_SELF, &u)
		fmt.Println("cpu", cpu()-c1, "wall", time.Since(t1), "open", c1-c0, t1.Sub(t0), n.Load(), size.Load(), deltas.Load(), "rss", u.Maxrss/1024)
		o.Close()
	}
}
