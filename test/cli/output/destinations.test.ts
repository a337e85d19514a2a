import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkDestinations } from '../../../src/cli/output/destinations.js';
import { UsageError } from '../../../src/core/errors.js';

const folder = mkdtempSync(join(tmpdir(), 'ganeval-destinations-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a place below a file is none, in a sentence', () => {
  const path = join(folder, 'file');
  writeFileSync(path, '');
  for (const below of ['a.json', 'deeper/a.json']) {
    const json = { flag: '--json', path: join(path, below) };
    expect(() => checkDestinations([json])).toThrow(/^--json cannot write .*: there is no folder /);
  }
});

test('two reports to one file would lose the first, however the file is spelt', () => {
  const json = { flag: '--json', path: join(folder, 'a') };
  expect(() => checkDestinations([json, { flag: '--csv', path: join(folder, 'b') }])).not.toThrow();
  const same = `${folder}/../${folder.split('/').at(-1)}/a`;
  expect(() => checkDestinations([json, { flag: '--csv', path: same }])).toThrow(UsageError);
});
