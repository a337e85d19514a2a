import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the thread of sessions runs, as the build made it. */
export const BUILT_SCRIPT = fileURLToPath(
  new URL('../../../dist/onnx/session-worker/session-worker.js', import.meta.url),
);

/** A script in a temporary folder. @returns its path */
export function scriptOf(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'ganeval-thread-')), 'thread.mjs');
  writeFileSync(path, text);
  return path;
}
