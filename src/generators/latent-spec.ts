/** What the numbers of a latent are drawn from, as torch-fidelity has it. */
export const LATENT_DISTRIBUTIONS = ['normal', 'uniform', 'unit'] as const;

/**
 * `normal`: of mean 0 and variance 1. `uniform`: from 0 to 1. `unit`: uniform numbers from 0 to 1, divided by the length of the latent (all
 * are positive, so these are not spread over the whole sphere).
 */
export type LatentDistribution = (typeof LATENT_DISTRIBUTIONS)[number];

/** How latents are drawn. */
export interface LatentSpec {
  readonly distribution: LatentDistribution;
  /** The sides of one latent, where they are said. */
  readonly shape?: readonly number[];
}

/** Far above any generator: a latent of 4 × 512 × 512 has a million numbers. */
const MAX_LATENT_WIDTH = 2 ** 24;

/** What a text may be, for messages. */
export const LATENT_FORM = 'normal:128, uniform:100, unit:512 or, with several axes, normal:4x64x64';

/**
 * Reads how latents are drawn.
 *
 * @param text a distribution, perhaps with the sides of a latent: `normal`, `normal:128`, `normal:4x64x64`
 * @returns undefined for another text
 */
export function parseLatent(text: string): LatentSpec | undefined {
  const [name, sides, ...more] = text.split(':');
  const distribution = LATENT_DISTRIBUTIONS.find((known) => known === name);
  if (distribution === undefined || more.length > 0) return undefined;
  if (sides === undefined) return { distribution };
  if (!/^[1-9]\d{0,7}(x[1-9]\d{0,7})*$/.test(sides)) return undefined;
  const shape = sides.split('x').map(Number);
  return widthOf(shape) <= MAX_LATENT_WIDTH ? { distribution, shape } : undefined;
}

/** Numbers of a latent. */
export function widthOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
