package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// kubePlace is the place of a Kubernetes object: "Deployment/shop/api" in namespace shop, "ClusterRole/admin" outside of all, and within it a
// container, if any.
func kubePlace(namespace, kind, name, container string) []finding.Logical {
	address := kind + "/" + name
	if namespace != "" {
		address = kind + "/" + namespace + "/" + name
	}
	return steps("namespace", namespace, "resource", address, "member", container)
}

// clusterPlace names an object of a cluster. The hash that a Deployment puts at the end of its ReplicaSets' names is left out, as it changes with
// every release.
func clusterPlace(namespace, kind, name, container string) []finding.Logical {
	if i := strings.LastIndexByte(name, '-'); kind == "ReplicaSet" && i > 0 {
		if hash := name[i+1:]; len(hash) >= 6 && len(hash) <= 10 && strings.Trim(hash, "bcdfghjklmnpqrstvwxz0123456789") == "" {
			name = name[:i]
		}
	}
	return kubePlace(namespace, kind, name, container)
}

// kubeNothing is what "kubectl get -o json" writes of a cluster without any object of a kind: a list that does not tell the kind.
func kubeNothing() []string {
	return []string{
		`{"apiVersion":"v1","items":[],"kind":"List","metadata":{"resourceVersion":""}}`,
		`{"apiVersion":"v1","items":[],"kind":"List","metadata":{"resourceVersion":"","selfLink":""}}`,
	}
}
