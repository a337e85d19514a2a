import { expect, test } from 'vitest';
import { compareSets, formOf, isUnfinishedName, readStep } from '../../../src/watch/sets/set-name.js';

test.each([
  ['step_001000', 1000],
  ['000500.npz', 500],
  ['samples-12', 12],
  ['fakes000200.png', 200],
  ['network-snapshot-000200.onnx', 200],
  ['epoch_3_step_1000', 1000],
  ['epoch=7.zip', 7],
  ['samples_500_32x32.npz', 500],
  ['iter12.tar.gz', 12],
  ['reals', null],
  ['99999999999999999999', null],
])('the step in %s is %s', (name, step) => {
  expect(readStep(name)).toBe(step);
});

test.each([
  '.tmp-step_5',
  '.ganeval',
  'step_5.part',
  'step_5.tmp',
  'step_5.tmp.npz',
  'step_5.npz.tmp3f9a',
  'tmp_step_5',
  'step_5~',
])('%s is the name of something unfinished', (name) => {
  expect(isUnfinishedName(name)).toBe(true);
  expect(formOf(name, true, {})).toBeUndefined();
});

test('names that only resemble temporary ones are sets', () => {
  for (const name of ['temperature-5', 'part-3', 'template', 'apartments.zip'])
    expect(isUnfinishedName(name), name).toBe(false);
});

test('grids and generators are sets where that was said', () => {
  expect(formOf('a.png', false, {})).toBeUndefined();
  expect(formOf('a.png', false, { cutsGrids: true })).toBe('grid');
  expect(formOf('a.onnx', false, {})).toBeUndefined();
  expect(formOf('a.onnx', false, { drawsSamples: true })).toBe('generator');
  expect(formOf('a.npz', false, {})).toBe('file');
  expect(formOf('train.log', false, { cutsGrids: true })).toBeUndefined();
});

test('order is by number, not by text', () => {
  const names = ['step_1000', 'step_90', 'final', 'step_0100'];
  const sorted = names.map((name) => ({ name, step: readStep(name) })).sort(compareSets);
  expect(sorted.map(({ name }) => name)).toEqual(['step_90', 'step_0100', 'step_1000', 'final']);
});
