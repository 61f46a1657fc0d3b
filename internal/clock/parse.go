package clock

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// maxPolicy bounds the text of a policy, in bytes.
const maxPolicy = 256 << 10

// goNames finds what the YAML reader says of Go types.
var goNames = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(` (in|into) (type )?[\w.*\[\]]*\b(clock|finding)\.\w+`)
})

// Parse reads a policy from YAML or JSON, strictly: an unknown key, a doubled key, a second document or a wrong value is an error,
// and so is a policy that Validate refuses.
func Parse(data []byte) (*Policy, error) {
	if len(data) > maxPolicy {
		return nil, fmt.Errorf("read policy: it has %d bytes, more than %d", len(data), maxPolicy)
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	var p Policy
	if err := d.Decode(&p); errors.Is(err, io.EOF) {
		return nil, errors.New("read policy: it is empty")
	} else if err != nil {
		return nil, fmt.Errorf("read policy: %s", goNames().ReplaceAllString(strings.TrimPrefix(err.Error(), "yaml: "), ""))
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("read policy: something stands after it: write one document")
	}
	if err := p.Validate(); err != nil {
		return nil, fmt.Errorf("read policy: %w", err)
	}
	return &p, nil
}

// Marshal writes a policy as YAML that Parse reads.
func Marshal(p *Policy) ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := errors.Join(e.Encode(p), e.Close()); err != nil {
		return nil, fmt.Errorf("write policy: %w", err)
	}
	return b.Bytes(), nil
}
