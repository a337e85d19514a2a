import { describe, expect, it } from 'vitest';
import { judge, type LeftOut } from './tfjs-core/judge.js';
import type { TestResult } from './tfjs-core/test-result.js';

const NOTHING: LeftOut = { kernels: {}, types: {}, tests: [] };
const MISSES_FFT = "Error: Kernel 'FFT' not registered for backend 'onnx'";

const result = (name: string, failure?: string): TestResult => ({
  name,
  status: failure ? 'failed' : 'passed',
  failures: failure ? [failure] : [],
  durationMs: 1,
});

describe('judge', () => {
  it('counts what passed and names what failed', () => {
    expect(judge([result('add'), result('sub', 'Arrays differ')], NOTHING)).toEqual({
      passed: 1,
      leftOut: 0,
      failed: ['sub: Arrays differ'],
      stale: [],
    });
  });

  it.each<[string, Partial<LeftOut>, string]>([
    ['kernel', { kernels: { FFT: 'no complex numbers' } }, MISSES_FFT],
    ['type', { types: { complex64: 'no complex numbers' } }, 'no tensors of dtype complex64: use float32'],
    ['name', { tests: [{ name: /^fft/, reason: 'no complex numbers' }] }, 'Arrays differ'],
  ])('leaves out by %s', (_, leftOut, failure) => {
    const verdict = judge([result('fft', failure), result('add')], { ...NOTHING, ...leftOut });
    expect(verdict).toEqual({ passed: 1, leftOut: 1, failed: [], stale: [] });
  });

  it('does not let a kernel excuse another failure', () => {
    const results = [
      result('fft', MISSES_FFT),
      result('ifft', "Kernel 'IFFT' not registered for backend 'onnx'"),
    ];
    expect(judge(results, { ...NOTHING, kernels: { FFT: '' } }).failed).toHaveLength(1);
  });

  it('finds entries that are not true', () => {
    const leftOut = {
      kernels: { FFT: '' },
      types: { string: '' },
      tests: [
        { name: /^add$/, reason: '' },
        { name: /^gone$/, reason: '' },
      ],
    };
    expect(judge([result('add')], leftOut).stale).toEqual([
      'no test misses kernel FFT',
      'no test misses type string',
      '"add" passes',
      'no test matches /^gone$/',
    ]);
  });
});
