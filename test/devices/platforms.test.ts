import { describe, expect, it } from 'vitest';
import { obstacleOf } from '../../src/devices/platforms.js';

describe('obstacleOf', () => {
  it.each([
    [
      'coreml',
      'linux',
      'x64',
      /^onnxruntime-node has it for macOS on Apple silicon only, and this is linux on x64$/,
    ],
    ['coreml', 'darwin', 'x64', /this is darwin on x64$/],
    ['dml', 'linux', 'x64', /^onnxruntime-node has it for Windows only/],
    [
      'webgpu',
      'linux',
      'arm64',
      /^onnxruntime-node has it for Linux on x64, Windows, and macOS on Apple silicon only/,
    ],
  ] as const)('says where %s is, on %s %s', (provider, platform, arch, sentence) => {
    expect(obstacleOf(provider, { platform, arch })).toMatch(sentence);
  });

  it.each([
    ['webgpu', 'linux', 'x64'],
    ['webgpu', 'win32', 'arm64'],
    ['webgpu', 'darwin', 'arm64'],
    ['coreml', 'darwin', 'arm64'],
    ['dml', 'win32', 'x64'],
  ] as const)('lets %s be tried on %s %s', (provider, platform, arch) => {
    expect(obstacleOf(provider, { platform, arch })).toBeUndefined();
  });
});
