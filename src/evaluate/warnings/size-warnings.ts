import { SIZE_WARNING_END } from '../../documents/size-warning.js';
import type { PictureSet } from '../picture-set.js';

/** Aspect ratios that differ by less are called the same: a row of pixels may be cut off. */
const SAME_ASPECT = 1.02;

/** What is known of the sizes of a set's pictures. */
interface Sizes {
  readonly pictures: number;
  /** How many sizes there are. */
  readonly different: number;
  /** The size that most pictures have; of two that are equally frequent, the smaller one. */
  readonly usual: Size;
  readonly smallest: Size;
  readonly largest: Size;
}

interface Size {
  readonly width: number;
  readonly height: number;
  readonly count: number;
}

/**
 * What a reader should know first of the sizes of two sets: that they differ, in pixels or in shape, and that one of them has
 * pictures of several sizes. Networks resize them all to one, so that sharpness and distortion are compared too.
 */
export function listSizeWarnings(sets: readonly (PictureSet | undefined)[]): string[] {
  const known = sets.flatMap((set) => {
    const sizes = set && measureSizes(set);
    return set && sizes ? [{ name: set.role, sizes }] : [];
  });
  const samples = known.filter(({ name }) => name === 'samples');
  const [reference] = known.filter(({ name }) => name === 'reference');
  return [
    ...(reference ? samples.flatMap((set) => compareSizes(set.sizes, reference.sizes)) : []),
    ...known.flatMap(({ name, sizes }) => describeMixture(name, sizes)),
  ];
}

/**
 * Published divisors of FDr are of pictures of one size, which FDr's code makes of others itself (a box filter, bicubic, and the middle).
 *
 * @param side height and width of the pictures in pixels
 */
export function listDivisorWarnings(side: number, sets: readonly (PictureSet | undefined)[]): string[] {
  return sets.flatMap((set) => {
    const sizes = set && measureSizes(set);
    const isOther = sizes && (sizes.different > 1 || show(sizes.usual) !== `${side}×${side}`);
    if (!set || !isOther) return [];
    const name = set.role === 'samples' ? 'the samples' : `the ${set.role} pictures`;
    return [
      `The published divisors of FDr are of pictures of ${side}×${side} pixels, and ${name} are ${sizes.different > 1 ? `${show(sizes.smallest)} to ${show(sizes.largest)}` : show(sizes.usual)}: 1 is not what real pictures have.`,
    ];
  });
}

/** Counts the pictures of each size; undefined where no size is known. */
function measureSizes({ inspections }: PictureSet): Sizes | undefined {
  const counts = new Map<string, Size>();
  let pictures = 0;
  for (let i = 0; i < inspections.length; i++) {
    const [width, height] = [inspections.width(i), inspections.height(i)];
    if (width === 0 || height === 0) continue;
    pictures++;
    const key = `${width}×${height}`;
    counts.set(key, { width, height, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  const bySize = [...counts.values()].sort((a, b) => areaOf(a) - areaOf(b) || a.width - b.width);
  if (bySize.length === 0) return undefined;
  const usual = bySize.reduce((most, size) => (size.count > most.count ? size : most));
  const [smallest, largest] = [bySize[0], bySize[bySize.length - 1]];
  return { pictures, different: bySize.length, usual, smallest, largest };
}

const areaOf = ({ width, height }: Size) => width * height;
const show = ({ width, height }: Size) => `${width}×${height}`;

function compareSizes(samples: Sizes, reference: Sizes): string[] {
  const [own, real] = [samples.usual, reference.usual];
  const say = ({ usual, different }: Sizes) =>
    different === 1 ? `are ${show(usual)}` : `are mostly ${show(usual)}`;
  const areBothMixed = samples.different > 1 && reference.different > 1;
  // Photographs of many sizes have no usual one: there the shapes and the range say more.
  if (areBothMixed && !isUsual(samples) && !isUsual(reference)) return [];
  if (show(own) === show(real)) return [];
  const aspects = [own.width / own.height, real.width / real.height];
  const stretch = Math.max(...aspects) / Math.min(...aspects);
  const also =
    stretch > SAME_ASPECT
      ? `, and their shapes differ too (${aspects.map((aspect) => aspect.toFixed(2)).join(' and ')} times as wide as high)`
      : '';
  return [
    `The samples ${say(samples)} pixels and the reference pictures ${say(reference)}${also}: ${SIZE_WARNING_END}`,
  ];
}

const isUsual = ({ usual, pictures }: Sizes) => usual.count > pictures / 2;

function describeMixture(name: string, sizes: Sizes): string[] {
  const { different, pictures, usual, smallest, largest } = sizes;
  if (different === 1) return [];
  const share = isUsual(sizes) ? `; ${usual.count} of ${pictures} are ${show(usual)}` : '';
  return [
    `The ${name === 'samples' ? name : `${name} pictures`} have ${different} different sizes, ${show(smallest)} to ${show(largest)}${share}: networks resize them all to one, so that small ones are blurred and other shapes are distorted.`,
  ];
}
