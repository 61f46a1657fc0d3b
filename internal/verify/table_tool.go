package verify

// tools lists developer tools and data services that are asked in the plainest way.
func tools() []entry {
	return []entry{
		{
			name: "aiven", title: "Aiven",
			docs: "https://api.aiven.io/doc/#tag/User/operation/UserInfo",
			asks: []ask{{
				bases: []string{"https://api.aiven.io"}, path: "/v1/me", header: header("Authorization", "aivenv1 {secret}"),
				read:  []reading{live(200, "user.user"), dead(403, "message", "*db token*", "Invalid token*"), dead(401, "message")},
				facts: []pick{{"account", "user.user"}, {"name", "user.real_name"}},
			}},
		},
		{
			name: "scaleway", title: "Scaleway",
			docs:  "https://www.scaleway.com/en/developers/api/iam/#path-api-keys-get-an-api-key",
			form:  form(uuidForm),
			parts: []part{beside("access-key", "the access key", `SCW[A-Z0-9]{17}`)},
			asks: []ask{{
				bases: []string{"https://api.scaleway.com"}, path: "/iam/v1alpha1/api-keys/{access-key}", header: header("X-Auth-Token", "{secret}"),
				read:  []reading{live(200, "access_key"), live(403, "type", "permissions_denied").because(mayNot), dead(401, "type", "denied_authentication")},
				facts: []pick{{"description", "description"}, {"user", "user_id"}, {"expires", "expires_at"}},
			}},
		},
		{
			name: "ibm-cloud", title: "IBM Cloud",
			docs: "https://cloud.ibm.com/apidocs/iam-identity-token-api#gettoken-apikey",
			note: "Asks for a short-lived access token, which is thrown away.",
			asks: []ask{{
				bases:  []string{"https://iam.cloud.ibm.com"},
				method: "POST", path: "/identity/token", header: header("Content-Type", "application/x-www-form-urlencoded"),
				body: "grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey&apikey={secret}",
				read: []reading{live(200, "access_token"), dead(400, "errorCode", "BXNIM0415E")},
			}},
		},
		{
			name: "shodan", title: "Shodan",
			docs: "https://developer.shodan.io/api",
			asks: []ask{{
				bases: []string{"https://api.shodan.io"}, path: "/api-info?key={secret}",
				read:  []reading{live(200, "plan"), dead(401, "")},
				facts: []pick{{"plan", "plan"}, {"credits", "query_credits"}},
			}},
		},
		{
			name: "virustotal", title: "VirusTotal",
			docs: "https://docs.virustotal.com/reference/user",
			asks: []ask{{
				form:  form(`^[0-9a-f]{64}$`),
				bases: []string{"https://www.virustotal.com"}, path: "/api/v3/users/{secret}", header: header("x-apikey", "{secret}"),
				read:  []reading{live(200, "data.id"), dead(401, "error.code", "WrongCredentialsError", "UserNotActiveError")},
				facts: []pick{{"account", "data.id"}},
			}},
		},
		{
			name: "ngrok", title: "ngrok",
			docs: "https://ngrok.com/docs/api/resources/api-keys/",
			note: "Tokens of agents are no API keys and are refused.",
			asks: []ask{{
				bases: []string{"https://api.ngrok.com"}, path: "/api_keys?limit=1", header: header("Authorization", "Bearer {secret}", "Ngrok-Version", "2"),
				read: []reading{live(200, "keys"), live(403, "error_code").because(mayNot), dead(401, "error_code")},
			}},
		},
		{
			name: "vault", title: "HashiCorp Vault",
			docs:      "https://developer.hashicorp.com/vault/api-docs/auth/token#lookup-a-token-self",
			installed: "https://{host}",
			asks: []ask{{
				path: "/v1/auth/token/lookup-self", header: header("X-Vault-Token", "{secret}"),
				read: []reading{
					live(200, "data.policies"),
					dead(403, "errors.*", "*bad token*", "*invalid token*"),
					unclear(403, "errors").because("refuses it, as it refuses tokens that may not look themselves up"),
				},
				facts: []pick{{"account", "data.display_name"}, {"scopes", "data.policies"}, {"expires", "data.expire_time"}},
			}},
		},
		{
			name: "opsgenie", title: "Opsgenie",
			docs: "https://docs.opsgenie.com/docs/account-api",
			asks: []ask{{
				bases: []string{"https://api.opsgenie.com", "https://api.eu.opsgenie.com"}, path: "/v2/account", header: header("Authorization", "GenieKey {secret}"),
				read:  []reading{live(200, "data.name"), live(403, "message").because(mayNot), dead(401, "message")},
				facts: []pick{{"account", "data.name"}, {"plan", "data.plan.name"}},
			}},
		},
		{
			name: "statuspage", title: "Statuspage",
			docs: "https://developer.statuspage.io/#operation/getPages",
			asks: []ask{{
				bases: []string{"https://api.statuspage.io"}, path: "/v1/pages", header: header("Authorization", "OAuth {secret}"),
				read:  []reading{live(200, "0.id"), live(200, "$", "[]"), dead(401, "error")},
				facts: []pick{{"pages", "*.name"}},
			}},
		},
	}
}
