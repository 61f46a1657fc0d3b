// Command reeve looks at what a team ships, judges what it finds, and acts at the gate.
package main

import (
	"os"

	"github.com/reevehq/reeve/internal/app"
)

func main() { os.Exit(app.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
