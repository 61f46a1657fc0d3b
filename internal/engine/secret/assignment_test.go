package secret

import (
	"bytes"
	"testing"
)

// read finds the first identifier called name and reads its assignment.
func read(text, name string) (assignment, bool) {
	data := []byte(text)
	at := bytes.Index(data, []byte(name))
	start, end, ok := nameAround(data, at, at+len(name))
	if !ok {
		return assignment{}, false
	}
	return readAssignment(data, start, end)
}

func TestReadAssignment_notations(t *testing.T) {
	for _, c := range []struct {
		text, want string
		notation   notation
	}{
		{`password = "v4lue"`, "v4lue", quoted},
		{`password="v4lue"`, "v4lue", quoted},
		{`export DB_password=v4lue`, "v4lue", bare},
		{"password: v4lue\nuser: x", "v4lue", bare},
		{"password: 'it''s'", "it's", quoted},
		{"password: v4lue # comment", "v4lue", bare},
		{"password:\n  - v4lue\n  - other\n", "v4lue", bare},
		{"password:\n  - \"v4lue\"\n", "v4lue", quoted},
		{"password: v4]l}ue=#1\nuser: x", "v4]l}ue=#1", bare},
		{"password: v4]lue}\nuser: x", "v4]lue}", bare},
		{"https://acme.test/cb#password=v4lue&state=1", "v4lue", query},
		{`"password": "v4\"lue",`, `v4"lue`, quoted},
		{`{\"password\":\"v4lue\"}`, "v4lue", quoted},
		{`"password" => 'v4lue',`, "v4lue", quoted},
		{`:password => "v4lue"`, "v4lue", quoted},
		{`config["password"] = "v4lue"`, "v4lue", quoted},
		{`$_ENV['password'] = 'v4lue';`, "v4lue", quoted},
		{`os.environ.get("password", "v4lue")`, "v4lue", quoted},
		{`define('DB_password', 'v4lue');`, "v4lue", quoted},
		{`process.env.password || 'v4lue'`, "v4lue", quoted},
		{`os.getenv("password") or "v4lue"`, "v4lue", quoted},
		{`password: ${DB_password:v4lue}`, "", 0},
		{`${DB_password:-v4lue}`, "v4lue", bare},
		{`const password string = "v4lue"`, "v4lue", quoted},
		{`let password: string = 'v4lue';`, "v4lue", quoted},
		{`let password: &'static str = "v4lue";`, "v4lue", quoted},
		{`val password: String = "v4lue"`, "v4lue", quoted},
		{`char password[32] = "v4lue";`, "v4lue", quoted},
		{`password := "v4lue"`, "v4lue", quoted},
		{`password := os.Getenv("X")`, "", 0},
		{`password <- "v4lue"`, "v4lue", quoted},
		{`password ||= "v4lue"`, "v4lue", quoted},
		{`if (password == "v4lue")`, "v4lue", quoted},
		{`if password != 'v4lue':`, "v4lue", quoted},
		{`setpassword("v4lue")`, "v4lue", quoted},
		{`.password("v4lue")`, "v4lue", quoted},
		{`password(value)`, "", 0},
		{`let password = String::from("v4lue");`, "v4lue", quoted},
		{`password: Some("v4lue".to_string()),`, "", 0},
		{`<password>v4lue</password>`, "v4lue", element},
		{`<db:password>v4lue&amp;x</db:password>`, "v4lue&x", element},
		{`<add key="password" value="v4lue"/>`, "v4lue", element},
		{`<property name="password">v4lue</property>`, "v4lue", element},
		{`<input name="password" type="text" value="v4lue">`, "v4lue", element},
		{`<db user="x" password="v4lue" />`, "v4lue", quoted},
		{"<key>password</key>\n\t<string>v4lue</string>", "v4lue", element},
		{"- name: password\n  value: v4lue\n", "v4lue", bare},
		{"- name: password\n  value: \"v4lue\"\n", "v4lue", quoted},
		{`{"name": "password", "value": "v4lue"}`, "v4lue", quoted},
		{`{"value": "other", "name": "password"}`, "", 0},
		{`mysql --password v4lue -u root`, "v4lue", flag},
		{`mysql --password=v4lue db`, "v4lue", flag},
		{`New-User -password "v4lue"`, "v4lue", flag},
		{`curl -H "X-password: v4lue" https://x`, "v4lue", bare},
		{`curl -H 'password: Bearer v4lue'`, "", 0},
		{`headers = {"password": "Bearer v4lue"}`, "v4lue", header},
		{`headers = {"password": "Basic dXNlcjp2NGx1ZQ=="}`, "v4lue", header},
		{`CREATE USER x WITH password 'v4lue';`, "v4lue", flag},
		{`https://x/?password=v4lue&y=1`, "v4lue", query},
		{"password: |\n  v4lue\nnext: x", "v4lue", block},
		{"password: >-\n    v4lue\n", "v4lue", block},
		{"password: |\n  one\n  two\n", "", 0},
		{`password = """v4lue"""`, "v4lue", quoted},
		{`password = r'v4lue'`, "v4lue", quoted},
		{`passwords = ["v4lue"]`, "v4lue", quoted},
		{`password = "v4lue" + suffix`, "", 0},
		{`password = "v4lue".format(x)`, "", 0},
		{`password = prefix + "v4lue"`, "", 0},
		{`password = other`, "other", bare},
		{`password = other;`, "", 0},
		{`password = call(x)`, "", 0},
		{`password::new("x")`, "", 0},
		{`host:password`, "", 0},
		{`password => v4lue`, "v4lue", bare},
		{`password: v4lue, user: x`, "", 0},
		{`password:v4lue`, "", 0},
		{"password:\n  \"v4lue\"", "v4lue", quoted},
		{`password = "abc`, "", 0},
		{`password="\u0076\x34lue"`, "v4lue", quoted},
	} {
		name := "password"
		a, ok := read(c.text, name)
		if !ok {
			a = assignment{}
		}
		if a.value != c.want || a.notation != c.notation {
			t.Errorf("%q: got %q in %s, want %q in %s", c.text, a.value, notationNames[a.notation], c.want, notationNames[c.notation])
		}
	}
}
