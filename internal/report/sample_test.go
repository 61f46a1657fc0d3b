package report

import (
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

// leaked is the secret that the sample's findings are about. It is made at run time, and no format may show it.
func leaked() string { return "ghp_" + strings.Repeat("Zx9", 12) }

// sampleKey keys the sample's fingerprints.
var sampleKey = finding.Key("sample")

const (
	sampleCommit = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"
	sampleHead   = "9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c"
	sampleBlob   = "00112233445566778899aabbccddeeff00112233"
)

// sample is a result with every field of the model in use, and findings of engines that do not exist yet.
func sample() *finding.Result {
	r := &finding.Result{
		Schema: finding.SchemaV1,
		Tool:   finding.Tool{Name: "reeve", Version: "0.1.0", Ruleset: "sha256:4f1d0c7a"},
		Assets: []finding.Asset{
			{Kind: "repository", Name: "https://git.example.com/acme/shop.git"},
			{Kind: "cluster", Name: "prod-eu"},
		},
		Rules:    sampleRules(),
		Findings: sampleFindings(),
		Engines: []finding.EngineStatus{
			{Name: "iac", State: "ok"}, {Name: "image", State: "skipped", Why: "no image was named"},
			{Name: "sast", State: "failed", Why: "panic in rule sql-built-from-input"}, {Name: "sca", State: "ok"}, {Name: "secret", State: "ok"},
		},
		Looked: finding.Looked{
			Files: 1204, Objects: 33120, Members: 88, Bytes: 1_288_490_188, Cached: 31020,
			Skipped: map[string]int{"ignored": 212, "too big": 3, "socket": 1},
		},
		Unread: []finding.Unread{
			{What: "objects/pack/pack-1a2b.pack", Why: "object 17 of 40: checksum does not fit"},
			{What: "secrets/locked.env", Why: "permission denied"},
		},
		Notes: []string{"the history is shallow: commits before 5d6e7f80 were not looked at"},
		Times: []finding.Time{
			{Stage: "walk", Took: 212 * time.Millisecond}, {Stage: "look", Took: 1480 * time.Millisecond}, {Stage: "decide", Took: 300 * time.Microsecond},
		},
		Decision: &finding.Decision{
			Action: finding.Block,
			Because: []string{
				"1 critical finding is new: github-pat-classic in deploy/prod.env:12.",
				"1 high finding is new; high warns.",
			},
			Base: "origin/main", Head: sampleHead,
			Blocking: 1, Warning: 1, Reported: 5, Waived: 2, Old: 1,
		},
	}
	r.Sort()
	return r
}

func sampleRules() []finding.Rule {
	return []finding.Rule{
		{
			ID: "github-pat-classic", Engine: "secret", Title: "GitHub personal access token (classic) in the open",
			Severity: finding.Critical, Confidence: finding.Firm,
			Why: "Whoever holds the token acts as the user who made it: reads and writes every repository the user can reach " +
				"within the token's scopes, often those of **several organisations**, until somebody revokes it.",
			Fix: "1. Revoke the token; assume it was used since the commit that brought it.\n" +
				"2. Give the program a fine-grained token or a GitHub App with only the permission it needs.\n" +
				"3. Read it from the environment or a secrets manager; in Actions use `secrets` or OIDC.\n",
			Opens: "Every repository and organisation the user can reach, within the token's scopes.",
			Revoke: "Settings → Developer settings → Personal access tokens → Delete, or in bulk:\n\n" +
				"```\ncurl -X POST https://api.github.com/credentials/revoke\n```\n\nThen read [the security log](https://docs.github.com/security-log).\n",
			References:     []string{"https://docs.github.com/en/authentication/token-expiration-and-revocation"},
			CWE:            []int{798, 540},
			OWASP:          []string{"A07:2021"},
			Tags:           []string{"forge", "github"},
			FalsePositives: "Documentation that shows only the prefix `ghp_`.",
			Since:          "0.1.0",
		},
		{
			ID: "package-known-vulnerable", Engine: "sca", Title: "Dependency with a known vulnerability",
			Severity: finding.High, Confidence: finding.Certain,
			Why: "An attacker who can send the input described in the advisory runs code in the service.",
			Fix: "Update to the first fixed version.", CWE: []int{79, 1395}, Since: "0.2.0",
		},
		{
			ID: "s3-bucket-public", Engine: "iac", Title: "S3 bucket that everybody can read",
			Severity: finding.Medium, Confidence: finding.Likely,
			Why:        "Everybody on the internet can list and read what is stored.",
			Fix:        "- Set `block_public_acls` and `restrict_public_buckets`.\n- Serve public files through a distribution.\n",
			References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"},
			CWE:        []int{732},
		},
		{
			ID: "sql-built-from-input", Engine: "sast", Title: "SQL statement built from request input",
			Severity: finding.High, Confidence: finding.Likely,
			Why: "The caller decides what the database runs.", Fix: "Pass the value as a parameter.", CWE: []int{89}, OWASP: []string{"A03:2021"},
		},
		{
			ID: "waiver-unused", Engine: "reeve", Title: "Waiver that matches nothing",
			Severity: finding.Info, Confidence: finding.Certain, Why: "It hides the next finding that fits.", Fix: "Remove it.",
		},
	}
}

func sampleFindings() []finding.Finding {
	repo := finding.Asset{Kind: "repository", Name: "https://git.example.com/acme/shop.git"}
	masked := finding.Mask(leaked())
	findings := []finding.Finding{
		{
			Fingerprint: finding.Identify(sampleKey, "pat"), Rule: "github-pat-classic", Engine: "secret", Asset: repo,
			Message:  "A GitHub token that belongs to deploy-bot stands in a file that is shipped.",
			Severity: finding.Critical, Confidence: finding.Certain, Reasons: []string{"checksum fits", "path is deployed"},
			Location: finding.Location{
				Path: "deploy/prod.env", Blob: sampleBlob,
				Region:  finding.Region{StartLine: 12, StartColumn: 7, EndLine: 12, EndColumn: 47, Offset: 311, Length: 40},
				Snippet: "TOKEN=" + masked,
			},
			Also: []finding.Location{
				{Path: "backup/2024.zip!/deploy/prod.env", Region: finding.Region{StartLine: 12, StartColumn: 7, EndLine: 12, EndColumn: 47}},
				{Path: "docs/setup.md", Region: finding.Region{StartLine: 40}},
				{Commit: sampleCommit, Surface: finding.CommitMessage, Region: finding.Region{StartLine: 3}},
				{Path: "tools/release.sh", Region: finding.Region{StartLine: 9, StartColumn: 2}},
				{Path: "tools/release_old.sh", Commit: sampleCommit},
			},
			Evidence: masked,
			Facts:    []finding.Fact{{Name: "account", Value: "deploy-bot"}, {Name: "expires", Value: "never"}},
			History: &finding.History{
				Commit: sampleCommit, Author: "Ann Lee", Email: "ann@example.com", Date: "2024-03-01T10:11:12Z",
				Reach: finding.ReachRefs, Refs: []string{"main", "release/1.2", "v1.2.0", "v1.2.1", "v1.3.0"}, InTree: true, Blobs: 3,
			},
			Verdict: &finding.Verdict{Action: finding.Block, New: true, Because: "critical findings block"},
			Secret:  finding.Conceal(leaked()),
		},
		{
			Fingerprint: finding.Identify(sampleKey, "stash"), Rule: "github-pat-classic", Engine: "secret", Asset: repo,
			Message: "A GitHub token in a stash.", Severity: finding.Critical, Confidence: finding.Firm, Reasons: []string{"checksum fits"},
			Location: finding.Location{
				Path: "notes/todo.txt", Region: finding.Region{StartLine: 3, StartColumn: 1, EndLine: 3, EndColumn: 41}, Commit: sampleCommit,
				Snippet: masked + "  # remove before push",
			},
			Evidence: masked,
			History: &finding.History{
				Commit: sampleCommit, Author: "Bo Ek", Date: "2023-11-30T08:00:00+01:00", Reach: finding.ReachStash, Blobs: 1,
			},
			Verdict: &finding.Verdict{Action: finding.Waived, New: false, Because: "revoked on 2023-12-01 (reeve.yaml, until 2025-01-01)"},
		},
	}
	return append(findings, laterFindings()...)
}

// laterFindings prove that the model carries what later engines will say.
func laterFindings() []finding.Finding {
	return []finding.Finding{
		{
			Fingerprint: finding.Identify(sampleKey, "sqli"), Rule: "sql-built-from-input", Engine: "sast",
			Message:  "The parameter q of GET /search reaches the statement unchanged.",
			Severity: finding.High, Confidence: finding.Likely, Reasons: []string{"no sanitiser on the way"},
			Location: finding.Location{
				Path:    "web/search.go",
				Region:  finding.Region{StartLine: 88, StartColumn: 2, EndLine: 90, EndColumn: 4},
				Logical: []finding.Logical{{Kind: "module", Name: "web"}, {Kind: "function", Name: "web.(*Server).search"}},
				Snippet: "\trows, err := db.Query(\n\t\t\"SELECT * FROM items WHERE name = '\" + q + \"'\",\n\t)",
			},
			Flow: []finding.Step{
				{Location: finding.Location{Path: "web/search.go", Region: finding.Region{StartLine: 80, StartColumn: 7}, Snippet: "q := r.FormValue(\"q\")"}, Message: "q comes from the request"},
				{Location: finding.Location{Path: "web/search.go", Region: finding.Region{StartLine: 88}}, Message: "q is part of the statement"},
			},
			Fix: finding.Fix{
				Text: "Pass q as a parameter.",
				Edits: []finding.Edit{
					{Path: "web/search.go", Region: finding.Region{StartLine: 89, StartColumn: 3, EndLine: 89, EndColumn: 47}, New: "\"SELECT * FROM items WHERE name = ?\", q,"},
					{Path: "web/search_test.go", Region: finding.Region{StartLine: 1, StartColumn: 1, EndLine: 1, EndColumn: 1}, New: "// parameters\n"},
				},
			},
			Verdict: &finding.Verdict{Action: finding.Warn, New: true, Because: "high findings warn"},
		},
		{
			Fingerprint: finding.Identify(sampleKey, "lodash"), Rule: "package-known-vulnerable", Engine: "sca",
			Message: "lodash 4.17.15 has CVE-2020-8203 (prototype pollution).", Severity: finding.High, Confidence: finding.Certain,
			Location: finding.Location{
				Path: "package-lock.json", Region: finding.Region{StartLine: 4410, EndLine: 4414},
				Logical: []finding.Logical{{Kind: "package", Name: "pkg:npm/lodash@4.17.15"}},
			},
			Facts: []finding.Fact{{Name: "package", Value: "lodash"}, {Name: "version", Value: "4.17.15"}, {Name: "fixed", Value: "4.17.19"}},
			Fix:   finding.Fix{Text: "Update lodash to 4.17.19."},
			Verdict: &finding.Verdict{
				Action: finding.Report, New: false, Because: "stood before the change",
			},
		},
		{
			Fingerprint: finding.Identify(sampleKey, "bucket"), Rule: "s3-bucket-public", Engine: "iac",
			Message: "aws_s3_bucket.logs allows public-read.", Severity: finding.Medium, Confidence: finding.Likely,
			Location: finding.Location{
				Path: "infra/main.tf", Region: finding.Region{StartLine: 20, EndLine: 24},
				Logical: []finding.Logical{{Kind: "resource", Name: "aws_s3_bucket.logs"}},
				Snippet: "resource \"aws_s3_bucket\" \"logs\" {\n  bucket = \"acme-logs\"\n  acl    = \"public-read\"\n}",
			},
			Verdict: &finding.Verdict{Action: finding.Report, New: true, Because: "medium findings are reported"},
		},
		{
			Fingerprint: finding.Identify(sampleKey, "pod"), Rule: "s3-bucket-public", Engine: "iac", Asset: finding.Asset{Kind: "cluster", Name: "prod-eu"},
			Message: "Deployment web mounts the bucket's key.", Severity: finding.Low, Confidence: finding.Tentative,
			Location: finding.Location{Logical: []finding.Logical{{Kind: "workload", Name: "shop/Deployment/web"}, {Kind: "container", Name: "api"}}, Snippet: "envFrom: s3-key"},
			Verdict:  &finding.Verdict{Action: finding.Waived, New: true, Because: "inline: reeve:ignore s3-bucket-public test bucket"},
		},
		{
			Fingerprint: finding.Identify(sampleKey, "waiver"), Rule: "waiver-unused", Engine: "reeve",
			Message: "The waiver for 3f2a9c01b7de matches nothing.", Severity: finding.Info, Confidence: finding.Certain,
			Location: finding.Location{Path: "reeve.yaml", Region: finding.Region{StartLine: 7}},
			Verdict:  &finding.Verdict{Action: finding.Report, New: true, Because: "info findings are reported"},
		},
		{
			Fingerprint: finding.Identify(sampleKey, "wide"), Rule: "rule-of-another-day", Engine: "secret",
			Message: "A password beside wide characters.", Severity: finding.Low, Confidence: finding.Tentative,
			Location: finding.Location{
				Path: "web/search.go", Region: finding.Region{StartLine: 12, StartColumn: 14, EndLine: 12, EndColumn: 22},
				Snippet: "\tパスワード := \"********\" // 日本語",
			},
			Evidence: "********",
			Verdict:  &finding.Verdict{Action: finding.Report, New: true, Because: "low findings are reported"},
		},
		{
			Fingerprint: finding.Identify(sampleKey, "orphan"), Rule: "rule-of-another-day", Engine: "secret",
			Message: "A rule that the result does not describe.", Severity: finding.Low, Confidence: finding.Tentative,
			Location: finding.Location{Path: "weird dir/100%/ä\u202ebin.txt", Surface: finding.PathName},
			History:  &finding.History{Reach: finding.ReachUnreachable, Blobs: 1},
			Verdict:  &finding.Verdict{Action: finding.Report, New: true, Because: "low findings are reported"},
		},
	}
}

// many repeats the sample's findings up to n, each with its own identity and place.
func many(n int) *finding.Result {
	r := sample()
	base := r.Findings
	r.Findings = make([]finding.Finding, 0, n)
	for i := range n {
		f := base[i%len(base)]
		f.Fingerprint = finding.Identify(sampleKey, string(f.Fingerprint), time.Duration(i).String())
		f.Location.Region.StartLine += i
		f.Location.Region.EndLine = f.Location.Region.StartLine
		r.Findings = append(r.Findings, f)
	}
	r.Sort()
	return r
}
