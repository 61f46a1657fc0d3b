package lockfile

const (
	// conan is OSV's name of Conan's ecosystem.
	conan = "ConanCenter"
	// vcpkg is no ecosystem of OSV's.
	vcpkg = "vcpkg"
)

func cppReaders() []Reader {
	return []Reader{
		{Format: "conan.lock", Names: []string{"conan.lock"}, Match: anywhere, Read: readConanLock},
		{Format: "conanfile.txt", Names: []string{"conanfile.txt"}, Match: anywhere, Read: readConanfile},
		{Format: "vcpkg.json", Names: []string{"vcpkg.json"}, Match: anywhere, Read: readVcpkg},
		{Format: "vcpkg-configuration.json", Names: []string{"vcpkg-configuration.json"}, Match: anywhere, Read: readVcpkgConfiguration},
	}
}
