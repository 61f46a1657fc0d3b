package feed

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// keys makes a pair of keys by way of their texts.
func keys(t *testing.T) (ed25519.PrivateKey, ed25519.PublicKey) {
	t.Helper()
	seed, public, err := NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := SigningKey(seed + "\n")
	if err != nil {
		t.Fatal(err)
	}
	pub, err := PublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return key, pub
}

// master makes a database of n records, of which some are changed, as of a day.
func master(t *testing.T, path string, n, changed int, at time.Time) {
	t.Helper()
	dir := t.TempDir()
	for i := range n {
		r := rec{modified: now.Add(-time.Duration(n-i) * time.Hour)}
		if i < changed {
			r = rec{modified: at, version: 1}
		}
		id := fmt.Sprintf("GHSA-%05d", i)
		write(t, filepath.Join(dir, "npm", id+".json"), recordJSON("npm", id, r))
	}
	if _, err := Import(t.Context(), path, dir, Options{Now: at}); err != nil {
		t.Fatal(err)
	}
}

func export(t *testing.T, path, to string, key ed25519.PrivateKey) *Exported {
	t.Helper()
	x, err := Export(t.Context(), path, to, ExportOptions{Key: key, Keep: DefaultKeep})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// served serves a folder as it is.
func served(t *testing.T, dir string) *bucket {
	t.Helper()
	b := newBucket(t, httptest.NewServer)
	b.fault = func(w http.ResponseWriter, r *http.Request) bool {
		if data, err := os.ReadFile(filepath.Join(dir, strings.TrimPrefix(r.URL.Path, "/osv/"))); err == nil {
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
			return true
		}
		return false
	}
	return b
}

func TestMirror_endToEnd(t *testing.T) {
	key, public := keys(t)
	dir := t.TempDir()
	from, mirror, to := filepath.Join(dir, "master.db"), filepath.Join(dir, "mirror"), filepath.Join(dir, "local", "a.db")
	master(t, from, 800, 0, now)
	x := export(t, from, mirror, key)
	if !x.Signed || len(x.Index.Deltas) > 0 || x.Index.Digest != digestOf(t, from) {
		t.Fatalf("%+v", x)
	}
	b := served(t, mirror)
	o := b.options()
	o.Key = public
	r := update(t, to, o)
	want, _ := os.ReadFile(from)
	if got, _ := os.ReadFile(to); !bytes.Equal(want, got) || hows(r)[b.URL+"/osv"] != Whole {
		t.Errorf("the database is not that of the mirror: %+v", r.Outcomes)
	}
	_, whole := b.reset()

	// The next version is fetched as what changed.
	master(t, from, 800, 10, now.Add(24*time.Hour))
	x = export(t, from, mirror, key)
	if len(x.Index.Deltas) != 1 || len(x.Problems) > 0 || x.Index.Deltas[0].Size > 4<<10 {
		t.Fatalf("%+v", x)
	}
	o.Now = now.Add(25 * time.Hour)
	r = update(t, to, o)
	want, _ = os.ReadFile(from)
	if got, _ := os.ReadFile(to); !bytes.Equal(want, got) || hows(r)[b.URL+"/osv"] != ByChanges || len(r.Problems) > 0 {
		t.Errorf("the database is not that of the mirror: %+v, %v", r.Outcomes, r.Problems)
	}
	if _, served := b.reset(); served > 6<<10 || served > whole/4 {
		t.Errorf("%d bytes were fetched, the first time %d", served, whole)
	}
	if r = update(t, to, o); !r.Unchanged {
		t.Errorf("not unchanged: %+v", r)
	}
	if rest := left(t, to); rest != nil {
		t.Errorf("left: %v", rest)
	}

	// The same out of the folder and out of a tar, without a network.
	bundle := filepath.Join(dir, "mirror.tar")
	export(t, from, bundle, key)
	for _, source := range []string{mirror, bundle} {
		other := filepath.Join(t.TempDir(), "b.db")
		if _, err := Import(t.Context(), other, source, Options{Now: o.Now, Key: public}); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(other); !bytes.Equal(want, got) {
			t.Errorf("%s: the database is not that of the mirror", source)
		}
	}
	first, _ := os.ReadFile(bundle)
	export(t, from, bundle, key)
	if again, _ := os.ReadFile(bundle); !bytes.Equal(first, again) {
		t.Error("a second bundle of the same database has other bytes")
	}
}

// Whatever file of a mirror is changed, cut or missing, nothing of it is taken.
func TestMirror_refusesWhatWasTamperedWith(t *testing.T) {
	key, public := keys(t)
	_, other := keys(t)
	dir := t.TempDir()
	from, mirror := filepath.Join(dir, "master.db"), filepath.Join(dir, "mirror")
	master(t, from, 300, 0, now)
	export(t, from, mirror, key)
	local := filepath.Join(dir, "old.db")
	if _, err := Import(t.Context(), local, mirror, Options{Now: now, Key: public}); err != nil {
		t.Fatal(err)
	}
	old, _ := os.ReadFile(local)
	master(t, from, 300, 5, now.Add(time.Hour))
	index := export(t, from, mirror, key).Index
	for _, name := range []string{indexName, signatureName, index.File, index.Deltas[0].File} {
		good, err := os.ReadFile(filepath.Join(mirror, name))
		if err != nil {
			t.Fatal(err)
		}
		bad := map[string][]byte{"cut": good[:len(good)-3], "longer": append(bytes.Clone(good), "abc"...), "missing": nil}
		for _, at := range []int{0, len(good) / 2, len(good) - 2} {
			changed := bytes.Clone(good)
			changed[at] ^= 1
			bad[fmt.Sprintf("changed at %d", at)] = changed
		}
		for what, data := range bad {
			path := filepath.Join(mirror, name)
			if os.Remove(path); data != nil {
				write(t, path, data)
			}
			for _, existing := range [][]byte{nil, old} {
				to := filepath.Join(t.TempDir(), "a.db")
				if existing != nil {
					write(t, to, existing)
				}
				_, err := Import(t.Context(), to, mirror, Options{Now: now.Add(time.Hour), Key: public})
				got, readErr := os.ReadFile(to)
				// A damaged delta is no harm where the whole is good; else nothing is taken.
				damagesThis := name != index.Deltas[0].File && !(name == index.File && existing != nil)
				switch {
				case damagesThis && (err == nil || existing == nil && readErr == nil || existing != nil && !bytes.Equal(got, existing)):
					t.Errorf("%s, %s: %v", name, what, err)
				case !damagesThis && (err != nil || digestOf(t, to) != index.Digest):
					t.Errorf("%s, %s: %v", name, what, err)
				}
				if rest := left(t, to); rest != nil {
					t.Errorf("%s, %s: left: %v", name, what, rest)
				}
			}
		}
		os.Remove(filepath.Join(mirror, name))
		write(t, filepath.Join(mirror, name), good)
	}
	to := filepath.Join(t.TempDir(), "a.db")
	if _, err := Import(t.Context(), to, mirror, Options{Now: now, Key: other}); err == nil || !strings.Contains(err.Error(), "not one of the key") {
		t.Errorf("another key: %v", err)
	}
	if _, err := Import(t.Context(), to, mirror, Options{Now: now}); err != nil {
		t.Errorf("without a key: %v", err)
	}
}

// With a key, nothing that is not signed is taken, however it is laid out.
func TestMirror_keyForbidsWhatIsUnsigned(t *testing.T) {
	_, public := keys(t)
	b := filled(t)
	o := b.options()
	o.Key = public
	path := filepath.Join(t.TempDir(), "a.db")
	if _, err := Update(t.Context(), path, o); err == nil || !strings.Contains(err.Error(), "nothing here is signed") {
		t.Errorf("a bucket: %v", err)
	}
	b.files[indexName] = []byte("<html>sign in</html>")
	b.files[signatureName] = []byte("00")
	if _, err := Update(t.Context(), path, o); err == nil || !strings.Contains(err.Error(), "not one of the key") {
		t.Errorf("a page: %v", err)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "npm", "X-1.json"), recordJSON("npm", "X-1", rec{modified: now}))
	if _, err := Import(t.Context(), path, dir, Options{Now: now, Key: public}); err == nil || !strings.Contains(err.Error(), "nothing here is signed") {
		t.Errorf("a folder: %v", err)
	}
	from := filepath.Join(t.TempDir(), "m.db")
	master(t, from, 3, 0, now)
	bundle := filepath.Join(dir, "m.tar")
	if x := export(t, from, bundle, nil); x.Signed {
		t.Error("signed without a key")
	}
	if _, err := Import(t.Context(), path, bundle, Options{Now: now, Key: public}); err == nil || !strings.Contains(err.Error(), "nothing here is signed") {
		t.Errorf("a bundle: %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a database was written")
	}
}

func TestMirror_refusesWhatIsOlder(t *testing.T) {
	dir := t.TempDir()
	first, second := filepath.Join(dir, "one.tar"), filepath.Join(dir, "two.tar")
	from, to := filepath.Join(dir, "m.db"), filepath.Join(dir, "local.db")
	master(t, from, 20, 0, now)
	export(t, from, first, nil)
	master(t, from, 20, 3, now.Add(time.Hour))
	export(t, from, second, nil)
	o := Options{Now: now.Add(2 * time.Hour)}
	if _, err := Import(t.Context(), to, second, o); err != nil {
		t.Fatal(err)
	}
	want := digestOf(t, to)
	if _, err := Import(t.Context(), to, first, o); err == nil || !strings.Contains(err.Error(), "--allow-older") || digestOf(t, to) != want {
		t.Errorf("an older one: %v", err)
	}
	o.AllowOlder = true
	if _, err := Import(t.Context(), to, first, o); err != nil || digestOf(t, to) == want {
		t.Errorf("an older one that is allowed: %v", err)
	}
	o.Now = now.Add(-48 * time.Hour)
	if _, err := Import(t.Context(), filepath.Join(dir, "x.db"), second, o); err == nil || !strings.Contains(err.Error(), "yet to come") {
		t.Errorf("one of the future: %v", err)
	}
}

// A bad delta costs the whole database and no more.
func TestMirror_takesTheWholeWhereTheDeltaDoesNotFit(t *testing.T) {
	key, public := keys(t)
	dir := t.TempDir()
	from, mirror, to := filepath.Join(dir, "m.db"), filepath.Join(dir, "mirror"), filepath.Join(dir, "local", "a.db")
	master(t, from, 200, 0, now)
	export(t, from, mirror, key)
	if _, err := Import(t.Context(), to, mirror, Options{Now: now, Key: public}); err != nil {
		t.Fatal(err)
	}
	master(t, from, 200, 4, now.Add(time.Hour))
	x := export(t, from, mirror, key)
	// The same mirror with a delta that leads elsewhere, and signed.
	index := x.Index
	index.Deltas[0].SHA256 = strings.Repeat("ab", 32)
	data, _ := json.Marshal(&index)
	write(t, filepath.Join(mirror, indexName), data)
	write(t, filepath.Join(mirror, signatureName), fmt.Appendf(nil, "%x", ed25519.Sign(key, data)))
	r, err := Import(t.Context(), to, mirror, Options{Now: now.Add(time.Hour), Key: public})
	if err != nil || digestOf(t, to) != index.Digest || r.Outcomes[0].How != Whole || len(r.Problems) != 1 {
		t.Errorf("%v: %+v", err, r)
	}
}

func TestExport_keepsVersions(t *testing.T) {
	dir := t.TempDir()
	from, mirror := filepath.Join(dir, "m.db"), filepath.Join(dir, "mirror")
	write(t, filepath.Join(mirror, "README.txt"), []byte("ours"))
	write(t, filepath.Join(mirror, signatureName), []byte("of an older index"))
	write(t, filepath.Join(mirror, "advisories-0123456789abcdef.db.zst"), []byte("damaged"))
	os.Chtimes(filepath.Join(mirror, "advisories-0123456789abcdef.db.zst"), now.Add(-time.Hour), now.Add(-time.Hour))
	var digests []string
	for n := range 5 {
		master(t, from, 100, n, now.Add(time.Duration(n)*time.Hour))
		x, err := Export(t.Context(), from, mirror, ExportOptions{Keep: 2})
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 && (len(x.Problems) != 1 || !strings.Contains(x.Problems[0], "advisories-0123456789abcdef")) {
			t.Errorf("the damaged version: %v", x.Problems)
		}
		file := filepath.Join(mirror, x.Index.File)
		os.Chtimes(file, now.Add(time.Duration(n)*time.Minute), now.Add(time.Duration(n)*time.Minute))
		var sources []string
		for _, d := range x.Index.Deltas {
			sources = append(sources, d.From)
		}
		want := slices.Clone(digests[max(0, len(digests)-2):])
		slices.Reverse(want)
		if !slices.Equal(sources, want) {
			t.Errorf("version %d: deltas from %v, want %v", n, sources, want)
		}
		digests = append(digests, x.Index.Digest)
	}
	var names []string
	entries, _ := os.ReadDir(mirror)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	want := []string{".advisories.lock", "README.txt", databaseName(digests[2]), databaseName(digests[3]), databaseName(digests[4]),
		deltaName(digests[2], digests[4]), deltaName(digests[3], digests[4]), indexName}
	slices.Sort(want)
	slices.Sort(names)
	if !slices.Equal(names, want) {
		t.Errorf("the folder holds %v, want %v", names, want)
	}
	if _, err := Export(t.Context(), filepath.Join(dir, "none.db"), mirror, ExportOptions{}); err == nil {
		t.Error("nothing was exported without an error")
	}
}
