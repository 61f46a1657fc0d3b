package syntax

import (
	"strings"
	"testing"
)

func TestDockerfile_places(t *testing.T) {
	checkPlaces(t, Dockerfile, "FROM a:1 AS b\n RUN c \\\n  # d\n  e && f\nRUN <<EOT\ng\nEOT\n", []Kind{ExprStmt, Pair},
		"ExprStmt: FROM a:1 AS b", "Pair: :1", "ExprStmt: RUN c \\\n  # d\n  e && f", "ExprStmt: c \\\n  # d\n  e && f", "ExprStmt: RUN <<EOT\ng\nEOT", "ExprStmt: g")
}

func TestDockerfile_deep(t *testing.T) {
	for _, part := range []string{"ONBUILD ", "HEALTHCHECK CMD ", "RUN (", "RUN $(", "[", "\"", "${", "<<A ", "\\\n", "RUN a &&\\\n"} {
		checkDepth(t, Dockerfile, strings.Repeat(part, 2000))
		checkDepth(t, Dockerfile, "RUN "+strings.Repeat(part, 2000))
		checkDepth(t, Dockerfile, "FROM "+strings.Repeat(part, 2000))
	}
}

// Of more commands than a file has there are the words only.
func TestDockerfile_many(t *testing.T) {
	tree, err := Dockerfile.Parse([]byte(strings.Repeat("RUN a b\n", maxShells+1)))
	if err != nil {
		t.Fatal(err)
	}
	last := tree.Root.Kids[maxShells].String()
	if want := `(ExprStmt Value:(Call Callee:(Name RUN) (String "a") (String "b")))`; last != want {
		t.Errorf("got  %s\nwant %s", last, want)
	}
}

// FuzzDockerfile parses anything as a Dockerfile.
func FuzzDockerfile(f *testing.F) {
	for _, seed := range []string{
		"# escape=`\nFROM --platform=a b/c:1@sha256:d AS e\nARG f=1\nENV g h\nENV i=\"j k\" l=$m", "RUN --mount=type=n a && b \\\n  # c\n  d | e", "RUN <<A cat <<-\"B\"\nc\nA\nd\nB\n",
		"CMD [\"a\", \"\\u0041\"]\nHEALTHCHECK --interval=1s CMD b\nONBUILD USER c:d\nWORKDIR ${e:-f}/$g", "LABEL a=b 'c'=\"d", "COPY <<A /b\n", "USER :", "FROM @", "EXPOSE \\", "RUN \\",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkSound(t, Dockerfile, text) })
}
