package lockfile

const (
	// swiftURL is OSV's name of Swift's ecosystem, whose packages are named by their repositories.
	swiftURL = "SwiftURL"
	// cocoapods is no ecosystem of OSV's.
	cocoapods = "CocoaPods"
)

func swiftReaders() []Reader {
	return []Reader{
		{Format: "Package.resolved", Names: []string{"Package.resolved"}, Match: anywhere, Read: readPackageResolved},
		{Format: "Podfile.lock", Names: []string{"Podfile.lock"}, Match: anywhere, Read: readPodfileLock},
	}
}
