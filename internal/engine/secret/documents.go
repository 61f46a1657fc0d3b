package secret

import (
	"maps"
	"slices"
)

// reader finds secrets in a kind of document around one hit of its literals.
type reader func(l *look, m *matcher, at int)

// document is a kind of document the engine can read.
type document struct {
	read reader
	// literals start it, in any case where fold is set.
	literals []string
	fold     bool
}

// documents are the kinds a rule may name. "assignment" has no reader of its own: see assigned.go.
var documents = map[string]document{
	"age-key":           {readAgeKey, []string{"AGE-SECRET-KEY-1", "AGE-PLUGIN-"}, false},
	"assignment":        {nil, assignmentLiterals, true},
	"connection-string": {readConnectionString, []string{"password=", "pwd=", "accountkey=", "sharedaccesskey=", "accesskey=", "password =", ";secret="}, true},
	"docker-config":     {readDockerConfig, []string{`"auths"`, `"auth":`}, false},
	"jwt":               {readJWT, []string{"eyJ"}, false},
	"kubernetes-secret": {readKubernetes, []string{"kind: Secret", `"kind": "Secret"`, `"kind":"Secret"`, `kind: "Secret"`, "kind: 'Secret'", "secretGenerator"}, false},
	"netrc":             {readNetrc, []string{"machine "}, false},
	"npmrc":             {readNpmrc, []string{"_authToken", "_auth", "_password"}, false},
	"pkcs12":            {readPKCS12, []string{pkcs7OID}, false},
	"private-key":       {readPrivateKey, []string{"PRIVATE KEY"}, false},
	"putty-key":         {readPuTTY, []string{"PuTTY-User-Key-File-"}, false},
	"pypirc":            {readPypirc, []string{"index-servers", "[pypi]", "[testpypi]", "[distutils]"}, false},
	"terraform-state":   {readTerraformState, []string{`"terraform_version"`}, false},
	"url-password":      {readURL, []string{"://", "?sig=", "&sig=", "thin:"}, false},
}

// assignmentLiterals stand in the names classify takes for those of secrets.
var assignmentLiterals = []string{
	"password", "passwd", "passwort", "passphrase", "passcode", "pwd", "pswd", "secret", "token", "credential", "creds", "apikey", "api_key", "api-key", "api key",
	"_key", "-key", ".key", "accesskey", "privatekey", "authkey", "masterkey", "accountkey", "sharedkey", "signingkey", "encryptionkey", "subscriptionkey", "servicekey",
	"authorization", "db_pass", "dbpass", "_pass", "user_pass", "userpass", "rootpass", "adminpass", "contrasena", "contraseña", "senha", "motdepasse",
	"wachtwoord", "kennwort", "_salt", "bearer", "identified by", "sshpass", "bind_pw", "bindpw", "rootpw", "validationkey", "decryptionkey", "clientkey", "appkey",
}

// Documents lists the kinds of document a rule may name, sorted.
func Documents() []string { return slices.Sorted(maps.Keys(documents)) }
