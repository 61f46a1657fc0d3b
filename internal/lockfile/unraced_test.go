//go:build !race

package lockfile

const raced = false
