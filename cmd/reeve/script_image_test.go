package main

import (
	"archive/tar"
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/rogpeppe/go-internal/testscript"
)

// mkimage makes an image as docker save writes it: mkimage FILE USER LAYER… Each layer is a folder; a file FOLDER.run says by which
// instruction it came, and a file named .wh.NAME takes NAME away again.
func mkimage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: mkimage FILE USER LAYER…")
	}
	image := empty.Image
	for _, dir := range args[2:] {
		data, err := layerOf(ts.MkAbs(dir))
		ts.Check(err)
		layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil })
		ts.Check(err)
		run, err := os.ReadFile(ts.MkAbs(dir + ".run"))
		ts.Check(err)
		image, err = mutate.Append(image, mutate.Addendum{Layer: layer, History: v1.History{CreatedBy: strings.TrimSpace(string(run))}})
		ts.Check(err)
	}
	file, err := image.ConfigFile()
	ts.Check(err)
	config := file.DeepCopy()
	config.Config.User = args[1]
	image, err = mutate.ConfigFile(image, config)
	ts.Check(err)
	tag, err := name.NewTag("registry.tea.example/shop:1")
	ts.Check(err)
	ts.Check(tarball.WriteToFile(ts.MkAbs(args[0]), tag, image))
}

// layerOf packs a folder.
func layerOf(dir string) ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if err := w.WriteHeader(&tar.Header{Name: filepath.ToSlash(rel), Mode: 0o644, Size: int64(len(data))}); err != nil {
			return err
		}
		_, err = w.Write(data)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out.Bytes(), w.Close()
}
