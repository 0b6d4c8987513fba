// Bundles the two entry modules into the Python package's static folder, and tells their sizes.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const outdir = fileURLToPath(new URL("../domsync_jupyter/static/", import.meta.url));

await build({
  absWorkingDir: here,
  entryPoints: ["src/widget.ts", "src/page.ts"],
  outdir,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
});

for (const name of ["widget.js", "page.js"]) {
  const bytes = await readFile(`${outdir}${name}`);
  console.log(`${name}: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzipped`);
}
