package image

import (
	"archive/tar"
	"bufio"
	"context"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/reevehq/reeve/internal/target"
)

// counted writes and hashes.
type counted struct {
	w   io.Writer
	sum hash.Hash
	n   int64
}

func (c *counted) Write(p []byte) (int, error) {
	c.sum.Write(p)
	c.n += int64(len(p))
	return c.w.Write(p)
}

func (c *counted) digest() digest { return digest(fmt.Sprintf("sha256:%x", c.sum.Sum(nil))) }

// streamed writes an OCI layout of layers that are made while they are written, so that nothing large is held in memory.
func streamed(t testing.TB, layers int, fill func(layer int, w *tar.Writer)) string {
	t.Helper()
	folder := t.TempDir()
	blobs := filepath.Join(folder, "blobs", "sha256")
	if err := os.MkdirAll(blobs, 0o700); err != nil {
		t.Fatal(err)
	}
	var diffs, descriptors string
	for n := range layers {
		f, err := os.Create(filepath.Join(blobs, "new"))
		if err != nil {
			t.Fatal(err)
		}
		out := bufio.NewWriterSize(f, 1<<20)
		stored := &counted{w: out, sum: sha256.New()}
		z, _ := gzip.NewWriterLevel(stored, gzip.BestSpeed)
		plain := &counted{w: z, sum: sha256.New()}
		w := tar.NewWriter(plain)
		fill(n, w)
		for _, err := range []error{w.Close(), z.Close(), out.Flush(), f.Close()} {
			if err != nil {
				t.Fatal(err)
			}
		}
		_, code, _ := stored.digest().parts()
		if err := os.Rename(f.Name(), filepath.Join(blobs, code)); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			diffs, descriptors = diffs+",", descriptors+","
		}
		diffs += `"` + string(plain.digest()) + `"`
		descriptors += fmt.Sprintf(`{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"%s","size":%d}`, stored.digest(), stored.n)
	}
	put := func(data string) (digest, int) {
		d := digestOf([]byte(data))
		_, code, _ := d.parts()
		if err := os.WriteFile(filepath.Join(blobs, code), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		return d, len(data)
	}
	c, n := put(`{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[` + diffs + `]}}`)
	m, size := put(fmt.Sprintf(`{"schemaVersion":2,"config":{"digest":"%s","size":%d},"layers":[%s]}`, c, n, descriptors))
	for name, text := range map[string]string{
		"oci-layout": `{"imageLayoutVersion":"1.0.0"}`,
		"index.json": fmt.Sprintf(`{"schemaVersion":2,"manifests":[{"digest":"%s","size":%d}]}`, m, size),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func file1(w *tar.Writer, name string, content []byte) {
	if err := w.WriteHeader(&tar.Header{Name: name, Size: int64(len(content)), Typeflag: tar.TypeReg, Mode: 0o644}); err != nil {
		panic(err)
	}
	if _, err := w.Write(content); err != nil {
		panic(err)
	}
}

// peak measures the most heap in use while f runs, in bytes.
func peak(f func()) uint64 {
	runtime.GC()
	var most atomic.Uint64
	done := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			if use := m.HeapInuse + m.StackInuse; use > most.Load() {
				most.Store(use)
			}
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	f()
	close(done)
	<-stopped
	return most.Load()
}

func counts(t testing.TB, folder string, o Options) (files, bytes int64, most uint64) {
	i := opened(t, folder, o)
	var n, size atomic.Int64
	most = peak(func() {
		_, unread, err := i.Each(context.Background(), 2, func(_ int, item *target.Item) error {
			n.Add(1)
			size.Add(int64(len(item.Data)))
			return nil
		})
		if err != nil || len(unread) > 0 {
			t.Fatal(err, unread)
		}
	})
	return n.Load() - 1, size.Load(), most
}

func TestEach_manyFiles(t *testing.T) {
	files := 100_000
	if raced {
		files = 5_000
	}
	folder := streamed(t, 2, func(layer int, w *tar.Writer) {
		for n := range files {
			file1(w, fmt.Sprintf("usr/share/d%d/f%d", n/50, n), []byte("content"))
		}
	})
	n, _, most := counts(t, folder, Options{})
	if n != 2*int64(files) {
		t.Errorf("%d files", n)
	}
	if most > 64<<20 {
		t.Errorf("%d MiB of heap", most>>20)
	}
}

// A gigabyte must stream through memory that does not grow with it.
func TestEach_memoryStaysBounded(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("makes a gigabyte")
	}
	content := make([]byte, 8<<20)
	x := uint32(1)
	for n := range content {
		x = x*1664525 + 1013904223
		content[n] = byte(x >> 24)
	}
	folder := streamed(t, 4, func(layer int, w *tar.Writer) {
		for n := range 16 {
			file1(w, fmt.Sprintf("l%d/f%d", layer, n), content)
		}
		for n := range 16 {
			for k := range 128 {
				file1(w, fmt.Sprintf("l%d/s%d-%d", layer, n, k), content[:64<<10])
			}
		}
	})
	begun := time.Now()
	n, size, most := counts(t, folder, Options{})
	t.Logf("%d files, %d MiB in %s, peak heap %d MiB", n, size>>20, time.Since(begun).Round(time.Millisecond), most>>20)
	if size < 1<<30 || most > 100<<20 {
		t.Errorf("%d MiB were looked at with %d MiB of heap", size>>20, most>>20)
	}
}

func BenchmarkEach_millionFiles(b *testing.B) {
	const files = 1_000_000
	folder := streamed(b, 2, func(layer int, w *tar.Writer) {
		for n := range files / 2 {
			file1(w, fmt.Sprintf("usr/share/d%d/f%d", n/50, n), []byte("content of a small file"))
		}
	})
	b.ResetTimer()
	for range b.N {
		n, _, most := counts(b, folder, Options{})
		b.ReportMetric(float64(n)/b.Elapsed().Seconds()*float64(b.N), "files/s")
		b.ReportMetric(float64(most>>20), "MiB-peak")
	}
}

// Ten million paths must fit into some 200 MB; until the collector has been, what was grown out of comes on top.
func BenchmarkSeen_tenMillion(b *testing.B) {
	for range b.N {
		s := newSeen()
		most := peak(func() {
			for n := range 10_000_000 {
				s.add(markWhole, fmt.Sprintf("usr/share/d%d/f%d", n/50, n), 2)
			}
		})
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(most>>20), "MiB-peak")
		b.ReportMetric(float64(m.HeapAlloc>>20), "MiB-kept")
		if !s.fileHidden("usr/share/d0/f0", 1) || s.fileHidden("usr/share/d0/f0", 2) || s.fileHidden("x", 1) {
			b.Error("it forgets")
		}
	}
}
