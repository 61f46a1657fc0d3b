package rule

// The files of a new rule for code.
const (
	newCodeRule = `# Replace every "FILL IN"; "reeve rules test DIR" says what is left to do.
title: FILL IN the fault, at most 70 characters
# critical, high, medium, low or info: how bad a finding is before its place is known.
severity: high
# high, medium or low: how sure a match is what the title says.
confidence: medium
why: |
  FILL IN what an attacker gains, in two or three sentences.
fix: |
  1. FILL IN what to write instead.
references:
  - https://cwe.mitre.org/data/definitions/78.html
# https://cwe.mitre.org: 78 is the injection into a command of the system.
cwe: [78]
# audit: only where somebody asks for it (--audit).
tags: [own, python]
# The version that brings the rule.
since: 0.1.0
# What to look for, in the language of Semgrep's rules: docs/code.md.
match:
  languages: [python]
  mode: taint
  # Where data comes from, and what makes it harmless, in the words of the language's model.
  from: [http]
  clean: [number]
  pattern-sinks:
    - patterns:
        - pattern: acme.shell.run($COMMAND)
        - focus-metavariable: $COMMAND
`
	newCodeCases = `Each folder below bad/ and good/ is a small project of one or more files; this text is for people. On each line where the rule must
find something a file below bad/ ends in a comment "want:" with the rule's id; in a project below good/ nothing may be found.
-- bad/flask/app.py --
# FILL IN how people really write it.
from acme import shell
from flask import Flask, request

app = Flask(__name__)


@app.route("/ping")
def ping():
    shell.run("ping " + request.args["host"])  # want: RULE-ID
    return "sent"
-- good/near-miss/app.py --
# FILL IN what looks almost like it and is not, and why.
from acme import shell

shell.run("ping localhost")
-- good/flask/app.py --
# FILL IN the same thing done well; the documentation shows it beside the first bad case.
from acme import shell
from flask import Flask, request

app = Flask(__name__)


@app.route("/ping")
def ping():
    shell.start(["ping", request.args["host"]])
    return "sent"
`
)
