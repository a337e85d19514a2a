import type { ImageSet } from '../../documents/result.js';
import { isSameMix, mixOf } from './class-mix.js';
import type { ResultFacts } from './measurement.js';

/** What differs between two results without making them incomparable, as sentences. */
export function noteDifferences(baseline: ResultFacts, now: ResultFacts): string[] {
  return [
    ...(baseline.samples.digest === now.samples.digest
      ? ['The samples are the very pictures of the baseline.']
      : []),
    ...noteMix(baseline.samples, now.samples),
    ...noteSkipped(now.samples),
    ...noteVersions(baseline.createdWith, now.createdWith),
  ];
}

function noteMix(was: ImageSet, is: ImageSet): string[] {
  if (!was.classes || !is.classes || isSameMix(mixOf(was), mixOf(is))) return [];
  return [
    'The classes have other shares of the samples than in the baseline, which alone can move values over all classes.',
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
