// Package deploy looks at what is in this folder: the image, the compose file and the chart. It starts nothing and needs nothing but Go.
package deploy

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

const chart = "helm/reeve"

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// documents reads the documents of a YAML file.
func documents(t *testing.T, path string) []map[string]any {
	t.Helper()
	d := yaml.NewDecoder(strings.NewReader(read(t, path)))
	var out []map[string]any
	for {
		var one map[string]any
		err := d.Decode(&one)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if len(one) > 0 {
			out = append(out, one)
		}
	}
}

// at follows keys and indexes into a value; nil where they lead nowhere.
func at(v any, keys ...any) any {
	for _, k := range keys {
		switch k := k.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[k]
		case int:
			l, _ := v.([]any)
			if k >= len(l) {
				return nil
			}
			v = l[k]
		}
	}
	return v
}

func list(v any) []any { l, _ := v.([]any); return l }

// TestImages_arePinned wants a digest, or a whole version and a comment that says why there is no digest.
func TestImages_arePinned(t *testing.T) {
	version := regexp.MustCompile(`:v?\d+\.\d+(\.\d+)?([-\w.]*)?$`)
	digest := regexp.MustCompile(`@sha256:[0-9a-f]{64}$`)
	named := regexp.MustCompile(`^\s*(?:FROM|image:)\s+"?([^\s"]+)"?`)
	seen := 0
	for _, path := range []string{"Dockerfile", "compose.yaml", chart + "/values.yaml"} {
		lines := strings.Split(read(t, path), "\n")
		for i, line := range lines {
			m := named.FindStringSubmatch(line)
			if m == nil || digest.MatchString(m[1]) {
				continue
			}
			seen++
			why := line + lines[max(0, i-1)] + lines[max(0, i-2)]
			if !strings.Contains(why, "by version") && !strings.Contains(why, "pin its digest") {
				t.Errorf("%s:%d: %s has no digest and no comment that says why", path, i+1, m[1])
			}
			if !version.MatchString(m[1]) && !strings.HasPrefix(m[1], "gcr.io/distroless/static-debian12:nonroot") {
				t.Errorf("%s:%d: %s is no whole version", path, i+1, m[1])
			}
		}
	}
	if seen < 5 {
		t.Errorf("%d images were found, want those of the Dockerfile, compose and the chart", seen)
	}
}

func TestDockerfile_isAsItSays(t *testing.T) {
	text := read(t, "Dockerfile")
	goVersion := regexp.MustCompile(`(?m)^go (\S+)$`).FindStringSubmatch(read(t, "../go.mod"))[1]
	for _, want := range []string{"FROM golang:" + goVersion + "-", "-tags netgo,osusergo", "-extldflags -static", "USER 65532:65532", "HEALTHCHECK NONE", `ENTRYPOINT ["/reeve"]`, "internal/app.Version="} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %s", want)
		}
	}
	if last := text[strings.LastIndex(text, "\nFROM "):]; regexp.MustCompile(`(?m)^(RUN|ADD)\b`).MatchString(last) {
		t.Error("the last stage runs or fetches something: it has no shell")
	}
	appVersion := at(documents(t, chart+"/Chart.yaml")[0], "appVersion").(string)
	if !strings.Contains(text, "ARG VERSION="+appVersion+"\n") || !strings.Contains(read(t, "compose.yaml"), "reeve:"+appVersion+" ") ||
		!strings.Contains(read(t, "../internal/app/app.go"), `"`+appVersion) {
		t.Errorf("the version %s of the chart is not that of the Dockerfile, of compose and of the program", appVersion)
	}
}

func TestCompose_isHardened(t *testing.T) {
	c := documents(t, "compose.yaml")[0]
	services, _ := c["services"].(map[string]any)
	for _, name := range []string{"server", "worker", "postgres"} {
		s := services[name]
		if at(s, "read_only") != true || at(s, "cap_drop", 0) != "ALL" || at(s, "security_opt", 0) != "no-new-privileges:true" ||
			at(s, "restart") == nil || at(s, "mem_limit") == nil || at(s, "pids_limit") == nil || at(s, "logging", "options", "max-size") == nil {
			t.Errorf("service %s is not hardened and bounded", name)
		}
		for _, port := range list(at(s, "ports")) {
			if !strings.HasPrefix(port.(string), "127.0.0.1:") {
				t.Errorf("service %s publishes %s to everybody", name, port)
			}
		}
		environment, _ := at(s, "environment").(map[string]any)
		for key, value := range environment {
			if v, _ := value.(string); strings.Contains(v, "://") || regexp.MustCompile(`(?i)password|secret|token`).MatchString(key) && !strings.HasSuffix(key, "_FILE") {
				t.Errorf("service %s has a secret in its environment: %s", name, key)
			}
		}
		for _, secret := range list(at(s, "secrets")) {
			if at(c, "secrets", secret.(string), "file") == nil {
				t.Errorf("secret %s of service %s is no file", secret, name)
			}
		}
	}
	for _, name := range []string{"server", "worker"} {
		if at(services[name], "depends_on", "postgres", "condition") != "service_healthy" {
			t.Errorf("service %s does not wait for PostgreSQL", name)
		}
	}
	if at(services["postgres"], "healthcheck", "test", 1) != "pg_isready" || at(services["postgres"], "ports") != nil || at(c, "networks", "back", "internal") != true {
		t.Error("PostgreSQL: want a health check and no way in from outside")
	}
}

// values reads the chart's values with some of them replaced.
func values(t *testing.T, change string) any {
	t.Helper()
	v := documents(t, chart+"/values.yaml")[0]
	var with map[string]any
	if err := yaml.Unmarshal([]byte(change), &with); err != nil {
		t.Fatal(err)
	}
	merge(v, with)
	return v
}

func merge(to, from map[string]any) {
	for k, v := range from {
		inner, ok := v.(map[string]any)
		outer, there := to[k].(map[string]any)
		if ok && there {
			merge(outer, inner)
			continue
		}
		to[k] = v
	}
}

func TestChart_schemaTakesGoodValuesOnly(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(chart + "/values.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, good := range []string{"", read(t, "testdata/everything.yaml"), "image: {tag: 1.2.3-rc.1}", "database: {existingSecret: other, key: url}", "worker: {enabled: false}"} {
		if err := schema.Validate(values(t, good)); err != nil {
			t.Errorf("%.60s: %v", good, err)
		}
	}
	for _, bad := range []string{
		"baseURL: reeve.example.com", "baseURL: https://reeve.example.com/below", "unknown: 1", "image: {tag: latest}", "image: {digest: sha256:12}",
		"database: {existingSecret: ''}", "database: {password: x}", "server: {replicas: 0}", "server: {resources: {limits: {memory: much}}}", "worker: {resources: {limits: {memory: }}}",
		"logLevel: loud", "oidc: {issuer: 'https://id.example'}", "proxies: [10.0.0.1]", "gateway: {enabled: true}", "service: {port: 0}", "spool: {sizeLimit: much}",
	} {
		if err := schema.Validate(values(t, bad)); err == nil {
			t.Errorf("%s passes", bad)
		}
	}
}

// TestChart_valuesAndTemplatesAgree finds values that no template uses, and templates that use what there is not.
func TestChart_valuesAndTemplatesAgree(t *testing.T) {
	var templates strings.Builder
	err := filepath.WalkDir(chart+"/templates", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			templates.WriteString(read(t, path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	all := values(t, "")
	used := map[string]bool{}
	for _, m := range regexp.MustCompile(`\.Values((?:\.\w+)+)`).FindAllStringSubmatch(templates.String(), -1) {
		var keys []any
		for _, k := range strings.Split(m[1], ".")[1:] {
			keys = append(keys, k)
			used[k] = true
		}
		if m := at(all, keys[:len(keys)-1]...); at(all, keys...) == nil {
			if inner, ok := m.(map[string]any); !ok || inner[keys[len(keys)-1].(string)] == nil {
				t.Errorf("the templates use .Values%s, which values.yaml does not have", m)
			}
		}
	}
	for key, v := range all.(map[string]any) {
		if !used[key] {
			t.Errorf("no template uses the value %s", key)
		}
		inner, _ := v.(map[string]any)
		for k := range inner {
			if !used[k] && !strings.Contains(templates.String(), "."+k+" ") && !strings.Contains(templates.String(), "."+k+")") {
				t.Errorf("no template uses the value %s.%s", key, k)
			}
		}
	}
}

func TestChart_renderedIsFresh(t *testing.T) {
	h := sha256.New()
	var paths []string
	err := filepath.WalkDir(chart, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			paths = append(paths, filepath.ToSlash(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	paths = append(paths, "testdata/everything.yaml")
	slices.Sort(paths)
	for _, path := range paths {
		h.Write([]byte(read(t, path)))
	}
	want := hex.EncodeToString(h.Sum(nil))[:16]
	for _, path := range []string{"testdata/usual.rendered.yaml", "testdata/everything.rendered.yaml"} {
		if first, _, _ := strings.Cut(read(t, path), "\n"); !strings.HasSuffix(first, "digest "+want) {
			t.Errorf("%s was made from another chart: run sh deploy/render.sh", path)
		}
	}
}
