"""Imports the compiled modules of a distribution, or all that it has if nothing is compiled; with --compiled that is an error."""

import importlib
import importlib.metadata
import sys

files = importlib.metadata.distribution(sys.argv[1]).files or []
paths = [f for f in files if f.name.endswith(".so") and ".." not in f.parts and "tests" not in f.parts and "test" not in f.parts]
if "--compiled" in sys.argv and not paths:
    sys.exit("nothing is compiled")
names = {".".join((*f.parts[:-1], f.name.split(".")[0])) for f in paths}
names |= {f.parts[0] for f in files if len(f.parts) == 2 and f.name == "__init__.py"}
names |= {f.name[:-3] for f in files if len(f.parts) == 1 and f.name.endswith(".py")}
# What fails by itself in a slim image is Python's own.
own = set()
try:
    importlib.import_module("tkinter")
except ImportError as error:
    own.add(str(error))
failed = []
for name in sorted(names):
    try:
        importlib.import_module(name)
        print("imported", name)
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) or str(error) in own:  # another package, which is not a matter of the distribution
            print("skipped", name, error)
            continue
        failed.append(f"{name}: {error}")
        print("failed", failed[-1])
sys.exit("; ".join(failed)[:300] if failed else 0)
