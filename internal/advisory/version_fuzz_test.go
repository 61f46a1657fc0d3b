package advisory

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/osv-scalibr/semantic"
)

// orders are all orders there are.
func orders() []order {
	var all []order
	for o := semverOrder; o <= hackageOrder; o++ {
		all = append(all, o)
	}
	return all
}

// FuzzOrder holds the properties of an order to what every comparison gives: nothing panics, a version is the same as itself, two versions
// compare the same way from both sides, and three have no circle.
func FuzzOrder(f *testing.F) {
	for _, list := range ordered() {
		for i := 0; i+2 < len(list); i++ {
			f.Add(list[i], list[i+1], list[i+2])
		}
	}
	f.Add("", "0", "-")
	f.Add("1-", "1..", "1-.")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		for _, o := range orders() {
			checkOrder(t, o, a, b, c)
		}
	})
}

func checkOrder(t *testing.T, o order, a, b, c string) {
	t.Helper()
	o.compare(a, b) // of texts that are no versions, only that it ends
	if !o.valid(a) || !o.valid(b) || !o.valid(c) {
		return
	}
	sign := func(x, y string) int { return max(-1, min(1, o.compare(x, y))) }
	for _, x := range []string{a, b, c} {
		if sign(x, x) != 0 {
			t.Fatalf("order %d: %q is not itself", o, x)
		}
	}
	if sign(a, b) != -sign(b, a) {
		t.Fatalf("order %d: %q and %q: %d from one side, %d from the other", o, a, b, sign(a, b), sign(b, a))
	}
	ab, bc, ac := sign(a, b), sign(b, c), sign(a, c)
	if ab == bc && ac != ab || ab == 0 && ac != bc || bc == 0 && ac != ab {
		t.Fatalf("order %d: %q, %q, %q go in a circle: %d, %d, %d", o, a, b, c, ab, bc, ac)
	}
}

// made makes a version out of parts that orders tell apart.
func made(r *rand.Rand) string {
	parts := []string{
		"0", "1", "2", "10", "01", "00", ".", ".", ".", "-", "-", "_", "+", "~", "^", ":", "!", "a", "b", "z", "rc", "alpha", "beta", "dev", "post", "pre", "p", "r1", "sp", "ga", "final",
		"snapshot", "x", "RC", "git", "cr", "m",
	}
	var b strings.Builder
	b.WriteString(parts[r.IntN(4)])
	if r.IntN(2) == 0 {
		b.WriteString(".0.1")
	}
	for range r.IntN(9) {
		b.WriteString(parts[r.IntN(len(parts))])
	}
	return b.String()
}

func TestOrder_hasNoCircles(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, o := range orders() {
		var versions []string
		for n := 0; n < 20_000 && len(versions) < 300; n++ {
			if v := made(random); o.valid(v) && !slices.Contains(versions, v) {
				versions = append(versions, v)
			}
		}
		if len(versions) < 30 {
			t.Errorf("order %d: only %d versions to compare", o, len(versions))
		}
		for range 30_000 {
			pick := func() string { return versions[random.IntN(len(versions))] }
			checkOrder(t, o, pick(), pick(), pick())
		}
	}
}

// TestOrder_agreesWithAnotherImplementation compares with osv-scalibr's, on versions of the shapes that registries hold.
// Where that is known to be wrong, the cases of TestCompare decide and the shape is left out here.
func TestOrder_agreesWithAnotherImplementation(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	number := func() string { return pick("0", "1", "2", "9", "10", "11", "100", "2023") }
	core := func() string { return number() + "." + number() + "." + number() }
	for ecosystem, make := range map[string]func() string{
		"npm": func() string { return core() + pick("", "", "-alpha", "-alpha.1", "-beta.2", "-rc.10", "-0", "+build") },
		"Go": func() string {
			return core() + pick("", "", "-pre", "-0.20191109021931-daa7c04131f5", "-rc.1", "+incompatible")
		},
		"NuGet": func() string { return core() + pick("", "."+number()) + pick("", "-alpha", "-BETA", "-rc.1") },
		"PyPI": func() string {
			return pick("", "", "1!") + core() + pick("", "a1", "b2", "rc1", ".dev3", ".post2", ".post2.dev1", "a1.dev2", "+local.7")
		},
		"RubyGems":  func() string { return core() + pick("", ".pre", ".rc1", ".beta.2", ".a") },
		"Packagist": func() string { return core() + pick("", "-alpha1", "-beta2", "-RC1", "-RC2") },
		"Debian:12": func() string {
			return pick("", "", "1:") + core() + pick("", "~rc1", "+dfsg", "~beta2+dfsg1") + pick("", "-1", "-1~deb12u1", "-1+deb12u2", "-10")
		},
		"Red Hat:9": func() string {
			return pick("", "1:") + core() + pick("", "~rc1", "^git2") + pick("-1.el9", "-2.el9_2", "-10.el9")
		},
		"Alpine:v3.19": func() string {
			return core() + pick("", "a", "_rc1", "_p2", "_git20200101", "_alpha") + pick("-r0", "-r1", "-r12")
		},
		"Maven": func() string {
			return core() + pick("", "", ".Final", "-SNAPSHOT", "-alpha-1", "-beta2", "-RC1", "-rc2", ".RELEASE", "-jre")
		},
		"CRAN":    func() string { return core() + pick("", "-"+number()) },
		"Hackage": func() string { return core() + pick("", "."+number()) },
	} {
		differ := 0
		for range 6_000 {
			a, b := make(), make()
			got, err := Compare(ecosystem, a, b)
			if err != nil {
				t.Fatalf("%s: %v", ecosystem, err)
			}
			other, err := semantic.Parse(a, ecosystem)
			if err != nil {
				t.Fatalf("%s: %v", ecosystem, err)
			}
			want, err := other.CompareStr(b)
			if err != nil {
				t.Fatalf("%s: %v", ecosystem, err)
			}
			if want = max(-1, min(1, want)); got != want {
				if differ++; differ <= 5 {
					t.Errorf("%s: %s and %s: got %d, the other has %d", ecosystem, a, b, got, want)
				}
			}
		}
	}
}
