import type { ImageSet } from '../../documents/result.js';
import { flagOf } from '../opening/reading-options.js';

/** Depths that devices have. */
const USUAL_DEPTHS = [8, 10, 12, 14] as const;

type Role = 'samples' | 'reference' | 'validation';

/** What a reader should know of how the values of a set were read, as sentences. */
export function listValueWarnings(role: Role, set: ImageSet): string[] {
  return [...warnOfDepth(role, set), ...warnOfRange(role, set), ...warnOfParts(role, set)];
}

/** Pictures of 16 bits a sample of which none uses the upper ones: data of a device of 10, 12 or 14 bits. */
function warnOfDepth(role: Role, { changed, reading }: ImageSet): string[] {
  let count = 0;
  let used = 0;
  for (const [kind, pictures] of Object.entries(changed)) {
    const bits = /^(\d+)-of-16-bits$/.exec(kind)?.[1];
    if (bits === undefined) continue;
    count += pictures;
    used = Math.max(used, Number(bits));
  }
  const flag = flagOf('bitDepth', role);
  const stated = reading?.bitDepth;
  if (stated !== undefined && count === 0) {
    return [`No picture of the ${role} is stored in 16 bits: ${flag} ${stated} changed nothing.`];
  }
  const depth = USUAL_DEPTHS.find((usual) => usual >= used);
  if (count === 0 || stated !== undefined || depth === undefined) return [];
  return [
    `The ${role} have ${pictures(count)} stored in 16 bits a sample, none of which uses more than ${used} bits: read as 16-bit they are nearly black; if they hold data of ${depth} bits, score them with ${flag} ${depth}.`,
  ];
}

function warnOfRange(role: Role, { changed, count, reading }: ImageSet): string[] {
  const flag = flagOf('range', role);
  const all = (kind: string) => count !== null && count > 0 && changed[kind] === count;
  const warnings: string[] = [];
  if (all('only-0-and-1')) {
    warnings.push(
      `The ${role} hold no values but 0 and 1: read as bytes they are black; if 1 is white, score them with ${flag} 0..1.`,
    );
  }
  if (all('none-below-0')) {
    warnings.push(
      `No value of the ${role} is below 0, though ${flag} ${reading?.range} was stated: if black is 0, state 0..1.`,
    );
  }
  if (all('none-above-1')) {
    warnings.push(
      `No value of the ${role} is above 1, though ${flag} ${reading?.range} was stated: if white is 1, state 0..1.`,
    );
  }
  if (changed.clamped) {
    warnings.push(
      `The ${role} have ${pictures(changed.clamped)} with values outside ${reading?.range}, which were clamped.`,
    );
  }
  return warnings;
}

function warnOfParts(role: Role, { changed }: ImageSet): string[] {
  const warnings: string[] = [];
  if (changed['first-frame']) {
    warnings.push(
      `The ${role} have ${pictures(changed['first-frame'])} with several frames, of which the first was taken.`,
    );
  }
  if (changed['first-page']) {
    warnings.push(
      `The ${role} have ${pictures(changed['first-page'])} with several pages, of which the first was taken.`,
    );
  }
  if (changed['bands-as-rgb']) {
    warnings.push(
      `The ${role} have ${pictures(changed['bands-as-rgb'])} of three gray bands (TIFF), which were taken for red, green and blue.`,
    );
  }
  return warnings;
}

function pictures(count: number): string {
  return count === 1 ? 'one picture' : `${count} pictures`;
}
