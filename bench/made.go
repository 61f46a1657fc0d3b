package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/reevehq/reeve/internal/engine/secret"
)

// words are what made source text is made of: enough of the usual trigger words to be fair to every scanner.
var words = strings.Fields(`account address amount array assert async await balance batch binary body buffer build bytes cache
call channel check client close code column commit config connect const context copy count create current cursor data database
date debug default delete deploy device domain driver email enable encode engine entry error event field file filter final float
format func group handler hash header host import index input insert int item join json key label length level limit line list
load local lock login logger map match message method model module name network node number object offset option order output
package page param parse password path payload pool port print process query queue range read record region release remote
render request reset response result return role route schema search secret select send server service session size source
start state status store stream string struct table target task test text thread time token total trace type update upload url
user value vector version view web worker write`)

// text makes lines of something like source code; the same for the same seed.
func text(seed, lines int) string {
	r := rand.New(rand.NewPCG(uint64(seed), 20_000))
	word := func() string { return words[r.IntN(len(words))] }
	var b strings.Builder
	for range lines {
		indent := strings.Repeat("\t", r.IntN(3))
		switch r.IntN(6) {
		case 0:
			fmt.Fprintf(&b, "%s%s := %s.%s(%s, %d)\n", indent, word(), word(), word(), word(), r.IntN(1000))
		case 1:
			fmt.Fprintf(&b, "%sif %s.%s == %q {\n", indent, word(), word(), word()+" "+word())
		case 2:
			fmt.Fprintf(&b, "%s// %s %s %s %s %s\n", indent, word(), word(), word(), word(), word())
		case 3:
			fmt.Fprintf(&b, "%sreturn %s(%s[%q], %s...)\n", indent, word(), word(), word(), word())
		case 4:
			fmt.Fprintf(&b, "func %s%s(%s string) (%s, error) {\n", word(), strings.ToUpper(word()), word(), word())
		default:
			fmt.Fprintf(&b, "%s}\n", indent)
		}
	}
	return b.String()
}

const (
	madeFiles   = 2000
	madePlanted = 200
)

// makeHistory makes a bare repository of so many commits, each changing a few lines of one file, with secrets planted
// in some that a later commit takes out again. It gives the secrets.
func makeHistory(dir string, commits int) ([]string, error) {
	r := rand.New(rand.NewPCG(1, 1))
	planted := make([]string, madePlanted)
	for i := range planted {
		check, prefix := "github-crc32", "ghp_"
		if i%2 == 1 {
			check, prefix = "aws-key-id", "AKIA"
		}
		var err error
		if planted[i], err = secret.Sample(check, prefix, r); err != nil {
			return nil, err
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "HEAD")); err == nil {
		return planted, nil
	}
	if out, err := exec.Command("git", "init", "-q", "--bare", "--initial-branch=main", dir).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("git init: %s", out)
	}
	cmd := exec.Command("git", "-C", dir, "fast-import", "--quiet")
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	stream := bufio.NewWriter(in)
	writeHistory(stream, r, commits, planted)
	if err := stream.Flush(); err != nil {
		return nil, err
	}
	in.Close()
	if err := cmd.Wait(); err != nil {
		return nil, fmt.Errorf("git fast-import: %w", err)
	}
	out, err := exec.Command("git", "-C", dir, "repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=20").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("git repack: %s", out)
	}
	return planted, nil
}

// writeHistory writes the stream for git fast-import.
func writeHistory(w *bufio.Writer, r *rand.Rand, commits int, planted []string) {
	files := make([][]string, madeFiles)
	every := commits / len(planted)
	for n := range commits {
		i := r.IntN(madeFiles)
		if files[i] == nil {
			files[i] = strings.Split(text(i, 40+r.IntN(400)), "\n")
		}
		lines := files[i]
		for range 1 + r.IntN(6) {
			lines[r.IntN(len(lines))] = strings.TrimSuffix(text(n*7+r.IntN(1_000_000), 1), "\n")
		}
		content := lines
		if n%every == 0 && n/every < len(planted) {
			at := r.IntN(len(lines))
			content = append(append(append([]string{}, lines[:at]...), "token = \""+planted[n/every]+"\""), lines[at:]...)
		}
		data := strings.Join(content, "\n")
		message := fmt.Sprintf("change %d\n", n)
		fmt.Fprintf(w, "commit refs/heads/main\ncommitter Bench <bench@tea.example> %d +0000\ndata %d\n%s\nM 100644 inline src/dir%02d/file%04d.go\ndata %d\n%s\n",
			1_600_000_000+n*60, len(message), message, i%40, i, len(data), data)
	}
}
