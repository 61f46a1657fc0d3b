package verify

import (
	"errors"
	"strings"
	"time"
)

func clouds() []entry {
	return []entry{
		{
			name: "aws", title: "Amazon Web Services",
			docs: "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html",
			note: "The secret key is not sent: it signs the request. Keys that the commercial partition refuses are asked about in the GovCloud and China partitions.",
			form: form(`[A-Za-z0-9/+]{40}`),
			parts: []part{
				beside("key-id", "the id of the access key", `(?:AKIA|ASIA)[A-Z0-9]{16}`),
				told("session-token", "the session token of a temporary key", `[A-Za-z0-9/+=]{100,}`).maybe(),
			},
			asks: []ask{{
				derive: needsSession,
				bases:  []string{"https://sts.us-east-1.amazonaws.com", "https://sts.us-gov-west-1.amazonaws.com", "https://sts.cn-north-1.amazonaws.com.cn"},
				method: "POST", path: "/",
				header: header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8", "Accept", "text/xml"),
				body:   "Action=GetCallerIdentity&Version=2011-06-15",
				sign:   signSTS,
				read: []reading{
					live(200, "GetCallerIdentityResponse.GetCallerIdentityResult.Arn"),
					dead(403, "ErrorResponse.Error.Code", "InvalidClientTokenId", "ExpiredToken", "UnrecognizedClientException"),
					unclear(403, "ErrorResponse.Error.Code", "SignatureDoesNotMatch").because("knows the key id, but not with this secret"),
				},
				facts: []pick{
					{"account", "GetCallerIdentityResponse.GetCallerIdentityResult.Account"},
					{"arn", "GetCallerIdentityResponse.GetCallerIdentityResult.Arn"},
					{"user", "GetCallerIdentityResponse.GetCallerIdentityResult.UserId"},
				},
			}},
		},
		{
			name: "gcp-api-key", title: "Google",
			docs: "https://cloud.google.com/docs/authentication/api-keys-use",
			note: "Asks the Gemini API for its models; a key that may not use that API says so and is live.",
			asks: []ask{{
				bases:  []string{"https://generativelanguage.googleapis.com"},
				path:   "/v1beta/models?pageSize=1",
				header: header("X-Goog-Api-Key", "{secret}"),
				read: []reading{
					live(200, "models"),
					dead(400, "error.details.*.reason", "API_KEY_INVALID", "API_KEY_EXPIRED"),
					dead(400, "error.message", "API key not valid*", "API key expired*"),
					live(403, "error.details.*.reason", "SERVICE_DISABLED", "API_KEY_SERVICE_BLOCKED", "API_KEY_HTTP_REFERRER_BLOCKED", "API_KEY_IP_ADDRESS_BLOCKED",
						"API_KEY_ANDROID_APP_BLOCKED", "API_KEY_IOS_APP_BLOCKED").because(mayNot),
				},
				facts: []pick{{"project", "error.details.*.metadata.consumer"}},
			}},
		},
		{
			name: "gcp-service-account", title: "Google",
			docs:  "https://developers.google.com/identity/protocols/oauth2/service-account#httprest",
			note:  "The private key is not sent: it signs a request for an access token that opens nothing but the account's own address, and the token is thrown away.",
			parts: []part{beside("client-email", "the account's address", `[a-z0-9][a-z0-9.-]{0,62}@[a-z0-9.-]{1,80}\.gserviceaccount\.com`).maybe()},
			asks: []ask{{
				derive: assertGoogle,
				bases:  []string{"https://oauth2.googleapis.com"},
				method: "POST", path: "/token",
				header: header("Content-Type", "application/x-www-form-urlencoded"),
				body:   "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={assertion}",
				read: []reading{
					live(200, "access_token"),
					dead(400, "error_description", "Invalid JWT Signature*", "Invalid grant: account not found*", "*account has been deleted*", "*account is disabled*"),
					dead(401, "error", "disabled_client", "deleted_client"),
				},
			}},
		},
		{
			name: "digitalocean", title: "DigitalOcean",
			docs: "https://docs.digitalocean.com/reference/api/reference/account/",
			asks: []ask{{
				form:  form(`^(?:do[op]_v1_|[0-9a-f]{64}$)`),
				bases: []string{"https://api.digitalocean.com"}, path: "/v2/account", header: bearer(),
				read: []reading{
					live(200, "account.uuid"),
					live(403, "id", "Forbidden").because(mayNot),
					dead(401, "id", "Unauthorized"),
				},
				facts: []pick{{"account", "account.email"}, {"team", "account.team.name"}, {"status", "account.status"}},
			}},
		},
		{
			name: "linode", title: "Linode (Akamai)",
			docs: "https://techdocs.akamai.com/linode-api/reference/get-profile",
			asks: []ask{{
				bases: []string{"https://api.linode.com"}, path: "/v4/profile", header: bearer(),
				read: []reading{
					live(200, "username"),
					live(401, "errors.*.reason", "*not authorized to use this endpoint*").because(mayNot),
					dead(401, "errors.*.reason", "Invalid Token", "Invalid OAuth Token"),
				},
				facts: []pick{{"account", "username"}, {"email", "email"}, {"scopes", "@X-OAuth-Scopes"}},
			}},
		},
		{
			name: "hetzner", title: "Hetzner Cloud",
			docs: "https://docs.hetzner.cloud/reference/cloud#locations-list-locations",
			asks: []ask{{
				bases: []string{"https://api.hetzner.cloud"}, path: "/v1/locations?per_page=1", header: bearer(),
				read: []reading{live(200, "locations"), dead(401, "error.code", "unauthorized")},
			}},
		},
		cloudflare(),
		{
			name: "fastly", title: "Fastly",
			docs: "https://www.fastly.com/documentation/reference/api/auth-tokens/user/",
			asks: []ask{{
				bases: []string{"https://api.fastly.com"}, path: "/tokens/self", header: header("Fastly-Key", "{secret}"),
				read:  []reading{live(200, "customer_id"), live(200, "id"), dead(401, "msg"), live(403, "msg").because(mayNot)},
				facts: []pick{{"token", "name"}, {"account", "customer_id"}, {"user", "user_id"}, {"scopes", "scope"}, {"expires", "expires_at"}},
			}},
		},
		{
			name: "vultr", title: "Vultr",
			docs: "https://www.vultr.com/api/#tag/account/operation/get-account",
			note: "Vultr answers keys from addresses outside the key's access list with 401 too, so a refusal names the address.",
			asks: []ask{{
				bases: []string{"https://api.vultr.com"}, path: "/v2/account", header: bearer(),
				read: []reading{
					live(200, "account"),
					live(401, "error", "Unauthorized IP address*").because("accepts it, though not from this address"),
					dead(401, "error", "Invalid API token*"),
				},
				facts: []pick{{"account", "account.email"}, {"name", "account.name"}, {"scopes", "account.acls"}},
			}},
		},
	}
}

// needsSession refuses to ask about a temporary key without its session: the provider would not know it, and that would prove nothing.
func needsSession(vals *values, _ time.Time) error {
	if strings.HasPrefix(vals.parts["key-id"], "ASIA") && vals.parts["session-token"] == "" {
		return errors.New("asking about a temporary key needs its session token (session-token), which is not known")
	}
	return nil
}

func cloudflare() entry {
	read := func(refused ...reading) []reading {
		return append([]reading{
			live(200, "result.status", "active"),
			dead(200, "result.status", "disabled", "expired"),
		}, refused...)
	}
	facts := []pick{{"token", "result.id"}, {"expires", "result.expires_on"}}
	return entry{
		name: "cloudflare", title: "Cloudflare",
		docs:  "https://developers.cloudflare.com/api/resources/user/subresources/tokens/methods/verify/",
		note:  "Tokens that an account owns are only known under its id; without it a refused token stays unknown, unless its form says that a user owns it.",
		parts: []part{told("account-id", "the id of the account", `[0-9a-f]{32}`).found(`(?i)account[_-]?id["'\s:=]{1,6}([0-9a-f]{32})\b`).maybe()},
		asks: []ask{
			{
				form:  form(`^(?:cfut_|[A-Za-z0-9_-]{40}$)`),
				bases: []string{"https://api.cloudflare.com"}, path: "/client/v4/user/tokens/verify", header: bearer(),
				read:  read(dead(401, "errors.*.code", "1000"), dead(400, "errors.*.code", "6003")),
				facts: facts,
			},
			{
				form: form(`^(?:cfat_|[A-Za-z0-9_-]{40}$)`), needs: []string{"account-id"},
				bases: []string{"https://api.cloudflare.com"}, path: "/client/v4/accounts/{account-id}/tokens/verify", header: bearer(),
				read:  read(dead(401, "errors.*.code", "1000"), dead(403, "errors.*.code", "1000", "9109")),
				facts: facts,
			},
		},
	}
}
