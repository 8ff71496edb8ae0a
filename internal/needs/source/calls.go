package source

// A meaning says what the arguments of a call are.
type meaning int

const (
	words    meaning = iota // a word of the command each
	list                    // the command as a list or, for a program alone, as a string
	program                 // the program, then a list of its arguments
	script                  // a text for the shell
	either                  // a list, or a text for the shell
	asks                    // a program that may be there or not
	loads                   // a library
	zone                    // a time zone
	locale                  // a category, then the locale
	services                // the name of a service or protocol: /etc/services is read
	types                   // the name of a file whose type is asked: /etc/mime.types is read
	checks                  // a connection, checked with the system's certificates
	opens                   // a file, by path, or a font by name
)

// A call is a function that asks for something.
type call struct {
	// names are dotted, separated by blanks; one that begins with ^ counts only where it stands alone.
	names string
	means meaning
	// arg is the index of the argument.
	arg int
	// module is what the names belong to where the file imports it under names of its own.
	module string
	// beside is a word that the file must have, "" if none: the name alone is that of other things, too.
	beside string
}

// The calls, by language. Sources: docs.python.org/3/library (subprocess, os, shutil, asyncio-subprocess, ctypes,
// zoneinfo, locale, socket, mimetypes, urllib.request, ssl), docs.aiohttp.org and pillow.readthedocs.io (ImageFont).
var pythonCalls = []call{
	{names: "run Popen call check_call check_output", means: list, module: "subprocess"},
	{names: "getoutput getstatusoutput", means: script, module: "subprocess"},
	{names: "system popen", means: script, module: "os"},
	{names: "execvp execvpe execv execve execlp execl spawnlp", means: program, module: "os"},
	{names: "which", means: asks, module: "shutil"},
	{names: "create_subprocess_exec", means: words, module: "asyncio"},
	{names: "create_subprocess_shell", means: script, module: "asyncio"},
	{names: "find_library", means: loads, module: "ctypes.util"},
	{names: "CDLL PyDLL cdll.LoadLibrary", means: loads, module: "ctypes"},
	{names: "ffi.dlopen", means: loads},
	{names: "ZoneInfo", means: zone, module: "zoneinfo"},
	{names: "setlocale", means: locale, arg: 1, module: "locale"},
	{names: "getservbyname getservbyport getprotobyname", means: services, module: "socket"},
	{names: "guess_type guess_extension guess_all_extensions MimeTypes", means: types, module: "mimetypes"},
	{names: "urlopen", means: checks, module: "urllib.request"},
	{names: "create_default_context", means: checks, module: "ssl"},
	{names: "ClientSession", means: checks, module: "aiohttp"},
	{names: "truetype", means: opens, module: "ImageFont"},
}

// Sources: nodejs.org/api/child_process.html, github.com/sindresorhus/execa, github.com/moxystudio/node-cross-spawn,
// koffi.dev, github.com/node-ffi-napi/node-ffi-napi.
var nodeCalls = []call{
	{names: "exec execSync", means: script, module: "child_process"},
	{names: "execFile execFileSync spawn spawnSync", means: program, module: "child_process"},
	{names: "execa execaSync default", means: program, module: "execa"},
	{names: "execaCommand execaCommandSync", means: script, module: "execa"},
	{names: "spawn sync default", means: program, module: "cross-spawn"},
	{names: "exec", means: script, module: "shelljs"},
	{names: "which", means: asks, module: "shelljs"},
	{names: "default sync", means: asks, module: "which"},
	{names: "load", means: loads, module: "koffi"},
	{names: "Library", means: loads, module: "ffi-napi"},
}

// Sources: pkg.go.dev/os/exec, pkg.go.dev/time, pkg.go.dev/net, pkg.go.dev/github.com/ebitengine/purego.
var goCalls = []call{
	{names: "exec.Command", means: words},
	{names: "exec.CommandContext", means: words, arg: 1},
	{names: "exec.LookPath", means: asks},
	{names: "syscall.Exec", means: program},
	{names: "time.LoadLocation", means: zone},
	{names: "purego.Dlopen", means: loads},
}

// Sources: docs.ruby-lang.org (Kernel, Process, Open3, Fiddle), github.com/ffi/ffi, github.com/tzinfo/tzinfo.
var rubyCalls = []call{
	{names: "^system ^exec ^spawn Kernel.system Kernel.exec Kernel.spawn Process.spawn IO.popen", means: either},
	{names: "Open3.capture2 Open3.capture2e Open3.capture3 Open3.popen2 Open3.popen2e Open3.popen3 Open3.pipeline", means: either},
	{names: "ffi_lib Fiddle.dlopen", means: loads},
	{names: "TZInfo.Timezone.get", means: zone},
}

// Source: www.php.net/manual/en/ref.exec.php, www.php.net/manual/en/class.ffi.php.
var phpCalls = []call{
	{names: "^exec ^shell_exec ^system ^passthru ^popen", means: script},
	{names: "^proc_open", means: either},
	{names: "new.Process", means: list},
	{names: "FFI.cdef", means: loads, arg: 1},
	{names: "^setlocale", means: locale, arg: 1},
	{names: "^getservbyname ^getprotobyname", means: services},
}

// Source: docs.oracle.com/en/java/javase/21/docs/api (ProcessBuilder, Runtime), github.com/java-native-access/jna.
var javaCalls = []call{
	{names: "ProcessBuilder", means: words},
	{names: "Runtime.getRuntime.exec", means: list},
	{names: "Native.load Native.loadLibrary System.loadLibrary", means: loads},
}

// Source: learn.microsoft.com/dotnet/api/system.diagnostics.process.start and .interopservices.dllimportattribute.
var dotnetCalls = []call{
	{names: "Process.Start ProcessStartInfo", means: program},
	{names: "DllImport LibraryImport NativeLibrary.Load", means: loads},
}

// Source: doc.rust-lang.org/std/process, docs.rs/libloading, docs.rs/which.
var rustCalls = []call{
	{names: "Command.new", means: words, beside: "process"},
	{names: "which.which ^which", means: asks, beside: "which"},
	{names: "Library.new", means: loads, beside: "libloading"},
}

// Source: hexdocs.pm/elixir/System.html.
var elixirCalls = []call{
	{names: "System.cmd", means: program},
	{names: "System.shell", means: script},
	{names: "System.find_executable", means: asks},
}

// Source: man7.org/linux/man-pages (system(3), popen(3), exec(3), dlopen(3), getservbyname(3)).
var cCalls = []call{
	{names: "^system std.system ^popen", means: script},
	{names: "^execlp ^execl ^execle ^execvp ^execv ^execve", means: program},
	{names: "^dlopen", means: loads},
	{names: "^getservbyname ^getprotobyname", means: services},
}
