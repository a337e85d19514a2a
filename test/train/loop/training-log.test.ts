import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { StorageError } from '../../../src/core/errors.js';
import { readLog, TrainingLog } from '../../../src/train/loop/training-log.js';

const folder = mkdtempSync(join(tmpdir(), 'ganeval-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a log that cannot be read is told, never replaced by an empty one', async () => {
  const path = join(folder, 'log.jsonl');
  mkdirSync(path);
  writeFileSync(join(path, 'kept'), '');
  for (const use of [readLog(path), TrainingLog.open(path, 5)]) {
    const error = await use.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(StorageError);
    expect((error as Error).message).toBe(
      `The log ${path} cannot be read (it is not a regular file): move it away, or name another one.`,
    );
  }
  expect(await readLog(join(folder, 'absent.jsonl'))).toEqual([]);
});
