package sca

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/inventory"
)

// isBuilder tells of packages of npm whose install scripts are known: they build or fetch the program that the package is for.
func isBuilder(name string) bool {
	if scope, _, ok := strings.Cut(name, "/"); ok {
		switch scope {
		case "@swc", "@parcel", "@sentry", "@prisma", "@serialport", "@nestjs", "@angular", "@tensorflow", "@playwright", "@mongodb-js", "@vscode", "@node-rs", "@datadog", "@apollo", "@fortawesome", "@discordjs", "@biomejs",
			"@grpc", "@newrelic", "@abandonware", "@compodoc", "@firebase", "@scarf", "@bufbuild", "@contrast", "@lavamoat", "@percy", "@sveltejs", "@tailwindcss", "@cypress", "@pact-foundation", "@depot", "@openapitools":
			return true
		}
		return false
	}
	switch name {
	case "esbuild", "sharp", "node-sass", "sass-embedded", "better-sqlite3", "sqlite3", "bcrypt", "argon2", "puppeteer", "playwright", "playwright-chromium", "playwright-firefox", "playwright-webkit", "cypress", "electron",
		"electron-winstaller", "core-js", "core-js-pure", "core-js-bundle", "protobufjs", "fsevents", "husky", "canvas", "node-gyp", "node-pty", "bufferutil", "utf-8-validate", "es5-ext", "msgpackr-extract", "lmdb", "nx", "turbo",
		"prisma", "unrs-resolver", "re2", "cpu-features", "ssh2", "leveldown", "classic-level", "rocksdb", "zeromq", "libxmljs", "libxmljs2", "keytar", "robotjs", "grpc", "dtrace-provider", "segfault-handler", "heapdump",
		"memwatch-next", "node-rdkafka", "oracledb", "ibm_db", "odbc", "snappy", "sodium-native", "secp256k1", "keccak", "tiny-secp256k1", "blake-hash", "bigint-buffer", "usb", "serialport", "node-hid", "i2c-bus", "pngquant-bin",
		"gifsicle", "mozjpeg", "optipng-bin", "jpegtran-bin", "cwebp-bin", "optipng", "chromedriver", "geckodriver", "selenium-server", "phantomjs-prebuilt", "phantomjs", "iltorb", "styled-components", "nodemon", "vue-demi",
		"preact", "deasync", "fibers", "yarn", "pnpm", "opencollective-postinstall", "ejs", "level", "truffle", "ganache", "web3", "web3-bzz", "web3-shh", "highlight.js", "swagger-ui-dist", "nestjs", "parcel", "netlify-cli",
		"workerd", "aws-crt", "couchbase", "onnxruntime-node", "youtube-dl-exec", "ffmpeg-static", "ffprobe-static", "jsonpath", "unix-dgram", "pg-native", "nodegit", "ref-napi", "ffi-napi", "farmhash", "hiredis", "tree-sitter",
		"lefthook", "simple-git-hooks", "pre-commit", "yorkie", "ttf2woff2", "wrtc", "uws", "gl", "lzma-native", "diskusage", "bson-ext", "kerberos", "mongodb-client-encryption", "mongodb-memory-server", "win-spellchecker",
		"spawn-sync", "microtime", "drivelist", "mmmagic", "xxhash", "node-expat", "iconv", "posix", "pty.js", "inferno", "swiper", "postman-collection", "mailcheck", "svelte-preprocess", "uglifyjs-webpack-plugin", "bootstrap-vue",
		"windows-build-tools", "watchman", "v8-profiler", "dd-trace", "appdynamics", "contrast-agent", "newrelic", "@datadog", "supabase", "wrangler", "react-native-elements", "react-native-gesture-handler", "bcrypto":
		return true
	}
	return false
}

// installScript reports packages that run code of their own when they are installed and are not known for it.
func installScript(v *supplyView, _ *Supply, report func(fault)) {
	f := filesOf(v)
	for _, p := range v.projects {
		if p.Ecosystem != "npm" || p.Role != inventory.Lock || path.Base(p.File) == "bun.lock" || isSample(p.File) || f.ignoresScripts(p.Dir) {
			continue // bun runs those only that the project has allowed
		}
		way, seen := waysOf(p), map[string]bool{}
		for i := range p.Packages {
			pkg := &p.Packages[i]
			if !pkg.InstallScript || isLocal(pkg) || seen[pkg.Name] || isBuilder(pkg.Name) {
				continue
			}
			seen[pkg.Name] = true
			report(fault{
				at: v.placeOf(p, i), identity: []string{p.Name, pkg.Name}, component: way.component(i),
				message: fmt.Sprintf("%s runs code of its own when it is installed, with all rights of whoever installs it.", clip(label(pkg))),
				fix:     "Read what the script does. Install with --ignore-scripts (or ignore-scripts=true in .npmrc) and allow only the packages that need one, or use a package without.",
			})
		}
	}
}

// ignoresScripts tells whether npm is told to run no scripts in a folder.
func (f *files) ignoresScripts(dir string) bool {
	for out := range outward(dir) {
		for line := range strings.Lines(string(f.read(path.Join(out, ".npmrc")))) {
			key, value, _ := strings.Cut(line, "=")
			if strings.TrimSpace(key) == "ignore-scripts" {
				return strings.TrimSpace(value) == "true"
			}
		}
	}
	return false
}

// How scripts fetch code: run at once, or only written down.
var (
	runsFetched = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)\b(?:curl|wget|fetch|iwr|irm|invoke-webrequest|invoke-restmethod)\b[^;&|\n]{0,300}\|\s*(?:sudo\s+)?(?:env\s+)?(?:(?:ba|z|da|k)?sh|node|python[0-9.]*|perl|ruby|php|iex|invoke-expression|pwsh|powershell)\b` +
			`|\b(?:(?:ba|z|da)?sh|source|eval|node|python[0-9.]*)\s+[^;|\n]{0,60}[<$]\(\s*(?:curl|wget)\b` +
			`|\beval\b[^;\n]{0,20}\x60\s*(?:curl|wget)\b` +
			`|\b(?:node|deno|bun|python[0-9.]*|perl|ruby|php)\s+(?:-e|-c|-p|-r|--eval|eval)\b[^\n]{0,300}(?:https?://|require\(\s*\\?['"](?:node:)?https?\\?['"]|\bfetch\s*\(|urlopen|requests\.get|file_get_contents\(\s*\\?['"]http)` +
			`|\b(?:iex|invoke-expression)\b[^\n]{0,200}(?:downloadstring|https?://)`)
	})
	onlyFetches = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)(?:^|[\s;&|(])(?:curl|wget|invoke-webrequest|iwr)\s[^;&|\n]{0,300}https?://`)
	})
)

// scriptFetches reports install scripts, of the project itself or of packages that stand in the target, that fetch code and run it.
func scriptFetches(v *supplyView, _ *Supply, report func(fault)) {
	f := filesOf(v)
	for _, d := range v.docs {
		if isFixture(d.Path) {
			continue
		}
		scripts := f.scriptsOf(d)
		for _, name := range slices.Sorted(maps.Keys(scripts)) {
			script := scripts[name]
			if len(script) > 1<<16 {
				continue
			}
			confidence, does := finding.Firm, "fetches code from the network and runs it"
			if !runsFetched().MatchString(script) {
				if confidence, does = finding.Tentative, "fetches a file from the network"; !onlyFetches().MatchString(script) {
					continue
				}
			}
			report(fault{
				at: place(d.Path, f.lineWith(d.Path, name)), identity: []string{nameOf(d), d.Format, name}, confidence: sure(confidence),
				message: fmt.Sprintf("The script %s of %s %s: whoever answers at that address acts on every machine that installs it.", name, d.Path, does),
				fix:     "Keep what is fetched in the repository or in a package of a fixed version, or check its hash before it is run; let an install script do nothing that a person has not asked for.",
			})
		}
	}
}

// scriptsOf gives the install scripts of a project, or of a package that stands installed in the target.
func (f *files) scriptsOf(d *inventory.Document) map[string]string {
	installed := d.Role == inventory.Installed && d.Format == "package.json" && slices.ContainsFunc(d.Packages, func(p inventory.Package) bool { return p.InstallScript })
	if !installed || len(d.Scripts) > 0 {
		return d.Scripts
	}
	var said struct {
		Scripts map[string]any `json:"scripts"`
	}
	if json.Unmarshal(f.read(d.Path), &said) != nil {
		return nil
	}
	out := map[string]string{}
	for _, name := range []string{"preinstall", "install", "postinstall"} {
		if script, ok := said.Scripts[name].(string); ok {
			out[name] = script
		}
	}
	return out
}

// lineWith gives the first line of a file with a quoted key; 0 where there is none.
func (f *files) lineWith(file, key string) int {
	n := 0
	for line := range strings.Lines(string(f.read(file))) {
		n++
		if strings.HasPrefix(strings.TrimSpace(line), `"`+key+`"`) {
			return n
		}
	}
	return 0
}
