import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { openTrackers } from '../../src/cli/options/tracker-options.js';
import { makeContactSheet } from '../../src/images/contact-sheet.js';
import { failedLine, line } from '../trackers/lines.js';

const JPEG_START = Buffer.from([0xff, 0xd8, 0xff]);

test('TensorBoard gets a sheet of the pictures of each set that was scored, as JPEG', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ganeval-trackers-'));
  try {
    const red = {
      width: 32,
      height: 32,
      pixels: new Uint8Array(32 * 32 * 3).map((_, i) => (i % 3 ? 0 : 255)),
    };
    const sheet = await makeContactSheet([red, undefined, red], 8);
    const asked: string[] = [];
    const make = async (set: string) => {
      asked.push(set);
      return set === line(2).set ? undefined : sheet;
    };
    const place = { folder, state: folder, sheets: { make } };
    const [tracker] = await openTrackers({ tensorboard: join(folder, 'tb') } as never, place, {});
    const lines = [line(1), line(2), failedLine(3, 'No pictures.')];
    for (const each of lines) tracker.take(each, false);
    await tracker.update();
    expect(asked).toEqual([line(1).set, line(2).set]);

    const events = readFileSync(join(folder, 'tb/ganeval/events.out.tfevents.0.ganeval'));
    const start = events.indexOf(JPEG_START);
    expect(events.indexOf(JPEG_START, start + 1)).toBe(-1);
    const { data, info } = await sharp(events.subarray(start)).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([sheet.width, sheet.height]);
    // A place that is empty is white, one with a picture has its color.
    const at = (x: number, y: number) => [
      ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
    ];
    expect(at(18, 18)[0]).toBeGreaterThan(200);
    expect(at(18, 18)[1]).toBeLessThan(60);
    expect(Math.min(...at(52, 18))).toBeGreaterThan(240);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
