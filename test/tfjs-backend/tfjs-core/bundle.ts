import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);

/** Where tfjs-core keeps its ES modules: the library as index.js, its tests as **\/*_test.js. */
const TFJS_CORE = dirname(require.resolve('@tensorflow/tfjs-core'));

/**
 * Bundles tfjs-core's own tests and a backend to run them on into one ES module for Node.
 *
 * tfjs keeps its engine in module state, so the tests and the backend must get one copy of it: every import of
 * `@tensorflow/tfjs-core` is led to the sources that the tests import. Only onnxruntime-node, which is native, stays outside.
 *
 * @param entry the module that registers the backend and starts the tests
 */
export async function bundleTests(entry: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    // tfjs-core declares most of its files free of side effects; a test file is nothing else.
    ignoreAnnotations: true,
    alias: {
      '@tensorflow/tfjs-core/dist': TFJS_CORE,
      '@tensorflow/tfjs-core': join(TFJS_CORE, 'index.js'),
      'jasmine-core': dirname(require.resolve('jasmine-core/package.json')),
    },
    // Modules that look for packages beside themselves find ours, wherever the bundle lies.
    define: { 'import.meta.url': JSON.stringify(import.meta.url) },
    banner: {
      js: `import { createRequire as requireBeside } from 'node:module'; const require = requireBeside(${JSON.stringify(import.meta.url)});`,
    },
    plugins: [
      {
        name: 'native-packages-stay-outside',
        setup({ onResolve }) {
          onResolve({ filter: /^onnxruntime-node$/ }, ({ path }) => ({
            path: pathToFileURL(require.resolve(path)).href,
            external: true,
          }));
        },
      },
    ],
  });
}
