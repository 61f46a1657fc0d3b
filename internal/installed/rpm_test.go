package installed

import (
	"bytes"
	"cmp"
	"database/sql"
	"encoding/binary"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	rpmdb "github.com/erikvarga/go-rpmdb/pkg"
	_ "modernc.org/sqlite"
)

// rpmTag is one value of a header as a test writes it.
type rpmTag struct {
	tag   uint32
	value any // string, []string, uint32 or []uint32
}

// header writes a package's header as rpm does: a region around everything, then the values in order.
func header(tags ...rpmTag) []byte {
	slices.SortFunc(tags, func(a, b rpmTag) int { return cmp.Compare(a.tag, b.tag) })
	var index, data []byte
	add := func(tag, kind uint32, offset, count int) {
		for _, n := range []uint32{tag, kind, uint32(offset), uint32(count)} {
			index = binary.BigEndian.AppendUint32(index, n)
		}
	}
	for _, t := range tags {
		switch v := t.value.(type) {
		case string:
			add(t.tag, rpmString, len(data), 1)
			data = append(append(data, v...), 0)
		case []string:
			add(t.tag, rpmStringArray, len(data), len(v))
			for _, s := range v {
				data = append(append(data, s...), 0)
			}
		case uint32:
			t.value = []uint32{v}
			data = append(data, make([]byte, (4-len(data)%4)%4)...)
			add(t.tag, rpmInt32, len(data), 1)
			data = binary.BigEndian.AppendUint32(data, v)
		case []uint32:
			data = append(data, make([]byte, (4-len(data)%4)%4)...)
			add(t.tag, rpmInt32, len(data), len(v))
			for _, n := range v {
				data = binary.BigEndian.AppendUint32(data, n)
			}
		}
	}
	region := binary.BigEndian.AppendUint32(nil, 63)
	region = binary.BigEndian.AppendUint32(region, 7)
	trailer := slices.Clone(region)
	region = binary.BigEndian.AppendUint32(region, uint32(len(data)))
	region = binary.BigEndian.AppendUint32(region, 16)
	trailer = binary.BigEndian.AppendUint32(trailer, uint32(-int32(16*(len(tags)+1))))
	trailer = binary.BigEndian.AppendUint32(trailer, 16)
	data = append(data, trailer...)
	out := binary.BigEndian.AppendUint32(nil, uint32(len(tags)+1))
	out = binary.BigEndian.AppendUint32(out, uint32(len(data)))
	return slices.Concat(out, region, index, data)
}

// rpmPackages are the packages of the tests' databases. The second is so large that it needs several pages.
func rpmPackages() [][]byte {
	var names []string
	var folders []uint32
	for i := range 3000 {
		names = append(names, "file-"+strconv.Itoa(i))
		folders = append(folders, uint32(i%2))
	}
	return [][]byte{
		header(rpmTag{rpmName, "bash"}, rpmTag{rpmVersion, "5.1.8"}, rpmTag{rpmRelease, "6.el9"}, rpmTag{rpmArch, "x86_64"}, rpmTag{rpmLicence, "GPLv3+"},
			rpmTag{rpmSourceRPM, "bash-5.1.8-6.el9.src.rpm"}, rpmTag{rpmBaseNames, []string{"bash"}}, rpmTag{rpmDirNames, []string{"/usr/bin/"}}, rpmTag{rpmDirIndexes, []uint32{0}}),
		header(rpmTag{rpmName, "openssl-libs"}, rpmTag{rpmVersion, "3.0.7"}, rpmTag{rpmRelease, "24.el9"}, rpmTag{rpmEpoch, uint32(1)}, rpmTag{rpmArch, "x86_64"},
			rpmTag{rpmSourceRPM, "openssl-3.0.7-24.el9.src.rpm"}, rpmTag{rpmModularity, "stream:9:1:2"},
			rpmTag{rpmBaseNames, names}, rpmTag{rpmDirNames, []string{"/usr/lib64/", "/etc/"}}, rpmTag{rpmDirIndexes, folders}),
		header(rpmTag{rpmName, "gpg-pubkey"}, rpmTag{rpmVersion, "fd431d51"}, rpmTag{rpmRelease, "4ae0493b"}),
	}
}

// ndb writes rpm's own format.
func ndb(blobs [][]byte) []byte {
	word := binary.LittleEndian.AppendUint32
	out := append([]byte("RpmP"), make([]byte, 8)...)
	out = append(word(out, 1), make([]byte, 16)...)
	body := make([]byte, 0)
	for i := range 4096/16 - 2 {
		out = append(out, "Slot"...)
		if i >= len(blobs) {
			out = append(out, make([]byte, 12)...)
			continue
		}
		blob := blobs[i]
		out = word(word(word(out, uint32(i+1)), uint32((4096+len(body))/16)), uint32((len(blob)+47)/16))
		body = append(body, "BlbS"...)
		body = word(word(word(body, uint32(i+1)), 7), uint32(len(blob)))
		body = append(body, blob...)
		body = append(body, make([]byte, 16-len(body)%16)...)
	}
	return append(out, body...)
}

// berkeleyDB writes a hash database of one page of keys, with overflow pages for the values.
func berkeleyDB(blobs [][]byte, order binary.ByteOrder) []byte {
	const size = 512
	var pages [][]byte
	page := func(kind byte) []byte {
		p := make([]byte, size)
		order.PutUint32(p[8:], uint32(len(pages)))
		p[25] = kind
		pages = append(pages, p)
		return p
	}
	meta, hash := page(bdbHashMeta), page(bdbHash)
	order.PutUint32(meta[12:], bdbMagic)
	order.PutUint32(meta[20:], size)
	top := size
	item := func(n int, data []byte) {
		top -= len(data)
		copy(hash[top:], data)
		order.PutUint16(hash[26+2*n:], uint16(top))
	}
	for i, blob := range blobs {
		item(2*i, []byte{bdbItemInline, byte(i + 1), 0, 0, 0})
		entry := make([]byte, 12)
		entry[0] = bdbItemOff
		order.PutUint32(entry[4:], uint32(len(pages)))
		order.PutUint32(entry[8:], uint32(len(blob)))
		item(2*i+1, entry)
		for len(blob) > 0 {
			p := page(bdbOverflow)
			n := copy(p[26:], blob)
			blob = blob[n:]
			order.PutUint16(p[22:], uint16(n))
			if len(blob) > 0 {
				order.PutUint32(p[16:], uint32(len(pages)))
			}
		}
	}
	item(2*len(blobs), []byte{bdbItemInline, 0, 0, 0, 0})
	item(2*len(blobs)+1, []byte{bdbItemInline, 9, 0, 0, 0})
	order.PutUint16(hash[20:], uint16(2*len(blobs)+2))
	order.PutUint32(meta[32:], uint32(len(pages)-1))
	return bytes.Join(pages, nil)
}

// sqliteDB lets SQLite itself write a database.
func sqliteDB(t testing.TB, blobs [][]byte, extra int) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "rpmdb.sqlite")
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{"PRAGMA page_size=4096", "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)", "CREATE TABLE Name (key TEXT, hnum INTEGER)"} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	for i := range extra { // so many that the table is a tree of pages
		blobs = append(blobs, header(rpmTag{rpmName, "p" + strconv.Itoa(i)}, rpmTag{rpmVersion, "1"}, rpmTag{rpmRelease, "2"}))
	}
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	for _, blob := range blobs {
		if _, err := tx.Exec("INSERT INTO Packages (blob) VALUES (?)", blob); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func rpmDatabases(t testing.TB) map[string][]byte {
	return map[string][]byte{
		"var/lib/rpm/Packages":              berkeleyDB(rpmPackages(), binary.LittleEndian),
		"big/var/lib/rpm/Packages":          berkeleyDB(rpmPackages(), binary.BigEndian),
		"usr/lib/sysimage/rpm/Packages.db":  ndb(rpmPackages()),
		"usr/lib/sysimage/rpm/rpmdb.sqlite": sqliteDB(t, rpmPackages(), 0),
	}
}

func TestRPM(t *testing.T) {
	for path, data := range rpmDatabases(t) {
		doc, err := Read(path, data)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if n := len(doc.Packages); n != 2 {
			t.Errorf("%s: %d packages", path, n)
			continue
		}
		files := doc.Packages[1].Files
		if len(files) != 3000 || files[0] != "usr/lib64/file-0" || files[2999] != "etc/file-2999" {
			t.Errorf("%s: %d files", path, len(files))
		}
		doc.Packages[1].Files = nil
		want := trim(`
			0 rpm bash @5.1.8-6.el9 licence GPLv3+ arch x86_64 files usr/bin/bash
			0 rpm openssl-libs @1:3.0.7-24.el9 source openssl arch x86_64`)
		if got := show(doc); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", path, got, want)
		}
		if got := doc.Properties[Modularity+"openssl-libs"]; got != "stream:9:1:2" {
			t.Errorf("%s: modularity %q", path, got)
		}
	}
}

func TestRPM_manyRows(t *testing.T) {
	doc, err := Read("var/lib/rpm/rpmdb.sqlite", sqliteDB(t, rpmPackages(), 5000))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(doc.Packages); n != 5002 || doc.Packages[5001].Name != "p4999" {
		t.Errorf("%d packages", n)
	}
}

// TestRPM_cutShort: a database that ends early is an error, wherever it ends.
func TestRPM_cutShort(t *testing.T) {
	for path, data := range rpmDatabases(t) {
		for cut := 1; cut < len(data); cut += 1 + len(data)/500 {
			if strings.HasSuffix(path, ".db") && cut > len(data)-32 {
				continue // what fills the last block up is not needed
			}
			if doc, err := Read(path, data[:cut:cut]); err == nil && doc != nil {
				t.Errorf("%s: cut at %d of %d: no error, but %d packages", path, cut, len(data), len(doc.Packages))
			}
		}
	}
}

// TestRPM_likeTheOtherReader compares real databases with what another reader makes of them. They are the test data of that
// reader's module, and lie where its source does.
func TestRPM_likeTheOtherReader(t *testing.T) {
	source, _ := runtime.FuncForPC(reflect.ValueOf(rpmdb.Open).Pointer()).FileLine(reflect.ValueOf(rpmdb.Open).Pointer())
	files, err := filepath.Glob(filepath.Join(filepath.Dir(source), "testdata", "*", "*"))
	if err != nil || len(files) == 0 {
		t.Skip("the module's source is not at hand (built with -trimpath)")
	}
	for _, file := range files {
		db, err := rpmdb.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		list, err := db.ListPackages()
		if err != nil {
			t.Fatal(err)
		}
		var want, got []string
		for _, p := range list {
			if p.Name == "gpg-pubkey" {
				continue
			}
			version := p.Version + "-" + p.Release
			if p.Epoch != nil {
				version = strconv.Itoa(*p.Epoch) + ":" + version
			}
			owned, _ := p.InstalledFileNames()
			want = append(want, strings.Join([]string{p.Name, version, p.Arch, p.License, p.Modularitylabel, strconv.Itoa(len(owned)), strings.TrimPrefix(strings.Join(owned[:min(1, len(owned))], ""), "/")}, " "))
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := Read("var/lib/rpm/"+filepath.Base(file), data)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		for _, p := range doc.Packages {
			got = append(got, strings.Join([]string{p.Name, p.Version, p.Arch, p.Licence, doc.Properties[Modularity+p.Name], strconv.Itoa(len(p.Files)), strings.Join(p.Files[:min(1, len(p.Files))], "")}, " "))
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			t.Errorf("%s: %d packages are not as expected", file, len(got))
		}
	}
}

func FuzzRPM(f *testing.F) {
	small := rpmPackages()[:1]
	f.Add(berkeleyDB(small, binary.LittleEndian))
	f.Add(ndb(small))
	f.Add(sqliteDB(f, small, 0))
	f.Add(sqliteDB(f, nil, 200))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := Read("var/lib/rpm/Packages", data)
		if err != nil && strings.Contains(err.Error(), "made the reader fail") {
			t.Error(err)
		}
		check(t, doc, err)
	})
}
