package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
)

// madeName names the folder of a made history. It holds a digest of the first commits, so that a history made by an
// older version of this program is not taken for a new one.
func madeName(commits int) string {
	h := sha256.New()
	if _, err := writeHistory(h, 100); err != nil {
		return fmt.Sprintf("made-%d.git", commits)
	}
	return fmt.Sprintf("made-%d-%x.git", commits, h.Sum(nil)[:4])
}

// makeHistory makes a bare repository of so many commits unless it is there, and gives the secrets planted in it.
func makeHistory(dir string, commits int) ([]string, error) {
	if _, err := os.Stat(dir); err == nil {
		return writeHistory(io.Discard, commits)
	}
	making := dir + ".part"
	if err := os.RemoveAll(making); err != nil {
		return nil, err
	}
	if _, err := runGit("", "init", "-q", "--bare", "--initial-branch=main", making); err != nil {
		return nil, err
	}
	cmd := exec.Command("git", "-C", making, "fast-import", "--quiet")
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	planted, failed := writeHistory(in, commits)
	in.Close()
	if err := cmd.Wait(); err != nil {
		return nil, fmt.Errorf("git fast-import: %w", err)
	}
	if failed != nil {
		return nil, failed
	}
	// As "git gc" packs, on any number of processors alike.
	if _, err := runGit("", "-C", making, "-c", "pack.threads=1", "repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=10"); err != nil {
		return nil, err
	}
	return planted, os.Rename(making, dir)
}

// writeHistory writes a history as a stream for git fast-import and gives the secrets planted in it. The same number of
// commits gives the same stream.
func writeHistory(w io.Writer, commits int) ([]string, error) {
	h := &maker{random: rand.New(rand.NewPCG(1, madeCommits)), out: bufio.NewWriterSize(w, 1<<16), latest: map[string]int{}}
	plants, err := makePlants(h.random, min(madePlanted, commits))
	if err != nil {
		return nil, err
	}
	every := commits / len(plants)
	for n := range commits {
		var p *plant
		if n%every == 0 && n/every < len(plants) {
			p = &plants[n/every]
		}
		h.commit(n, p)
	}
	var values []string
	for _, p := range plants {
		values = append(values, p.value)
	}
	return values, h.out.Flush()
}

// maker makes a history: mostly source text that changes in a few lines at a time, and what else repositories hold: lock files,
// translations, bundles on one line, pictures, topic branches and their merges.
type maker struct {
	random *rand.Rand
	out    *bufio.Writer
	// mark is the last mark given out; main and topic are the marks of the two branches' last commits, 0 for none.
	mark, main, topic int
	source            [madeFiles]document
	lock              document
	translations      [madeTranslations]document
	bundle            []byte
	// latest is the mark of the newest blob of each path; onTopic are the paths that the topic branch changed.
	latest  map[string]int
	onTopic []string
}

const (
	madeFiles        = 2000
	madeTranslations = 20
)

// change is one file of a commit.
type change struct {
	path string
	mark int
}

// commit writes one commit. Of 20 in a row three are on a topic branch, while the main branch goes on, and one merges it.
func (h *maker) commit(n int, p *plant) {
	at := n % 20
	switch {
	case at == 19 && h.topic != 0:
		if p != nil {
			h.onTopic = append(h.onTopic, h.changeSource(h.popular(), p).path)
		}
		var changes []change
		for _, path := range h.onTopic {
			changes = append(changes, change{path, h.latest[path]})
		}
		h.main = h.write(n, "main", changes, h.main, h.topic)
		h.topic, h.onTopic = 0, nil
	case at >= 12 && at%2 == 0 && h.main != 0:
		from := h.topic
		if from == 0 {
			from = h.main
		}
		changes := h.changes(p)
		for _, c := range changes {
			if !slices.Contains(h.onTopic, c.path) {
				h.onTopic = append(h.onTopic, c.path)
			}
		}
		h.topic = h.write(n, "topic", changes, from, 0)
	default:
		h.main = h.write(n, "main", h.changes(p), h.main, 0)
	}
}

// changes makes the changed files of one commit: mostly one or two, sometimes a dozen.
func (h *maker) changes(p *plant) []change {
	count := 1
	switch k := h.random.IntN(10); {
	case k >= 9:
		count = 4 + h.random.IntN(9)
	case k >= 6:
		count = 2 + h.random.IntN(2)
	}
	var files []int
	for len(files) < count {
		if i := h.popular(); !slices.Contains(files, i) {
			files = append(files, i)
		}
	}
	var list []change
	for n, i := range files {
		if n > 0 {
			p = nil
		}
		list = append(list, h.changeSource(i, p))
	}
	switch k := h.random.IntN(1000); {
	case k < 20:
		list = append(list, h.changeLock())
	case k < 40:
		list = append(list, h.changeTranslation())
	case k < 50:
		list = append(list, h.blob(fmt.Sprintf("assets/picture%02d.png", h.random.IntN(60)), picture(h.random)))
	case k < 54:
		list = append(list, h.changeBundle())
	}
	return list
}

// popular picks a source file; some files are changed far more often than others.
func (h *maker) popular() int {
	u := h.random.Float64()
	return int(u * u * madeFiles)
}

// changeSource changes a few lines of one source file. A planted secret stands in this version alone: the file's next
// change takes it out again.
func (h *maker) changeSource(i int, p *plant) change {
	if h.source[i] == nil {
		h.source[i] = sourceDocument(h.random)
	}
	h.source[i].edit(h.random, sourceLine)
	content := h.source[i]
	if p != nil {
		content = slices.Insert(slices.Clone(content), h.random.IntN(len(content)), p.statement)
	}
	return h.blob(fmt.Sprintf("src/dir%02d/file%04d.go", i%40, i), content.bytes())
}

func (h *maker) changeLock() change {
	if h.lock == nil {
		h.lock = lockDocument(h.random, 700)
	}
	for range 1 + h.random.IntN(12) {
		lockBump(h.random, h.lock)
	}
	return h.blob("package-lock.json", h.lock.bytes())
}

func (h *maker) changeTranslation() change {
	i := h.random.IntN(madeTranslations)
	if h.translations[i] == nil {
		h.translations[i] = translationDocument(h.random, 400)
	}
	h.translations[i].edit(h.random, translationLine)
	return h.blob(fmt.Sprintf("i18n/%c%c.json", 'a'+i, 'z'-i), h.translations[i].bytes())
}

func (h *maker) changeBundle() change {
	if h.bundle == nil {
		h.bundle = []byte(minified(h.random, 120_000))
	}
	at := h.random.IntN(len(h.bundle) - 2000)
	h.bundle = slices.Concat(h.bundle[:at], []byte(minified(h.random, 1500)), h.bundle[at+1000+h.random.IntN(1000):])
	return h.blob("public/bundle.min.js", h.bundle)
}

// blob writes the content of a file.
func (h *maker) blob(path string, content []byte) change {
	h.mark++
	h.latest[path] = h.mark
	fmt.Fprintf(h.out, "blob\nmark :%d\ndata %d\n", h.mark, len(content))
	h.out.Write(content)
	h.out.WriteByte('\n')
	return change{path, h.mark}
}

// write writes a commit on a branch and gives its mark. Marks of 0 mean no parent.
func (h *maker) write(n int, branch string, changes []change, parent, merged int) int {
	h.mark++
	message := fmt.Sprintf("Change %d: %s\n\n%s\n", n, phrase(h.random, 4), phrase(h.random, 12))
	who := fmt.Sprintf("Author%02d <author%02d@shop.example> %d +0000", n%17, n%17, 1_500_000_000+n*3600)
	fmt.Fprintf(h.out, "commit refs/heads/%s\nmark :%d\nauthor %s\ncommitter %s\ndata %d\n%s\n", branch, h.mark, who, who, len(message), message)
	if parent != 0 {
		fmt.Fprintf(h.out, "from :%d\n", parent)
	}
	if merged != 0 {
		fmt.Fprintf(h.out, "merge :%d\n", merged)
	}
	for _, c := range changes {
		fmt.Fprintf(h.out, "M 100644 :%d %s\n", c.mark, c.path)
	}
	h.out.WriteByte('\n')
	return h.mark
}

// document is a text by lines.
type document []string

func (d document) bytes() []byte {
	var b bytes.Buffer
	for _, line := range d {
		b.WriteString(line)
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// edit changes one to three places: lines replaced, put in or taken out.
func (d *document) edit(r *rand.Rand, line func(*rand.Rand) string) {
	for range 1 + r.IntN(3) {
		at := r.IntN(len(*d))
		switch k := r.IntN(10); {
		case k < 5:
			(*d)[at] = line(r)
		case k < 8:
			var more []string
			for range 1 + r.IntN(6) {
				more = append(more, line(r))
			}
			*d = slices.Insert(*d, at, more...)
		default:
			*d = slices.Delete(*d, at, min(at+1+r.IntN(4), len(*d)))
		}
		if len(*d) == 0 {
			*d = document{line(r)}
		}
	}
}
