// Bundles the tests and runs them with node's test runner.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundle } from "../build.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const outdir = fileURLToPath(new URL("../build/test/", import.meta.url));
rmSync(outdir, { recursive: true, force: true });
const tests = readdirSync(here).filter((name) => name.endsWith(".test.ts"));
await bundle(
  outdir,
  tests.map((name) => here + name),
  { platform: "node", outExtension: { ".js": ".mjs" } },
);
const files = tests.map((name) => outdir + name.replace(/\.ts$/, ".mjs"));
// Dates are written in the language of whoever runs this.
const env = { ...process.env, LC_ALL: "en_US.UTF-8" };
process.exit(spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit", env }).status ?? 1);
