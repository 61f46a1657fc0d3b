package exposure

import (
	"fmt"
	"strings"
	"testing"
)

// estate is a company's manifests: n services, each with all that belongs to it.
func estate(tb testing.TB, n int) []*Facts {
	tb.Helper()
	var facts []*Facts
	for i := range n {
		text := strings.ReplaceAll(`apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: TEAM-prod, labels: {app: NAME}}
spec: {replicas: 2, template: {metadata: {labels: {app: NAME, managed-by: platform}}, spec: {containers: [{name: NAME, image: "ghcr.io/acme/NAME:1"}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: NAME, namespace: TEAM-prod}
spec: {selector: {app: NAME, managed-by: platform}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: NAME, namespace: TEAM-prod}
spec: {rules: [{host: NAME.example.com, http: {paths: [{backend: {service: {name: NAME, port: {number: 80}}}}]}}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: NAME, namespace: TEAM-prod}
spec: {podSelector: {matchLabels: {app: NAME}}, ingress: [{from: [{namespaceSelector: {}}]}]}
`, "NAME", fmt.Sprint("svc", i))
		f, err := Read(fmt.Sprintf("deploy/svc%d/all.yaml", i), []byte(strings.ReplaceAll(text, "TEAM", fmt.Sprint("team", i%50))))
		if err != nil {
			tb.Fatal(err)
		}
		d, err := Read(fmt.Sprintf("services/svc%d/Dockerfile", i), []byte("FROM scratch\nCOPY . .\n"))
		if err != nil {
			tb.Fatal(err)
		}
		facts = append(facts, f, d)
	}
	return facts
}

// A large estate is worked out whole: nothing is cut off, everything is found.
func TestAssemble_largeEstate(t *testing.T) {
	m := Assemble(estate(t, 300), Options{})
	if len(m.Notes()) > 0 {
		t.Error(m.Notes())
	}
	for _, dir := range []string{"services/svc0", "services/svc299/main.go"} {
		if got := brief(m.Of(dir)); !strings.HasPrefix(got, "open production yes Deployment team") {
			t.Errorf("%s: %s", dir, got)
		}
	}
}

func BenchmarkAssemble(b *testing.B) {
	facts := estate(b, 2000)
	b.ReportAllocs()
	for b.Loop() {
		Assemble(facts, Options{})
	}
}

func BenchmarkRead(b *testing.B) {
	data := []byte(strings.Repeat("---\n"+shopAPI, 100))
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := Read("k8s.yaml", data); err != nil {
			b.Fatal(err)
		}
	}
}
