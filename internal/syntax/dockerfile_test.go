package syntax

import "testing"

func TestDockerfile_instructions(t *testing.T) {
	check(t, Dockerfile,
		`FROM --platform=linux/amd64 a.b:5000/c:1@sha256:d AS e
`,
		`(ExprStmt Value:(Call Callee:(Name FROM) Decorator:(Pair Key:(String "--platform") Value:(String "linux/amd64")) Decorator:(Pair Key:(String "@") Value:(String "sha256:d")) Decorator:(Pair Key:(String ":") Value:(Number 1)) (String "a.b:5000/c") Name:(String "e")))`,
		`from a.b:5000/c
`,
		`(ExprStmt Value:(Call Callee:(Name FROM) (String "a.b:5000/c")))`,
		`ARG A=1 B
`,
		"(ExprStmt Value:(Call Callee:(Name ARG) (Param Name:(Name A) Value:(Number 1)) (Param Name:(Name B))))",
		`ENV A=b C="d e"
`,
		`(ExprStmt Value:(Call Callee:(Name ENV) (Assign! = Left:(Name A) Right:(String "b")) (Assign! = Left:(Name C) Right:(String "d e"))))`,
		`ENV A b c
`,
		`(ExprStmt Value:(Call Callee:(Name ENV) (Assign! = Left:(Name A) Right:(String "b c"))))`,
		`LABEL a="b" c=$d
`,
		`(ExprStmt Value:(Call Callee:(Name LABEL) (Pair Key:(String "a") Value:(String "b")) (Pair Key:(String "c") Value:(Name d))))`,
		`USER a:b
`,
		`(ExprStmt Value:(Call Callee:(Name USER) (Binary : Left:(String "a") Right:(String "b"))))`,
		`USER a
`,
		`(ExprStmt Value:(Call Callee:(Name USER) (String "a")))`,
		`EXPOSE 80 443/tcp
`,
		`(ExprStmt Value:(Call Callee:(Name EXPOSE) (Number 80) (String "443/tcp")))`,
		`COPY --from=a --link b c
`,
		`(ExprStmt Value:(Call Callee:(Name COPY) Decorator:(Pair Key:(String "--from") Value:(String "a")) Decorator:(String "--link") (String "b") (String "c")))`,
		`ADD ["a b", "c"]
`,
		`(ExprStmt Value:(Call Callee:(Name ADD) (List (String "a b") (String "c"))))`,
		`VOLUME /a /b
`,
		`(ExprStmt Value:(Call Callee:(Name VOLUME) (String "/a") (String "/b")))`,
		`WORKDIR /a/$b/${c:-d}
`,
		`(ExprStmt Value:(Call Callee:(Name WORKDIR) (Template (String "/a/") (Name b) (String "/") (Binary :- Left:(Name c) Right:(String "d")))))`,
		`MAINTAINER a <b@c>
`,
		`(ExprStmt Value:(Call Callee:(Name MAINTAINER) (String "a <b@c>")))`,
		`STOPSIGNAL 9
`,
		"(ExprStmt Value:(Call Callee:(Name STOPSIGNAL) (Number 9)))",
		`HEALTHCHECK --interval=5m CMD a
`,
		`(ExprStmt Value:(Call Callee:(Name HEALTHCHECK) Decorator:(Pair Key:(String "--interval") Value:(String "5m")) (Call Callee:(Name CMD) (String "a") Body:(Block (ExprStmt Value:(Call Callee:(Name a)))))))`,
		`HEALTHCHECK NONE
`,
		`(ExprStmt Value:(Call Callee:(Name HEALTHCHECK) (String "NONE")))`,
		`ONBUILD USER a
`,
		`(ExprStmt Value:(Call Callee:(Name ONBUILD) (Call Callee:(Name USER) (String "a"))))`,
		`SHELL ["a", "-c"]
`,
		`(ExprStmt Value:(Call Callee:(Name SHELL) (List (String "a") (String "-c"))))`,
		`CMD
`,
		"(ExprStmt Value:(Call Callee:(Name CMD)))",
	)
}

func TestDockerfile_shell(t *testing.T) {
	check(t, Dockerfile,
		`RUN a b && c | d; e
`,
		`(ExprStmt Value:(Call Callee:(Name RUN) (String "a") (String "b") (Other &&) (String "c") (Other |) (String "d") (Other ;) (String "e") Body:(Block (ExprStmt Value:(Binary && Left:(Call Callee:(Name a) (String "b")) Right:(Binary | Left:(Call Callee:(Name c)) Right:(Call Callee:(Name d))))) (ExprStmt Value:(Call Callee:(Name e))))))`,
		`RUN --mount=type=cache a
`,
		`(ExprStmt Value:(Call Callee:(Name RUN) Decorator:(Pair Key:(String "--mount") Value:(String "type=cache")) (String "a") Body:(Block (ExprStmt Value:(Call Callee:(Name a))))))`,
		`RUN a \
  # b

  c
`,
		`(ExprStmt Value:(Call Callee:(Name RUN) (String "a") (String "c") Body:(Block (ExprStmt Value:(Call Callee:(Name a) (String "c"))))))`,
		`RUN ["a", "b"]
`,
		`(ExprStmt Value:(Call Callee:(Name RUN) (List (String "a") (String "b"))))`,
		`CMD a $b
`,
		`(ExprStmt Value:(Call Callee:(Name CMD) (String "a") (Name b) Body:(Block (ExprStmt Value:(Call Callee:(Name a) (Name b))))))`,
		`RUN <<EOT
a
b
EOT
USER c
`,
		`(ExprStmt Value:(Call Callee:(Name RUN) (String "a") (Other ;) (String "b") Body:(Block (ExprStmt Value:(Call Callee:(Name a))) (ExprStmt Value:(Call Callee:(Name b))))))
(ExprStmt Value:(Call Callee:(Name USER) (String "c")))`,
		`RUN a <<EOT
b
EOT
`,
		`(ExprStmt Value:(Call Callee:(Name RUN) (String "a") (Other <<) (String "b\n") Body:(Block (ExprStmt Value:(Binary << Left:(Call Callee:(Name a)) Right:(String "b\n"))))))`,
		`COPY <<EOF /a
b
EOF
`,
		`(ExprStmt Value:(Call Callee:(Name COPY) (String "<<EOF") (String "/a") (String "b\n")))`,
		"# escape=`\nRUN a `\n b\n",
		`(ExprStmt Value:(Call Callee:(Name RUN) (String "a") (String "b") Body:(Block (ExprStmt Value:(Call Callee:(Name a) (String "b"))))))`,
	)
}

func TestParsePattern_dockerfile(t *testing.T) {
	for text, want := range map[string]string{
		"FROM $I:$T":            `(Call Callee:(Name FROM) Decorator:(Pair Key:(String ":") Value:(Metavar $T)) (Metavar $I))`,
		"FROM --platform=$P $I": `(Call Callee:(Name FROM) Decorator:(Pair Key:(String "--platform") Value:(Metavar $P)) (Metavar $I))`,
		"RUN ... a $X ...":      `(Call Callee:(Name RUN) (Ellipsis) (String "a") (Metavar $X) (Ellipsis))`,
		"RUN ... && a ...":      `(Call Callee:(Name RUN) (Ellipsis) (Other &&) (String "a") (Ellipsis))`,
		"RUN ... | ...":         "(Call Callee:(Name RUN) (Ellipsis) (Other |) (Ellipsis))",
		`USER $X
...
CMD ...`: "(ExprStmt Value:(Call Callee:(Name USER) (Metavar $X))) ; (Ellipsis) ; (ExprStmt Value:(Call Callee:(Name CMD) (Ellipsis)))",
		"a update":         `(Call Callee:(Name a) (String "update"))`,
		"cd":               `(String "cd")`,
		"CMD [..., $X]":    "(Call Callee:(Name CMD) (List (Ellipsis) (Metavar $X)))",
		"CMD $...X":        "(Call Callee:(Name CMD) (Ellipsis $...X))",
		"ARG $X=...":       "(Call Callee:(Name ARG) (Param Name:(Metavar $X) Value:(Ellipsis)))",
		"ENV ... A=$X ...": "(Call Callee:(Name ENV) (Ellipsis) (Assign! = Left:(Name A) Right:(Metavar $X)) (Ellipsis))",
		`$I
...
USER b`: `(ExprStmt Value:(Metavar $I)) ; (Ellipsis) ; (ExprStmt Value:(Call Callee:(Name USER) (String "b")))`,
	} {
		if got := patterned(t, Dockerfile, text); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}
