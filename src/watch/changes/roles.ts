import type { WatchEvent } from '../../documents/watch.js';

/** What it means when a metric gets worse than it was. */
export type HarmKind = Extract<WatchEvent['kind'], 'collapse' | 'memorization' | 'divergence'>;

/** What a metric tells of a training, and in which words. */
export interface Role {
  readonly kind: HarmKind;
  /** What got worse, as a sentence about "samples" or "samples of cat". */
  readonly change: string;
  /** The share of what it was by which it must get worse: less harms nobody. */
  readonly least: number;
  /** The same, in the unit that is shown. */
  readonly leastRise?: number;
  /** A value that harms nobody, nor does a better one, where it isn't known what real pictures have. */
  readonly harmless?: number;
}

const ALIKE = 'are more alike';
const FEWER = 'cover less of the real pictures';
const NEARER = 'are nearer to pictures of the reference';
const AWAY = 'are further from the real pictures';

/** Half as much again: a distance of 15 that was 10. */
const RISE = 1 / 2;
/** The same of what is better where higher: a share of 0.2 that was 0.3. */
const FALL = 1 / 3;

/** Metrics that are watched. Others may turn for many reasons, and no event tells of them. */
export const ROLES: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['msssim', { kind: 'collapse', change: ALIKE, least: 0 }],
  ['lpips', { kind: 'collapse', change: ALIKE, least: FALL }],
  ['vendi', { kind: 'collapse', change: ALIKE, least: FALL }],
  ['recall', { kind: 'collapse', change: FEWER, least: FALL }],
  ['coverage', { kind: 'collapse', change: FEWER, least: FALL }],
  ['authpct', { kind: 'memorization', change: NEARER, least: 0, harmless: 0.5 }],
  ['ct', { kind: 'memorization', change: NEARER, least: 0, harmless: 0 }],
  ['fid', { kind: 'divergence', change: AWAY, least: RISE }],
  ['fid-infinity', { kind: 'divergence', change: AWAY, least: RISE }],
  ['kid', { kind: 'divergence', change: AWAY, least: RISE }],
  ['cmmd', { kind: 'divergence', change: AWAY, least: RISE }],
  ['swd', { kind: 'divergence', change: AWAY, least: RISE }],
]);

/** By less, copies harm nobody: of all samples. */
const COPIES_RISE = 0.01;

/** What counts of copies tell, by the names of `copies` in a line. */
export const ROLES_OF_COPIES = {
  duplicates: { kind: 'collapse', change: 'repeat each other', least: 0, leastRise: COPIES_RISE },
  memorized: {
    kind: 'memorization',
    change: 'repeat pictures of the reference',
    least: 0,
    leastRise: COPIES_RISE,
  },
} as const satisfies Record<string, Role>;
