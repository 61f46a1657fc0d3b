package image

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
)

// platform is what an image runs on.
type platform struct {
	OS           string `json:"os"`
	Architecture string `json:"architecture"`
	Variant      string `json:"variant"`
}

func (p platform) String() string {
	s := p.OS + "/" + p.Architecture
	if p.Variant != "" {
		s += "/" + p.Variant
	}
	return s
}

// parsePlatform reads "os/architecture" or "os/architecture/variant".
func parsePlatform(s string) (platform, error) {
	parts := strings.Split(s, "/")
	if len(parts) < 2 || len(parts) > 3 || slices.Contains(parts, "") {
		return platform{}, fmt.Errorf("platform %q: want os/architecture or os/architecture/variant, as in linux/arm64", s)
	}
	p := platform{OS: strings.ToLower(parts[0]), Architecture: strings.ToLower(parts[1])}
	if len(parts) == 3 {
		p.Variant = strings.ToLower(parts[2])
	}
	return p.usual(), nil
}

// usual writes the same platform in one way: arm64 has one variant in use, and it often goes unsaid.
func (p platform) usual() platform {
	switch {
	case p.Architecture == "x86_64" || p.Architecture == "x86-64":
		p.Architecture = "amd64"
	case p.Architecture == "aarch64":
		p.Architecture = "arm64"
	}
	if p.Architecture == "arm64" && p.Variant == "v8" {
		p.Variant = ""
	}
	return p
}

// serves tells whether an image for p does where want is asked for.
func (p platform) serves(want platform) bool {
	p = p.usual()
	return p.OS == want.OS && p.Architecture == want.Architecture && (want.Variant == "" || p.Variant == want.Variant)
}

// demand says what is wrong where a lone image is for another platform than the wanted one. What it does not say is not held against it.
func (p platform) demand(wanted string) error {
	want, err := parsePlatform(wanted)
	if err != nil {
		return err
	}
	if p.OS == "" || p.Architecture == "" {
		return nil
	}
	if p.Variant == "" {
		want.Variant = ""
	}
	if !p.serves(want) {
		return fmt.Errorf("the image is for %s, not for %s", clip(p.String(), 100), want)
	}
	return nil
}

// choose picks the image of a platform from an index.
func choose(all []descriptor, wanted string) (descriptor, error) {
	images := slices.DeleteFunc(slices.Clone(all), isAttestation)
	if len(images) == 0 {
		return descriptor{}, errors.New("choose platform: the index holds no image")
	}
	wants := []platform{{OS: "linux", Architecture: runtime.GOARCH}, {OS: "linux", Architecture: "amd64"}}
	if wanted != "" {
		want, err := parsePlatform(wanted)
		if err != nil {
			return descriptor{}, err
		}
		wants = []platform{want}
	}
	for _, want := range wants {
		if d, ok := best(images, want); ok {
			return d, nil
		}
	}
	if len(images) == 1 && (wanted == "" || images[0].Platform == nil) {
		return images[0], nil
	}
	var have []string
	for _, d := range images {
		if d.Platform != nil {
			have = append(have, clip(d.Platform.String(), 100))
		}
	}
	slices.Sort(have)
	return descriptor{}, fmt.Errorf("choose platform: no image for %s; there are images for %s", wants[0], clip(strings.Join(slices.Compact(have), ", "), 1000))
}

// best is the image with the highest variant where several serve: arm before v7 is for machines that are rare by now.
func best(images []descriptor, want platform) (found descriptor, ok bool) {
	for _, d := range images {
		if d.Platform == nil || !d.Platform.serves(want) {
			continue
		}
		if !ok || want.Architecture == "arm" && d.Platform.Variant > found.Platform.Variant {
			found, ok = d, true
		}
	}
	return found, ok
}

// isAttestation tells manifests beside images, which hold statements about them.
func isAttestation(d descriptor) bool {
	return d.Annotations["vnd.docker.reference.type"] != "" || d.Platform != nil && d.Platform.OS == "unknown" && d.Platform.Architecture == "unknown"
}
