package ingest

import (
	"math"
	"slices"
	"testing"

	"github.com/reevehq/reeve/internal/finding"
)

func TestCWEsIn(t *testing.T) {
	for in, want := range map[string][]int{
		"CWE-79: Cross-site Scripting": {79}, "cwe/89": {89}, " 79 ": {79}, "CWE:20": {20}, "CWE_22": {22}, "CWE 327, cwe-328": {327, 328}, "external/cwe/cwe-089": {89},
		"CWE-79 and CWE-79": {79}, "CWE79": {79}, "": nil, "0": nil, "-5": nil, "100000": nil, "CWE-123456": nil, "CWE-": nil, "cwe": nil, "xcwe-5": nil, "CWE-7a": nil,
		"CWE--7": nil, "ÄCWE-1": {1}, "CWE-1é": {1},
	} {
		if got := cwesIn(in); !slices.Equal(got, want) {
			t.Errorf("cwesIn(%q) = %v, want %v", in, got, want)
		}
	}
}

func TestOneLine(t *testing.T) {
	for in, want := range map[string]string{
		"": "", " ": "", "a": "a", " a": "a", "a ": "a", "a  b": "a b", "a\nb": "a b", "a\tb c": "a b c", "ä\u00a0b": "ä b", "a\u2028b": "a b", "0123456789": "0123456789",
		"01234567890": "0123456…", "012345ää78": "012345…",
	} {
		if got := oneLine(in, 10); got != want {
			t.Errorf("oneLine(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestDecimal_readsNoNonsense(t *testing.T) {
	for in, want := range map[string]float64{"7.5": 7.5, " 9 ": 9, "NaN": 0, "nan": 0, "Inf": 0, "-Infinity": 0, "1e999": 0, "-1": 0, "7,5": 0, "": 0, "1e10": 0} {
		if got := decimal(in); got != want || math.IsNaN(got) {
			t.Errorf("decimal(%q) = %v, want %v", in, got, want)
		}
	}
}

func TestConfidenceOf_certainIsWhatWasProved(t *testing.T) {
	for in, want := range map[string]finding.Confidence{
		"Certain": finding.Certain, "confirmed": finding.Certain, "VERIFIED": finding.Certain, "high": finding.Firm, "very-high": finding.Firm, "Firm": finding.Firm,
		"": finding.Firm, "odd": finding.Firm, "MEDIUM": finding.Likely, "low": finding.Tentative, "Tentative": finding.Tentative, "Weak": finding.Tentative,
	} {
		if got := confidenceOf(in); got != want {
			t.Errorf("confidenceOf(%q) = %v, want %v", in, got, want)
		}
	}
}

func TestTimeOf_readsWhatToolsWrite(t *testing.T) {
	const want = "2026-01-02T03:04:05Z"
	for _, in := range []string{
		want, "2026-01-02T03:04:05.123456789Z", "2026-01-02T04:04:05+01:00", "2026-01-02 03:04:05", "2026-01-02 03:04:05 UTC", "2026-01-01 20:04:05.999-07:00",
		"2026-01-02 03:04:05.6 +0000 UTC", "2026-01-02T05:04:05.1+0200", "2026/01/02 03:04:05", "20260102T030405", "Fri, 02 Jan 2026 03:04:05 GMT", "Fri Jan  2 03:04:05 2026",
		"Fri, 2 Jan 2026 03:04:05", "Friday, January 2, 2026 3:04:05 AM", "Jan 2, 2026 03:04:05", " 2026-01-02 03:04:05-0000 ",
	} {
		if got := timeOf(in).Truncate(1e9).Format("2006-01-02T15:04:05Z07:00"); got != want {
			t.Errorf("timeOf(%q) = %s, want %s", in, got, want)
		}
	}
	for _, in := range []string{"", "yesterday", "2026-13-01", "0", "UTC"} {
		if got := timeOf(in); !got.IsZero() {
			t.Errorf("timeOf(%q) = %s, want none", in, got)
		}
	}
	if got := day("2026-01-02"); got != "2026-01-02" {
		t.Errorf("day is %q", got)
	}
}
