package ingest

import "github.com/reevehq/reeve/internal/finding"

// kubePlace is the place of a Kubernetes object: "Deployment/shop/api" in namespace shop, "ClusterRole/admin" outside of all, and within it a
// container, if any.
func kubePlace(namespace, kind, name, container string) []finding.Logical {
	address := kind + "/" + name
	if namespace != "" {
		address = kind + "/" + namespace + "/" + name
	}
	return steps("namespace", namespace, "resource", address, "member", container)
}
