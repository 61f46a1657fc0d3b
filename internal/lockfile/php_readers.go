package lockfile

// packagist is OSV's name of PHP's ecosystem.
const packagist = "Packagist"

func phpReaders() []Reader {
	return []Reader{
		{Format: "composer.lock", Names: []string{"composer.lock"}, Match: outsideVendor, Read: readComposerLock},
		{Format: "composer.json", Names: []string{"composer.json"}, Match: outsideVendor, Read: readComposerJSON},
		{Format: "installed.json", Names: []string{"installed.json"}, Match: isComposerInstalled, Read: readComposerInstalled},
	}
}
