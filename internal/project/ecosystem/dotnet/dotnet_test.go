package dotnet_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dopt/internal/project/ecosystem/dotnet"
	"dopt/internal/project/manifest"
	"dopt/internal/project/manifest/manifesttest"
)

// api is one project; %s is more of it.
const api = `
-- Api.csproj --
<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup>
    <TargetFramework>net8.0</TargetFramework>
    <AssemblyName>shop-$(MSBuildProjectName)</AssemblyName>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Npgsql" Version="8.0.3" />
    <PackageReference Include="StyleCop.Analyzers" PrivateAssets="all">
      <Version>1.1.*</Version>
    </PackageReference>
  </ItemGroup>
MORE
</Project>
-- Program.cs --
`

func withMore(more string) string { return strings.Replace(api, "MORE", more, 1) }

const solution = `
-- Shop.sln --
Microsoft Visual Studio Solution File, Format Version 12.00
Project("{9A19103F-16F7-4668-BE54-9A1E7A4F7556}") = "Web", "src\Web\Web.csproj", "{1}"
EndProject
Project("{2150E333-8FDC-42A3-9474-1A3956D46DE8}") = "docs", "docs", "{2}"
EndProject
Project("{9A19103F-16F7-4668-BE54-9A1E7A4F7556}") = "Tests", "tests\Tests.fsproj", "{3}"
EndProject
-- global.json --
-- Directory.Build.props --
<Project><PropertyGroup><Nullable>enable</Nullable></PropertyGroup></Project>
-- Directory.Packages.props --
<Project><ItemGroup><PackageVersion Include="Dapper" Version="2.1.35" /></ItemGroup></Project>
-- src/Directory.Build.props --
<Project>
  <Import Project="$([MSBuild]::GetPathOfFileAbove('Directory.Build.props', '$(MSBuildThisFileDirectory)../'))" />
</Project>
-- src/Web/Web.csproj --
<Project Sdk="Microsoft.NET.Sdk.Web">
  <Import Project="..\..\build\common.targets" Condition="Exists('..\..\build\common.targets')" />
  <Import Project="..\..\build\gone.targets" Condition="Exists('..\..\build\gone.targets')" />
  <ItemGroup>
    <ProjectReference Include="..\Core\Core.csproj" />
    <PackageReference Include="Dapper" />
  </ItemGroup>
</Project>
-- src/Core/Core.csproj --
<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><ProjectReference Include="../Web/Web.csproj"/></ItemGroup></Project>
-- src/Core/packages.lock.json --
{"dependencies": {"net8.0": {"Dapper": {"type": "Direct", "resolved": "2.1.35"}, "SQLitePCLRaw.core": {"type": "Transitive", "resolved": "2.1.8"}}}}
-- build/common.targets --
<Project><Import Project="$(MSBuildExtensionsPath)\x.targets" /></Project>
-- tests/Tests.fsproj --
<Project Sdk="Microsoft.NET.Sdk"></Project>
-- NuGet.Config --
<configuration><packageSources><clear/><add key="local" value=".\packages"/><add key="nuget" value="https://api.nuget.org/v3/index.json"/></packageSources>
<disabledPackageSources><clear/><add key="x" value="true"/></disabledPackageSources></configuration>
-- packages/a.nupkg --
-- docs/README.md --
`

const web = "Directory.Build.props Directory.Packages.props NuGet.Config build/common.targets global.json src/Core/Core.csproj src/Core/packages.lock.json src/Directory.Build.props src/Web/Web.csproj"

func TestInputs(t *testing.T) {
	const restore = "dotnet restore"
	whole := strings.Replace(web, "build/", "Shop.sln build/", 1) + " tests/Tests.fsproj"
	manifesttest.Run(t, []manifesttest.Case{
		{Name: "the project of the folder", Context: withMore(""), Command: restore, Files: "Api.csproj"},
		{Name: "a byte order mark and CRLF", Context: strings.Replace(withMore(""), "<Project Sdk=\"Microsoft.NET.Sdk.Web\">\n", "\ufeff<Project Sdk=\"Microsoft.NET.Sdk.Web\">\r\n", 1), Command: restore, Files: "Api.csproj"},
		{Name: "a solution", Context: solution, Command: "dotnet restore --locked-mode", Files: whole, Dirs: "packages"},
		{Name: "one project of it", Context: solution, Command: "dotnet restore src/Web/Web.csproj -r linux-x64", Files: web, Dirs: "packages"},
		{Name: "a folder of it", Context: solution, Dir: "src", Command: "dotnet restore Core/", Files: web, Dirs: "packages"},
		{Name: "a build that looks for files", Context: withMore(`<Target Name="x" Condition="!Exists('node_modules')"><Exec Command="npm ci" Condition="Exists('y')"/></Target>`), Command: restore, Files: "Api.csproj"},
		{Name: "other settings", Context: withMore("") + "-- ci/nuget.config --\n<configuration/>\n-- nuget.config --\n", Command: "dotnet restore --configfile ./ci/nuget.config", Files: "Api.csproj ci/nuget.config"},
		{
			Name: "a solution in XML", Command: restore, Files: "Shop.slnx a/A.csproj",
			Context: "-- Shop.slnx --\n<Solution><Folder Name=\"/x/\"><Project Path=\"a/A.csproj\" /></Folder><File Path=\"x.md\"/></Solution>\n-- a/A.csproj --\n<Project Sdk=\"Microsoft.NET.Sdk\"/>\n",
		},
		{Name: "tools", Context: "-- .config/dotnet-tools.json --\n{}\n", Command: "dotnet tool restore", Files: ".config/dotnet-tools.json"},
		{Name: "a tool for the machine", Context: withMore(""), Command: "dotnet tool install -g dotnet-ef"},
		{Name: "packages.config", Context: withMore("") + "-- packages.config --\n", Command: "nuget restore Api.csproj", Files: "Api.csproj packages.config"},

		{Name: "two projects", Context: withMore("") + "-- B.csproj --\n", Command: restore, Refusal: "there are several projects or solutions in the folder: Api.csproj and B.csproj"},
		{Name: "no project", Context: "-- src/Api.csproj --\n", Command: restore, Refusal: "there is no project and no solution in the folder"},
		{Name: "a project outside", Context: withMore(`<ItemGroup><ProjectReference Include="..\Core\Core.csproj"/></ItemGroup>`), Command: restore, Refusal: "Api.csproj:12: ../Core/Core.csproj is outside the context"},
		{Name: "a project that is not there", Context: withMore(`<ItemGroup><ProjectReference Include="Core\Core.csproj"/></ItemGroup>`), Command: restore, Refusal: `Api.csproj:12: Core\Core.csproj is not in the context`},
		{Name: "a computed import", Context: withMore(`<Import Project="$(Common)/x.props"/>`), Command: restore, Refusal: "Api.csproj:12: $(Common)/x.props: what it names cannot be told"},
		{Name: "imports by a glob", Context: withMore(`<Import Project="build/*.props"/>`), Command: restore, Refusal: "Api.csproj:12: build/*.props: what it imports cannot be told"},
		{Name: "packages for a file", Context: withMore(`<ItemGroup Condition="Exists('Views')"><PackageReference Include="a"/></ItemGroup>`), Command: restore, Refusal: "Api.csproj:12: Exists('Views'): it depends on which files are there"},
		{Name: "a version from a file", Context: withMore(`<PropertyGroup><Version>$([System.IO.File]::ReadAllText('VERSION'))</Version></PropertyGroup>`), Command: restore, Refusal: "Api.csproj:12: System.IO.File]: what it reads cannot be told"},
		{Name: "the other machine's assets", Context: withMore("") + "-- obj/project.assets.json --\n", Command: restore, Refusal: "obj/project.assets.json: a restore on another machine wrote it; it has to be in .dockerignore, since a later copy puts it over the image's own"},
		{Name: "a source that is not there", Context: withMore("") + "-- nuget.config --\n<configuration><packageSources>\n<add key=\"l\" value=\"../feed\"/></packageSources></configuration>\n", Command: restore, Refusal: "nuget.config:2: the source ../feed is not in the context"},
		{Name: "Paket", Context: withMore("") + "-- paket.references --\n", Command: restore, Refusal: "paket.references: Paket restores the packages"},
		{Name: "the step compiles", Context: withMore(""), Command: "dotnet publish -c Release", Refusal: "the command is no restore: it reads, or changes, the source"},
		{Name: "depth", Context: "-- A.csproj --\n" + strings.Repeat("<Project>", 101), Command: restore, Refusal: "A.csproj: elements are nested more than 100 deep"},
		{Name: "no XML", Context: "-- A.csproj --\n<Project>\n", Command: restore, Refusal: "A.csproj: XML syntax error on line 2: unexpected EOF"},
	}, dotnet.Inputs)
}

func TestDependencies(t *testing.T) {
	for _, c := range []struct {
		context, dir string
		want         []string
	}{
		{withMore(""), ".", []string{"Npgsql 8.0.3  Api.csproj:7", "StyleCop.Analyzers  build Api.csproj:8"}},
		{solution, "src/Core", []string{"SQLitePCLRaw.core 2.1.8 transitive src/Core/packages.lock.json:1", "Dapper 2.1.35  src/Web/Web.csproj:6"}},
	} {
		all, err := dotnet.Dependencies(manifesttest.Context(c.context), c.dir)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range all {
			group := d.Group
			if d.Transitive {
				group = "transitive"
			}
			got = append(got, fmt.Sprintf("%s %s %s %s:%d", d.Name, d.Version, group, d.Source.Source, d.Source.Line))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestProject(t *testing.T) {
	p, err := dotnet.ReadProject(manifesttest.Context(withMore("")), "Api.csproj")
	if err != nil {
		t.Fatal(err)
	}
	if got := p.AssemblyName(); got != "shop-Api" {
		t.Errorf("assembly %q", got)
	}
	if got := p.Frameworks(); !slices.Equal(got, []string{"net8.0"}) || p.SDK != "Microsoft.NET.Sdk.Web" {
		t.Errorf("frameworks %q, SDK %q", got, p.SDK)
	}
}

func FuzzInputs(f *testing.F) {
	f.Add("<Project><Import Project=\"$([MSBuild]::GetPathOfFileAbove('x', '$(MSBuildThisFileDirectory)'))\"/></Project>", "<configuration><packageSources><add value='..'/></packageSources></configuration>", "")
	f.Add("<Project><ItemGroup><ProjectReference Include='a.csproj'/></ItemGroup></Project>", "", "<Project><Import Project='Directory.Build.props'/></Project>")
	f.Fuzz(func(t *testing.T, project, settings, props string) {
		fsys := fstest.MapFS{"a.csproj": {Data: []byte(project)}, "nuget.config": {Data: []byte(settings)}, "Directory.Build.props": {Data: []byte(props)}}
		in, err := dotnet.Inputs(fsys, manifest.Install{Argv: []string{"dotnet", "restore"}, Dir: "."})
		if err == nil && in.Refusal == "" && len(in.Files) != 3 {
			t.Errorf("three files are read, not %+v", in.Files)
		}
		dotnet.Dependencies(fsys, ".")
	})
}
