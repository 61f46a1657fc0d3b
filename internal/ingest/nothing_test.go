package ingest

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// readAs reads a short report and gives what came of it.
func readAs(tool, report string) (recorder, error) {
	var got recorder
	var err error
	got.Header, err = Read(context.Background(), "", strings.NewReader(report), tool, &got)
	return got, err
}

// A report without findings closes what was open: it is believed only where the tool is known to write so.
func TestRead_nothingCountsOnlyWhereTheToolWritesIt(t *testing.T) {
	for _, f := range Formats() {
		for _, report := range slices.Concat([]string{"", " \n", "[]", " [\n] ", "null", "{}", `{"results":[]}`, `{"error":"quota exceeded"}`, "<html/>"}, f.Nothing) {
			got, err := readAs(f.Name, report)
			if !slices.Contains(f.Nothing, strings.Join(strings.Fields(report), "")) {
				if err == nil {
					t.Errorf("%s: %q is taken for a report in which nothing was found", f.Name, report)
				}
				continue
			}
			if err != nil || got.Header.Format != f.Name || got.Header.Tool.Name != f.Tool || len(got.Header.Partial)+len(got.Rules)+len(got.Findings) > 0 {
				t.Errorf("%s: %q gives %+v (%v), want an empty report of %s", f.Name, report, got, err, f.Tool)
			}
			if _, err := readAs("auto", report); err == nil || !strings.Contains(err.Error(), "--tool") || !strings.Contains(err.Error(), f.Name) {
				t.Errorf("%q without the tool's name: error %v, want one that asks for it and names %s", report, err, f.Name)
			}
		}
	}
}

// What tools write where they found nothing, as far as it tells the tool.
func TestRead_nothingIsRecognised(t *testing.T) {
	tests := map[string][]string{
		"semgrep":   {`{"version":"1.99.0","results":[],"errors":[],"paths":{"scanned":["a.py"]},"skipped_rules":[]}`},
		"bandit":    {`{"errors":[],"generated_at":"2026-01-02T03:04:05Z","metrics":{"./a.py":{"CONFIDENCE.HIGH":0,"loc":3},"_totals":{"loc":3}},"results":[]}`},
		"gosec":     {`{"Golang errors":{},"Issues":[],"Stats":{"files":1,"lines":2,"nosec":0,"found":0},"GosecVersion":"2.22.0"}`, `{"Golang errors":{},"Issues":null,"Stats":{"nosec":0}}`},
		"brakeman":  {`{"scan_info":{"app_path":"/a","brakeman_version":"7.0.0"},"warnings":[],"ignored_warnings":[],"errors":[],"obsolete":[]}`},
		"eslint":    {`[{"filePath":"/a.js","messages":[],"errorCount":0}]`},
		"sonarqube": {`{"paging":{"pageIndex":1,"pageSize":100,"total":0},"issues":[],"components":[]}`},
		"spotbugs":  {`<BugCollection version="4.9.0"><Project projectName="a"/><Errors errors="0" missingClasses="0"/></BugCollection>`},
		"pmd":       {`<pmd version="7.1.0" timestamp="2026-01-02T03:04:05.000"></pmd>`},
		"pmd-json":  {`{"formatVersion":0,"pmdVersion":"7.1.0","timestamp":"2026-01-02T03:04:05Z","files":[],"suppressedViolations":[],"processingErrors":[]}`},
		"trivy": {
			`{"SchemaVersion":2,"CreatedAt":"2026-01-02T03:04:05Z","ArtifactName":".","ArtifactType":"filesystem","Metadata":{}}`,
			`{"SchemaVersion":2,"ArtifactName":"a:1","ArtifactType":"container_image","Results":[{"Target":"a:1 (alpine 3.20)","Class":"os-pkgs","Type":"alpine"}]}`,
		},
		"grype":       {`{"matches":[],"source":{"type":"directory","target":"."},"distro":{"name":""},"descriptor":{"name":"grype","version":"0.90.0"}}`},
		"osv-scanner": {`{"results":[],"experimental_config":{"licenses":{"summary":false,"allowlist":null}}}`},
		"govulncheck": {`{"config":{"protocol_version":"v1.0.0","scanner_name":"govulncheck","scanner_version":"v1.1.4"}}` + "\n" + `{"progress":{"message":"Scanning"}}`},
		"npm-audit": {
			`{"auditReportVersion":2,"vulnerabilities":{},"metadata":{"vulnerabilities":{"total":0}}}`, `{"actions":[],"advisories":{},"muted":[],"metadata":{}}`,
		},
		"yarn-audit":           {`{"type":"auditSummary","data":{"vulnerabilities":{"info":0},"dependencies":7}}`},
		"pip-audit":            {`{"dependencies":[{"name":"paint","version":"1","vulns":[]}],"fixes":[]}`},
		"safety":               {`{"report_meta":{"safety_version":"2.3.5"},"scanned_packages":{},"vulnerabilities":[],"ignored_vulnerabilities":[]}`},
		"snyk":                 {`{"vulnerabilities":[],"ok":true,"dependencyCount":3,"org":"acme","projectName":"shop"}`},
		"dependency-check":     {`{"reportSchema":"1.1","scanInfo":{"engineVersion":"12.0.0"},"projectInfo":{"name":"shop"},"dependencies":[]}`},
		"dependency-track":     {`{"version":"1.3","meta":{"application":"Dependency-Track","version":"4.12.0"},"project":{"name":"shop"},"findings":[]}`},
		"detect-secrets":       {`{"version":"1.5.0","plugins_used":[],"filters_used":[],"results":{},"generated_at":"2026-01-02T03:04:05Z"}`},
		"gitlab":               {`{"version":"15.0.7","vulnerabilities":[],"scan":{"scanner":{"id":"semgrep","name":"GitLab"},"type":"sast","status":"success"}}`},
		"checkov":              {`{"passed":0,"failed":0,"skipped":0,"parsing_errors":0,"resource_count":0,"checkov_version":"3.2.0"}`},
		"kics":                 {`{"kics_version":"v2.1.0","files_scanned":1,"queries_total":100,"queries_failed_to_execute":0,"severity_counters":{},"queries":[]}`},
		"terrascan":            {`{"results":{"violations":null,"skipped_violations":null,"scan_summary":{"scanned_at":"2026-01-02 03:04:05.6 +0000 UTC"}}}`},
		"dockle":               {`{"image":"a:1","summary":{"fatal":0,"warn":0,"info":0,"skip":0,"pass":16},"details":[]}`},
		"kube-linter":          {`{"Checks":[{"name":"no-latest","template":"t"}],"Reports":null,"Summary":{"ChecksStatus":"Passed","KubeLinterVersion":"v0.7.0"}}`},
		"kubescape":            {`{"generationTime":"2026-01-02T03:04:05Z","clusterAPIServerInfo":null,"reportGUID":"g","summaryDetails":{"controls":{}},"results":[]}`},
		"polaris":              {`{"PolarisOutputVersion":"1.0","AuditTime":"2026-01-02T03:04:05Z","SourceType":"Path","Results":[]}`},
		"zap":                  {`{"@programName":"ZAP","@version":"2.16.0","@generated":"Fri, 2 Jan 2026 03:04:05","site":[]}`},
		"burp":                 {`<issues burpVersion="2026.1" exportTime="Fri Jan 02 03:04:05 UTC 2026"></issues>`},
		"nmap":                 {`<nmaprun scanner="nmap" start="1767323045" version="7.95"><runstats><finished exit="success"/></runstats></nmaprun>`},
		"nessus":               {`<NessusClientData_v2><Policy/><Report name="a"></Report></NessusClientData_v2>`},
		"sslyze":               {`{"sslyze_version":"6.0.0","server_scan_results":[],"invalid_server_strings":[],"date_scans_completed":"2026-01-02T03:04:05"}`},
		"gitleaks-csv":         {"RuleID,Commit,File,SymlinkFile,Secret,Match,StartLine,EndLine,StartColumn,EndColumn,Author,Message,Date,Email,Fingerprint,Tags\n"},
		"sarif":                {`{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"tool":{"driver":{"name":"unknown"}},"results":[]}]}`},
		"reeve":                {`{"schema":"reeve-result/1","tool":{"name":"reeve","version":"1"},"assets":[],"rules":[],"findings":[],"engines":[{"name":"secret","state":"ok"}]}`},
		"generic":              {`{"schema":"reeve-import/1","findings":[]}`, "rule,severity,path\n"},
		"veracode-pipeline":    {`{"_links":{},"scan_id":"1","scan_status":"SUCCESS","message":"","modules":["a.jar"],"modules_count":1,"findings":[]}`},
		"dependency-check-xml": {`<analysis xmlns="https://jeremylong.github.io/DependencyCheck/dependency-check.4.1.xsd"><scanInfo/><projectInfo/><dependencies/></analysis>`},
	}
	tools := map[string]string{}
	for _, f := range Formats() {
		tools[f.Name] = f.Tool
	}
	for format, reports := range tests {
		for _, report := range reports {
			got, err := readAs("auto", report)
			if err != nil || got.Header.Format != format || got.Header.Tool.Name != tools[format] || len(got.Header.Partial)+len(got.Rules)+len(got.Findings) > 0 {
				t.Errorf("%s gives %+v (%v), want an empty report of %s", report, got.Header, err, format)
			}
		}
	}
}

// Bandit writes a line of metrics for each file before anything that tells it from other tools; a large project fills the head with them.
func TestRead_banditOfALargeProject(t *testing.T) {
	report := `{"errors":[],"generated_at":"2026-01-02T03:04:05Z","metrics":{` + strings.Repeat(`"./shop/module.py":{"CONFIDENCE.HIGH":0,"SEVERITY.LOW":0,"loc":1},`, 2*headSize/60) +
		`"_totals":{"loc":1}},"results":[]}`
	if got, err := readAs("auto", report); err != nil || got.Header.Format != "bandit" {
		t.Errorf("read as %q (%v), want bandit", got.Header.Format, err)
	}
}

func TestRead_nothingRecognisedIsNoEmptyReport(t *testing.T) {
	for _, test := range []struct{ tool, report, want string }{
		{"trivy", "", "did it run to its end"},
		{"trivy", `{"error":"quota exceeded"}`, "this is not what the tool writes"},
		{"dependabot", `{"message":"Bad credentials","status":"401"}`, "this is not what the tool writes"},
		{"trivy", `{"error":"quota exceeded","trace":"` + strings.Repeat("at main;", headSize/8) + `"}`, "nothing in it is what the tool writes"},
		{"gitlab", `{"version":"15.0.0","scan":{"type":"sast","analyzer":{"id":"x"}}}`, `no member "vulnerabilities"`},
		{"nessus", "<html></html>", "this is not what the tool writes"},
		{"auto", "", "the report is empty, which does not tell the tool"},
		{"auto", "[]", "the report is [], which does not tell the tool"},
		{"auto", "{}", "the report is {}, which does not tell the tool: name it with --tool (bearer)"},
	} {
		if _, err := readAs(test.tool, test.report); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s, %.60q: error %v, want %q", test.tool, test.report, err, test.want)
		}
	}
}
