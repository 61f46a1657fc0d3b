package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/engines"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/gate"
	"github.com/reevehq/reeve/internal/image"
	"github.com/reevehq/reeve/internal/installed"
	"github.com/reevehq/reeve/internal/target"
)

// The prefixes of targets that are no folders.
const (
	imagePrefix = "image:"
	sbomPrefix  = "sbom:"
)

// opened gives the source of a target: image:REF, sbom:FILE, a folder or a file. done frees what it took.
func (l *lookFlags) opened(ctx context.Context, w *World, p *prepared, arg string) (source target.Source, done func(), err error) {
	if ref, ok := strings.CutPrefix(arg, imagePrefix); ok && !isDir(arg) {
		opened, err := image.Open(ctx, ref, l.images(w, p))
		if err != nil {
			return nil, none, broken(fmt.Errorf("open image %q: %w", ref, err))
		}
		return opened, func() { opened.Close() }, nil
	}
	if path, ok := strings.CutPrefix(arg, sbomPrefix); ok && !isDir(arg) {
		source, err := target.Open(ctx, path, p.options.Source)
		return bill{source, path}, none, err
	}
	source, err = target.Open(ctx, arg, p.options.Source)
	return source, none, err
}

// none is what there is to free where nothing was taken.
func none() {}

// bill is a bill of materials as a target: one file, whose packages are elsewhere.
type bill struct {
	target.Source
	name string
}

// Asset is the bill.
func (b bill) Asset() finding.Asset {
	return finding.Asset{Kind: "sbom", Name: strings.ToValidUTF8(filepath.ToSlash(b.name), "?")}
}

// isBill tells whether a target is named as a bill of materials. All targets of a command are, or none.
func isBill(args []string) (bool, error) {
	bills := 0
	for _, arg := range args {
		if strings.HasPrefix(arg, sbomPrefix) && !isDir(arg) {
			bills++
		}
	}
	if bills > 0 && bills < len(args) {
		return false, errors.New("sbom: targets cannot be mixed with others in one command; look at them one after the other")
	}
	return bills > 0, nil
}

// prepareInventory reads the configuration for a folder and builds the engine for dependencies alone: who only wants to know what is
// inside needs no rule, no database, and no file that says nothing about packages.
func (l *lookFlags) prepareInventory(w *World, root string) (*prepared, error) {
	c, _, err := l.load(root)
	if err != nil {
		return nil, err
	}
	p := &prepared{config: c}
	p.dependencies.SBOM = l.sbom
	only, err := engines.Dependencies(p.dependencies)
	if err != nil {
		return nil, err
	}
	pass := engine.NewPass([]engine.Engine{only}, c.Scan.Archives.Limits())
	p.options = gate.Options{
		Pass: pass, Workers: l.workers, Now: w.Now(), Clock: w.Now,
		Source: target.Options{
			Exclude: globs(c.Scan.Exclude), MaxFileSize: int64(c.Scan.MaxFileSize), IncludeIgnored: c.Scan.IncludeIgnored, MustRead: pass.Names,
		},
	}
	if !l.sbom {
		p.options.Source.Only = func(path string) bool { return pass.Names(path) || installed.MayHold(path) }
	}
	return p, nil
}

// inventory lists the packages of a target.
func (l *lookFlags) inventory(ctx context.Context, w *World, arg string) (*gate.Contents, error) {
	var err error
	if l.sbom, err = isBill([]string{arg}); err != nil {
		return nil, err
	}
	p, err := l.prepareInventory(w, configRoot(arg))
	if err != nil {
		return nil, err
	}
	source, done, err := l.opened(ctx, w, p, arg)
	defer done()
	if err != nil {
		return nil, err
	}
	c, err := gate.Inventory(ctx, source, p.options)
	if err != nil {
		return nil, broken(err)
	}
	return c, nil
}

// The environment variables that sign in at a registry where docker's configuration does not.
const (
	registryUser     = "REEVE_REGISTRY_USERNAME"
	registryPassword = "REEVE_REGISTRY_PASSWORD"
	registryToken    = "REEVE_REGISTRY_TOKEN"
)

// images are the options under which images are opened.
func (l *lookFlags) images(w *World, p *prepared) image.Options {
	o := image.Options{
		Platform: l.platform, MaxFileSize: p.options.Source.MaxFileSize, Exclude: p.options.Source.Excluded(),
		Username: w.Getenv(registryUser), Password: w.Getenv(registryPassword), RegistryToken: w.Getenv(registryToken),
		Proxy:  image.ProxyFromEnvironment,
		Linked: func(path string) bool { return installed.Wants(path, nil) },
	}
	dir := w.Getenv("DOCKER_CONFIG")
	if home := w.Getenv("HOME"); dir == "" && home != "" {
		dir = filepath.Join(home, ".docker")
	}
	if data, err := os.ReadFile(filepath.Join(dir, "config.json")); dir != "" && err == nil {
		o.DockerConfig = data
	}
	if socket, ok := strings.CutPrefix(w.Getenv("DOCKER_HOST"), "unix://"); ok {
		o.Sockets = []string{socket}
	}
	return o
}
