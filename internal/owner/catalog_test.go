package owner

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/reevehq/reeve/internal/exposure"
)

const catalogText = `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: Checkout
  title: The checkout
  tags: [go, pci]
  labels: {tier: "1"}
  annotations:
    github.com/project-slug: Acme/shop
    acme.com/data-classification: pii, phi
    enabled: true
spec:
  type: service
  lifecycle: production
  owner: payments-core
  system: shop
  dependsOn: [resource:orders-db, component:legacy/cart, stock]
---
# nothing here
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: shop}
spec: {owner: group:default/retail, domain: sales}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: payments-core}
spec: {type: team, parent: payments, members: [ann]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ann}
spec: {profile: {email: Ann@Example.com}, memberOf: [payments-core]}
---
apiVersion: v1
kind: Service
metadata: {name: not-an-entity}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: orders-db, namespace: Data}
spec: {type: database, owner: user:ann, system: default/shop}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: checkout-api, tags: {a: b}}
spec: {type: openapi, lifecycle: deprecated, owner: payments, definition: {$text: ./openapi.yaml}}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: checkout}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {title: nameless}
---
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: elsewhere}
`

func catalog(t *testing.T, text string) *Catalog {
	t.Helper()
	c, err := ReadCatalog([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return &c
}

func TestReadCatalog_entities(t *testing.T) {
	c := catalog(t, catalogText)
	want := []Entity{
		{Kind: "Component", Namespace: "default", Name: "Checkout", Title: "The checkout", Line: 1, Type: "service", Lifecycle: "production",
			Owner: "group:default/payments-core", System: "system:default/shop", DependsOn: []string{"resource:default/orders-db", "component:legacy/cart", "component:default/stock"},
			Tags: []string{"go", "pci"}, Labels: map[string]string{"tier": "1"},
			Annotations: map[string]string{"github.com/project-slug": "Acme/shop", "acme.com/data-classification": "pii, phi", "enabled": "true"},
			Data:        []string{"card", "health", "personal"}},
		{Kind: "System", Namespace: "default", Name: "shop", Line: 21, Owner: "group:default/retail", Domain: "domain:default/sales"},
		{Kind: "Group", Namespace: "default", Name: "payments-core", Line: 26, Type: "team", Parent: "group:default/payments", Members: []string{"user:default/ann"}},
		{Kind: "User", Namespace: "default", Name: "ann", Line: 31, Email: "Ann@Example.com", MemberOf: []string{"group:default/payments-core"}},
		{Kind: "Resource", Namespace: "Data", Name: "orders-db", Line: 40, Type: "database", Owner: "user:data/ann", System: "system:default/shop"},
		{Kind: "API", Namespace: "default", Name: "checkout-api", Line: 45, Type: "openapi", Lifecycle: "deprecated", Owner: "group:default/payments"},
	}
	if diff := cmp.Diff(want, c.Entities, cmpopts.IgnoreUnexported(Entity{})); diff != "" {
		t.Error(diff)
	}
	var problems []string
	for _, p := range c.Problems {
		problems = append(problems, fmt.Sprint(p.Line))
	}
	if diff := cmp.Diff([]string{"45", "54", "50"}, problems); diff != "" { // tags that are no list, no name, twice there
		t.Errorf("%s: %v", diff, c.Problems)
	}
	if e := c.Find("CHECKOUT"); e == nil || e.Name != "Checkout" || c.Find("resource:data/Orders-DB") == nil || c.Find("nobody") != nil {
		t.Errorf("Find gives %+v", e)
	}
}

func TestReadCatalog_refuses(t *testing.T) {
	for _, text := range []string{"a: [", "a: b\n---\n\t", strings.Repeat("x", maxCatalog+1)} {
		if c, err := ReadCatalog([]byte(text)); err == nil {
			t.Errorf("%.20q gives %+v", text, c)
		}
	}
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for i := 'b'; i < 'k'; i++ {
		bomb += fmt.Sprintf("%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", i, i, i-1, i-1, i-1, i-1, i-1, i-1, i-1, i-1, i-1)
	}
	document := "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: x, tags: *j}\n---\n"
	const bombs = 20
	c := catalog(t, strings.Repeat(bomb+document, bombs))
	if len(c.Entities) > 0 || len(c.Problems) != bombs || !strings.Contains(c.Problems[0].Text, "aliases stand for more than") {
		t.Errorf("bombs give %d entities and %v", len(c.Entities), c.Problems)
	}
	if c = catalog(t, "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: &m {name: x, tags: [*m]}\n"); len(c.Entities) > 0 {
		t.Errorf("an anchor inside itself gives %+v", c.Entities)
	}
	if c = catalog(t, "apiVersion: &v backstage.io/v1alpha1\nkind: Component\nmetadata: {name: &n x, title: *n}\n"); len(c.Entities) != 1 || c.Entities[0].Title != "x" {
		t.Errorf("an alias gives %+v", c.Entities)
	}
}

func TestSource_annotations(t *testing.T) {
	for _, test := range []struct{ key, value, repository, folder string }{
		{"backstage.io/source-location", "url:https://github.com/Acme/Shop/tree/main/services/pay/", "github.com/acme/shop", "services/pay"},
		{"backstage.io/source-location", "url:https://github.com/acme/shop", "github.com/acme/shop", ""},
		{"backstage.io/source-location", "url:https://git.example.com/a/b/c/-/tree/main/x", "git.example.com/a/b/c", "x"},
		{"backstage.io/managed-by-location", "url:https://github.com/acme/shop/blob/main/services/pay/catalog-info.yaml", "github.com/acme/shop", "services/pay"},
		{"backstage.io/managed-by-location", "url:https://github.com/acme/shop/blob/main/catalog-info.yaml", "github.com/acme/shop", ""},
		{"backstage.io/source-location", "dir:./x", "", ""},
		{"backstage.io/source-location", "url:https://github.com/acme", "", ""},
		{"backstage.io/source-location", "url:::", "", ""},
		{"gitlab.com/project-slug", "Acme/web/shop", "gitlab.com/acme/web/shop", ""},
		{"github.com/project-slug", "acme/shop", "github.com/acme/shop", ""},
	} {
		e := Entity{Annotations: map[string]string{test.key: test.value}}
		if repository, folder := e.Source(); repository != test.repository || folder != test.folder {
			t.Errorf("%s: got %q, %q", test.value, repository, folder)
		}
	}
}

// The rank reads data classes by package exposure, the register by this one: they must say the same.
func TestData_isThatOfExposure(t *testing.T) {
	for _, metadata := range []string{
		"tags: [pii, go]", "tags: [phi, pci, sox]", "labels: {data-classification: customer}", "labels: {pci: 'true'}", "annotations: {acme.com/hipaa: 'yes'}",
		"annotations: {sensitivity: 'credentials, banking'}", "labels: {team: payments}", "tags: [not-pii]", "annotations: {compliance: gdpr}", "labels: {personal: 'false'}",
		"tags: [medical, patient, cards, cardholder, pan, dsgvo, personal, health, card, secrets, passwords, finance, financial, payments]",
	} {
		text := "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: a\n  " + metadata + "\nspec: {lifecycle: production}\n"
		facts, err := exposure.Read("a/catalog-info.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		if at := exposure.Assemble([]*exposure.Facts{facts}, exposure.Options{}).Of("a/main.go"); at != nil {
			want = at.Data
		}
		if got := catalog(t, text).Entities[0].Data; !slices.Equal(got, want) {
			t.Errorf("%s: got %v, exposure says %v", metadata, got, want)
		}
	}
}

func FuzzReadCatalog(f *testing.F) {
	f.Add([]byte(catalogText))
	f.Add([]byte("apiVersion: backstage.io/v1\nkind: Component\nmetadata: {name: &a x, tags: [*a]}\n<<: {spec: {owner: a:b/c/d}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ReadCatalog(data)
		if err != nil {
			return
		}
		for i := range c.Entities {
			if c.Find(c.Entities[i].Ref()) != &c.Entities[i] {
				t.Errorf("%s does not find itself", c.Entities[i].Ref())
			}
			Resolve(Facts{Path: "a", Catalog: &c, Entity: c.Entities[i].Ref()})
		}
	})
}
