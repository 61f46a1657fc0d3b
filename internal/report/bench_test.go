package report

import (
	"bytes"
	"io"
	"testing"
)

func BenchmarkWrite(b *testing.B) {
	r := many(100_000)
	for _, f := range Formats() {
		b.Run(f.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var size counter
				if err := f.Write(&size, r, Options{}); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(size)/(1<<20), "MiB")
			}
		})
	}
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

func BenchmarkRead(b *testing.B) {
	r := many(10_000)
	for _, name := range []string{"json", "jsonl", "sarif"} {
		data := render(b, name, r, Options{})
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Read(io.Reader(bytes.NewReader(data))); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
