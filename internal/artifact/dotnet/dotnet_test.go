package dotnet

import (
	"strings"
	"testing"

	"dopt/internal/artifact/artifacttest"
)

func TestReadCall(t *testing.T) {
	for words, want := range map[string]call{
		"-c Release -o /app":                             {config: "Release", output: "/app"},
		"shop.csproj --output=/app":                      {target: "shop.csproj", output: "/app"},
		"-r linux-x64 --self-contained -o out":           {selfContained: true, output: "out"},
		"-r linux-x64 --self-contained false src/Shop":   {target: "src/Shop"},
		"--self-contained=false -p:PublishAot=true":      {selfContained: true},
		"/p:UseAppHost=false -v quiet --no-restore":      {},
		"-p:PublishDir=/srv/":                            {unknown: "publishes with -p:PublishDir=/srv/, and where that puts the program is not known"},
		"--artifacts-path /a":                            {unknown: "publishes with --artifacts-path, and where that puts the program is not known"},
		"-p:SelfContained=TRUE --configuration Debug -a": {selfContained: true, config: "Debug"},
	} {
		if got := readCall(strings.Fields(words)); got != want {
			t.Errorf("%s: %+v, want %+v", words, got, want)
		}
	}
}

const shop = `
-- shop.csproj --
<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>
-- Program.cs --
System.Console.WriteLine("hello");
`

func TestFind(t *testing.T) {
	artifacttest.Run(t, Language, []artifacttest.Case{
		{Name: "a folder that is moved", Archive: `-- Dockerfile --
FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /src
COPY . .
RUN dotnet publish -c Release -o out && mv out /srv/shop
CMD ["dotnet", "/srv/shop/shop.dll"]` + shop, Want: `
standard: base mcr.microsoft.com/dotnet/aspnet:8.0
/srv/shop/`},
		{Name: "Debug was the default", Archive: `-- Dockerfile --
FROM mcr.microsoft.com/dotnet/sdk:7.0
WORKDIR /src
COPY . .
RUN dotnet publish
CMD ["dotnet", "bin/Debug/net7.0/publish/shop.dll"]` + strings.ReplaceAll(shop, "8.0", "7.0"), Want: `
standard: base mcr.microsoft.com/dotnet/aspnet:7.0
/src/bin/Debug/net7.0/publish/`},
		{Name: "two frameworks", Archive: `-- Dockerfile --
FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /src
COPY . .
RUN dotnet publish -o /app
CMD ["dotnet", "/app/shop.dll"]` + strings.ReplaceAll(shop, "TargetFramework>net8.0</TargetFramework", "TargetFrameworks>net8.0;net9.0</TargetFrameworks"), Want: `
unknown Dockerfile:4: publishes for a framework that is not known, which mcr.microsoft.com/dotnet/sdk:8.0 is not of`},
		{Name: "an import", Archive: `-- Dockerfile --
FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /src
COPY . .
RUN dotnet publish -o /app
CMD ["dotnet", "/app/shop.dll"]` + strings.ReplaceAll(shop, "</Project>", `<Import Project="../common.props"/></Project>`), Want: `
unknown Dockerfile:4: publishes by shop.csproj, which imports ../common.props`},
		{Name: "a program of the system", Archive: `-- Dockerfile --
FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /src
COPY . .
RUN dotnet publish -o /app
CMD ["sleep", "infinity"]` + shop, Want: `
unknown Dockerfile:5: starts sleep, which no call of dotnet publish is known to make`},
		{Name: "nothing is built", Archive: `-- Dockerfile --
FROM mcr.microsoft.com/dotnet/sdk:8.0
RUN dotnet tool install --global dotnet-ef
CMD ["dotnet", "ef"]` + shop, Want: `nothing`},
	})
}
