// Package archtest holds tests over the repository itself: which package may import which, how large files and functions
// may grow, that every package says what it is for, that every engine is listed and every cited path exists.
// It reads source files and must hold nothing that the program uses.
package archtest
