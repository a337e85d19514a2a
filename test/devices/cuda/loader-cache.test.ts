import { describe, expect, it } from 'vitest';
import { parseLoaderCache } from '../../../src/devices/cuda/libraries/loader-cache.js';
import { cacheBytes } from './cache-bytes.js';

const ENTRIES = [
  ['libcudart.so.13', '/usr/local/cuda-13.0/lib/libcudart.so.13'],
  ['libc.so.6', '/lib/x86_64-linux-gnu/libc.so.6'],
  ['libc.so.6', '/opt/libc.so.6'],
] as const;

describe('parseLoaderCache', () => {
  it.each([false, true])('reads paths by name, in order (after one of the old form: %s)', (isOld) => {
    expect(parseLoaderCache(cacheBytes(ENTRIES, { isOld }))).toEqual(
      new Map([
        ['libcudart.so.13', ['/usr/local/cuda-13.0/lib/libcudart.so.13']],
        ['libc.so.6', ['/lib/x86_64-linux-gnu/libc.so.6', '/opt/libc.so.6']],
      ]),
    );
  });

  it('passes over libraries for other processors', () => {
    expect(parseLoaderCache(cacheBytes(ENTRIES, { flags: 0x0803 })).size).toBe(0);
  });

  it('finds nothing in what is damaged, and reads no further than it is long', () => {
    const sound = cacheBytes(ENTRIES);
    for (let length = 0; length < sound.length; length += 7) {
      expect(() => parseLoaderCache(sound.subarray(0, length))).not.toThrow();
    }
    const many = Buffer.from(sound);
    many.writeUInt32LE(2 ** 32 - 1, 20);
    expect(parseLoaderCache(many).get('libcudart.so.13')).toHaveLength(1);
    const far = Buffer.from(sound);
    far.writeUInt32LE(2 ** 32 - 1, 48 + 4);
    expect(parseLoaderCache(far).has('libcudart.so.13')).toBe(false);
    expect(parseLoaderCache(Buffer.from('ld.so-1.7.0\0\xff\xff\xff\xff', 'latin1')).size).toBe(0);
    expect(parseLoaderCache(Buffer.alloc(0)).size).toBe(0);
  });
});
