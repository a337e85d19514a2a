import { existsSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ImagesError } from '../../src/core/errors.js';
import { spoolInput } from '../../src/images/standard-input.js';

const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i) % 251));
const inPieces = (whole: Buffer, size: number) =>
  Readable.from(
    (function* () {
      for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
    })(),
  );

describe('spoolInput', () => {
  it.each([1, 1000, 400_000])(
    'writes what comes in pieces of %d bytes, gzip unpacked, and removes it',
    async (size) => {
      const wanted = size === 1 ? bytes.subarray(0, 5000) : bytes;
      for (const sent of [wanted, gzipSync(wanted)]) {
        const { path, close } = await spoolInput(inPieces(sent, size));
        expect(readFileSync(path).equals(wanted)).toBe(true);
        await close();
        expect(existsSync(path)).toBe(false);
      }
    },
  );

  it('refuses nothing, and damaged gzip', async () => {
    await expect(spoolInput(Readable.from([]))).rejects.toThrow('Nothing came on the standard input');
    const cut = gzipSync(bytes).subarray(0, 1000);
    await expect(spoolInput(Readable.from([cut]))).rejects.toThrow(ImagesError);
    await expect(spoolInput(Readable.from([cut]))).rejects.toThrow(/is gzip that is damaged \(.*\): pack/);
  });

  it('ends with the reason of an abort while it waits', async () => {
    const abort = new AbortController();
    const endless = new Readable({ read: () => {} });
    endless.push(bytes);
    const spooled = spoolInput(endless, abort.signal);
    setTimeout(() => abort.abort(new Error('stopped')), 50);
    await expect(spooled).rejects.toThrow('stopped');
    endless.destroy();
  });
});
