import { expect, test } from 'vitest';
import { choosePictures, describeLayout } from '../../../src/watch/pages/choose-pictures.js';

const entries = (labels: readonly (number | undefined)[]) =>
  labels.map((label, i) => ({ id: String(i), ...(label !== undefined && { label }) }));

test('the first of each class, in a row each, whatever the order of the set', () => {
  const labels = Array.from({ length: 40 }, (_, i) => (i * 7) % 3);
  const chosen = choosePictures(entries(labels), 3);
  expect(chosen).toHaveLength(24);
  expect(chosen.map((index) => labels[index ?? -1])).toEqual([
    ...Array(8).fill(0),
    ...Array(8).fill(1),
    ...Array(8).fill(2),
  ]);
  expect(chosen.slice(0, 8)).toEqual([0, 3, 6, 9, 12, 15, 18, 21]);
});

test('places of a class with few pictures stay empty, so that all others stay where they are', () => {
  expect(choosePictures(entries([1, 0, 1]), 2)).toEqual([
    1,
    ...Array(7).fill(undefined),
    0,
    2,
    ...Array(6).fill(undefined),
  ]);
});

test('one of each of many classes, and the first of a set without labels', () => {
  const many = Array.from({ length: 200 }, (_, i) => Math.floor(i / 2));
  expect(choosePictures(entries(many), 100)).toEqual(Array.from({ length: 64 }, (_, i) => i * 2));
  expect(choosePictures(entries(Array(70).fill(undefined)), undefined)).toEqual([...Array(64).keys()]);
  expect(choosePictures(entries([undefined]), undefined)).toEqual([0]);
  expect(describeLayout(undefined)).toBe('the first 64');
});
