package exposure

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/finding"
)

func read(t *testing.T, path, text string) *Facts {
	t.Helper()
	f, err := Read(path, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const shopAPI = `apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec: {template: {metadata: {labels: {app: api}}, spec: {containers: [{name: api, image: "ghcr.io/acme/api:1"}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {type: LoadBalancer, selector: {app: api}}
`

func TestOf_declaredFillsInAndContradictsNothing(t *testing.T) {
	in := func(dir string) func(string) bool {
		return func(path string) bool { return strings.HasPrefix(path+"/", dir+"/") }
	}
	m := Assemble([]*Facts{read(t, "k8s.yaml", shopAPI)}, Options{
		Projects: []Project{{Dir: "api"}},
		Declared: []Declared{
			{Match: in("api"), Internet: "no", Environment: "production", Running: "no", Data: []string{"personal"}, Where: finding.Location{Path: "reeve.yaml", Region: finding.Region{StartLine: 3}}},
			{Match: in("api"), Environment: "staging"},
			{Match: in("legacy"), Running: "no"},
			{Match: in("said-nothing")},
			{Internet: "open"},
		},
	})
	got := m.Of("api/go.mod")
	last := got.Path[len(got.Path)-1]
	got.Path = nil
	want := &finding.Exposure{Internet: "open", Environment: "production", Running: "yes", Data: []string{"personal"}, Workload: "Deployment shop/api"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if want := (finding.Step{Location: finding.Location{Path: "reeve.yaml", Region: finding.Region{StartLine: 3}}, Message: "declared: environment: production; data: personal"}); !cmp.Equal(last, want) {
		t.Errorf("last step %+v, want %+v", last, want)
	}
	if got := m.Of("legacy/x"); got == nil || got.Running != "no" || got.Internet != "" {
		t.Errorf("legacy: %+v", got)
	}
	for _, path := range []string{"said-nothing", "elsewhere", "", "."} {
		if got := m.Of(path); got != nil {
			t.Errorf("Of(%q) = %+v, want nothing", path, got)
		}
	}
}

// What Of gives may be changed without changing the map.
func TestOf_givesCopies(t *testing.T) {
	m := Assemble([]*Facts{read(t, "k8s.yaml", shopAPI)}, Options{})
	first := m.Of("k8s.yaml")
	first.Path[0].Message = "changed"
	first.Path = append(first.Path, finding.Step{})
	if second := m.Of("k8s.yaml"); second.Path[0].Message == "changed" || len(second.Path) == len(first.Path) {
		t.Error("the map changed with what it gave")
	}
}

func TestOfImage(t *testing.T) {
	m := Assemble([]*Facts{read(t, "k8s.yaml", shopAPI), nil}, Options{})
	for reference, want := range map[string]bool{
		"ghcr.io/acme/api": true, "ghcr.io/acme/api:9": true, "ghcr.io/acme/api@sha256:00": true, "acme/api": false, "ghcr.io/acme/apis": false, "": false,
	} {
		if got := m.OfImage(reference); (got != nil) != want {
			t.Errorf("OfImage(%q) = %+v", reference, got)
		}
	}
}

func TestEnvironmentOf(t *testing.T) {
	for name, want := range map[string]string{
		"prod": production, "shop-prod": production, "eu-PROD-1": production, "prod2": production, "live": production,
		"pre-prod": staging, "preprod": staging, "non-prod": staging, "stg": staging, "uat": staging, "dev": development, "e2e": development,
		"product": "", "productivity": "", "devops-tools": "", "prod-and-dev": "", "": "", "latest": "", "stage-dev": "",
	} {
		if got := environmentOf(name); got != want {
			t.Errorf("environmentOf(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestImages(t *testing.T) {
	tests := []struct {
		a, b          string
		same, similar bool
	}{
		{"redis", "docker.io/library/redis:7", true, false},
		{"acme/api", "index.docker.io/acme/api@sha256:00", true, true},
		{"localhost:5000/api", "localhost:5000/api:1", true, true},
		{"api", "ghcr.io/acme/api", false, true},
		{"acme/api", "ghcr.io/acme/api", false, true},
		{"other/api", "ghcr.io/acme/api", false, false},
		{wild + "/api", "ghcr.io/acme/api", false, true},
		{wild, "ghcr.io/acme/api", false, false},
		{"ghcr.io/" + wild + "/api", "ghcr.io/acme/api", false, true},
		{"", "", false, false},
		{"acme/redis", "redis", false, false},
	}
	for _, test := range tests {
		if same, similar := sameImage(test.a, test.b), similarImage(test.a, test.b); same != test.same || !same && similar != test.similar {
			t.Errorf("%q and %q: same %t, similar %t", test.a, test.b, same, similar)
		}
	}
}

func TestPrivate(t *testing.T) {
	for cidr, want := range map[string]bool{
		"10.0.0.0/8": true, "10.1.2.3": true, "172.16.0.0/12": true, "192.168.1.0/24": true, "100.64.0.0/10": true, "fd00::/8": true, "127.0.0.1/32": true,
		"0.0.0.0/0": false, "::/0": false, "10.0.0.0/7": false, "203.0.113.0/24": false, "100.0.0.0/8": false, "nonsense": false, "": false,
		"192.168.0.0/8": false, "172.16.0.0/11": false,
	} {
		if got := private(cidr); got != want {
			t.Errorf("private(%q) = %t", cidr, got)
		}
	}
}

func TestRead_refuses(t *testing.T) {
	anchors := "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  a0: &a0 {x: y}\n"
	for i := range 60 {
		anchors += "  a" + string(rune('A'+i)) + ": &b" + string(rune('A'+i)) + " {<<: ["
		for j := range 20 {
			if j > 0 {
				anchors += ", "
			}
			if i == 0 {
				anchors += "*a0"
			} else {
				anchors += "*b" + string(rune('A'+i-1))
			}
		}
		anchors += "]}\n"
	}
	anchors += "  selector: *b" + string(rune('A'+59)) + "\n"
	tests := []struct{ name, path, text, want string }{
		{"broken", "k8s.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: [}\n", `read "k8s.yaml": parse: yaml: line`},
		{"second document broken", "k8s.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\na: b: c\n", `read "k8s.yaml": parse: yaml: line`},
		{"deep", "k8s.yaml", "apiVersion: v1\nkind: Pod\nx: " + strings.Repeat("[", 20000), "exceeded max depth"},
		{"large", "k8s.yaml", "apiVersion: v1\nkind: Pod\n#" + strings.Repeat("x", maxSize), "larger than 8 MiB"},
		{"large Dockerfile", "Dockerfile", "FROM x\n#" + strings.Repeat("x", maxSize), "larger than 8 MiB"},
		{"unknown anchor", "compose.yml", "services: *none\n", "unknown anchor"},
		{"broken compose", "compose.yml", "services: [\n", "parse"},
	}
	for _, test := range tests {
		f, err := Read(test.path, []byte(test.text))
		if err == nil || !strings.Contains(err.Error(), test.want) || f != nil {
			t.Errorf("%s: got %v, %v, want %q", test.name, f, err, test.want)
		}
	}
	started := time.Now()
	if f, err := Read("k8s.yaml", []byte(anchors)); time.Since(started) > 5*time.Second {
		t.Errorf("merges took %s: %v, %v", time.Since(started), f, err)
	}
}

// A tower of merges stands for more values than there are atoms; the visits run out first.
func TestRead_mergesAreCounted(t *testing.T) {
	var b strings.Builder
	b.WriteString("services:\n  b0: &b0 {x: y}\n")
	for i := 1; i <= 12; i++ {
		this, last := string(rune('a'+i)), string(rune('a'+i-1))
		if i == 1 {
			last = "b0"
		}
		b.WriteString("  x" + this + ": &" + this + " {<<: [" + strings.Repeat("*"+last+", ", 30) + "*" + last + "]}\n")
	}
	started := time.Now()
	f, err := Read("compose.yml", []byte(b.String()))
	if err == nil || !strings.Contains(err.Error(), errTooMuch.Error()) || f != nil {
		t.Errorf("got %v, %v", f, err)
	}
	if took := time.Since(started); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
}

func TestRead_passesOver(t *testing.T) {
	for path, text := range map[string]string{
		"values.yaml":        "replicas: 2\nimage: {{ x }}\n",
		"config.yaml":        "apiVersion: v1\ndata: [broken",
		"crd.yaml":           "apiVersion: acme.example/v1\nkind: Thing\nmetadata: {name: x}\n",
		"nameless.yaml":      "apiVersion: v1\nkind: Service\nspec: {type: LoadBalancer}\n",
		"Dockerfile":         "COPY a b\n# no FROM\n",
		"Procfile":           "not a process\n",
		"empty.yaml":         "",
		"serverless.yml":     "service: x\n",
		"openapi.yaml":       "openapi: 3.0.0\npaths: {}\n",
		"x/compose.yaml":     "services: [a, b]\n",
		"kind-of-number.yml": "apiVersion: 1\nkind: 2\nmetadata: 3\n",
	} {
		if f, err := Read(path, []byte(text)); f != nil || err != nil {
			t.Errorf("%s: got %+v, %v", path, f, err)
		}
	}
}

func TestWants(t *testing.T) {
	for path, want := range map[string]bool{
		"k8s/a.yaml": true, "a.yml": true, "Dockerfile": true, "Dockerfile.api": true, "api.dockerfile": true, "Containerfile": true, "Procfile": true,
		"deploy/Kustomization": true, "a.json": false, "main.go": false, "Dockerfile.dockerignore": false, "Dockerfile.md": false,
		"node_modules/x/a.yaml": false, "internal/testdata/a.yaml": false,
	} {
		if got := Wants(path, nil); got != want {
			t.Errorf("Wants(%q) = %t", path, got)
		}
	}
	if !Wants("openapi.json", []byte(`{"openapi": "3.1.0"`)) || Wants("package.json", []byte(`{"name": "x"`)) {
		t.Error("JSON is not told apart by its first bytes")
	}
}

// Services and workloads that all fit one another are cut off, and the map says so.
func TestAssemble_workIsBounded(t *testing.T) {
	var b strings.Builder
	for i := range 400 {
		name := "x" + strings.Repeat("y", i%7)
		b.WriteString("---\n{apiVersion: v1, kind: Service, metadata: {name: " + name + "}, spec: {selector: {app: a}, type: LoadBalancer}}\n")
		b.WriteString("---\n{apiVersion: v1, kind: Pod, metadata: {name: " + name + ", labels: {app: a}}, spec: {containers: []}}\n")
	}
	facts := read(t, "k8s.yaml", b.String())
	started := time.Now()
	m := assemble([]*Facts{facts}, Options{}, 100_000)
	if took := time.Since(started); took > 10*time.Second {
		t.Errorf("took %s", took)
	}
	if notes := m.Notes(); len(notes) != 1 || !strings.Contains(notes[0], "not worked out") {
		t.Errorf("notes %q", notes)
	}
}

// Two outermost kustomizations that name one namespace and environment are one deployment; those of different environments are not.
func TestAssemble_kustomizationsSideBySide(t *testing.T) {
	app := func(environment string) []*Facts {
		return []*Facts{
			read(t, environment+"/api/kustomization.yaml", "namespace: shop\nresources: [all.yaml]\n"),
			read(t, environment+"/api/all.yaml", strings.ReplaceAll(shopAPI, "type: LoadBalancer, ", "")),
			read(t, environment+"/doors/kustomization.yaml", "namespace: shop\nresources: [ingress.yaml]\n"),
		}
	}
	facts := append(append(app("prod"), app("staging")...),
		read(t, "prod/doors/ingress.yaml", "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: front}\nspec: {defaultBackend: {service: {name: api, port: {number: 80}}}}\n"))
	m := Assemble(facts, Options{})
	for path, want := range map[string]string{"prod/api/all.yaml": "open production yes Deployment shop/api", "staging/api/all.yaml": "- staging yes Deployment shop/api"} {
		if got := brief(m.Of(path)); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

// A kustomization with parts elsewhere does not tell that something is closed.
func TestAssemble_partsElsewhere(t *testing.T) {
	closed := strings.NewReplacer("type: LoadBalancer, ", "", "name: api", "name: inner", "app: api", "app: inner").Replace(shopAPI)
	for resources, want := range map[string]string{
		"[open.yaml, closed.yaml]":                          "no - yes Deployment shop/inner",
		"[open.yaml, closed.yaml, https://example.com/x]":   "- - yes Deployment shop/inner",
		"[open.yaml, closed.yaml]\nhelmCharts: [{name: x}]": "- - yes Deployment shop/inner",
	} {
		m := Assemble([]*Facts{read(t, "k/kustomization.yaml", "resources: "+resources+"\n"), read(t, "k/open.yaml", shopAPI), read(t, "k/closed.yaml", closed)}, Options{})
		if got := brief(m.Of("k/closed.yaml")); got != want {
			t.Errorf("%s: got %s, want %s", resources, got, want)
		}
	}
}

func TestDockerfile(t *testing.T) {
	d := readDockerfile([]byte("# syntax=docker/dockerfile:1\r\nARG X=1\nFROM --platform=$X golang:1.26 AS build\r\nWORKDIR /src\nRUN <<EOF\nFROM inside\nCOPY inside /\nEOF\n" +
		"COPY --link \\\n  # a comment between\n  a b \\\n  ./\nADD https://example.com/x $Y z /\nFROM scratch\nCOPY --from=build /out /\nCOPY <<END /text\nCOPY text /\nEND\n"))
	want := &dockerfile{bases: []string{"golang:1.26", "scratch"}, workdirs: []string{"/src"}, copies: []copied{{[]string{"a", "b"}, "/src", 9}, {[]string{"z"}, "/", 13}}}
	if diff := cmp.Diff(want, d, cmp.AllowUnexported(dockerfile{}, copied{})); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Kustomizations that build on one another in a circle, or on what lies outside, end.
func TestAssemble_kustomizationsInCircles(t *testing.T) {
	m := Assemble([]*Facts{
		read(t, "a/kustomization.yaml", "resources: [../b, ../../outside, https://example.com/x, api.yaml]\n"),
		read(t, "b/kustomization.yaml", "resources: [../a, .]\n"),
		read(t, "c/kustomization.yaml", "resources: [../a]\nnamePrefix: x\n"),
		read(t, "a/api.yaml", shopAPI),
	}, Options{})
	if got := m.Of("a/api.yaml"); got == nil || got.Internet != "open" {
		t.Errorf("got %+v\n%s", got, strings.Join(m.Notes(), "\n"))
	}
}

func FuzzRead(f *testing.F) {
	seeds := map[string]string{
		"k8s.yaml": shopAPI, "compose.prod.yml": "services: {web: {build: ., ports: ['80:80', {target: 1}], image: '${A:-b}/c'}}",
		"kustomization.yaml": "resources: [k8s.yaml, .]\npatches: [{patch: \"- op: add\\n  path: /spec/replicas\\n  value: 0\\n\", target: {kind: Deployment}}]\nimages: [{name: a, newName: b}]",
		"Dockerfile":         "FROM a\nWORKDIR /x\nCOPY --chown=1 . \\\n  /x\nADD [\"a\", \"b\"]\n", "Procfile": "web: x\n",
		"serverless.yml": "service: a\nprovider: {name: aws}\nfunctions: {a: {events: [{http: 'GET /'}, {httpApi: '*'}], url: true}}",
		"openapi.json":   `{"openapi": "3.0.0", "security": [{}], "paths": {"/a": {"get": {"security": []}}}}`,
		".github/workflows/a.yml": "jobs: {a: {strategy: {matrix: {x: [1, {y: 2}], include: [{x: 3}]}}, steps: [{run: 'docker build -t ${{ matrix.x }}/b -f c ./d'}," +
			" {uses: docker/build-push-action@v1, with: {tags: '${{ steps.m.outputs.tags }}'}}]}}",
		"catalog-info.yaml": "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a, tags: [pii]}\nspec: {lifecycle: production}",
		"skaffold.yaml":     "apiVersion: skaffold/v4beta1\nkind: Config\nbuild: {artifacts: [{image: a, context: ../..}]}",
		"routes.yaml":       "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a}\nspec: {gateways: [a/b], http: [{route: [{destination: {host: a.b.svc}}]}]}",
	}
	for path, text := range seeds {
		f.Add(path, []byte(text))
	}
	f.Fuzz(func(t *testing.T, path string, data []byte) {
		if path == "k8s.yaml" {
			return // it stands beside
		}
		Wants(path, data)
		facts, err := Read(path, data)
		if err != nil && facts != nil {
			t.Fatal("an error and facts")
		}
		again, errAgain := Read(path, data)
		if (err == nil) != (errAgain == nil) {
			t.Fatal("two readings differ")
		}
		with, err := Read("k8s.yaml", []byte(shopAPI))
		if err != nil {
			t.Fatal(err)
		}
		first, second := Assemble([]*Facts{facts, with}, Options{}), Assemble([]*Facts{with, again}, Options{})
		for _, p := range []string{path, "k8s.yaml", "", "a/b"} {
			if diff := cmp.Diff(first.Of(p), second.Of(p)); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}
