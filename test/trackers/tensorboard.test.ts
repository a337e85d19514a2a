import { mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WatchLine } from '../../src/documents/watch.js';
import { crc32c } from '../../src/trackers/tensorboard/crc32c.js';
import {
  encodeEvent,
  encodeFileVersion,
  encodeImage,
  encodeLayout,
  encodeScalar,
  encodeText,
} from '../../src/trackers/tensorboard/encode-event.js';
import { frameRecord } from '../../src/trackers/tensorboard/record.js';
import { TensorBoardTracker } from '../../src/trackers/tensorboard/tensorboard.js';
import { event, failedLine, line, metric } from './lines.js';

vi.mock('node:fs/promises', async (load) => ({ ...(await load<typeof files>()) }));

const GOLDEN = fileURLToPath(new URL('./golden/events.tfevents', import.meta.url));
const NAME = 'ganeval/events.out.tfevents.0.ganeval';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganeval-tensorboard-'));
  path = join(folder, NAME);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** A watch over these lines, the first of which were there before it. */
async function follow(lines: readonly WatchLine[], old = 0): Promise<void> {
  const tracker = new TensorBoardTracker(folder);
  for (const each of lines.slice(0, old)) tracker.take(each);
  await tracker.update();
  for (const each of lines.slice(old)) {
    tracker.take(each);
    await tracker.update();
  }
}

const lines = Array.from({ length: 6 }, (_, i) => line(i + 1));
const read = () => readFileSync(path);

describe('what is written', () => {
  it('is to the byte what TensorBoard itself writes', () => {
    const pixels = Uint8Array.from({ length: 256 }, (_, i) => i);
    const chart = { title: 'fid', value: 'fid/value', lower: 'fid/low', upper: 'fid/high' };
    const values = [
      encodeScalar('fid/value', 0.1),
      encodeScalar('猫/\0', -1e30),
      encodeText('events', 'MS-SSIM rose – ä.'),
      encodeLayout('ganeval', [chart]),
      encodeImage('samples', { width: 2, height: 3, encoded: pixels }),
    ];
    const place = { wallTime: 1700000060.25, step: 2 ** 40 + 1 };
    const ours = [encodeFileVersion(1.7e9), encodeEvent(place, values)].map(frameRecord);
    expect(Buffer.concat(ours).equals(readFileSync(GOLDEN))).toBe(true);
  });

  it('has the checksum of RFC 3720', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  });

  it('is one event for each line: numbers by name, what happened as text, no name as markup', async () => {
    const perClass = [
      { class: 'ca\nt', value: 0.5, n: 3 },
      { class: 'dog', value: null, n: 0 },
    ];
    const told = line(1, {
      step: null,
      metrics: [metric('fid', 3, { network: 'x' }), metric('msssim', 0.25, { perClass })],
      reference: [metric('msssim', 0.125)],
      events: [event('FID of <b> rose.')],
    });
    await follow([told, failedLine(2, 'No *pictures*.')]);
    const text = read().toString('utf8');
    for (const tag of ['fid@x/value', 'msssim/by class/ca\\nt', 'msssim/reference', 'failed sets'])
      expect(text).toContain(tag);
    expect(text).toContain('FID of &#60;b&#62; rose.');
    expect(text).toContain('No &#42;pictures&#42;.');
    expect(text).not.toContain('dog');
  });

  it('survives numbers that no float32 is', async () => {
    await follow([line(1, { metrics: [metric('fid', 1e300), metric('kid', Number.MIN_VALUE)] })]);
    expect(read().length).toBeGreaterThan(0);
  });
});

describe('a watch that goes on', () => {
  it.each([0, 1, 3, 6])('adds what is new, after %i lines', async (known) => {
    await follow(lines);
    const whole = read();
    rmSync(path);
    if (known > 0) await follow(lines.slice(0, known));
    await follow(lines, known);
    expect(read().equals(whole)).toBe(true);
  });

  it('mends what a process that was killed had not finished, wherever it was killed', async () => {
    await follow(lines);
    const whole = read();
    for (let bytes = 0; bytes < whole.length; bytes += 7) {
      truncateSync(path, bytes);
      await follow(lines, lines.length);
      expect(read().equals(whole)).toBe(true);
    }
  });

  it('takes zeros, which a power cut leaves, for nothing', async () => {
    await follow(lines);
    const whole = read();
    for (const end of [whole.length, whole.length - 5, whole.length - 60]) {
      writeFileSync(path, Buffer.concat([whole.subarray(0, end), Buffer.alloc(whole.length - end)]));
      if (end === whole.length) writeFileSync(path, Buffer.alloc(90), { flag: 'a' });
      await follow(lines, lines.length);
      expect(read().equals(whole)).toBe(true);
    }
  });
});

describe('what is in the way', () => {
  it('refuses the file of another watch, and leaves it', async () => {
    await follow(lines);
    const whole = read();
    await expect(follow([line(9)])).rejects.toThrow(/is of another watch: name another folder/);
    await expect(follow(lines.slice(0, 2))).rejects.toThrow('is of another watch');
    expect(read().equals(whole)).toBe(true);
  });

  it('refuses another file, and what is no file', async () => {
    await follow(lines);
    writeFileSync(path, 'a file with more than twelve bytes');
    await expect(follow(lines)).rejects.toThrow(/is no file of events that ganeval wrote \(byte 0\)/);
    rmSync(path);
    symlinkSync('/dev/null', path);
    await expect(follow(lines)).rejects.toThrow(`${path} is no file: name another folder.`);
  });

  it('refuses a folder that can’t be', async () => {
    writeFileSync(join(folder, 'ganeval'), '');
    await expect(follow(lines)).rejects.toThrow(/Cannot write to .*: /);
  });

  it('leaves the file whole on a full disk, and goes on when there is room', async () => {
    await follow(lines);
    const whole = read();
    rmSync(path);
    const tracker = new TensorBoardTracker(folder);
    tracker.take(lines[0]);
    await tracker.update();
    const before = read();
    const append = vi.spyOn(files, 'appendFile').mockImplementation(async (_, data) => {
      writeFileSync(path, (data as Buffer).subarray(0, 20), { flag: 'a' });
      throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    });
    tracker.take(lines[1]);
    await expect(tracker.update()).rejects.toThrow('the disk is full');
    expect(read().equals(before)).toBe(true);
    append.mockRestore();
    for (const each of lines.slice(2)) tracker.take(each);
    await tracker.update();
    expect(read().equals(whole)).toBe(true);
  });
});
