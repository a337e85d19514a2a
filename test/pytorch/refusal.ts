import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { NetworkError } from '../../src/core/errors.js';

import { readPth } from '../../src/pytorch/index.js';
import { CANARY } from './hostile-pickles.js';

/** A file that must be refused, and what the sentence says. */
export type Case = readonly [name: string, content: () => Buffer, message: RegExp];

/** Far above what the limits of the reader come to, far below what the bombs ask for. */
const MAX_GROWTH_KB = 400 * 1024;

/** Writes the file into `folder` and expects that it is refused. */
export async function refuse(folder: string, [, content, message]: Case): Promise<void> {
  const path = join(folder, 'hostile.pth');
  await writeFile(path, content());
  await expectRefusal(path, message);
}

export async function expectRefusal(path: string, message: RegExp): Promise<void> {
  const before = process.resourceUsage().maxRSS;
  const error = await readPth(path).then(
    () => new Error('it was read'),
    (error: unknown) => error as Error,
  );
  expect(error.message).toMatch(message);
  expect(error).toBeInstanceOf(NetworkError);
  expect(error.message.startsWith(`${path} `)).toBe(true);
  // One sentence of printable characters that says what to do behind a colon.
  expect(error.message.slice(path.length)).toMatch(/^[\x20-\x7e]{8,400}: [a-z][\x20-\x7e]+$/);
  expect(error.message).not.toMatch(/undefined|NaN|\[object/);
  expect(existsSync(CANARY)).toBe(false);
  expect(process.resourceUsage().maxRSS - before).toBeLessThan(MAX_GROWTH_KB);
}
