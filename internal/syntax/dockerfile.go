package syntax

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/treesitter"
)

// Dockerfile is the language of Docker's builder (https://docs.docker.com/reference/dockerfile). An instruction is a Call of its name in capital letters;
// its options, as "--from=x", are Decorators of it. What a shell runs is there twice: word by word as arguments, and as Bash reads it as Body.
// It is read line by line, not by a grammar.
var Dockerfile = &Language{
	Name: "dockerfile", Title: "Dockerfile",
	Extensions: []string{".dockerfile", ".containerfile"}, Files: []string{"Dockerfile", "Containerfile"},
	read: readDockerfile, hole: jsonHole, meant: dockerMeant,
	fragments: []string{"%s"}, ellipses: []string{ellipsisWord},
}

// dockerMeant leaves of what a shell runs only the words: a pattern may begin and end amid a command. One word is a word.
func dockerMeant(nodes []*Node) []*Node {
	if one := nodes[0]; len(nodes) == 1 && one.Kind == Call && len(one.Kids) == 1 && one.Kids[0].Kind == Name && !strings.Contains(dockerInstructions, " "+one.Kids[0].Text+" ") {
		word := one.Kids[0]
		word.Kind, word.Role = String, Each
		return []*Node{word}
	}
	for _, n := range nodes {
		n.Walk(func(n *Node) bool {
			if n.Kind == Call {
				kids := n.Kids
				n.Kids = nil
				for _, k := range kids {
					if k.Role != ABody {
						n.Kids = append(n.Kids, k)
					}
				}
			}
			return true
		})
	}
	return nodes
}

// docker is a Dockerfile that is read.
type docker struct {
	text   string
	escape byte
	errors int
	// shells counts the commands that were read as Bash.
	shells int
}

// maxShells is how many commands of a file are read as Bash; of others there are only the words.
const maxShells = 2000

// readDockerfile reads a file.
func readDockerfile(lang *Language, text []byte) (*Tree, error) {
	if len(text) > treesitter.MaxSize {
		return nil, fmt.Errorf("parse %s: %w", lang.Title, ErrTooLong)
	}
	d := &docker{text: string(text), escape: '\\'}
	file := &Node{Kind: File, End: len(text)}
	directives := true
	for at := 0; at < len(text); {
		end := at + sizeTo(text[at:], "\n")
		line := strings.TrimSpace(d.text[at:end])
		if directives = directives && d.directive(line); line == "" || line[0] == '#' {
			at = end + 1
			continue
		}
		var i instruction
		i, at = d.instruction(at)
		file.Kids = append(file.Kids, d.statement(i)...)
	}
	return &Tree{Language: lang, Root: file, Errors: d.errors, Text: d.text}, nil
}

// dockerEscape finds the directive that says which sign continues a line.
var dockerEscape = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("(?i)^#\\s*escape\\s*=\\s*([\\\\`])\\s*$") })

// directive reads a line of those at the beginning that say how the file is read; false where it is none.
func (d *docker) directive(line string) bool {
	if m := dockerEscape().FindStringSubmatch(line); m != nil {
		d.escape = m[1][0]
	}
	return strings.HasPrefix(line, "#") && strings.Contains(line, "=")
}

// instruction is an instruction with all its lines.
type instruction struct {
	// text is what stands in them, with blanks for what continues a line and for comments; from is where that is in the file.
	text string
	from int
	// heredocs are where the texts are that stand behind it, and what ends each; end is where all of that ends.
	heredocs [][2]int
	end      int
}

// dockerHeredoc finds what begins a heredoc.
var dockerHeredoc = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`<<-?["']?([A-Za-z_]\w*)["']?`) })

// instruction reads the instruction that begins in a line, and gives where the next line is.
func (d *docker) instruction(at int) (instruction, int) {
	flat := []byte(d.text[at:])
	size, next := 0, at
	for first := true; next < len(d.text); first = false {
		from := next
		end := next + sizeTo(flat[next-at:], "\n")
		next = min(end+1, len(d.text))
		line := strings.TrimRight(d.text[from:end], " \t\r")
		switch bare := strings.TrimSpace(line); {
		case !first && (bare == "" || bare[0] == '#'): // comments and empty lines do not end it
			blankOut(flat[from-at : next-at])
			continue
		case line[len(line)-1] == d.escape:
			blankOut(flat[from-at+len(line)-1 : next-at])
			size = from - at + len(line) - 1
			continue
		}
		size = from - at + len(line)
		break
	}
	i := instruction{text: string(flat[:size]), from: at, end: at + size}
	word, _, _ := strings.Cut(strings.TrimSpace(i.text), " ")
	if !strings.Contains(" RUN COPY ADD ", " "+strings.ToUpper(word)+" ") {
		return i, next
	}
	for _, m := range dockerHeredoc().FindAllStringSubmatch(i.text, -1) {
		from := next
		for closed := false; next < len(d.text) && !closed; {
			end := next + strings.IndexByte(d.text[next:]+"\n", '\n')
			closed = strings.Trim(d.text[next:end], "\t\r") == m[1]
			if closed {
				i.heredocs = append(i.heredocs, [2]int{from, next})
			}
			i.end, next = end, min(end+1, len(d.text))
		}
	}
	return i, next
}

func blankOut(text []byte) {
	for i := range text {
		text[i] = ' '
	}
}
