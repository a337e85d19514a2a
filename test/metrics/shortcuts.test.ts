import { describe, expect, it } from 'vitest';
import { findMetric } from '../../src/metrics/registry.js';
import { nameOf, titleOnModel } from '../../src/metrics/shortcuts.js';

const titleOf = (id: string, network: string) => {
  const metric = findMetric(id);
  if (!metric) throw new Error(`there is no ${id}`);
  return titleOnModel(metric, network);
};

describe('a metric on the first network', () => {
  it.each([
    ['fid', 'inception-v3', 'Fréchet inception distance', 'FID'],
    ['fid', 'inception-cifar10', 'Fréchet inception distance', 'FID'],
    ['fid', 'dinov2-vit-l-14@dgm-eval', 'FD-DINOv2', 'FD-DINOv2'],
    ['fid', 'dino', 'Fréchet distance (dino)', 'Fréchet distance (dino)'],
    ['kid', 'vgg16', 'Kernel distance (vgg16)', 'Kernel distance (vgg16)'],
    [
      'cmmd',
      'inception-v3',
      'Maximum mean discrepancy (inception-v3)',
      'Maximum mean discrepancy (inception-v3)',
    ],
    ['precision', 'vgg16', 'Precision', 'Precision'],
  ])('%s on %s is called %s', (id, network, title, short) => {
    expect(titleOf(id, network)).toBe(title);
    expect(nameOf({ id, title })).toBe(short);
  });
});
