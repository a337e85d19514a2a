import { expect, test } from 'vitest';
import { badPicturesError, tooManyBadError } from '../../src/features/bad-pictures.js';
import { fakeSource } from './fakes.js';

const FLOAT = 'has 3 bands of floating-point RGB, whose black and white are not known (say --range: 0..1)';
const source = fakeSource(Array.from({ length: 100 }, () => ({ width: 1, height: 1, value: 0 })));
const rows = (reason: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({ index: from + i, reason }));

test('a reason that many pictures share is told once, with some of their names', () => {
  const { message } = badPicturesError(source, rows('is truncated', 0, 100));
  expect(message).toBe(
    '100 pictures of fakes cannot be decoded (each of "0.png", "1.png", "2.png" and 97 more is truncated): ' +
      'repair or remove them, or pass --on-bad-image skip.',
  );
});

test('pictures that an option reads are not to be removed', () => {
  expect(badPicturesError(source, rows(FLOAT, 0, 100)).message).toMatch(
    /and 97 more has 3 bands .*\): say that option, or pass --on-bad-image skip\.$/,
  );
  const both = badPicturesError(source, [...rows(FLOAT, 0, 2), ...rows('is empty', 2, 3)]).message;
  expect(both).toContain('; "2.png" is empty): say that option, repair or remove the others, or pass');
  expect(tooManyBadError(source, 0, { index: 1, reason: FLOAT }).message).toMatch(
    /: say that option, or raise --max-bad\.$/,
  );
});

test('of what a generator gave nothing can be repaired or removed but the generator', () => {
  const drawn = { ...source, generator: { latent: 'normal:4' } } as typeof source;
  expect(badPicturesError(drawn, rows('has values that are not finite', 0, 2)).message).toBe(
    '2 pictures of fakes cannot be made (each of "0.png", "1.png" has values that are not finite): ' +
      'the generator gave these values, so repair its file, or pass --on-bad-image skip.',
  );
});

test('a message has an end, however many reasons there are', () => {
  const bad = Array.from({ length: 100 }, (_, index) => ({ index, reason: `is ${index} bytes long` }));
  expect(badPicturesError(source, bad).message).toContain('"19.png" is 19 bytes long; and 80 other reasons)');
});
