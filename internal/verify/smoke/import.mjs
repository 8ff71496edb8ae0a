// Imports the dependencies of package.json; prints those that fail, a line each: the package, and why.
import { readFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";

// What packages print while they are loaded goes to standard error.
process.stdout.write = process.stderr.write.bind(process.stderr);

const require = createRequire(process.cwd() + "/package.json");
let dependencies = {};
try {
  dependencies = JSON.parse(readFileSync("package.json", "utf8")).dependencies ?? {};
} catch {
  // the image has no package.json where it starts: nothing is known of what it needs
}
for (const name of Object.keys(dependencies).sort()) {
  try {
    require(name);
  } catch (e) {
    if (e?.code === "ERR_REQUIRE_ESM" || e?.code === "ERR_PACKAGE_PATH_NOT_EXPORTED") continue;
    writeSync(1, `${name}: ${String(e?.message ?? e).split("\n")[0]}\n`);
  }
}
process.exit(0); // whatever they have started
