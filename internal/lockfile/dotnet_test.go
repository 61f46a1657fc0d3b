package lockfile

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/inventory"
)

var dotnetBuild = map[string]string{
	"Directory.Build.props": `<Project><PropertyGroup><SerilogVersion>3.0.1</SerilogVersion><Both>1.0</Both></PropertyGroup>
<ItemGroup><PackageReference Include="StyleCop.Analyzers" Version="1.1.118" PrivateAssets="all" /></ItemGroup></Project>`,
	"Directory.Packages.props": `<Project><PropertyGroup><ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally></PropertyGroup>
<Import Project="eng/versions.props" />
<ItemGroup>
<PackageVersion Include="Newtonsoft.Json" Version="13.0.3" />
<PackageVersion Include="Polly" Version="$(PollyVersion)" />
<PackageVersion Include="Twice" Version="6.0.0" Condition="'$(TargetFramework)' == 'net6.0'" />
<PackageVersion Include="Twice" Version="8.0.0" Condition="'$(TargetFramework)' == 'net8.0'" />
<GlobalPackageReference Include="Nerdbank.GitVersioning" Version="3.6.133" />
</ItemGroup></Project>`,
	"eng/versions.props": `<Project><PropertyGroup><PollyVersion>8.1.0</PollyVersion></PropertyGroup></Project>`,
	"src/Shop/Shop.csproj": `<Project Sdk="Microsoft.NET.Sdk">
<PropertyGroup><PackageId>Acme.Shop</PackageId><Version>2.1.0</Version><PackageLicenseExpression>MIT</PackageLicenseExpression>
<Both Condition="'$(Both)' == ''">9</Both></PropertyGroup>
<ItemGroup>
<PackageReference Include="newtonsoft.json" />
<PackageReference Include="Serilog" Version="$(SerilogVersion)" />
<PackageReference Include="Polly" />
<PackageReference Include="Twice" />
<PackageReference Include="Element"><Version>4.5.6</Version><PrivateAssets>all</PrivateAssets></PackageReference>
<PackageReference Include="Floating" Version="1.*" />
<PackageReference Include="Exact" Version="[2.0.0]" Condition="'$(OS)' == 'Windows_NT'" />
<PackageReference Include="Nowhere" />
<PackageReference Include="Over" VersionOverride="7.0" />
<PackageReference Include="Gone" Version="1" /><PackageReference Remove="gone" />
<PackageReference Include="Later" Version="1" /><PackageReference Update="Later" Version="2" />
<ProjectReference Include="..\Core\Core.csproj" />
</ItemGroup></Project>`,
	"test/Shop.Tests.csproj": `<Project Sdk="Microsoft.NET.Sdk;MSBuild.Sdk.Extras/3.0.44"><ItemGroup>
<PackageReference Include="Microsoft.NET.Test.Sdk" Version="17.6.0" />
<PackageReference Include="xunit" Version="2.5.0" />
</ItemGroup></Project>`,
}

func TestResolveNuGet(t *testing.T) {
	docs := map[string]*inventory.Document{}
	for name, content := range dotnetBuild {
		docs[name] = mustRead(t, name, content)
	}
	ResolveNuGet(slices.Collect(maps.Values(docs)))
	shop := docs["src/Shop/Shop.csproj"]
	compare(t, "shop", showPackages(shop), `
		5 newtonsoft.json @13.0.3 direct
		6 Serilog @3.0.1 asks $(SerilogVersion) direct
		7 Polly @8.1.0 direct
		8 Twice direct
		9 Element @4.5.6 asks 4.5.6 for development direct
		10 Floating asks 1.* direct
		11 Exact @2.0.0 asks [2.0.0] direct
		12 Nowhere direct
		13 Over @7.0 asks 7.0 direct
		15 Later @2 asks 2 direct
		16 Core from link:src/Core direct`)
	compare(t, "unknown", strings.Join(shop.Unknown, "\n"), `
		Shop.csproj names direct dependencies only; transitive ones are not known without a lock file or an SBOM
		line 8: the version of Twice is not known: it may be any of 6.0.0;8.0.0
		line 10: the version of Floating is not known: it may be any of 1.*
		line 12: the version of Nowhere is not known: Directory.Packages.props does not state it`)
	if shop.Name != "Acme.Shop" || shop.Version != "2.1.0" || shop.Licence != "MIT" {
		t.Errorf("%q %q %q", shop.Name, shop.Version, shop.Licence)
	}
	compare(t, "tests", showPackages(docs["test/Shop.Tests.csproj"]), `
		1 MSBuild.Sdk.Extras @3.0.44 asks 3.0.44 for build direct
		2 Microsoft.NET.Test.Sdk @17.6.0 asks 17.6.0 for test direct
		3 xunit @2.5.0 asks 2.5.0 for test direct`)
	compare(t, "build props", showPackages(docs["Directory.Build.props"]), "2 StyleCop.Analyzers @1.1.118 asks 1.1.118 for development direct")
	compare(t, "package props", showPackages(docs["Directory.Packages.props"]), "8 Nerdbank.GitVersioning @3.6.133 asks 3.6.133 for development direct")
}

const nugetLock = `{
  "version": 2,
  "dependencies": {
    "net6.0": {
      "Serilog.Sinks.File": {
        "type": "Direct",
        "requested": "[5.0.0, )",
        "resolved": "5.0.0",
        "contentHash": "aGFzaA==",
        "dependencies": { "serilog": "2.10.0" }
      },
      "Serilog": { "type": "Transitive", "resolved": "2.10.0", "contentHash": "b3RoZXI=" },
      "core": { "type": "Project", "dependencies": { "Serilog": "[2.10.0, )", "Ghost": "1" } }
    },
    "net6.0/linux-x64": {
      "Serilog.Sinks.File": { "type": "Direct", "requested": "[5.0.0, )", "resolved": "5.0.0", "dependencies": { "Serilog": "2.10.0" } }
    },
    "net472": {
      "Serilog": { "type": "CentralTransitive", "requested": "[2.12.0, )", "resolved": "2.12.0" }
    }
  }
}`

func TestNugetLock(t *testing.T) {
	doc := mustRead(t, "packages.lock.json", nugetLock)
	compare(t, "packages", showPackages(doc), `
		5 Serilog.Sinks.File @5.0.0 asks [5.0.0, ) hash sha512-aGFzaA== direct -> Serilog@2.10.0
		12 Serilog @2.10.0 hash sha512-b3RoZXI=
		13 core from link:core -> Serilog@2.10.0
		19 Serilog @2.12.0`)
	compare(t, "unknown", strings.Join(doc.Unknown, "\n"), `core needs "ghost" for net6.0, which the file does not list`)
	for cut := range len(nugetLock) {
		if doc, err := Read("packages.lock.json", []byte(nugetLock[:cut])); err == nil {
			t.Fatalf("cut at %d: no error, but %d packages", cut, len(doc.Packages))
		}
	}
}

const projectAssets = `{
  "version": 3,
  "targets": {
    ".NETCoreApp,Version=v6.0": {
      "Serilog.Sinks.File/5.0.0": { "type": "package", "dependencies": { "Serilog": "2.10.0" } },
      "Serilog/2.10.0": { "type": "package" },
      "StyleCop/1.1.0": { "type": "package", "dependencies": { "StyleCop.Unstable": "1.1.0" } },
      "StyleCop.Unstable/1.1.0": { "type": "package" },
      "Core/1.0.0": { "type": "project" }
    }
  },
  "libraries": {
    "Serilog/2.10.0": { "sha512": "aGFzaA==", "type": "package", "path": "serilog/2.10.0" }
  },
  "project": {
    "version": "1.2.0",
    "restore": { "projectName": "Shop", "sources": { "https://api.nuget.org/v3/index.json": {} } },
    "frameworks": { "net6.0": { "dependencies": {
      "Serilog.Sinks.File": { "target": "Package", "version": "[5.0.0, )" },
      "StyleCop": { "suppressParent": "All", "target": "Package", "version": "[1.1.0, )" }
    } } }
  }
}`

func TestAssets(t *testing.T) {
	doc := mustRead(t, "obj/project.assets.json", projectAssets)
	compare(t, "packages", showPackages(doc), `
		5 Serilog.Sinks.File @5.0.0 direct -> Serilog@2.10.0
		6 Serilog @2.10.0 hash sha512-aGFzaA==
		7 StyleCop @1.1.0 for development direct -> StyleCop.Unstable@1.1.0
		8 StyleCop.Unstable @1.1.0 for development
		9 Core @1.0.0 from link:Core`)
	if doc.Name != "Shop" || doc.Version != "1.2.0" || len(doc.Registries) != 1 {
		t.Errorf("%q %q %v", doc.Name, doc.Version, doc.Registries)
	}
}

const depsJSON = `{
  "runtimeTarget": { "name": ".NETCoreApp,Version=v6.0/linux-x64", "signature": "" },
  "targets": {
    ".NETCoreApp,Version=v6.0": {},
    ".NETCoreApp,Version=v6.0/linux-x64": {
      "Shop/1.0.0": { "dependencies": { "Serilog": "2.10.0", "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64": "6.0.1" }, "runtime": { "Shop.dll": {} } },
      "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/6.0.1": {},
      "Serilog/2.10.0": { "dependencies": { "Inner": "1.0.0" } },
      "Inner/1.0.0": {},
      "Ref/1.0.0.0": {}
    }
  },
  "libraries": {
    "Shop/1.0.0": { "type": "project", "serviceable": false, "sha512": "" },
    "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/6.0.1": { "type": "runtimepack", "sha512": "" },
    "Serilog/2.10.0": { "type": "package", "sha512": "sha512-aGFzaA==" },
    "Inner/1.0.0": { "type": "package", "sha512": "" },
    "Ref/1.0.0.0": { "type": "reference", "sha512": "" }
  }
}`

func TestDeps(t *testing.T) {
	doc := mustRead(t, "app/Shop.deps.json", depsJSON)
	compare(t, "packages", showPackages(doc), `
		7 Microsoft.NETCore.App.Runtime.linux-x64 @6.0.1 direct
		8 Serilog @2.10.0 hash sha512-aGFzaA== direct -> Inner@1.0.0
		9 Inner @1.0.0`)
	if doc.Name != "Shop" || doc.Version != "1.0.0" || doc.Role != inventory.Installed {
		t.Errorf("%q %q %q", doc.Name, doc.Version, doc.Role)
	}
}

func TestPackagesConfig(t *testing.T) {
	doc := mustRead(t, "packages.config", `<?xml version="1.0" encoding="utf-8"?>
<packages>
  <package id="jQuery" version="3.1.1" targetFramework="net46" />
  <package id="Tool" version="1.0" developmentDependency="true" />
  <package id="" version="1.0" />
</packages>`)
	compare(t, "packages", showPackages(doc), "3 jQuery @3.1.1\n4 Tool @1.0 for development")
}

func TestNugetConfig(t *testing.T) {
	doc := mustRead(t, "nuget.config", `<configuration><packageSources><clear />
<add key="nuget.org" value="https://api.nuget.org/v3/index.json" />
<add key="corp" value="https://me:hidden-word@nuget.example.com/v3/index.json" />
<add key="off" value="https://off.example.com" /></packageSources>
<disabledPackageSources><add key="off" value="true" /></disabledPackageSources>
<packageSourceMapping><packageSource key="corp"><package pattern="Acme.*" /></packageSource></packageSourceMapping>
<packageSourceCredentials><corp><add key="ClearTextPassword" value="hidden-word" /></corp></packageSourceCredentials></configuration>`)
	want := []inventory.Registry{{URL: "https://api.nuget.org/v3/index.json", Line: 2}, {URL: "https://nuget.example.com/v3/index.json", Scope: "Acme.*", Line: 3}}
	if diff := cmp.Diff(want, doc.Registries); diff != "" {
		t.Error(diff)
	}
}

const paketLock = `RESTRICTION: == net6.0
NUGET
  remote: https://api.nuget.org/v3/index.json
    FSharp.Core (6.0.1)
    Giraffe (5.0) - restriction: >= net6.0
      FSharp.Core (>= 6.0)
GITHUB
  remote: fsharp/FAKE
    src/app/Globbing.fs (0341a2e6)
GROUP Test
NUGET
  remote: https://api.nuget.org/v3/index.json
    Expecto (9.0.4)
`

func TestPaket(t *testing.T) {
	doc := mustRead(t, "paket.lock", paketLock)
	compare(t, "packages", showPackages(doc), `
		4 FSharp.Core @6.0.1 from https://api.nuget.org/v3/index.json
		5 Giraffe @5.0 from https://api.nuget.org/v3/index.json direct -> FSharp.Core@6.0.1
		13 Expecto @9.0.4 for test from https://api.nuget.org/v3/index.json direct`)
	doc = mustRead(t, "paket.dependencies", "source https://api.nuget.org/v3/index.json\nnuget Giraffe ~> 5.0 strategy: min\nnuget FSharp.Core = 6.0.1\ngroup Test\n  nuget Expecto 9.0.4\n")
	compare(t, "asked", showPackages(doc), `
		2 Giraffe asks ~> 5.0 direct
		3 FSharp.Core @6.0.1 asks = 6.0.1 direct
		5 Expecto @9.0.4 asks 9.0.4 for test direct`)
}

func TestDotnet_refuses(t *testing.T) {
	for path, contents := range map[string][]string{
		"a.csproj":            {"", "<html/>", "<Project>", "<!DOCTYPE a [<!ENTITY x \"y\">]><Project/>"},
		"packages.lock.json":  {"", "[]", "{}"},
		"project.assets.json": {"", "{}", depsJSON[:100]},
		"a.deps.json":         {"", "{}", `{"runtimeTarget":{"name":"x"},"libraries":{"a/1":{}}}`},
		"packages.config":     {"", "<configuration/>"},
		"nuget.config":        {"", "<packages/>"},
		"paket.lock":          {"{\n}\n", "NUGET\n  remote: x\n    Broken\n", "this is not one\n"},
	} {
		for _, content := range contents {
			if doc, err := Read(path, []byte(content)); err == nil {
				t.Errorf("%s %q: no error, but %+v", path, content, doc)
			}
		}
	}
}

func FuzzDotnet(f *testing.F) {
	for name, content := range dotnetBuild {
		f.Add(name, content)
	}
	for _, content := range []string{nugetLock, projectAssets, depsJSON, paketLock} {
		f.Add("x", content)
	}
	f.Fuzz(func(t *testing.T, name, content string) {
		var docs []*inventory.Document
		for _, reader := range dotnetReaders() {
			for _, file := range []string{name, "a/b.csproj", "Directory.Packages.props"} {
				if doc, err := reader.Read(file, []byte(content)); err == nil && doc != nil {
					docs = append(docs, doc)
				}
			}
		}
		ResolveNuGet(docs)
		for _, doc := range docs {
			for _, p := range doc.Packages {
				if badName(p.Name) || badVersion(p.Version) || badVersion(p.Constraint) {
					t.Errorf("%s: package %q %q %q", doc.Format, p.Name, p.Version, p.Constraint)
				}
				for _, to := range p.Requires {
					if to < 0 || to >= len(doc.Packages) {
						t.Errorf("%s: %s requires %d of %d", doc.Format, p.Name, to, len(doc.Packages))
					}
				}
			}
		}
	})
}
