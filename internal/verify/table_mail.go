package verify

func mails() []entry {
	return []entry{
		{
			name: "sendgrid", title: "SendGrid",
			docs: "https://www.twilio.com/docs/sendgrid/api-reference/api-key-permissions/retrieve-a-list-of-scopes-for-which-this-user-has-access",
			asks: []ask{{
				form:  form(`^SG\.`),
				bases: []string{"https://api.sendgrid.com", "https://api.eu.sendgrid.com"}, path: "/v3/scopes", header: bearer(),
				read: []reading{
					live(200, "scopes"),
					live(403, "errors.*.message", "access forbidden").because(mayNot),
					dead(401, "errors.*.message", "authorization required", "*invalid, expired, or revoked*"),
				},
				facts: []pick{{"scopes", "scopes"}},
			}},
		},
		{
			name: "mailgun", title: "Mailgun",
			docs: "https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/domains/get-v4-domains",
			note: "Keys that may only send are refused like dead ones: a refused key stays unknown unless its form says that an account made it.",
			asks: []ask{{
				form:  form(`^(?:key-[0-9a-f]{32}|[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8})$`),
				bases: []string{"https://api.mailgun.net", "https://api.eu.mailgun.net"}, path: "/v4/domains?limit=1", basic: "api:{secret}",
				read: []reading{
					live(200, "items"),
					live(403, "").because(mayNot),
					dead(401, "").onlyFor(`^key-`),
					unclear(401, "").because("refuses it, as it refuses keys that may only send"),
				},
				facts: []pick{{"domains", "items.*.name"}},
			}},
		},
		{
			name: "mailchimp", title: "Mailchimp",
			docs: "https://mailchimp.com/developer/marketing/api/root/list-api-root-resources/",
			asks: []ask{{
				form:  form(`^(?P<secret>[0-9a-f]{32}-(?P<centre>us[0-9]{1,2}))$`),
				bases: []string{"https://{centre}.api.mailchimp.com"}, path: "/3.0/", basic: "reeve:{secret}",
				read: []reading{
					live(200, "account_id"),
					live(403, "title", "Forbidden").because(mayNot),
					dead(401, "title", "API Key Invalid", "API Key Missing"),
					dead(403, "title", "User Disabled"),
				},
				facts: []pick{{"account", "email"}, {"name", "account_name"}, {"role", "role"}},
			}},
		},
		{
			name: "postmark", title: "Postmark",
			docs: "https://postmarkapp.com/developer/api/server-api#get-server",
			note: "Asks for the server, then for the account, since both kinds of token look alike.",
			asks: []ask{
				{
					bases: []string{"https://api.postmarkapp.com"}, path: "/server", header: header("X-Postmark-Server-Token", "{secret}"),
					read:  []reading{live(200, "ID"), dead(401, "ErrorCode", "10")},
					facts: []pick{{"server", "Name"}, {"kind", "DeliveryType"}},
				},
				{
					bases: []string{"https://api.postmarkapp.com"}, path: "/servers?count=1&offset=0", header: header("X-Postmark-Account-Token", "{secret}"),
					read:  []reading{live(200, "TotalCount"), dead(401, "ErrorCode", "10")},
					facts: []pick{{"servers", "TotalCount"}},
				},
			},
		},
		{
			name: "brevo", title: "Brevo",
			docs: "https://developers.brevo.com/reference/getaccount",
			asks: []ask{{
				form:  form(`^xkeysib-`),
				bases: []string{"https://api.brevo.com"}, path: "/v3/account", header: header("api-key", "{secret}"),
				read: []reading{
					live(200, "email"),
					live(401, "message", "*unrecognised IP address*", "*unauthorized IP*").because("accepts it, though not from this address"),
					dead(401, "message", "Key not found*", "API Key is not enabled*"),
				},
				facts: []pick{{"account", "email"}, {"name", "companyName"}},
			}},
		},
		{
			name: "resend", title: "Resend",
			docs: "https://resend.com/docs/api-reference/errors",
			asks: []ask{{
				bases: []string{"https://api.resend.com"}, path: "/domains", header: bearer(),
				read: []reading{
					live(200, "data"),
					live(401, "name", "restricted_api_key").because(mayNot),
					dead(403, "name", "invalid_api_key"), dead(401, "name", "invalid_api_key"),
					dead(400, "message", "API key is invalid"),
				},
				facts: []pick{{"domains", "data.*.name"}},
			}},
		},
		{
			name: "twilio", title: "Twilio",
			docs:  "https://www.twilio.com/docs/iam/api/account#fetch-an-account-resource",
			form:  form(`[0-9a-f]{32}`),
			parts: []part{beside("account-sid", "the SID of the account", `AC[0-9a-f]{32}`)},
			asks: []ask{{
				bases: []string{"https://api.twilio.com"}, path: "/2010-04-01/Accounts/{account-sid}.json", basic: "{account-sid}:{secret}",
				read:  []reading{live(200, "sid"), dead(401, "code", "20003")},
				facts: []pick{{"account", "friendly_name"}, {"status", "status"}, {"kind", "type"}},
			}},
		},
	}
}
