package identity

import (
	"testing"

	"github.com/reevehq/reeve/internal/finding"
)

func TestPath_oneFileHasOnePath(t *testing.T) {
	s := &scratch{}
	want := s.path("src/app/main.py")
	for _, p := range []string{"./src/app/main.py", "src//app/./main.py", "/src/app/main.py", `src\app\main.py`} {
		if s.path(p) != want {
			t.Errorf("%q is another file than %q", p, "src/app/main.py")
		}
	}
	for _, p := range []string{"src/app/Main.py", "srcapp/main.py", "src/app/main.pyc", ""} {
		if s.path(p) == want {
			t.Errorf("%q is the file %q", p, "src/app/main.py")
		}
	}
}

func TestURL_schemeDefaultPortAndValuesDoNotMatter(t *testing.T) {
	s := &scratch{}
	page := "https://shop.example/cart?b=2&a=1"
	for _, u := range []string{
		"http://shop.example/cart?a=3&b=4", "https://SHOP.example:443/cart/?b=&a", "http://shop.example:80/cart?a=1&a=2&b=1#top", "https://u:p@shop.example/cart?a=1;b=2",
	} {
		if s.url(u, true) != s.url(page, true) {
			t.Errorf("%q is another page than %q", u, page)
		}
	}
	for _, u := range []string{"https://shop.example/Cart?a&b", "https://shop.example/cart?a", "https://shop.example:8443/cart?a&b", "https://www.shop.example/cart?a&b"} {
		if s.url(u, true) == s.url(page, true) {
			t.Errorf("%q is the page %q", u, page)
		}
	}
	if s.url("http://stage.example:8080/orders/17/items?x=1", false) != s.url("https://shop.example/orders/4711/items?x=2", false) {
		t.Error("without the host, another order's page is another page")
	}
	if s.url("http://a.example/orders/new", false) == s.url("http://a.example/orders/all", false) {
		t.Error("names in the path do not matter")
	}
}

func TestLogical_whatIsMadeAnewIsLeftOut(t *testing.T) {
	place := func(kind, name string) digest {
		s := &scratch{}
		return s.logical(&finding.Location{Logical: []finding.Logical{{Kind: kind, Name: name}}}, true)
	}
	for _, c := range []struct {
		kind, a, b string
		same       bool
	}{
		{"layer", "sha256:aa", "sha256:bb", true},
		{"image", "nginx:1.25", "nginx:1.27.1", true},
		{"image", "nginx:1.25 (debian 12.4)", "nginx@sha256:" + "0f", true},
		{"image", "r.example:5000/nginx", "r.example:6000/nginx", false},
		{"image", "nginx:latest", "httpd:latest", false},
		{"resource", "Pod/shop/api-7d9f8b6c5d-x2xlz", "Pod/shop/api-6bc4d7f8f9-q5n7k", true},
		{"resource", "ReplicaSet/api-7d9f8b6c5d", "ReplicaSet/api-6bc4d7f8f9", true},
		{"resource", "Pod/shop/api-7d9f8b6c5d-x2xlz", "Pod/shop/web-7d9f8b6c5d-x2xlz", false},
		{"resource", "aws_s3_bucket.logs-1", "aws_s3_bucket.logs-2", false},
		{"port", "80", "81", false},
	} {
		if got := place(c.kind, c.a) == place(c.kind, c.b); got != c.same {
			t.Errorf("%s %q and %q: same is %v, want %v", c.kind, c.a, c.b, got, c.same)
		}
	}
}

func TestResource_dialectsOfOneAddress(t *testing.T) {
	s := &scratch{}
	for _, two := range [][2]string{
		{"aws_s3_bucket.logs", "aws_s3_bucket[logs]"}, {"aws_s3_bucket.logs", `aws_s3_bucket["logs"]`}, {"Deployment.default.api", "Deployment/api"},
	} {
		if s.resource(two[0]) != s.resource(two[1]) {
			t.Errorf("%q and %q are two resources", two[0], two[1])
		}
	}
	if s.resource("aws_s3_bucket.logs") == s.resource("aws_s3_bucket.audit") {
		t.Error("two buckets are one resource")
	}
}

func TestFits_folders(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"a/package-lock.json", "a/package.json", true},
		{"a/package-lock.json", "b/package-lock.json", false},
		{"package-lock.json", "a/package-lock.json", true},
		{"services/a/go.mod", "a/go.mod", true},
		{"services/ba/go.mod", "a/go.mod", false},
		{"", "a/go.mod", true},
		{"https://x.example/a/b", "http://y.example/c/d", true},
	} {
		if fits(c.a, c.b) != c.want || fits(c.b, c.a) != c.want {
			t.Errorf("%q fits %q: want %v both ways", c.a, c.b, c.want)
		}
	}
}

func TestFlaw_oneName(t *testing.T) {
	canon := func(id string) string {
		if id == "GHSA-a" || id == "CVE-2020-1" {
			return "CVE-2020-1"
		}
		return ""
	}
	for _, c := range []struct {
		rule    string
		aliases []string
		canon   func(string) string
		want    string
	}{
		{"GHSA-a", []string{"GO-1", "CVE-2020-1"}, nil, "CVE-2020-1"},
		{"CVE-2020-2", []string{"CVE-2020-1"}, nil, "CVE-2020-2"},
		{"RHSA-1", []string{"CVE-2020-2", "CVE-2020-1"}, nil, "CVE-2020-1"},
		{"SNYK-1", []string{"PYSEC-1"}, nil, "PYSEC-1"},
		{"SNYK-1", []string{"GHSA-b"}, nil, "GHSA-b"},
		{"GHSA-a", nil, canon, "CVE-2020-1"},
		{"GHSA-z", nil, canon, "GHSA-z"},
	} {
		if got := flaw(&finding.Finding{Rule: c.rule, Aliases: c.aliases}, c.canon); got != c.want {
			t.Errorf("%s %v is %s, want %s", c.rule, c.aliases, got, c.want)
		}
	}
}

func TestFamily_toolsMeet(t *testing.T) {
	code := func(cwe ...int) *finding.Rule { return &finding.Rule{Engine: "sast", CWE: cwe} }
	infra := func(id, title string) *finding.Rule { return &finding.Rule{Engine: "iac", ID: id, Title: title} }
	for _, c := range []struct {
		a, b *finding.Rule
		want string // "" means that they must not meet
	}{
		{code(78), code(77, 20), "cwe-78"},
		{code(79, 116), code(80), "cwe-79"},
		{code(22, 23, 36, 73, 99), code(22), "cwe-22"},
		{code(327), code(328), "cwe-327"},
		{code(89), code(943), "cwe-89"},
		{code(89), code(79), ""},
		{code(), code(), ""},
		{code(20), code(20), ""},
		{code(1004), code(1004), "cwe-1004"},
		{code(614), code(1004), ""},
		{infra("CKV_AWS_20", "S3 Bucket has an ACL defined which allows public READ access."), infra("AVD-AWS-0092", "S3 Buckets not publicly accessible through ACL."), "public access"},
		{infra("CKV_AWS_19", "Ensure all data stored in the S3 bucket is securely encrypted at rest"), infra("AVD-AWS-0088", "Unencrypted S3 bucket."), "encryption at rest"},
		{infra("CKV_AWS_18", "Ensure the S3 bucket has access logging enabled"), infra("AVD-AWS-0089", "S3 Bucket Logging"), "access logging"},
		{infra("CKV_AWS_21", "Ensure all data stored in the S3 bucket have versioning enabled"), infra("AVD-AWS-0090", "S3 Data should be versioned"), "versioning"},
		{infra("CKV_AWS_79", "Ensure Instance Metadata Service Version 1 is not enabled"), infra("AVD-AWS-0028", "aws_instance should activate session tokens for Instance Metadata Service."), "metadata service"},
		{infra("CKV_K8S_16", "Container should not be privileged"), infra("AVD-KSV-0017", "Privileged container"), "privileged container"},
		{infra("CKV_K8S_20", "Containers should not run with allowPrivilegeEscalation"), infra("AVD-KSV-0001", "Can elevate its own privileges"), "privilege escalation"},
		{infra("CKV_K8S_22", "Use read-only filesystem for containers where possible"), infra("AVD-KSV-0014", "Root file system is not read-only"), "read-only root file system"},
		{infra("CKV_K8S_11", "CPU limits should be set"), infra("AVD-KSV-0011", "CPU not limited"), "cpu limit"},
		{infra("CKV_K8S_10", "CPU requests should be set"), infra("AVD-KSV-0011", "CPU not limited"), ""},
		{infra("CKV_K8S_23", "Minimize the admission of root containers"), infra("AVD-KSV-0012", "Runs as root user"), "root user"},
		{infra("CKV_K8S_14", "Image Tag should be fixed - not latest or blank"), infra("AVD-KSV-0013", `Image tag ":latest" used`), "image tag"},
		{infra("CKV_DOCKER_2", "Ensure that HEALTHCHECK instructions have been added to container images"), infra("AVD-DS-0026", "No HEALTHCHECK defined"), "health check"},
		{infra("CKV_AWS_24", "Ensure no security groups allow ingress from 0.0.0.0:0 to port 22"), infra("AVD-AWS-0107", "An ingress security group rule allows traffic from /0."), "open ingress"},
		{infra("CKV_AWS_7", "Ensure rotation for customer created CMKs is enabled"), infra("AVD-AWS-0132", "S3 encryption should use Customer Managed Keys"), ""},
		{infra("X", "Something else"), infra("Y", "Something else"), ""},
	} {
		a, b := Family(c.a), Family(c.b)
		if meet := a == b && a != ""; meet != (c.want != "") || meet && a != c.want {
			t.Errorf("%s %v is %q, %s %v is %q, want %q", c.a.Title, c.a.CWE, a, c.b.Title, c.b.CWE, b, c.want)
		}
	}
}
