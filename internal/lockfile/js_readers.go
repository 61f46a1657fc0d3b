package lockfile

// npm is OSV's name of the ecosystem.
const npm = "npm"

func jsReaders() []Reader {
	return []Reader{
		{Format: "package-lock.json", Names: []string{"package-lock.json", "npm-shrinkwrap.json"}, Match: outsideModules, Read: readPackageLock},
		{Format: "package.json", Names: []string{"package.json"}, Match: outsideModules, Read: readPackageJSON},
		{Format: "package.json", Names: []string{"package.json"}, Match: isInstalled, Read: readInstalledPackage},
		{Format: "yarn.lock", Names: []string{"yarn.lock"}, Match: outsideModules, Read: readYarnLock},
		{Format: "pnpm-lock.yaml", Names: []string{"pnpm-lock.yaml"}, Match: outsideModules, Read: readPnpmLock},
		{Format: "pnpm-workspace.yaml", Names: []string{"pnpm-workspace.yaml", "pnpm-workspace.yml"}, Match: outsideModules, Read: readPnpmWorkspace},
		{Format: "bun.lock", Names: []string{"bun.lock"}, Match: outsideModules, Read: readBunLock},
		{Format: "bun.lockb", Names: []string{"bun.lockb"}, Match: outsideModules, Read: readBunLockb},
		{Format: "deno.lock", Names: []string{"deno.lock"}, Match: outsideModules, Read: readDenoLock},
		{Format: ".npmrc", Names: []string{".npmrc"}, Match: outsideModules, Read: readNpmrc},
		{Format: ".yarnrc", Names: []string{".yarnrc"}, Match: outsideModules, Read: readYarnrc},
		{Format: ".yarnrc.yml", Names: []string{".yarnrc.yml"}, Match: outsideModules, Read: readYarnrcYAML},
	}
}
