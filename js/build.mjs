// Bundles TypeScript modules, each into one ES module.
//
//   node build.mjs                  the two entries, into the Python package's static folder
//   node build.mjs OUTDIR ENTRY...  other entries, readable, for tests
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const staticFolder = resolve(here, "../domsync_jupyter/static");
const entries = ["src/widget.ts", "src/page.ts"];

/** `import text from "./some.css"` gives the minified stylesheet. */
const cssAsText = {
  name: "css-as-text",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

export function bundle(outdir, entryPoints, options = {}) {
  return build({
    absWorkingDir: here,
    entryPoints,
    outdir,
    bundle: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    plugins: [cssAsText],
    logLevel: "warning",
    ...options,
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [outdir, ...others] = process.argv.slice(2);
  if (outdir) {
    await bundle(resolve(outdir), others);
  } else {
    await bundle(staticFolder, entries, { minify: true });
    for (const name of ["widget.js", "page.js"]) {
      const bytes = await readFile(resolve(staticFolder, name));
      console.log(`${name}: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzipped`);
    }
  }
}
