package lockfile

import "strings"

// dotnetReaders lists the readers for what is built with .NET.
func dotnetReaders() []Reader {
	return []Reader{
		{Format: "csproj", Names: []string{"*.csproj", "*.fsproj", "*.vbproj", "*.vcxproj", "*.sqlproj", "*.msbuildproj"}, Match: always, Read: readMSBuild},
		{Format: "props", Names: []string{"*.props", "*.targets"}, Match: isOwnProps, Read: readMSBuild},
		{Format: "packages.lock.json", Names: []string{"packages.lock.json", "*.json"}, Match: isNugetLock, Read: readNugetLock},
		{Format: "project.assets.json", Names: []string{"project.assets.json"}, Match: always, Read: readAssets},
		{Format: "deps.json", Names: []string{"*.json"}, Match: hasSuffix(".deps.json"), Read: readDeps},
		{Format: "packages.config", Names: []string{"packages.config", "*.config"}, Match: isPackagesConfig, Read: readPackagesConfig},
		{Format: "nuget.config", Names: []string{"nuget.config", "NuGet.config", "NuGet.Config", "Nuget.config", "NUGET.CONFIG"}, Match: always, Read: readNugetConfig},
		{Format: "paket.lock", Names: []string{"paket.lock"}, Match: always, Read: readPaketLock},
		{Format: "paket.dependencies", Names: []string{"paket.dependencies"}, Match: always, Read: readPaket},
	}
}

// isNugetLock matches packages.lock.json, also for one project of several in a folder (packages.NAME.lock.json).
func isNugetLock(_, base string) bool {
	return base == "packages.lock.json" || strings.HasPrefix(base, "packages.") && strings.HasSuffix(base, ".lock.json")
}

// isPackagesConfig matches packages.config, also for one project of several in a folder (packages.NAME.config).
func isPackagesConfig(_, base string) bool {
	return base == "packages.config" || strings.HasPrefix(base, "packages.") && strings.HasSuffix(base, ".config")
}

// isOwnProps leaves out the properties files that packages bring along and that NuGet writes.
func isOwnProps(file, _ string) bool {
	for _, folder := range []string{"obj", "packages", ".nuget", "bin"} {
		if strings.Contains("/"+file, "/"+folder+"/") {
			return false
		}
	}
	return true
}
