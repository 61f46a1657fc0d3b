package verify

func payments() []entry {
	return []entry{
		{
			name: "stripe", title: "Stripe",
			docs: "https://docs.stripe.com/api/accounts/retrieve",
			asks: []ask{{
				form:  form(`^[sr]k_(?:live|test)_`),
				bases: []string{"https://api.stripe.com"}, path: "/v1/account", header: bearer(),
				read: []reading{
					live(200, "id"),
					live(403, "error.type", "invalid_request_error").because(mayNot),
					live(401, "error.message", "*required permissions*").because(mayNot),
					dead(401, "error.code", "api_key_expired", "platform_api_key_expired"),
					dead(401, "error.message", "Invalid API Key provided*", "Expired API Key provided*"),
				},
				facts: []pick{{"account", "id"}, {"email", "email"}, {"name", "business_profile.name"}, {"country", "country"}},
			}},
		},
		{
			name: "square", title: "Square",
			docs: "https://developer.squareup.com/reference/square/merchants-api/retrieve-merchant",
			asks: []ask{{
				bases: []string{"https://connect.squareup.com", "https://connect.squareupsandbox.com"}, path: "/v2/merchants/me", header: bearer(),
				read: []reading{
					live(200, "merchant.id"),
					live(403, "errors.*.code", "INSUFFICIENT_SCOPES").because(mayNot),
					dead(401, "errors.*.category", "AUTHENTICATION_ERROR"),
				},
				facts: []pick{{"account", "merchant.id"}, {"name", "merchant.business_name"}, {"country", "merchant.country"}},
			}},
		},
		{
			name: "paypal", title: "PayPal",
			docs:  "https://developer.paypal.com/api/rest/authentication/",
			note:  "Asks for a short-lived access token, which is thrown away.",
			form:  form(`E[A-Za-z0-9_-]{39,99}`),
			parts: []part{beside("client-id", "the client id", `A[A-Za-z0-9_-]{79}`)},
			asks: []ask{{
				bases:  []string{"https://api-m.paypal.com", "https://api-m.sandbox.paypal.com"},
				method: "POST", path: "/v1/oauth2/token", basic: "{client-id}:{secret}",
				header: header("Content-Type", "application/x-www-form-urlencoded"), body: "grant_type=client_credentials",
				read:  []reading{live(200, "access_token"), dead(401, "error", "invalid_client")},
				facts: []pick{{"account", "app_id"}, {"scopes", "scope"}},
			}},
		},
		{
			name: "shopify", title: "Shopify",
			docs:  "https://shopify.dev/docs/api/admin-rest/latest/resources/accessscope",
			parts: []part{beside("shop", "the host of the shop", `[a-z0-9][a-z0-9-]{0,62}\.myshopify\.com`).asHost()},
			asks: []ask{{
				form:  form(`^shp(?:at|ca|pa)_`),
				bases: []string{"https://{shop}"}, path: "/admin/oauth/access_scopes.json", header: header("X-Shopify-Access-Token", "{secret}"),
				read:  []reading{live(200, "access_scopes"), live(403, "errors").because(mayNot), dead(401, "errors", "*Invalid API key or access token*")},
				facts: []pick{{"scopes", "access_scopes.*.handle"}},
			}},
		},
	}
}
