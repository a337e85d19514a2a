import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { pngFile } from './png-file.js';

/** A 1×1 picture of the gray `value`. */
export function dot(value: number): Buffer {
  return pngFile({ width: 1, height: 1, colorType: 2, rows: Buffer.from([0, value, value, value]) });
}

/** A fresh folder, removed after the test. Names without content get a picture of the gray of their position. */
export function pictureFolder(files: readonly string[] | Readonly<Record<string, Buffer | string>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'ganeval-images-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const contents = Array.isArray(files) ? files.map((name, i) => [name, dot(i)]) : Object.entries(files);
  for (const [name, content] of contents) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}
