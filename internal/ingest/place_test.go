package ingest

import (
	"slices"
	"testing"
)

func TestPlatformEcosystem(t *testing.T) {
	for system, want := range map[string]string{
		"debian:9.4": "Debian:9", "debian:12": "Debian:12", "ubuntu:22.04": "Ubuntu:22.04:LTS", "alpine:3.19.1": "Alpine:v3.19", "Alpine": "Alpine", "alpine 3.12": "Alpine:v3.12",
		"centos:7": "CentOS:7", "rocky:9.3": "Rocky Linux:9", "Unknown": "", "": "", "wolfi:20230201": "Wolfi",
	} {
		if got := platformEcosystem(system); got != want {
			t.Errorf("%q: ecosystem %q, want %q", system, got, want)
		}
	}
}

func TestUpgrades(t *testing.T) {
	for advice, want := range map[string][]string{
		"Upgrade to version 2.2.3 or above.":           {"2.2.3"},
		"Upgrade to versions 1.2.3, 2.0.1 or above.":   {"1.2.3", "2.0.1"},
		"Upgrade apt from 1.4.8 to 1.4.9":              {"1.4.9"},
		"Upgrade curl-dev to 7.80.0-r2":                {"7.80.0-r2"},
		"No solution provided":                         nil,
		"Ensure that your web server is configured":    nil,
		"Unfortunately, there is no solution to 1.2.3": nil,
		"Upgrade to the latest version":                nil,
	} {
		if got := upgrades(advice); !slices.Equal(got, want) {
			t.Errorf("%q: versions %q, want %q", advice, got, want)
		}
	}
}

func TestResourceAddresses(t *testing.T) {
	for _, c := range []struct{ what, got, want string }{
		{"KICS with a resource", kicsResource("aws_s3_bucket", "logs", "x"), "aws_s3_bucket.logs"},
		{"KICS before 1.5", kicsResource("", "", "aws_s3_bucket[logs].acl"), "aws_s3_bucket.logs"},
		{"KICS with a template", kicsResource("", "", "aws_s3_bucket[{{logs}}].acl"), "aws_s3_bucket.logs"},
		{"KICS without", kicsResource("", "", "metadata.name={{api}}"), ""},
		{"KICS outside of its folder", inside("../../path/a.tf"), "path/a.tf"},
		{"tfsec in a module", (&tfsecResult{Message: "Resource 'module.a:module.b:aws_x.y[0]' is open."}).resource(), "module.a.module.b.aws_x.y[0]"},
		{"tfsec without", (&tfsecResult{Message: "Something is open."}).resource(), ""},
		{"Dockle, modes", alertedFile("setuid file: urwxr-xr-x usr/bin/passwd"), "usr/bin/passwd"},
		{"Dockle, name", alertedFile("Suspicious filename found : app/.env"), "app/.env"},
		{"Dockle, none", alertedFile("Last user should not be root"), ""},
		{"Dockle, a command", alertedFile("Use COPY : ADD file:1a2b in /"), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
	for id, want := range map[string]string{
		"path=1/api=apps/v1/shop/Deployment/api": "Deployment/shop/api", "/v1//Namespace/shop": "Namespace/shop", "rbac.authorization.k8s.io/v1//ClusterRole/admin": "ClusterRole/admin",
		"odd": "odd", "": "cluster",
	} {
		place := kubescapePlace(id)
		if got := place[len(place)-1].Name; got != want {
			t.Errorf("Kubescape %q: resource %q, want %q", id, got, want)
		}
	}
}
