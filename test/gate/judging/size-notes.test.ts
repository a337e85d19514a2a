import { expect, test } from 'vitest';
import { compareResults } from '../../../src/compare/compare.js';
import { noteDifferences } from '../../../src/gate/judging/notes.js';
import { makeResult } from '../results.js';

const sized = (samples: readonly [number, number], reference: readonly [number, number] = [32, 32]) =>
  makeResult(undefined, (result) => {
    const sizes = ([smallest, largest]: readonly [number, number]) => ({
      smallest: [smallest, smallest] as [number, number],
      largest: [largest, largest] as [number, number],
    });
    result.samples.sizes = sizes(samples);
    if (result.reference) result.reference.sizes = sizes(reference);
  });

test('a gate says first that sizes differ, from the reference and from the baseline', () => {
  expect(noteDifferences(sized([16, 32]), sized([32, 32], [64, 64])).slice(0, 2)).toEqual([
    'The samples are 32×32 pixels and the reference pictures 64×64: numbers compare sharpness and size too.',
    "The samples are 32×32 pixels and the baseline's samples 16×16 to 32×32: numbers compare sharpness and size too.",
  ]);
  expect(noteDifferences(sized([32, 32]), sized([32, 32])).join()).not.toMatch(/sharpness/);
});

test('a comparison says first which samples have other sizes', () => {
  const { notes } = compareResults([
    { name: 'a', result: sized([16, 32], [16, 32]) },
    { name: 'b', result: sized([32, 32]) },
  ]);
  expect(notes[0]).toBe(
    'The samples of b are 32×32 pixels and those of a 16×16 to 32×32: numbers compare sharpness and size too.',
  );
});
