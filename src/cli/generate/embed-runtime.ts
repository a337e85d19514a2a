import { copyFileSync, linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { binariesOf } from '../../core/runtime-package.js';

// The install script of onnxruntime-node fetches CUDA from outside the npm registry, on Linux on x64 alone, and fails where that can't be
// reached. npm then leaves the package out. So a packed ganeval has the libraries of this platform with it, without script and without
// CUDA. `npm run build` runs this last.

const LICENSE = `MIT License

Copyright (c) Microsoft Corporation

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to
the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY
CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;

const installed = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
const embedded = fileURLToPath(new URL('../../onnxruntime', import.meta.url));

for (const folder of ['dist', binariesOf({ platform: 'linux', arch: 'x64' })]) {
  mkdirSync(join(embedded, folder), { recursive: true });
  for (const name of readdirSync(join(installed, folder))) {
    if (/\.js$|\.node$|^libonnxruntime\.so/.test(name)) takeOver(join(folder, name));
  }
}
const { name, version, license } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
writeFileSync(
  join(embedded, 'package.json'),
  `${JSON.stringify({ name, version, license, private: true, type: 'commonjs', main: 'dist/index.js' }, null, 2)}\n`,
);
writeFileSync(join(embedded, 'LICENSE'), LICENSE);

/** The library is large: a link costs nothing. */
function takeOver(path: string): void {
  try {
    linkSync(join(installed, path), join(embedded, path));
  } catch {
    copyFileSync(join(installed, path), join(embedded, path));
  }
}
