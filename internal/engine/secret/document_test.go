package secret

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/literal"
)

// password is no one's.
const password = "hG7$kq" + "Zp2vLx9"

// values gives the values that one document reader finds in a text.
func values(t *testing.T, document, text string) []string {
	t.Helper()
	out := []string{}
	for _, f := range find(newEngine(t, ruleOf("r", `{"document":"`+document+`"}`)), text) {
		out = append(out, f.Secret.Reveal())
	}
	return out
}

func TestDocument_kubernetesSecret(t *testing.T) {
	data := encode64(password)
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"data":            {"apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ntype: Opaque\ndata:\n  password: " + data + "\n", []string{password}},
		"data_first":      {"data:\n  password: " + data + "\nkind: Secret\n", []string{password}},
		"string_data":     {"kind: Secret\nstringData:\n  db-password: \"" + password + "\"\n", []string{password}},
		"crlf":            {"kind: Secret\r\nstringData:\r\n  db-password: " + password + "\r\n", []string{password}},
		"block":           {"kind: Secret\nstringData:\n  password: |-\n    " + password + "\nother: x\n", []string{password}},
		"quoted_kind":     {"kind: \"Secret\"\ndata:\n  password: " + data, []string{password}},
		"list":            {"kind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  data:\n    password: " + data + "\n- kind: ConfigMap\n  data:\n    password: " + data + "\n", []string{password}},
		"several":         {"kind: ConfigMap\ndata:\n  password: " + data + "\n---\nkind: Secret\ndata:\n  password: " + data + "\n---\nkind: Secret\ndata:\n  token: " + encode64("Zp2vLx9hG7kqW3eR5tY8") + "\n", []string{password, "Zp2vLx9hG7kqW3eR5tY8"}},
		"helm":            {"{{- if .Values.x }}\nkind: Secret\ndata:\n  password: " + data + "\n  other: {{ .Values.p | b64enc }}\n{{- end }}\n", []string{password}},
		"placeholder":     {"kind: Secret\nstringData:\n  password: changeme\n  token: ${TOKEN}\n", []string{}},
		"user_name":       {"kind: Secret\ndata:\n  username: " + encode64("shop") + "\n  host: " + encode64("db.acme.io") + "\n", []string{}},
		"other_kind":      {"kind: SecretStore\ndata:\n  password: " + data, []string{}},
		"sealed":          {"kind: SealedSecret\nspec:\n  encryptedData:\n    password: AgBy3i4OJSWK+PiTySYZZA9rO43cGDEq\n", []string{}},
		"sops":            {"kind: Secret\ndata:\n  password: ENC[AES256_GCM,data:abc,type:str]\nsops:\n  mac: x\n", []string{}},
		"random_key":      {"kind: Secret\ntype: kubernetes.io/rbd\ndata:\n  key: " + encode64("hG7kq"+"Zp2vLx9mT4wB8nR5cY1sQ3d==") + "\n", []string{"hG7kq" + "Zp2vLx9mT4wB8nR5cY1sQ3d=="}},
		"template":        {"kind: Secret\nstringData:\n  core-site.xml: |-\n    {{- if .Values.s3 }}\n    <key>{{ .Values.s3.key }}</key>\n    {{- end }}\n", []string{}},
		"json":            {`{"kind": "Secret", "data": {"password": "` + data + `"}}`, []string{password}},
		"json_list":       {`{"kind":"List","items":[{"kind":"Secret","stringData":{"password":"` + password + `"}},{"kind":"ConfigMap","data":{"password":"` + data + `"}}]}`, []string{password}},
		"generator":       {"secretGenerator:\n- name: db\n  literals:\n  - password=" + password + "\n  - user=shop\n  files:\n  - a=b.txt\n", []string{password}},
		"generator_other": {"configMapGenerator:\n- name: db\n  literals:\n  - password=" + password + "\n", []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, values(t, "kubernetes-secret", c.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDocument_kubernetesSecretNobodyGuessesBesideIt(t *testing.T) {
	e := newEngine(t, ruleOf("k8s", `{"document":"kubernetes-secret"}`), ruleOf("password", passwordRule))
	if got := find(e, "kind: Secret\ndata:\n  password: "+encode64("demo")+"\n"); len(got) != 0 {
		t.Errorf("got %v", places(got))
	}
	if got := find(e, "kind: Secret\ndata:\n  password: "+encode64("wallaby")+"\n"); len(got) != 1 || got[0].Confidence >= finding.Firm {
		t.Errorf("a plain word: got %v", got)
	}
}

func TestDocument_kubernetesSecretIsReadAsAWhole(t *testing.T) {
	e := newEngine(t, ruleOf("r", `{"document":"kubernetes-secret"}`))
	data := []byte("kind: Secret\nstringData:\n  password: " + password + "\n")
	fresh := []engine.Span{{Start: 0, End: 12}} // a ConfigMap became a Secret
	var found []finding.Finding
	whole := e.Look(&engine.Content{Data: data, Fresh: fresh}, literal.New(e.Literals()).Find(data, 0, 12, nil), func(f finding.Finding) { found = append(found, f) })
	if !whole || len(found) != 1 {
		t.Errorf("whole %v, found %v", whole, places(found))
	}
}

func TestDocument_kubernetesSecretHoldsOtherRulesSecrets(t *testing.T) {
	e := newEngine(t, ruleOf("k8s", `{"document":"kubernetes-secret"}`), ruleOf("acme", `{"pattern":"\\bacme_([a-z0-9]{24})\\b","keywords":["acme_"]}`))
	got := find(e, "kind: Secret\ndata:\n  token: "+encode64(acme('a'))+"\n")
	if len(got) != 1 || got[0].Rule != "acme" {
		t.Errorf("got %v", places(got))
	}
}

func TestDocument_terraformState(t *testing.T) {
	state := `{"version": 4, "terraform_version": "1.9.0", "outputs": {"db_password": {"value": "` + password + `1", "type": "string"}, "endpoint": {"value": "db.acme.io"}},
"resources": [{"type": "aws_db_instance", "name": "db", "instances": [{"attributes": {"password": "` + password + `", "password_wo": null, "username": "shop",
"custom": "qv8RTy27Kpx", "arn": "arn:aws:rds:eu-west-1:1:db:x", "nested": [{"secret_key": "Zp2vLx9hG7kqW3eR5tY8"}]},
"sensitive_attributes": [[{"type": "get_attr", "value": "custom"}]]}]}]}`
	want := []string{password + "1", password, "qv8RTy27Kpx", "Zp2vLx9hG7kqW3eR5tY8"}
	if diff := cmp.Diff(want, values(t, "terraform-state", state)); diff != "" {
		t.Error(diff)
	}
}

func TestDocument_configurationFiles(t *testing.T) {
	auth := encode64("ci:" + password)
	for name, c := range map[string]struct {
		document, text string
		want           []string
	}{
		"docker":             {"docker-config", `{"auths": {"registry.acme.io": {"auth": "` + auth + `"}, "b": {"identitytoken": "Zp2vLx9hG7kqW3eR5tY8"}}, "credsStore": "x"}`, []string{password, "Zp2vLx9hG7kqW3eR5tY8"}},
		"docker_empty":       {"docker-config", `{"auths": {"registry.acme.io": {}}}`, []string{}},
		"docker_encoded":     {"docker-config", ".dockerconfigjson: " + encode64(`{"auths":{"registry.acme.io":{"auth":"`+auth+`"}}}`), []string{password}},
		"netrc":              {"netrc", "machine git.acme.io login ci password " + password + "\n", []string{password}},
		"netrc_lines":        {"netrc", "machine git.acme.io\n\tlogin ci\n\tpassword " + password + "\nmachine b login c password changeme\n", []string{password}},
		"netrc_prose":        {"netrc", "The machine room is locked; the password is with the porter.\n", []string{}},
		"npmrc":              {"npmrc", "//npm.acme.io/:_authToken=Zp2vLx9hG7kqW3eR5tY8\n_auth=" + auth + "\n//x/:_password=" + encode64(password+"x") + "\n", []string{"Zp2vLx9hG7kqW3eR5tY8", password, password + "x"}},
		"npmrc_reference":    {"npmrc", "//npm.acme.io/:_authToken=${NPM_TOKEN}\n", []string{}},
		"pypirc":             {"pypirc", "[distutils]\nindex-servers =\n  acme\n\n[acme]\nusername: ci\npassword: " + password + "\n", []string{password}},
		"url":                {"url-password", "postgres://shop:" + password + "@db.acme.io:5432/shop", []string{password}},
		"url_encoded":        {"url-password", "postgres://shop:hG7%24kqZp2vLx9@db.acme.io/shop", []string{password}},
		"url_no_user":        {"url-password", "redis://:" + password + "@cache.acme.io:6379/0", []string{password}},
		"url_jdbc":           {"url-password", "jdbc:oracle:thin:scott/" + password + "@db.acme.io:1521:x", []string{password}},
		"url_srv":            {"url-password", "mongodb+srv://shop:" + password + "@c0.acme.io/x", []string{password}},
		"url_at_in_password": {"url-password", "amqp://shop:hG7$@Zp2v@mq.acme.io", []string{"hG7$@Zp2v"}},
		"url_reference":      {"url-password", "postgres://shop:${DB_PASSWORD}@db.acme.io postgres://$U:$P@db postgres://{user}:{password}@db", []string{}},
		"url_placeholder":    {"url-password", "https://user:your_password@acme.io https://<user>:<password>@acme.io https://user:****@acme.io", []string{}},
		"url_none":           {"url-password", "https://acme.io/a:b@c https://acme.io:443/x ssh://git@acme.io/x http://acme.io/?a=b:c@d", []string{}},
		"sas":                {"url-password", "https://x.blob.core.windows.net/c?sv=2022&sig=" + strings.ReplaceAll(base64.StdEncoding.EncodeToString([]byte("0123456789abcdefghijklmnopqrstuv")), "=", "%3D"), []string{base64.StdEncoding.EncodeToString([]byte("0123456789abcdefghijklmnopqrstuv"))}},
		"connection":         {"connection-string", `"Server=db.acme.io;Database=shop;User Id=shop;Password=` + password + `;Encrypt=true"`, []string{password}},
		"connection_alone":   {"connection-string", "Password=" + password, []string{}},
		"connection_stub":    {"connection-string", `Server=db;Password=yourpassword;`, []string{}},
		"connection_azure":   {"connection-string", "Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=r;SharedAccessKey=" + base64.StdEncoding.EncodeToString([]byte("qv8RTy27Kpxqv9RTz37Kqyrw0SUa48Lr")), []string{base64.StdEncoding.EncodeToString([]byte("qv8RTy27Kpxqv9RTz37Kqyrw0SUa48Lr"))}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, values(t, c.document, c.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDocument_urlOfThisMachineIsDoubted(t *testing.T) {
	e := newEngine(t, ruleOf("r", `{"document":"url-password"}`))
	for text, want := range map[string]finding.Confidence{
		"postgres://shop:" + password + "@db.acme.io/x":     finding.Firm,
		"postgres://shop:" + password + "@localhost/x":      finding.Likely,
		"postgres://shop:" + password + "@db.example.com/x": finding.Tentative,
		"postgres://postgres:postgres@db.acme.io/x":         finding.Tentative,
		"postgres://postgres:postgres@localhost/x":          -1,
		"postgres://user:password@host/x":                   -1,
	} {
		got := find(e, text)
		if want < 0 && len(got) > 0 || want >= 0 && (len(got) != 1 || got[0].Confidence != want) {
			t.Errorf("%s: got %v, want confidence %v", text, places(got), want)
		}
	}
}

func TestDocuments_everyReaderHasATest(t *testing.T) {
	want := []string{"age-key", "assignment", "connection-string", "docker-config", "jwt", "kubernetes-secret", "netrc", "npmrc", "pkcs12", "private-key", "putty-key", "pypirc", "terraform-state", "url-password"}
	if diff := cmp.Diff(want, Documents()); diff != "" {
		t.Error(diff)
	}
}
