import type { ImageSet } from '../../documents/result.js';
import { isSameMix, mixOf } from './class-mix.js';
import type { ResultFacts } from './measurement.js';

/** What differs between two results without making them incomparable, as sentences. */
export function noteDifferences(baseline: ResultFacts, now: ResultFacts): string[] {
  return [
    ...noteSizes(['The samples', now.samples], ['the reference pictures', now.reference]),
    ...noteSizes(['The samples', now.samples], ["the baseline's samples", baseline.samples]),
    ...(baseline.samples.digest === now.samples.digest
      ? ['The samples are the very pictures of the baseline.']
      : []),
    ...noteCopies(now),
    ...noteMix(baseline.samples, now.samples),
    ...noteSkipped(now.samples),
    ...noteVersions(baseline.createdWith, now.createdWith),
  ];
}

/** A set with what a sentence calls it. */
export type NamedSet = readonly [name: string, set: ImageSet | undefined];

/** That two sets have pictures of other sizes, as a sentence; nothing where they are equal or not known. */
export function noteSizes([name, set]: NamedSet, [otherName, other]: NamedSet): string[] {
  if (!set?.sizes || !other?.sizes) return [];
  const [own, others] = [rangeOf(set.sizes), rangeOf(other.sizes)];
  if (own === others) return [];
  return [`${name} are ${own} pixels and ${otherName} ${others}: numbers compare sharpness and size too.`];
}

function rangeOf({ smallest, largest }: NonNullable<ImageSet['sizes']>): string {
  const [small, large] = [smallest.join('×'), largest.join('×')];
  return small === large ? small : `${small} to ${large}`;
}

function noteMix(was: ImageSet, is: ImageSet): string[] {
  if (!was.classes || !is.classes || isSameMix(mixOf(was), mixOf(is))) return [];
  return [
    'The classes have other shares of the samples than in the baseline, which alone can move values over all classes.',
  ];
}

/** Copies of the reference score better than new pictures would, so that no rule fails on them. */
function noteCopies({ findings, samples }: ResultFacts): string[] {
  const copies = findings?.memorized?.exact.count ?? 0;
  if (copies === 0 || samples.count === null) return [];
  const [count, all] = [copies, samples.count].map((number) => number.toLocaleString('en-US'));
  return [
    `${count} of ${all} ${samples.count === 1 ? 'sample' : 'samples'} ${copies === 1 ? 'repeats' : 'repeat'} a picture of the reference byte for byte.`,
  ];
}

function noteSkipped({ skipped }: ImageSet): string[] {
  if (skipped.length === 0) return [];
  return [
    `${skipped.length === 1 ? 'One bad picture was' : `${skipped.length} bad pictures were`} left out.`,
  ];
}

function noteVersions(was: Readonly<Record<string, string>>, is: Readonly<Record<string, string>>): string[] {
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
  const changed = names.filter((name) => was[name] !== is[name]);
  if (changed.length === 0) return [];
  const list = changed.map((name) => `${name} ${was[name] ?? 'none'} then and ${is[name] ?? 'none'} now`);
  return [`Made with other versions: ${list.join(', ')}.`];
}
