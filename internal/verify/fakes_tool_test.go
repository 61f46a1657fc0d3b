package verify

func fakeTools() []*fakeProvider {
	return []*fakeProvider{
		fake("aiven", fill(300)).get("/v1/me").header("Authorization", "aivenv1 "+fill(300)).
			live(200, `{"user":{"user":"ada@example.com","real_name":"Ada L"}}`, "account", "ada@example.com", "name", "Ada L").
			dead(403, `{"errors":[{"message":"Missing (expired) db token","status":403}],"message":"Missing (expired) db token"}`),
		fake("scaleway", uuid(), "access-key", "SCW"+repeated("AB12", 17)).get("/iam/v1alpha1/api-keys/SCW"+repeated("AB12", 17)).header("X-Auth-Token", uuid()).
			live(200, `{"access_key":"SCW","description":"ci","user_id":"u1","expires_at":null}`, "description", "ci", "user", "u1").
			dead(401, `{"message":"authentication is denied","method":"api_key","reason":"not_found","type":"denied_authentication"}`).
			also(Live, 403, `{"message":"insufficient permissions","type":"permissions_denied"}`),
		fake("ibm-cloud", fill(44)).post("/identity/token", "application/x-www-form-urlencoded", "grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey&apikey="+fill(44)).
			live(200, `{"access_token":"x","expires_in":3600}`).dead(400, `{"errorCode":"BXNIM0415E","errorMessage":"Provided API key could not be found."}`),
		fake("shodan", fill(32)).get("/api-info?key="+fill(32)).live(200, `{"plan":"dev","query_credits":100}`, "plan", "dev", "credits", "100").dead(401, `{"error":"Access denied"}`),
		fake("virustotal", hexes(64)).get("/api/v3/users/"+hexes(64)).header("X-Apikey", hexes(64)).
			live(200, `{"data":{"id":"ada","type":"user"}}`, "account", "ada").
			dead(401, `{"error":{"code":"WrongCredentialsError","message":"Wrong API key"}}`),
		fake("ngrok", fill(49)).get("/api_keys?limit=1").bearer().header("Ngrok-Version", "2").
			live(200, `{"keys":[],"uri":"https://api.ngrok.com/api_keys"}`).
			dead(401, `{"error_code":"ERR_NGROK_206","status_code":401,"msg":"The API authentication you specified is not valid.","details":{}}`),
		fake("vault", "hvs."+fill(24), "host", "vault.acme.example").get("/v1/auth/token/lookup-self").header("X-Vault-Token", "hvs."+fill(24)).
			live(200, `{"data":{"display_name":"ci","policies":["default","deploy"],"expire_time":"2027-01-01T00:00:00Z","id":"`+"hvs."+fill(24)+`"}}`,
				"account", "ci", "scopes", "default, deploy", "expires", "2027-01-01T00:00:00Z").
			dead(403, `{"errors":["2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n"]}`).
			also(Dead, 403, `{"errors":["bad token"]}`).also(Unknown, 403, `{"errors":["permission denied"]}`),
		fake("opsgenie", uuid()).get("/v2/account").header("Authorization", "GenieKey "+uuid()).
			live(200, `{"data":{"name":"acme","userCount":9,"plan":{"name":"Enterprise"}}}`, "account", "acme", "plan", "Enterprise").
			dead(401, `{"message":"Could not authenticate","took":0.1}`),
		fake("statuspage", uuid()).get("/v1/pages").header("Authorization", "OAuth "+uuid()).
			live(200, `[{"id":"p1","name":"Acme"}]`, "pages", "Acme").dead(401, `{"error":"Could not authenticate"}`),
	}
}
