import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bombs } from './hostile-bombs.js';
import { legacies, zips } from './hostile-containers.js';
import { attacks, CANARY, lies, TOUCH } from './hostile-pickles.js';
import { ascii, bytes, call, global, pickle, text } from './pickle-bytes.js';
import { legacy, zipped } from './pth-bytes.js';
import { type Case, expectRefusal, refuse } from './refusal.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pth-hostile-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => rm(CANARY, { force: true }));

describe('a pickle that wants to run something', () => {
  it.each(attacks)('%s', async (name, data, message) => {
    await refuse(folder, [name, () => zipped(data), message]);
    for (const place of ['magic', 'protocol', 'system', 'data'] as const) {
      await refuse(folder, [`${name} in ${place}`, () => legacy({ [place]: data }), message]);
    }
  });

  it('would have run in an unpickler that obeys', () => {
    // The payload is what Python's own pickle.dumps gives for os.system, so that the canary file would appear if it ran.
    expect(pickle(call(global('posix', 'system'), text(TOUCH))).toString('latin1')).toBe(
      `\x80\x02cposix\nsystem\n(X${String.fromCharCode(TOUCH.length)}\0\0\0${TOUCH}tR.`,
    );
  });
});

describe('a pickle that lies', () => {
  it.each(lies)('%s', (...given) => refuse(folder, given));
});

describe('a pickle that is a bomb or has no sense', () => {
  it.each(bombs)('%s', (...given) => refuse(folder, given));
});

describe('a zip that lies', () => {
  it.each(zips)('%s', (...given) => refuse(folder, given));
});

describe('a file of before 1.6 that lies', () => {
  it.each(legacies)('%s', (...given) => refuse(folder, given));
});

describe('what is no weight file', () => {
  const others: readonly Case[] = [
    ['an empty file', () => Buffer.alloc(0), /is empty/],
    ['one byte', () => bytes(0x80), /is cut short/],
    ['a PNG', () => readFileSync('fixtures/cifar10/test/cat/00000.png'), /begins with "\\u0089PNG"/],
    ['an error page', () => ascii('<!DOCTYPE html><title>404</title>'), /begins with "<!DO"/],
    ['an ONNX file', () => readFileSync('models/inception-cifar10.onnx'), /neither a zip nor a pickle/],
    ['zeros', () => Buffer.alloc(100_000), /neither a zip nor a pickle/],
  ];
  it.each(others)('%s', (...given) => refuse(folder, given));

  it('a folder, a pipe that nobody writes to, nothing at all', async () => {
    await mkdir(join(folder, 'folder.pth'));
    await expectRefusal(join(folder, 'folder.pth'), /is not a regular file/);
    execFileSync('mkfifo', [join(folder, 'pipe.pth')]);
    await expectRefusal(join(folder, 'pipe.pth'), /is not a regular file/);
    await expectRefusal(join(folder, 'none.pth'), /cannot be read \(ENOENT\)/);
  });
});
