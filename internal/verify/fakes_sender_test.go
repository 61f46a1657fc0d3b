package verify

func fakeSenders() []*fakeProvider {
	return []*fakeProvider{
		fake("mailersend", "mlsn."+hexes(64)).get("/v1/api-quota").bearer().live(200, `{"quota":100000,"remaining":99999,"reset":"2026-03-02T00:00:00Z"}`).dead(401, `{"message":"Unauthenticated."}`),
		fake("sparkpost", hexes(40)).get("/api/v1/account").header("Authorization", hexes(40)).
			live(200, `{"results":{"company_name":"Acme","status":"active"}}`, "account", "Acme", "status", "active").
			dead(401, `{"errors":[{"message":"Unauthorized."}]}`).also(Live, 403, `{"errors":[{"message":"Forbidden."}]}`),
		fake("telnyx", "KEY"+fill(52)).get("/v2/balance").bearer().
			live(200, `{"data":{"record_type":"balance","balance":"300.00","currency":"USD"}}`, "balance", "300.00", "currency", "USD").
			dead(401, `{"errors":[{"code":"10009","title":"Authentication failed","detail":"The API key looks malformed."}]}`),
		fake("klaviyo", "pk_"+hexes(34)).get("/api/accounts/").header("Authorization", "Klaviyo-API-Key pk_"+hexes(34)).header("Revision", "2024-10-15").
			live(200, `{"data":[{"type":"account","id":"A","attributes":{"contact_information":{"organization_name":"Acme"}}}]}`, "account", "Acme").
			dead(401, `{"errors":[{"id":"1","status":401,"code":"authentication_failed","title":"Incorrect authentication credentials."}]}`).
			also(Live, 403, `{"errors":[{"status":403,"code":"permission_denied"}]}`),
		fake("paystack", "sk_live_"+hexes(40)).get("/balance").bearer().live(200, `{"status":true,"message":"Balances retrieved","data":[]}`).dead(401, `{"status":false,"message":"Invalid key"}`),
		fake("mollie", "live_"+fill(30)).get("/v2/methods").bearer().live(200, `{"count":2,"_embedded":{"methods":[]}}`).
			dead(401, `{"status":401,"title":"Unauthorized Request","detail":"Missing authentication, or failed to authenticate"}`),
		fake("lemonsqueezy", "eyJ0"+fill(400)).get("/v1/users/me").bearer().header("Accept", "application/vnd.api+json").
			live(200, `{"data":{"type":"users","id":"1","attributes":{"name":"Ada L","email":"ada@example.com"}}}`, "account", "ada@example.com", "name", "Ada L").
			dead(401, `{"errors":[{"detail":"Unauthenticated.","status":"401","title":"Unauthorized"}]}`),
		fake("deepgram", hexes(40)).get("/v1/projects").header("Authorization", "Token "+hexes(40)).
			live(200, `{"projects":[{"project_id":"1","name":"Acme"}]}`, "projects", "Acme").
			dead(401, `{"err_code":"INVALID_AUTH","err_msg":"Invalid credentials.","request_id":"1"}`).
			also(Live, 403, `{"err_code":"INSUFFICIENT_PERMISSIONS","err_msg":"User does not have sufficient permissions."}`),
		fake("assemblyai", hexes(32)).get("/v2/transcript?limit=1").header("Authorization", hexes(32)).
			live(200, `{"page_details":{"limit":1},"transcripts":[]}`).dead(401, `{"error":"Authentication error, API token missing/invalid"}`),
		fake("cerebras", "csk-"+fill(48)).get("/v1/models").bearer().live(200, `{"object":"list","data":[]}`).
			dead(401, `{"message":"Wrong API Key","type":"invalid_request_error","param":"api_key","code":"wrong_api_key"}`),
		fake("stability", "sk-"+fill(48)).get("/v1/user/account").bearer().
			live(200, `{"id":"user-1","email":"ada@example.com","organizations":[{"name":"Personal"}]}`, "account", "ada@example.com", "organisations", "Personal").
			dead(401, `{"id":"9","message":"missing authorization header","name":"unauthorized"}`),
		fake("together", fill(64)).get("/v1/models").bearer().live(200, `[{"id":"m","object":"model"}]`).
			dead(401, `{"id":"n","error":{"message":"Invalid API key provided.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}`),
	}
}
