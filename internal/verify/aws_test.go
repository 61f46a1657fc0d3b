package verify

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

// The published test vectors of Signature Version 4 (the suite "aws-sig-v4-test-suite" of AWS, and the example in the IAM user guide).
func TestSigV4_publishedVectors(t *testing.T) {
	key := sigV4{keyID: "AKID" + "EXAMPLE", secret: strings.Join([]string{"wJalrXUtnFEMI", "K7MDENG+bPxRfiCYEXAMPLEKEY"}, "/"), region: "us-east-1", service: "service"}
	now := time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC)
	for _, tc := range []struct {
		name, method, target, contentType, body, service, signed, signature string
	}{
		{"get-vanilla", "GET", "https://example.amazonaws.com/", "", "", "service", "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
		{"get-vanilla-query-order-key-case", "GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1", "", "", "service", "host;x-amz-date",
			"b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
		{"post-vanilla", "POST", "https://example.amazonaws.com/", "", "", "service", "host;x-amz-date", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
		{"post-x-www-form-urlencoded", "POST", "https://example.amazonaws.com/", "application/x-www-form-urlencoded", "Param1=value1", "service",
			"content-type;host;x-amz-date", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
		{"iam-list-users", "GET", "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08", "application/x-www-form-urlencoded; charset=utf-8", "", "iam",
			"content-type;host;x-amz-date", "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			req, err := http.NewRequest(tc.method, tc.target, nil)
			if err != nil {
				t.Fatal(err)
			}
			if tc.contentType != "" {
				req.Header.Set("Content-Type", tc.contentType)
			}
			k := key
			k.service = tc.service
			k.sign(req, []byte(tc.body), now)
			want := "AWS4-HMAC-SHA256 Credential=AKID" + "EXAMPLE/20150830/us-east-1/" + tc.service + "/aws4_request, SignedHeaders=" + tc.signed + ", Signature=" + tc.signature
			if got := req.Header.Get("Authorization"); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestSigV4_sessionTokenIsSigned(t *testing.T) {
	req, err := http.NewRequest("POST", "https://sts.us-east-1.amazonaws.com/", nil)
	if err != nil {
		t.Fatal(err)
	}
	sigV4{keyID: "ASIA", secret: "s", token: "session", region: "us-east-1", service: "sts"}.sign(req, nil, newTestClock().Now())
	if req.Header.Get("X-Amz-Security-Token") != "session" || !strings.Contains(req.Header.Get("Authorization"), "SignedHeaders=host;x-amz-date;x-amz-security-token,") {
		t.Errorf("headers %v", req.Header)
	}
}

func TestVerify_awsAsksEveryPartitionInItsRegion(t *testing.T) {
	var scopes []string
	tr := &transport{answer: func(r *http.Request) (*http.Response, error) {
		scopes = append(scopes, strings.Split(r.Header.Get("Authorization"), "/")[2])
		return respond(reply{status: 403, body: awsError("InvalidClientTokenId", "")}), nil
	}}
	secret := Secret{Value: finding.Conceal(repeated("aB3/+x", 40)), With: with("key-id", "AKIA"+repeated("Q2W3", 16))}
	got := New(Options{Transport: tr, Clock: newTestClock()}).Verify(t.Context(), "aws", secret)
	if want := "us-east-1 us-gov-west-1 cn-north-1"; got.State != Dead || strings.Join(scopes, " ") != want {
		t.Errorf("%v (%s) in %v, want dead in %v", got.State, got.Why, scopes, want)
	}
}

func TestVerify_awsTemporaryKey(t *testing.T) {
	tr := &transport{answer: func(r *http.Request) (*http.Response, error) {
		if r.Header.Get("X-Amz-Security-Token") == "" {
			t.Error("no session token")
		}
		return respond(reply{status: 200, body: `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>a</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`}), nil
	}}
	secret := Secret{Value: finding.Conceal(repeated("aB3/+x", 40)), With: with("key-id", "ASIA"+repeated("Q2W3", 16), "session-token", fill(300))}
	if got := New(Options{Transport: tr, Clock: newTestClock()}).Verify(t.Context(), "aws", secret); got.State != Live {
		t.Errorf("%v (%s)", got.State, got.Why)
	}
}
