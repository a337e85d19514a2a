import { describe, expect, it } from 'vitest';
import { tf32Obstacle } from '../../src/devices/tf32.js';

describe('tf32Obstacle', () => {
  it('refuses a worker whose process has not decided: the variable of a worker reaches no native library', () => {
    expect(tf32Obstacle(false, {})).toMatch(/worker thread .* NVIDIA_TF32_OVERRIDE=0/);
    expect(tf32Obstacle(false, { NVIDIA_TF32_OVERRIDE: '0' })).toBeUndefined();
    expect(tf32Obstacle(true, {})).toBeUndefined();
  });
});
