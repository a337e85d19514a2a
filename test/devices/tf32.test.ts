import { describe, expect, it } from 'vitest';
import { explainTf32, tf32Obstacle } from '../../src/devices/tf32.js';

const at = (inMainThread: boolean, value?: string, settled?: boolean) => ({
  inMainThread,
  environment: value === undefined ? {} : { NVIDIA_TF32_OVERRIDE: value },
  settled,
});

describe('tf32Obstacle', () => {
  it('refuses a worker whose process has not decided so: the variable of a worker reaches no native library', () => {
    expect(tf32Obstacle(false, at(false))).toMatch(/worker thread .* NVIDIA_TF32_OVERRIDE=0/);
    expect(tf32Obstacle(false, at(false, '1'))).toMatch(/NVIDIA_TF32_OVERRIDE=0/);
    expect(tf32Obstacle(true, at(false))).toMatch(/NVIDIA_TF32_OVERRIDE=1/);
    expect(tf32Obstacle(true, at(false, '0'))).toMatch(/NVIDIA_TF32_OVERRIDE=1/);
    expect(tf32Obstacle(false, at(false, '0'))).toBeUndefined();
    expect(tf32Obstacle(true, at(false, '1'))).toBeUndefined();
  });

  it('lets the main thread decide, once', () => {
    for (const value of [undefined, '0', '1']) {
      expect(tf32Obstacle(false, at(true, value))).toBeUndefined();
      expect(tf32Obstacle(true, at(true, value))).toBeUndefined();
    }
    expect(tf32Obstacle(true, at(true, '0', false))).toMatch(/has computed in float32 on CUDA/);
    expect(tf32Obstacle(false, at(true, '1', true))).toMatch(/has computed in TF32 on CUDA/);
    expect(tf32Obstacle(true, at(true, '1', true))).toBeUndefined();
  });
});

describe('explainTf32', () => {
  it('says that the option decides, where the environment says otherwise', () => {
    expect(explainTf32('float32', at(true, '1'))).toBe(
      'NVIDIA_TF32_OVERRIDE=1 of the environment is not followed: numbers are computed without TF32 unless --precision tf32 is given.',
    );
    expect(explainTf32('fp16', at(true, '1'))).toMatch(/is not followed/);
    expect(explainTf32('tf32', at(true, '0'))).toMatch(
      /is not followed, because --precision tf32 is given\./,
    );
  });

  it('says nothing where both agree, where nothing is set, and of what this program has set', () => {
    expect(explainTf32('float32', at(true))).toBeUndefined();
    expect(explainTf32('tf32', at(true))).toBeUndefined();
    expect(explainTf32('float32', at(true, '0'))).toBeUndefined();
    expect(explainTf32('tf32', at(true, '1'))).toBeUndefined();
    expect(explainTf32('tf32', at(true, '0', false))).toBeUndefined();
  });
});
