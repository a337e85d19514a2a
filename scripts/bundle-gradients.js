// tfjs-core's main file for Node registers no gradients, and the module that does is written for bundlers (its imports have no
// extensions, which Node refuses). So the build bundles that module. It carries a copy of the operations that gradients call; both copies share
// one engine and one registry, which tfjs keeps in globals.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

await build({
  entryPoints: [
    createRequire(import.meta.url).resolve('@tensorflow/tfjs-core/dist/register_all_gradients.js'),
  ],
  outfile: fileURLToPath(new URL('../dist/tfjs-gradients.js', import.meta.url)),
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  legalComments: 'external',
  logLevel: 'error',
});
