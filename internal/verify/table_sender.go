package verify

// senders lists further services that send, sell and understand.
func senders() []entry {
	return []entry{
		{
			name: "mailersend", title: "MailerSend",
			docs: "https://developers.mailersend.com/api/v1/api-quota.html",
			asks: []ask{{
				form:  form(`^mlsn\.`),
				bases: []string{"https://api.mailersend.com"}, path: "/v1/api-quota", header: bearer(),
				read: []reading{live(200, "quota"), live(403, "message").because(mayNot), dead(401, "message", "Unauthenticated*")},
			}},
		},
		{
			name: "sparkpost", title: "SparkPost",
			docs: "https://developers.sparkpost.com/api/account/#account-get-retrieve-account-information",
			asks: []ask{{
				bases: []string{"https://api.sparkpost.com", "https://api.eu.sparkpost.com"}, path: "/api/v1/account", header: header("Authorization", "{secret}"),
				read:  []reading{live(200, "results"), live(403, "errors").because(mayNot), dead(401, "errors")},
				facts: []pick{{"account", "results.company_name"}, {"status", "results.status"}},
			}},
		},
		{
			name: "telnyx", title: "Telnyx",
			docs: "https://developers.telnyx.com/api-reference/billing/get-user-balance-details",
			asks: []ask{{
				bases: []string{"https://api.telnyx.com"}, path: "/v2/balance", header: bearer(),
				read:  []reading{live(200, "data.balance"), dead(401, "errors")},
				facts: []pick{{"balance", "data.balance"}, {"currency", "data.currency"}},
			}},
		},
		{
			name: "klaviyo", title: "Klaviyo",
			docs: "https://developers.klaviyo.com/en/reference/get_accounts",
			asks: []ask{{
				form:  form(`^pk_`),
				bases: []string{"https://a.klaviyo.com"}, path: "/api/accounts/",
				header: header("Authorization", "Klaviyo-API-Key {secret}", "Accept", "application/vnd.api+json", "revision", "2024-10-15"),
				read: []reading{
					live(200, "data"),
					live(403, "errors.*.code", "permission_denied").because(mayNot),
					dead(401, "errors.*.code", "not_authenticated", "authentication_failed"),
				},
				facts: []pick{{"account", "data.*.attributes.contact_information.organization_name"}},
			}},
		},
		{
			name: "paystack", title: "Paystack",
			docs: "https://paystack.com/docs/api/transfer-control/#balance",
			asks: []ask{{
				form:  form(`^sk_`),
				bases: []string{"https://api.paystack.co"}, path: "/balance", header: bearer(),
				read: []reading{live(200, "status", "true"), dead(401, "status", "false")},
			}},
		},
		{
			name: "mollie", title: "Mollie",
			docs: "https://docs.mollie.com/reference/list-methods",
			asks: []ask{{
				form:  form(`^(?:live|test)_`),
				bases: []string{"https://api.mollie.com"}, path: "/v2/methods", header: bearer(),
				read: []reading{live(200, "count"), live(403, "title").because(mayNot), dead(401, "title", "Unauthorized Request")},
			}},
		},
		{
			name: "lemonsqueezy", title: "Lemon Squeezy",
			docs: "https://docs.lemonsqueezy.com/api/users/retrieve-user",
			asks: []ask{{
				bases: []string{"https://api.lemonsqueezy.com"}, path: "/v1/users/me", header: header("Authorization", "Bearer {secret}", "Accept", "application/vnd.api+json"),
				read:  []reading{live(200, "data.id"), dead(401, "errors.*.status", "401")},
				facts: []pick{{"account", "data.attributes.email"}, {"name", "data.attributes.name"}},
			}},
		},
		{
			name: "deepgram", title: "Deepgram",
			docs: "https://developers.deepgram.com/reference/manage/projects/list",
			asks: []ask{{
				bases: []string{"https://api.deepgram.com"}, path: "/v1/projects", header: header("Authorization", "Token {secret}"),
				read:  []reading{live(200, "projects"), live(403, "err_code", "INSUFFICIENT_PERMISSIONS").because(mayNot), dead(401, "err_code", "INVALID_AUTH")},
				facts: []pick{{"projects", "projects.*.name"}},
			}},
		},
		{
			name: "assemblyai", title: "AssemblyAI",
			docs: "https://www.assemblyai.com/docs/api-reference/transcripts/list",
			asks: []ask{{
				bases: []string{"https://api.assemblyai.com", "https://api.eu.assemblyai.com"}, path: "/v2/transcript?limit=1", header: header("Authorization", "{secret}"),
				read: []reading{live(200, "page_details"), dead(401, "error")},
			}},
		},
		{
			name: "cerebras", title: "Cerebras",
			docs: "https://inference-docs.cerebras.ai/api-reference/models",
			asks: []ask{{
				form:  form(`^csk-`),
				bases: []string{"https://api.cerebras.ai"}, path: "/v1/models", header: bearer(),
				read: []reading{live(200, "data"), dead(401, "code", "wrong_api_key")},
			}},
		},
		{
			name: "stability", title: "Stability AI",
			docs: "https://platform.stability.ai/docs/api-reference#tag/User",
			asks: []ask{{
				form:  form(`^sk-`),
				bases: []string{"https://api.stability.ai"}, path: "/v1/user/account", header: bearer(),
				read:  []reading{live(200, "id"), dead(401, "name", "unauthorized")},
				facts: []pick{{"account", "email"}, {"organisations", "organizations.*.name"}},
			}},
		},
		{
			name: "together", title: "Together AI",
			docs: "https://docs.together.ai/reference/models-1",
			asks: []ask{{
				bases: []string{"https://api.together.xyz"}, path: "/v1/models", header: bearer(),
				read: []reading{live(200, "0.id"), dead(401, "error.code", "invalid_api_key")},
			}},
		},
	}
}
