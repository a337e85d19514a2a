import { memoryUsage } from 'node:process';
import { describe, expect, it } from 'vitest';
import { collectGarbage } from '../../src/core/collect-garbage.js';

const BYTES = 2 ** 28;

describe('collectGarbage', () => {
  it('frees a large buffer that nothing refers to', () => {
    const before = memoryUsage().arrayBuffers;
    let buffer: ArrayBuffer | undefined = new ArrayBuffer(BYTES);
    expect(memoryUsage().arrayBuffers - before).toBeGreaterThanOrEqual(BYTES / 2);
    buffer = undefined;
    collectGarbage(BYTES);
    expect(buffer).toBeUndefined();
    expect(memoryUsage().arrayBuffers - before).toBeLessThan(BYTES / 2);
  });
});
