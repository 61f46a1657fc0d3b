package sbom

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// endless writes a CycloneDX or SPDX document of a length in bytes, most of which is of no use here.
func endless(format string, length int) io.Reader {
	r, w := io.Pipe()
	go func() {
		filler := strings.Repeat(`{\"licence\":\"text that nobody reads\"} `, 500)
		between := ","
		if format == "SPDX" {
			fmt.Fprint(w, `{"spdxVersion": "SPDX-2.3", "name": "x", "packages": [`)
		} else {
			fmt.Fprint(w, `{"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [`)
		}
		for n, i := 0, 0; n < length; i++ {
			if n+len(filler) >= length {
				between = "]"
			}
			written, err := 0, error(nil)
			if format == "SPDX" {
				written, err = fmt.Fprintf(w, `{"SPDXID": "SPDXRef-%d", "name": "p%d", "copyrightText": "%s", "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:npm/p%d@1.0.%d"}], "hasFiles": ["SPDXRef-f"]}%s`, i, i, filler, i, i, between)
			} else {
				written, err = fmt.Fprintf(w, `{"bom-ref": "%d", "name": "p%d", "purl": "pkg:npm/p%d@1.0.%d", "description": "%s"}%s`, i, i, i, i, filler, between)
			}
			if n += written; err != nil {
				return
			}
		}
		if format == "SPDX" {
			fmt.Fprint(w, `, "files": [`)
			for i := range length / 4000 {
				fmt.Fprintf(w, `{"SPDXID": "SPDXRef-File-%d", "fileName": "%s"},`, i, filler[:1000])
			}
			fmt.Fprint(w, `{}], "relationships": [`)
			for i := range length / 4000 {
				fmt.Fprintf(w, `{"spdxElementId": "SPDXRef-0", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-File-%d"},`, i)
			}
			fmt.Fprint(w, `{}]`)
		}
		fmt.Fprint(w, "}")
		w.Close()
	}()
	return r
}

// TestRead_memoryGrowsWithPackagesNotText watches the heap while a long document with few packages is read.
func TestRead_memoryGrowsWithPackagesNotText(t *testing.T) {
	const length = 16 << 20
	for _, format := range []string{"CycloneDX", "SPDX"} {
		runtime.GC()
		var before runtime.MemStats
		runtime.ReadMemStats(&before)
		var most atomic.Uint64
		stop := make(chan struct{})
		done := make(chan struct{})
		go func() {
			defer close(done)
			for {
				select {
				case <-stop:
					return
				case <-time.After(5 * time.Millisecond):
					var now runtime.MemStats
					runtime.ReadMemStats(&now)
					most.Store(max(most.Load(), now.HeapAlloc))
				}
			}
		}()
		s, err := Read(endless(format, length))
		close(stop)
		<-done
		if err != nil {
			t.Fatal(err)
		}
		if grown := int64(most.Load()) - int64(before.HeapAlloc); grown > 8<<20 || len(s.Packages) < 500 {
			t.Errorf("%s: the heap grew by %d KiB for %d packages in %d KiB", format, grown>>10, len(s.Packages), length>>10)
		}
	}
}
