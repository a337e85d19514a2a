// tfjs-core's main file for Node registers no gradients, and the module that does is written for bundlers (its imports have no
// extensions, which Node refuses). So the build bundles that module. It carries a copy of the operations that gradients call; both copies share
// one engine and one registry, which tfjs keeps in globals.
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const GRADIENTS = createRequire(import.meta.url).resolve(
  '@tensorflow/tfjs-core/dist/register_all_gradients.js',
);

// Methods that the gradients of Prod and GatherV2 call on tensors, which tfjs-core's main file leaves out as well.
const METHODS = ['reshape', 'slice', 'split'];

await build({
  stdin: {
    contents: [GRADIENTS, ...METHODS.map((name) => `./public/chained_ops/${name}.js`)]
      .map((path) => `import ${JSON.stringify(path)};`)
      .join('\n'),
    resolveDir: dirname(GRADIENTS),
  },
  outfile: fileURLToPath(new URL('dist/tfjs-gradients.js', import.meta.url)),
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  legalComments: 'external',
  logLevel: 'error',
});

// The program in few files: Node takes twice as long to start the 800 modules of a score one by one. The library, and whatever a test
// imports, stays what tsc wrote. Packages stay outside, but for those of many small modules.
const DIST = fileURLToPath(new URL('dist/', import.meta.url));
const PROGRAM = `${DIST}program/`;
/** What the program's threads run, which it finds beside itself. */
const WORKERS = [
  `${DIST}images/workers/decode-worker.js`,
  `${DIST}onnx/session-worker/session-worker.js`,
  `${DIST}evaluate/beside/fid-worker.js`,
];
const BUNDLED = /^(zod|yargs)(\/|$)/;

const { metafile } = await build({
  entryPoints: [`${DIST}cli/main.js`, ...WORKERS],
  entryNames: '[name]',
  outdir: PROGRAM,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  metafile: true,
  logLevel: 'error',
  plugins: [
    { name: 'packages', setup: keepPackages },
    { name: 'addresses', setup: keepAddresses },
  ],
});
copyTexts(metafile);

/**
 * Packages that the program imports stay outside, but for `BUNDLED` and what those import. These measure texts as we do: their own
 * package compiles a pattern of all emoji at each start, for 30 ms.
 */
function keepPackages({ onResolve, onLoad }) {
  onResolve({ filter: /^string-width$/ }, ({ importer }) =>
    importer.startsWith(DIST) ? undefined : { path: 'string-width', namespace: 'ours' },
  );
  onLoad({ filter: /.*/, namespace: 'ours' }, () => ({
    contents: `export { measureText as default } from ${JSON.stringify(`${DIST}report/text/measure-text.js`)};`,
    resolveDir: DIST,
  }));
  onResolve({ filter: /^[^./]/ }, ({ path, importer }) => {
    const isOurs = importer.startsWith(DIST);
    return isOurs && !BUNDLED.test(path) ? { path, external: true } : undefined;
  });
}

/** A module finds files beside it by its address, which must not become the bundle's. */
function keepAddresses({ onLoad }) {
  onLoad({ filter: /\.m?js$/ }, ({ path }) => {
    const text = readFileSync(path, 'utf8');
    if (!text.includes('import.meta.url')) return undefined;
    if (WORKERS.some((worker) => text.includes(`'./${basename(worker)}', import.meta.url`))) return undefined;
    const [, inPackage] = /.*\/node_modules\/(.*)/.exec(path.replaceAll('\\', '/')) ?? [];
    const address = inPackage ?? relative(PROGRAM, path).replaceAll('\\', '/');
    return {
      contents: text.replaceAll(
        'import.meta.url',
        `new URL(${JSON.stringify(address)}, import.meta.url).href`,
      ),
    };
  });
}

/** The sentences of yargs, and the licenses of all packages in the bundle. */
function copyTexts({ inputs }) {
  const root = fileURLToPath(new URL('.', import.meta.url));
  const folders = new Set(
    Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  const licenses = [...folders].sort().map((folder) => {
    const file = readdirSync(join(root, folder)).find((name) => /^licen[cs]e/i.test(name));
    if (file === undefined) throw new Error(`${folder} has no license file`);
    return `${folder.replace(/.*node_modules\//, '')}\n\n${readFileSync(join(root, folder, file), 'utf8')}`;
  });
  writeFileSync(`${PROGRAM}LICENSES.txt`, licenses.join(`\n${'-'.repeat(80)}\n\n`));
  cpSync(join(root, 'node_modules/yargs/locales/en.json'), `${PROGRAM}yargs/locales/en.json`);
}
