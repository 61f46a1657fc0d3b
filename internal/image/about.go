package image

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

// About is what an image says of itself. Values of the environment are left out: they may be secret.
type About struct {
	// Reference is how the image was asked for.
	Reference string `json:"reference"`
	// Digest is that of its manifest and Index that of the index it was chosen from; "" where there is none (docker-save).
	Digest string `json:"digest,omitempty"`
	Index  string `json:"index,omitempty"`
	// ConfigDigest is that of its configuration: what docker calls the image's id.
	ConfigDigest string `json:"configDigest"`
	// Platform is os/architecture[/variant].
	Platform string `json:"platform"`
	// Created is when it was built, as it says itself; zero where it does not, or says nonsense.
	Created time.Time `json:"created,omitzero"`
	// User is who its process runs as, "" for root.
	User string `json:"user,omitempty"`
	// Env are the names of its environment variables.
	Env        []string `json:"env,omitempty"`
	Entrypoint []string `json:"entrypoint,omitempty"`
	Cmd        []string `json:"cmd,omitempty"`
	// Ports are those it exposes, as "8080/tcp".
	Ports   []string          `json:"ports,omitempty"`
	Volumes []string          `json:"volumes,omitempty"`
	Labels  map[string]string `json:"labels,omitempty"`
	// Healthcheck is the command that tells whether it is well; empty where it has none.
	Healthcheck []string `json:"healthcheck,omitempty"`
	// Layers are its history from the bottom: layers, and steps that made none.
	Layers []Layer `json:"layers"`
	Base   Base    `json:"base"`
}

// Layer is one step of an image's history.
type Layer struct {
	// Number counts layers from 1 at the bottom; 0 for a step that made none.
	Number int `json:"number,omitempty"`
	// Digest and Size (in bytes) are those of the layer as it is stored, where known; DiffID is the digest of its tar.
	Digest string `json:"digest,omitempty"`
	DiffID string `json:"diffID,omitempty"`
	Size   int64  `json:"size,omitempty"`
	// Instruction is the history's line without what docker puts around it, and with what looks secret blotted out.
	Instruction string    `json:"instruction,omitempty"`
	Created     time.Time `json:"created,omitzero"`
	// Empty tells that the step made no layer.
	Empty bool `json:"empty,omitempty"`
	// Base tells that it is taken to come from the base image; see Base.How.
	Base bool `json:"base,omitempty"`
}

// Base is what is known of the image that this one was built from.
type Base struct {
	// Name and Digest are what labels or annotations say (org.opencontainers.image.base.name and .digest).
	Name   string `json:"name,omitempty"`
	Digest string `json:"digest,omitempty"`
	// Layers is how many layers from the bottom are taken to be the base image's; 0 where that is unknown.
	Layers int `json:"layers,omitempty"`
	// How says what that rests on.
	How string `json:"how"`
}

// About gives what the image says of itself.
func (i *Image) About() About { return i.about }

// config is an image's configuration as far as it is read here.
// See https://github.com/opencontainers/image-spec/blob/main/config.md.
type config struct {
	Created      string `json:"created"`
	OS           string `json:"os"`
	Architecture string `json:"architecture"`
	Variant      string `json:"variant"`
	Config       struct {
		User         string            `json:"User"`
		Env          []string          `json:"Env"`
		Entrypoint   words             `json:"Entrypoint"`
		Cmd          words             `json:"Cmd"`
		ExposedPorts map[string]any    `json:"ExposedPorts"`
		Volumes      map[string]any    `json:"Volumes"`
		Labels       map[string]string `json:"Labels"`
		Healthcheck  struct {
			Test words `json:"Test"`
		} `json:"Healthcheck"`
	} `json:"config"`
	RootFS struct {
		DiffIDs []digest `json:"diff_ids"`
	} `json:"rootfs"`
	History []struct {
		Created    string `json:"created"`
		CreatedBy  string `json:"created_by"`
		Comment    string `json:"comment"`
		EmptyLayer bool   `json:"empty_layer"`
	} `json:"history"`
}

// words is a list of words; early docker wrote a list of one as the word alone.
type words []string

// UnmarshalJSON reads either form.
func (w *words) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*w = nil
		if one != "" {
			*w = words{one}
		}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(w))
}

func readConfig(data []byte) (*config, error) {
	var c config
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, err
	}
	if len(c.RootFS.DiffIDs) > maxLayers || len(c.History) > 10*maxLayers {
		return nil, fmt.Errorf("it has more than %d layers", maxLayers)
	}
	return &c, nil
}

func (c *config) platform() platform {
	return platform{OS: c.OS, Architecture: c.Architecture, Variant: c.Variant}
}

// when reads a time; nonsense is no time.
func when(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// describe puts together what is known of an image.
func describe(p *pointed, c *config) About {
	a := About{
		Reference: p.name, Digest: string(p.digest), Index: string(p.index), ConfigDigest: string(p.configDigest),
		Created: when(c.Created), User: c.Config.User, Entrypoint: c.Config.Entrypoint, Cmd: c.Config.Cmd,
		Ports: slices.Sorted(maps.Keys(c.Config.ExposedPorts)), Volumes: slices.Sorted(maps.Keys(c.Config.Volumes)),
		Labels: c.Config.Labels, Healthcheck: c.Config.Healthcheck.Test,
	}
	if c.OS != "" || c.Architecture != "" {
		a.Platform = c.platform().String()
	}
	if len(a.Healthcheck) > 0 && a.Healthcheck[0] == "NONE" {
		a.Healthcheck = nil
	}
	for _, e := range c.Config.Env {
		name, _, _ := strings.Cut(e, "=")
		a.Env = append(a.Env, name)
	}
	a.Layers = steps(p, c)
	a.Base = base(p, c, a.Layers)
	for n := range a.Layers {
		a.Layers[n].Base = a.Layers[n].Number > 0 && a.Layers[n].Number <= a.Base.Layers
	}
	return a
}

// steps joins history and layers. A history that does not fit the layers is dropped: it would name the wrong instructions.
func steps(p *pointed, c *config) []Layer {
	making := 0
	for _, h := range c.History {
		if !h.EmptyLayer {
			making++
		}
	}
	var out []Layer
	number := 0
	next := func() Layer {
		l := &p.layers[number]
		number++
		return Layer{Number: number, Digest: string(l.digest), DiffID: string(l.diffID), Size: l.size}
	}
	if making == len(p.layers) {
		for _, h := range c.History {
			step := Layer{Empty: true}
			if !h.EmptyLayer {
				step = next()
			}
			step.Instruction, step.Created = instruction(h.CreatedBy, h.Comment), when(h.Created)
			out = append(out, step)
		}
	}
	for number < len(p.layers) {
		out = append(out, next())
	}
	return out
}

// logical names the layer for findings.
func (l Layer) logical() []finding.Logical {
	id := digest(l.Digest)
	if id == "" {
		id = digest(l.DiffID)
	}
	out := []finding.Logical{{Kind: "layer", Name: id.short()}}
	if l.Instruction != "" {
		out = append(out, finding.Logical{Kind: "instruction", Name: l.Instruction})
	}
	return out
}

const (
	baseName   = "org.opencontainers.image.base.name"
	baseDigest = "org.opencontainers.image.base.digest"
)

// base tells what is known of the base image. Where one Dockerfile ends and the next begins, nobody writes down; but a Dockerfile
// means one command to start, and the last one, so layers after a command belong to another Dockerfile than those before it.
func base(p *pointed, c *config, steps []Layer) Base {
	b := Base{Name: c.Config.Labels[baseName], Digest: c.Config.Labels[baseDigest]}
	if name := p.annotations[baseName]; name != "" {
		b.Name, b.Digest = name, p.annotations[baseDigest]
	}
	after, seen := 0, false
	for n := len(steps) - 1; n >= 0; n-- {
		step := steps[n]
		starts := strings.HasPrefix(step.Instruction, "CMD ") || strings.HasPrefix(step.Instruction, "ENTRYPOINT ")
		if step.Number > 0 {
			seen = true
			after = step.Number
		}
		if starts && seen {
			b.Layers = after - 1
			b.How = "judged by the history: a command to start stands before the layers of this image"
			return b
		}
	}
	b.How = "unknown: the history does not show where the base image ends"
	return b
}
