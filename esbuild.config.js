// tfjs-core's main file for Node registers no gradients, and the module that does is written for bundlers (its imports have no
// extensions, which Node refuses). So the build bundles that module. It carries a copy of the operations that gradients call; both copies share
// one engine and one registry, which tfjs keeps in globals.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
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
