import { writeFileSync } from 'node:fs';

// The declarations of tfjs-core name things of browsers, and the class of a package that it does not import. A program for Node has neither,
// and would not compile unless it left the declarations of packages unchecked. So the entry points that show tensors bring the names. TypeScript 5
// gets the DOM library itself: whoever has it already has no name twice. From TypeScript 6 on, that library and the @webgpu/types of
// tfjs-core exclude each other; there the names stand alone. `npm run build` runs this.

const ENTRIES = ['../../train/', '../../tfjs-backend/'];
const LONG = '/// <reference types="long" />';
const NAMES = [
  'BufferSource',
  'EventInit',
  'HTMLImageElement',
  'HTMLSourceElement',
  'IDBFactory',
  'ImageBitmap',
  'ImageData',
  'PredefinedColorSpace',
  'Storage',
  'VideoFrame',
  'WebGLContextAttributes',
  'WebGLTexture',
];

function write(path: string, lines: readonly string[]): void {
  writeFileSync(new URL(path, import.meta.url), `${lines.join('\n')}\n`);
}

write(
  '../../browser-names.d.ts',
  NAMES.map((name) => `interface ${name} {}`),
);
for (const entry of ENTRIES) {
  const all = "export * from './index.js';";
  write(`${entry}with-dom.d.ts`, ['/// <reference lib="dom" />', LONG, all]);
  write(`${entry}with-names.d.ts`, ['/// <reference path="../browser-names.d.ts" />', LONG, all]);
}
