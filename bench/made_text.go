package main

import (
	"encoding/base64"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
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

func word(r *rand.Rand) string { return words[r.IntN(len(words))] }

func phrase(r *rand.Rand, n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = word(r)
	}
	return strings.Join(list, " ")
}

// sourceLine makes a line of something like source code.
func sourceLine(r *rand.Rand) string {
	indent := strings.Repeat("\t", r.IntN(3))
	switch r.IntN(8) {
	case 0:
		return fmt.Sprintf("%s%s := %s.%s(%s, %d)", indent, word(r), word(r), word(r), word(r), r.IntN(1000))
	case 1:
		return fmt.Sprintf("%sif %s.%s == %q {", indent, word(r), word(r), word(r)+" "+word(r))
	case 2:
		return fmt.Sprintf("%s// %s", indent, phrase(r, 3+r.IntN(10)))
	case 3:
		return fmt.Sprintf("%sreturn %s(%s[%q], %s...)", indent, word(r), word(r), word(r), word(r))
	case 4:
		return fmt.Sprintf("func %s%s(%s string) (%s, error) {", word(r), strings.ToUpper(word(r)), word(r), word(r))
	case 5:
		return indent + "}"
	case 6:
		return ""
	default:
		return fmt.Sprintf("%s%s.%s(%q, %s.%s)", indent, word(r), word(r), phrase(r, 2), word(r), word(r))
	}
}

// sourceText makes lines of something like source code; the same for the same seed.
func sourceText(seed, lines int) string {
	r := rand.New(rand.NewPCG(uint64(seed), 7))
	d := make(document, lines)
	for i := range d {
		d[i] = sourceLine(r)
	}
	return string(d.bytes())
}

// sourceDocument makes a source file: half of them are shorter than 120 lines, a few are ten times as long.
func sourceDocument(r *rand.Rand) document {
	d := make(document, min(12+int(120*math.Exp(r.NormFloat64())), 4000))
	for i := range d {
		d[i] = sourceLine(r)
	}
	return d
}

// lockDocument makes a lock file of so many packages, six lines each.
func lockDocument(r *rand.Rand, packages int) document {
	var d document
	for i := range packages {
		name := fmt.Sprintf("%s-%s-%d", word(r), word(r), i)
		d = append(d, fmt.Sprintf("    %q: {", "node_modules/"+name), "", "", "", fmt.Sprintf("      \"license\": %q", "MIT"), "    },")
		lockEntry(r, d[len(d)-6:], name)
	}
	return d
}

// lockBump gives one package a new version.
func lockBump(r *rand.Rand, d document) {
	i := r.IntN(len(d)/6) * 6
	name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(d[i]), `"node_modules/`), `"`)
	lockEntry(r, d[i:i+6], name)
}

func lockEntry(r *rand.Rand, lines document, name string) {
	version := fmt.Sprintf("%d.%d.%d", r.IntN(9), r.IntN(30), r.IntN(30))
	lines[1] = fmt.Sprintf("      \"version\": %q,", version)
	lines[2] = fmt.Sprintf("      \"resolved\": \"https://packages.shop.example/%s/-/%s-%s.tgz\",", name, name, version)
	lines[3] = fmt.Sprintf("      \"integrity\": \"sha512-%s\",", base64.StdEncoding.EncodeToString(octets(r, 64)))
}

// translationDocument makes a file of texts of the program.
func translationDocument(r *rand.Rand, lines int) document {
	d := make(document, lines)
	for i := range d {
		d[i] = translationLine(r)
	}
	return d
}

func translationLine(r *rand.Rand) string {
	return fmt.Sprintf("  %q: %q,", strings.ToUpper(word(r)+"_"+word(r)+"_"+word(r)), phrase(r, 3+r.IntN(14)))
}

// minified makes about n bytes of a script on one line.
func minified(r *rand.Rand, n int) string {
	var b strings.Builder
	for b.Len() < n {
		fmt.Fprintf(&b, "function %c(%c,%c){return %c.%s&&%c.%s(%q,%d)}", 'a'+r.IntN(26), 'a'+r.IntN(26), 'a'+r.IntN(26), 'a'+r.IntN(26), word(r), 'a'+r.IntN(26), word(r), word(r), r.IntN(9999))
	}
	return b.String()
}

// picture makes bytes that do not compress, headed as a PNG picture is.
func picture(r *rand.Rand) []byte {
	return append([]byte("\x89PNG\r\n\x1a\n"), octets(r, 10_000+r.IntN(120_000))...)
}

func octets(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}
