package lockfile

// pub is OSV's name of Dart's ecosystem.
const pub = "Pub"

func dartReaders() []Reader {
	return []Reader{
		{Format: "pubspec.lock", Names: []string{"pubspec.lock"}, Match: anywhere, Read: readPubspecLock},
		{Format: "pubspec.yaml", Names: []string{"pubspec.yaml", "pubspec.yml"}, Match: anywhere, Read: readPubspec},
	}
}

// anywhere is for files that are what their name says, wherever they stand.
func anywhere(_, _ string) bool { return true }
