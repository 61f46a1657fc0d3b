package lockfile

// hex is OSV's name of Erlang's, Elixir's and Gleam's ecosystem.
const hex = "Hex"

func hexReaders() []Reader {
	return []Reader{
		{Format: "mix.lock", Names: []string{"mix.lock"}, Match: anywhere, Read: readMixLock},
		{Format: "rebar.lock", Names: []string{"rebar.lock"}, Match: anywhere, Read: readRebarLock},
		{Format: "manifest.toml", Names: []string{"manifest.toml"}, Match: anywhere, Read: readGleamManifest},
	}
}
