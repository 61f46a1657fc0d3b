package image

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
)

// Permission bits of a file in an image.
const (
	setuid      = 0o4000
	setgid      = 0o2000
	groupRuns   = 0o010
	anyoneRuns  = 0o111
	anyoneEdits = 0o002
)

// seen is what is taken down of one content.
type seen struct {
	// mode are the file's permission bits.
	mode uint32
	// is says for which checks the file matters.
	is trait
	// config is the image's configuration.
	config *config
	// release is what an os-release file says, superusers are the users with id 0, owned the programs that a package manager's
	// list names. Unlisted tells that such a list cannot be read.
	release    *release
	superusers []string
	owned      []string
	unlisted   bool
}

// trait is one reason why a file matters.
type trait uint16

const (
	isSetuid trait = 1 << iota
	isWritable
	isProgram
	isSudo
	isUserChanger
	isCache
	isGit
	isEnvFile
	isDevelopment
)

// Wants takes everything of an image: it is the mode that matters, and no name tells it. Note passes over nearly all of it at once.
func (e *Engine) Wants(c *engine.Content) bool {
	return c.Layer > 0 || c.Surface == finding.ImageConfig
}

// Note takes down the configuration and the few files that matter, in images only. Unlike other notes these depend on the
// content's mode and place too, so they must not be kept by the content's hash alone.
func (e *Engine) Note(c *engine.Content) (any, error) {
	if c.Surface == finding.ImageConfig {
		var con config
		if err := json.Unmarshal(c.Data, &con); err != nil {
			return nil, fmt.Errorf("read configuration: %w", err)
		}
		return &seen{config: &con}, nil
	}
	if c.Layer == 0 || c.Surface != "" {
		return nil, nil
	}
	mode := c.Mode & 0o7777
	is := pathTraits(c.Path)
	if !strings.Contains(c.Path, "!/") { // a member of an archive has no mode of its own
		is |= modeTraits(c.Path, mode)
	}
	said := saysOf(c)
	if said == nil {
		if is == 0 {
			return nil, nil
		}
		said = &seen{}
	}
	said.mode, said.is = mode, is
	return said, nil
}

// saysOf reads the few files that say something about all of the image; nil for all others.
func saysOf(c *engine.Content) *seen {
	switch {
	case c.Path == "etc/passwd":
		if names := superusers(c.Data); names != nil {
			return &seen{superusers: names}
		}
	case c.Path == "etc/os-release" || c.Path == "usr/lib/os-release":
		if r := readRelease(c.Path, c.Data); r != nil {
			return &seen{release: r}
		}
	case c.Path == "etc/centos-release" || c.Path == "etc/redhat-release":
		if r := readRedHat(c.Data); r != nil {
			return &seen{release: r}
		}
	case isList(c.Path):
		return readList(c.Path, c.Data)
	}
	return nil
}

// modeTraits says what matters about a file's mode.
func modeTraits(path string, mode uint32) trait {
	var is trait
	runs := mode&anyoneRuns != 0
	if (mode&setuid != 0 && runs || mode&setgid != 0 && mode&groupRuns != 0) && !isUsual(path) {
		is |= isSetuid
	}
	if mode&anyoneEdits != 0 && !isScratch(path) {
		is |= isWritable
	}
	if dir, name := split(path); runs {
		switch {
		case name == "sudo" || name == "doas":
			if isBin(dir) {
				is |= isSudo
			}
		case name == "gosu" || name == "su-exec" || name == "s6-setuidgid" || name == "setuidgid" || name == "runit":
			is |= isUserChanger
		}
		if isBin(dir) {
			is |= isProgram
		}
	}
	return is
}

// isScratch tells places that are for everybody to write to.
func isScratch(path string) bool {
	for _, place := range []string{"tmp/", "var/tmp/", "dev/", "proc/", "sys/", "run/", "var/run/", "var/lock/"} {
		if strings.HasPrefix(path, place) {
			return true
		}
	}
	return false
}

// isBin tells the folders of programs that everybody has in the path.
func isBin(dir string) bool {
	switch dir {
	case "bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin":
		return true
	}
	return false
}

// superusers are the names in a passwd file whose id is 0, but root itself.
func superusers(data []byte) []string {
	var names []string
	for line := range strings.Lines(string(data[:min(len(data), 1<<20)])) {
		fields := strings.Split(strings.TrimRight(line, "\r\n"), ":")
		if len(fields) > 3 && fields[2] == "0" && fields[0] != "root" && fields[0] != "" {
			names = append(names, fields[0])
		}
	}
	return names
}

func split(path string) (dir, name string) {
	if n := strings.LastIndexByte(path, '/'); n >= 0 {
		return path[:n], path[n+1:]
	}
	return "", path
}
