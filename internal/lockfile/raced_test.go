//go:build race

package lockfile

// raced tells that the race detector watches: it makes long slices cost more than their length.
const raced = true
