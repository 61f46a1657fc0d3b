package exposure

import (
	"bytes"
	"fmt"
	"path"
	"strings"
)

// Facts are what one file says about deployment. They are a pure function of its path and content.
type Facts struct {
	// Path is the file's, slash-separated, relative to the target's root.
	Path string
	// Notes are what was passed over and why, one sentence each.
	Notes []string

	objects       []object
	kustomization *kustomization
	changes       []jsonChange
	compose       []composeService
	docker        *dockerfile
	builds        []build
	functions     *functions
	processes     map[string]int
	catalogs      []catalog
	api           *api
}

// Wants tells by the path and the first bytes whether Read has something to read there.
func Wants(file string, head []byte) bool {
	base := path.Base(file)
	if strings.Contains("/"+file, "/node_modules/") || strings.Contains("/"+file, "/testdata/") {
		return false
	}
	switch {
	case isDockerfile(base), base == "Procfile", isKustomization(base):
		return true
	case strings.HasSuffix(base, ".yaml"), strings.HasSuffix(base, ".yml"):
		return true
	case strings.HasSuffix(base, ".json"):
		return bytes.Contains(head, []byte(`"openapi"`)) || bytes.Contains(head, []byte(`"swagger"`)) || bytes.Contains(head, []byte(`"apiVersion"`))
	}
	return false
}

// Read gives what a file says, nil for nothing. An error says why a file that has something to say cannot be read, and then nothing is taken from it.
func Read(file string, data []byte) (*Facts, error) {
	f := &Facts{Path: file}
	base := path.Base(file)
	var err error
	switch {
	case isDockerfile(base):
		if len(data) > maxSize {
			return nil, fmt.Errorf("read %q: larger than %d MiB", file, maxSize>>20)
		}
		f.docker = readDockerfile(data)
	case base == "Procfile":
		if len(data) > maxSize {
			return nil, fmt.Errorf("read %q: larger than %d MiB", file, maxSize>>20)
		}
		f.processes = readProcfile(data)
	default:
		err = f.readYAML(base, data)
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %q: %w", file, err)
	case f.empty():
		return nil, nil
	}
	return f, nil
}

func (f *Facts) empty() bool {
	return len(f.Notes) == 0 && len(f.objects) == 0 && f.kustomization == nil && len(f.changes) == 0 && len(f.compose) == 0 && f.docker == nil &&
		len(f.builds) == 0 && f.functions == nil && len(f.processes) == 0 && len(f.catalogs) == 0 && f.api == nil
}

// kind is what a YAML file is, by its name and its first words.
type kind int

const (
	nothingKnown kind = iota
	kubernetes
	kustomized
	composed
	skaffolded
	workflow
	pipeline
	serverless
	openAPI
	jsonPatch
)

func kindOf(file, base string, data []byte) kind {
	switch {
	case isKustomization(base):
		return kustomized
	case isCompose(base):
		return composed
	case base == ".gitlab-ci.yml":
		return pipeline
	case strings.HasPrefix(file, ".github/workflows/"):
		return workflow
	case base == "serverless.yml", base == "serverless.yaml":
		return serverless
	case hasKey(data, "openapi"), hasKey(data, "swagger"):
		return openAPI
	case hasKey(data, "apiVersion") && bytes.Contains(data, []byte("skaffold/")):
		return skaffolded
	case hasKey(data, "apiVersion") && hasKey(data, "kind"):
		return kubernetes
	case hasKey(data, "- op"), hasKey(data, "- path"):
		return jsonPatch
	}
	return nothingKnown
}

// hasKey tells whether a key stands at the beginning of a line, or anywhere in what is written with braces.
func hasKey(data []byte, key string) bool {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	quoted := []byte(`"` + key + `"`)
	if bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) {
		return bytes.Contains(data, []byte(key))
	}
	for line := range bytes.Lines(data) {
		if bytes.HasPrefix(line, []byte(key+":")) || bytes.HasPrefix(line, quoted) || line[0] == '{' && bytes.Contains(line, []byte(key)) {
			return true
		}
	}
	return false
}

func (f *Facts) readYAML(base string, data []byte) error {
	k := kindOf(f.Path, base, data[:min(len(data), maxSize)])
	if k == nothingKnown {
		if base == "Chart.yaml" {
			f.Notes = append(f.Notes, "Helm chart: its templates are not filled in, so what they deploy is not known.")
		}
		return nil
	}
	if len(data) > maxSize {
		return fmt.Errorf("larger than %d MiB", maxSize>>20)
	}
	if base == "Chart.yaml" {
		f.Notes = append(f.Notes, "Helm chart: its templates are not filled in, so what they deploy is not known.")
		return nil
	}
	template := templated(data) && k != workflow && k != pipeline
	if template && k == kubernetes && strings.Contains("/"+f.Path, "/templates/") {
		f.Notes = append(f.Notes, "template: not read, as it is no YAML before it is filled in.")
		return nil
	}
	docs, left, err := documents(data)
	if err != nil && template {
		f.Notes = append(f.Notes, "template: not read, as it is no YAML before it is filled in.")
		return nil
	}
	if err != nil {
		return err
	}
	for _, doc := range docs {
		f.readDocument(k, doc)
	}
	if left.left <= 0 {
		return errTooMuch
	}
	return nil
}

func (f *Facts) readDocument(k kind, doc node) {
	switch k {
	case kustomized:
		if f.kustomization == nil {
			f.kustomization = readKustomization(f.Path, doc)
		}
	case composed:
		f.compose = append(f.compose, readCompose(f.Path, doc)...)
	case skaffolded:
		f.builds = append(f.builds, readSkaffold(f.Path, doc)...)
	case workflow:
		f.builds = append(f.builds, readWorkflow(f.Path, doc)...)
	case pipeline:
		f.builds = append(f.builds, readPipeline(f.Path, doc)...)
	case serverless:
		f.functions = readServerless(doc)
	case openAPI:
		if f.api == nil {
			f.api = readAPI(doc)
		}
	case kubernetes:
		if strings.HasPrefix(doc.get("apiVersion").str(), "backstage.io/") {
			if c := readCatalog(doc); c != nil {
				f.catalogs = append(f.catalogs, *c)
			}
			return
		}
		f.objects = append(f.objects, readObjects(f.Path, doc, maxList)...)
	case jsonPatch:
		f.changes = append(f.changes, readChanges(doc)...)
	}
}
