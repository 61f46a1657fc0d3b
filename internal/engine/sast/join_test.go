package sast_test

import "testing"

// rendered joins what a view hands to a template with what the template writes as it is.
const rendered = `rules:
  - id: unescaped
    mode: join
    severity: ERROR
    message: "$VAR goes into $PATH as it is"
    join:
      rules:
        - id: handed
          languages: [python]
          pattern: render("$PATH", ..., $VAR=$VALUE, ...)
        - id: written
          languages: [generic]
          pattern: "{{ $NAME | safe }}"
          paths: {include: ["*.html"]}
      on:
        - handed.$VAR == written.$NAME
        - handed.$PATH > written.path
`

func TestEngine_joins(t *testing.T) {
	files := map[string]string{
		"app.py":              "render('a.html', title=asked())\nrender('b.html', name=asked())\n",
		"templates/a.html":    "<p>{{ name }}</p>\n<b>{{ title | safe }}</b>\n",
		"templates/b.html":    "<p>{{ title | safe }}</p>\n",
		"templates/none.html": "<p>{{ other | safe }}</p>\n",
	}
	found, notices := look(t, newEngine(t, rendered), files)
	if got, want := placesOf(found), "unescaped templates/a.html:2:4"; got != want || len(notices) > 0 {
		t.Fatalf("got %s (%v)\nwant %s", got, notices, want)
	}
	if got, want := found[0].Message, "title goes into a.html as it is"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	delete(files, "app.py")
	if found, _ := look(t, newEngine(t, rendered), files); len(found) != 0 {
		t.Errorf("nothing hands anything to a template, found %s", placesOf(found))
	}
}
