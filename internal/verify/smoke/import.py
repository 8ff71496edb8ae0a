# Imports the modules of all installed distributions; prints those that fail, a line each: the module, and why.
import importlib
import os
import sys

try:
    from importlib import metadata
except ImportError:  # before Python 3.8
    sys.exit(0)

# What modules print while they are imported goes to standard error.
complaints = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def modules(distribution):
    names = (distribution.read_text("top_level.txt") or "").split()
    if not names:
        for f in distribution.files or []:
            if len(f.parts) == 2 and f.parts[1] == "__init__.py":
                names.append(f.parts[0])
            elif len(f.parts) == 1 and f.suffix in (".py", ".so"):
                names.append(f.name.split(".")[0])
    return [n for n in names if n.isidentifier() and not n.startswith("_")]


for name in sorted({m for d in metadata.distributions() for m in modules(d)}):
    try:
        importlib.import_module(name)
    except BaseException as e:
        complaints.write("%s: %s: %s\n" % (name, type(e).__name__, " ".join(str(e).split())))
complaints.flush()
os._exit(0)  # whatever they have started
