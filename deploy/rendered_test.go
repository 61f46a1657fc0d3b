package deploy

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/cli"
	"github.com/reevehq/reeve/internal/exposure"
)

// rendered are the manifests that Helm made, by kind and name.
func rendered(t *testing.T, path string) map[string]map[string]any {
	t.Helper()
	out := map[string]map[string]any{}
	for _, d := range documents(t, path) {
		out[fmt.Sprintf("%v/%v", d["kind"], at(d, "metadata", "name"))] = d
	}
	return out
}

func TestRendered_hasWhatIsAskedFor(t *testing.T) {
	for path, want := range map[string][]string{
		"testdata/usual.rendered.yaml": {
			"Deployment/reeve", "Deployment/reeve-worker", "NetworkPolicy/reeve", "Pod/reeve-test", "PodDisruptionBudget/reeve",
			"Service/reeve", "Service/reeve-operations", "ServiceAccount/reeve",
		},
		"testdata/everything.rendered.yaml": {
			"Deployment/reeve", "Deployment/reeve-worker", "HTTPRoute/reeve", "HorizontalPodAutoscaler/reeve", "Ingress/reeve", "NetworkPolicy/reeve",
			"Pod/reeve-test", "PodDisruptionBudget/reeve", "Service/reeve", "Service/reeve-operations", "ServiceAccount/reeve", "ServiceMonitor/reeve",
		},
	} {
		var have []string
		for name := range rendered(t, path) {
			have = append(have, name)
		}
		slices.Sort(have)
		if !slices.Equal(have, want) {
			t.Errorf("%s has %v, want %v", path, have, want)
		}
	}
}

// TestRendered_podsAreRestricted holds every pod to the Pod Security Standard "restricted", and to what this chart promises beyond.
func TestRendered_podsAreRestricted(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.rendered.yaml")
	if err != nil {
		t.Fatal(err)
	}
	pods := 0
	for _, path := range paths {
		for name, d := range rendered(t, path) {
			spec := at(d, "spec", "template", "spec")
			if d["kind"] == "Pod" {
				spec = d["spec"]
			}
			if spec == nil {
				continue
			}
			if s, ok := spec.(map[string]any); !ok || s["containers"] == nil {
				continue
			}
			pods++
			for _, fault := range faults(spec) {
				t.Errorf("%s: %s: %s", path, name, fault)
			}
		}
	}
	if pods != 6 {
		t.Errorf("%d pods were looked at, want 6", pods)
	}
}

func faults(spec any) (out []string) {
	must := func(ok bool, what string) {
		if !ok {
			out = append(out, what)
		}
	}
	must(at(spec, "securityContext", "runAsNonRoot") == true, "may run as root")
	must(at(spec, "securityContext", "runAsUser") == 65532, "runs as another user")
	must(at(spec, "securityContext", "seccompProfile", "type") == "RuntimeDefault", "has no seccomp profile")
	must(at(spec, "automountServiceAccountToken") == false, "has a token of the cluster")
	for _, host := range []string{"hostNetwork", "hostPID", "hostIPC"} {
		must(at(spec, host) == nil, "uses "+host)
	}
	for _, v := range list(at(spec, "volumes")) {
		must(at(v, "hostPath") == nil, "mounts a folder of the node")
	}
	must(len(list(at(spec, "initContainers"))) == 0, "has containers that nobody looked at")
	for _, c := range list(at(spec, "containers")) {
		s := at(c, "securityContext")
		must(at(s, "allowPrivilegeEscalation") == false, "may gain privileges")
		must(at(s, "readOnlyRootFilesystem") == true, "may write to its image")
		must(at(s, "capabilities", "drop", 0) == "ALL" && at(s, "capabilities", "add") == nil, "keeps capabilities")
		must(at(s, "privileged") == nil, "says whether it is privileged")
		must(at(c, "resources", "limits", "memory") != nil && at(c, "resources", "requests", "cpu") != nil, "has no bounds")
		image, _ := at(c, "image").(string)
		must(strings.Contains(image, ":") && !strings.HasSuffix(image, ":latest"), "has no version: "+image)
		for _, e := range list(at(c, "env")) {
			must(at(e, "valueFrom", "secretKeyRef") == nil, "has a secret in its environment")
		}
		if at(c, "name") != "test" {
			must(at(c, "readinessProbe", "httpGet", "path") == "/readyz" && at(c, "livenessProbe", "httpGet", "path") == "/healthz" &&
				at(c, "startupProbe", "httpGet", "path") == "/readyz", "is not asked how it is")
		}
	}
	return out
}

func TestRendered_networkIsDenied(t *testing.T) {
	for _, path := range []string{"testdata/usual.rendered.yaml", "testdata/everything.rendered.yaml"} {
		all := rendered(t, path)
		policy := all["NetworkPolicy/reeve"]
		if types := at(policy, "spec", "policyTypes"); fmt.Sprint(types) != "[Ingress Egress]" {
			t.Errorf("%s: the policy is about %v", path, types)
		}
		for _, rule := range list(at(policy, "spec", "ingress")) {
			if len(list(at(rule, "from"))) == 0 || len(list(at(rule, "ports"))) == 0 {
				t.Errorf("%s: anybody may come in: %v", path, rule)
			}
		}
		for _, rule := range list(at(policy, "spec", "egress")) {
			if len(list(at(rule, "ports"))) == 0 {
				t.Errorf("%s: any port may be reached: %v", path, rule)
			}
		}
		selector := fmt.Sprint(at(policy, "spec", "podSelector", "matchLabels"))
		for _, name := range []string{"Deployment/reeve", "Deployment/reeve-worker"} {
			labels, _ := at(all[name], "spec", "template", "metadata", "labels").(map[string]any)
			for _, want := range []string{"app.kubernetes.io/name", "app.kubernetes.io/instance"} {
				if !strings.Contains(selector, fmt.Sprintf("%s:%v", want, labels[want])) {
					t.Errorf("%s: the policy does not hold for %s", path, name)
				}
			}
		}
		for _, name := range []string{"Service/reeve", "Ingress/reeve"} {
			if strings.Contains(fmt.Sprint(all[name]), "9090") || strings.Contains(fmt.Sprint(all[name]), "operations") {
				t.Errorf("%s: %s leads to the figures", path, name)
			}
		}
	}
	args := fmt.Sprint(at(rendered(t, "testdata/everything.rendered.yaml")["Deployment/reeve"], "spec", "template", "spec", "containers", 0, "args"))
	for _, want := range []string{
		"serve --listen=:7333", "--base-url=https://findings.acme.example", "--oidc-client-secret-file=/run/secrets/reeve/oidc/client-secret",
		"--oidc-group=payments = developer@payments", "--no-passwords", "--proxy=10.0.0.0/8", "--advisories=", "--trusted-origin=https://portal.acme.example",
	} {
		if !strings.Contains(args, want) {
			t.Errorf("the server is not told %s: %s", want, args)
		}
	}
}

// TestRendered_asReeveItselfReadsIt hands the manifests to reeve's own reader of exposure.
func TestRendered_asReeveItselfReadsIt(t *testing.T) {
	for name, want := range map[string]map[string]string{
		"usual":      {"Deployment reeve": "no", "Deployment reeve-worker": "no", "Pod reeve-test": ""},
		"everything": {"Deployment reeve": "open", "Deployment reeve-worker": "no", "Pod reeve-test": ""}, // the worker's figures are behind no door
	} {
		facts, err := exposure.Read("deploy/reeve.yaml", []byte(read(t, "testdata/"+name+".rendered.yaml")))
		if err != nil {
			t.Fatal(err)
		}
		m := exposure.Assemble([]*exposure.Facts{facts}, exposure.Options{})
		if notes := m.Notes(); len(notes) > 0 {
			t.Errorf("%s: %v", name, notes)
		}
		have := map[string]string{}
		for _, w := range m.Workloads() {
			if have[w.Workload] = w.Internet; w.Running != "yes" || w.Privileged {
				t.Errorf("%s: %s runs: %q, privileged: %v", name, w.Workload, w.Running, w.Privileged)
			}
		}
		if !maps.Equal(have, want) {
			t.Errorf("%s: open to the internet: %v, want %v", name, have, want)
		}
	}
}

// TestRendered_programKnowsItsFlags parses what the manifests and the compose file tell the program, as the program does.
func TestRendered_programKnowsItsFlags(t *testing.T) {
	parse := func(where string, args []any) {
		var flags []string
		for _, a := range args[1:] {
			flags = append(flags, a.(string))
		}
		cmd, _, err := cli.Root(&cli.World{}).Find([]string{args[0].(string)})
		if err == nil {
			err = cmd.ParseFlags(flags)
		}
		if err != nil {
			t.Errorf("%s: %v: %v", where, args, err)
		}
	}
	for _, name := range []string{"usual", "everything"} {
		d := rendered(t, "testdata/"+name+".rendered.yaml")["Deployment/reeve"]
		parse(name, list(at(d, "spec", "template", "spec", "containers", 0, "args")))
	}
	parse("compose", list(at(documents(t, "compose.yaml")[0], "services", "server", "command")))
}
