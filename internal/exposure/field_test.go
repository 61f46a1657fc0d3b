package exposure

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The manifests of public repositories, where the folder with the test data is named by REEVE_DATA. The folders are those the repositories have;
// their sources are not part of the data, so images are found by name.
func TestField_publicRepositories(t *testing.T) {
	maps := fieldMaps(t)
	tests := []struct {
		repository string
		want       map[string]string
	}{
		{"GoogleCloudPlatform__microservices-demo", map[string]string{
			"src/frontend":                       "open - yes Deployment frontend",
			"src/frontend/go.mod":                "open - yes Deployment frontend",
			"src/cartservice":                    "no - yes Deployment cartservice",
			"src/checkoutservice":                "no - yes Deployment checkoutservice",
			"src/paymentservice":                 "no - yes Deployment paymentservice",
			"src/loadgenerator":                  "- - yes Deployment loadgenerator",
			"kubernetes-manifests/frontend.yaml": "open - yes Deployment frontend",
			// Its components are built into tests only.
			"kustomize/components/google-cloud-operations/otel-collector.yaml":      "no development yes Deployment opentelemetrycollector",
			"kustomize/components/shopping-assistant/shoppingassistantservice.yaml": "nothing",
		}},
		{"dockersamples__example-voting-app", map[string]string{
			"vote":                                  "- - yes Deployment vote",
			"worker":                                "- - yes Deployment worker",
			"k8s-specifications/db-deployment.yaml": "no - yes Deployment db",
			"seed-data":                             "- - - compose service seed",
		}},
		{"kubernetes__examples", map[string]string{
			"_archived/spark/zeppelin-controller.yaml":         "open - yes ReplicationController zeppelin-controller",
			"_archived/volumes/nfs/nfs-server-deployment.yaml": "- - yes privileged Deployment nfs-server",
			"web/guestbook/frontend-deployment.yaml":           "- - yes Deployment frontend",
			"_archived/selenium/selenium-hub-deployment.yaml":  "- - yes Deployment selenium-hub",
		}},
	}
	for _, test := range tests {
		m := maps[test.repository]
		if m == nil {
			t.Fatalf("no %s", test.repository)
		}
		for path, want := range test.want {
			if got := brief(m.Of(path)); got != want {
				t.Errorf("%s: %s:\n got %s\nwant %s\n%s", test.repository, path, got, want, steps(m.Of(path)))
			}
		}
		for _, e := range m.Workloads() {
			if test.repository == "GoogleCloudPlatform__microservices-demo" && (e.Internet == "open") != strings.HasSuffix(e.Workload, " frontend") {
				t.Errorf("%s is %q", e.Workload, e.Internet)
			}
			t.Logf("%s\n%s", brief(&e), steps(&e))
		}
	}
}

// fieldMaps assembles the files of kubernetes.tar.gz by repository.
func fieldMaps(t *testing.T) map[string]*Map {
	t.Helper()
	data := os.Getenv("REEVE_DATA")
	if data == "" {
		t.Skip("REEVE_DATA is not set")
	}
	f, err := os.Open(filepath.Join(data, "targets", "kubernetes.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	facts := map[string][]*Facts{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		repository, path, ok := strings.Cut(strings.TrimPrefix(h.Name, "./"), "/")
		if !ok || h.Typeflag != tar.TypeReg {
			continue
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if !Wants(path, content[:min(len(content), 512)]) {
			continue
		}
		f, err := Read(path, content)
		if err != nil {
			t.Error(err)
		}
		facts[repository] = append(facts[repository], f)
	}
	out := map[string]*Map{}
	for repository, list := range facts {
		var o Options
		for _, dir := range []string{"src/frontend", "src/cartservice", "src/checkoutservice", "src/paymentservice", "src/loadgenerator", "vote", "worker"} {
			o.Projects = append(o.Projects, Project{Dir: dir})
		}
		out[repository] = Assemble(list, o)
	}
	return out
}
