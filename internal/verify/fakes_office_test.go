package verify

import "strings"

func fakeOffices() []*fakeProvider {
	return []*fakeProvider{
		fake("clickup", "pk_"+digits(8)+"_"+strings.ToUpper(fill(32))).get("/api/v2/user").header("Authorization", "pk_"+digits(8)+"_"+strings.ToUpper(fill(32))).
			live(200, `{"user":{"id":123,"username":"Ada","email":"ada@example.com"}}`, "account", "ada@example.com", "name", "Ada").
			dead(401, `{"err":"Token invalid","ECODE":"OAUTH_025"}`),
		fake("intercom", "dG9r"+fill(56)).get("/me").bearer().
			live(200, `{"type":"admin","id":"1","email":"ada@example.com","name":"Ada L","app":{"type":"app","name":"Acme"}}`, "account", "ada@example.com", "name", "Ada L", "app", "Acme").
			dead(401, `{"type":"error.list","errors":[{"code":"unauthorized","message":"Access Token Invalid"}]}`),
		fake("monday", "eyJh"+fill(180)).post("/v2", "application/json", `{"query":"{ me { id name email } }"}`).header("Authorization", "eyJh"+fill(180)).
			live(200, `{"data":{"me":{"id":"1","name":"Ada L","email":"ada@example.com"}},"account_id":1}`, "account", "ada@example.com", "name", "Ada L").
			dead(401, `{"errors":["Not Authenticated"]}`),
		fake("miro", "eyJt"+fill(60)).get("/v1/oauth-token").bearer().
			live(200, `{"type":"oAuthTokenInformation","scopes":["boards:read"],"team":{"id":"1","name":"Acme"},"user":{"id":"2","name":"Ada L"}}`,
				"account", "Ada L", "team", "Acme", "scopes", "boards:read").
			dead(401, `{"status":401,"code":"tokenNotProvided","message":"No authorization token is provided","type":"error"}`),
		fake("calendly", "eyJr"+fill(200)).get("/users/me").bearer().
			live(200, `{"resource":{"uri":"https://api.calendly.com/users/A","name":"Ada L","email":"ada@example.com"}}`, "account", "ada@example.com", "name", "Ada L").
			dead(401, `{"title":"Unauthenticated","message":"The access token is invalid"}`),
		fake("webflow", hexes(64)).get("/v2/token/introspect").bearer().
			live(200, `{"authorization":{"id":"5f","scope":"cms:read,sites:read"},"application":{"id":"1","displayName":"Site"}}`, "scopes", "cms:read,sites:read", "app", "Site").
			dead(401, `{"message":"Request not authorized","code":"not_authorized"}`),
		fake("twitch", strings.ToLower(fill(30))).get("/oauth2/validate").header("Authorization", "OAuth "+strings.ToLower(fill(30))).
			live(200, `{"client_id":"wbmy","login":"ada","scopes":["chat:read","chat:edit"],"user_id":"1","expires_in":5520838}`, "account", "ada", "scopes", "chat:read, chat:edit", "app", "wbmy").
			dead(401, `{"status":401,"message":"invalid access token"}`),
		fake("webex", fill(64)+"_PF84_"+uuid()).get("/v1/people/me").bearer().
			live(200, `{"id":"Y2","emails":["ada@example.com"],"displayName":"Ada L","type":"bot"}`, "account", "ada@example.com", "name", "Ada L", "kind", "bot").
			dead(401, `{"message":"The request requires a valid access token set in the Authorization request header.","trackingId":"R"}`),
		fake("zendesk", fill(40), "email", "ada@example.com", "site", "acme.zendesk.com").get("/api/v2/users/me.json").basic("ada@example.com/token", fill(40)).
			live(200, `{"user":{"id":1,"name":"Ada L","email":"ada@example.com","role":"admin"}}`, "account", "ada@example.com", "name", "Ada L", "role", "admin").
			dead(401, `{"error":"Couldn't authenticate you"}`).
			also(Unknown, 200, `{"user":{"id":null,"name":"Anonymous user"}}`),
	}
}
