import type { Family, FamilyFacts } from './adversarial/trainer.js';

/** What is known of a paper's GAN before its code is loaded. */
interface FamilyEntry {
  /** What `ganeval train --help` says of it. */
  readonly summary: string;
  /** Loads its presets and settings; no tfjs. */
  readonly loadFacts: () => Promise<FamilyFacts<unknown>>;
  /** Loads its trainer. */
  readonly load: () => Promise<Family<unknown>>;
}

/** The papers' GANs by name, in the order of help. The one list: the commands `ganeval train <name>` follow from it. */
export const FAMILIES = {
  gan: {
    summary: 'Train the generative adversarial nets of 2014: maxout, dropout, momentum',
    loadFacts: async () => (await import('./gan/settings.js')).facts,
    load: async () => (await import('./gan/family.js')).family,
  },
  improved: {
    summary: 'Train the improved GANs of 2016: feature matching, few labels, minibatch features',
    loadFacts: async () => (await import('./improved/settings.js')).facts,
    load: async () => (await import('./improved/family.js')).family,
  },
  acgan: {
    summary: 'Train the auxiliary classifier GAN of 2017: samples of any class',
    loadFacts: async () => (await import('./acgan/settings.js')).facts,
    load: async () => (await import('./acgan/family.js')).family,
  },
} satisfies Record<string, FamilyEntry>;

/** Goodfellow et al. 2014, Salimans et al. 2016, or Odena et al. 2017. */
export type FamilyName = keyof typeof FAMILIES;

/** Names of all of them. */
export const FAMILY_NAMES = Object.keys(FAMILIES) as [FamilyName, ...FamilyName[]];

/** What the command line needs of a family; loads no tfjs. */
export function loadFamilyFacts(name: FamilyName): Promise<FamilyFacts<unknown>> {
  return FAMILIES[name].loadFacts();
}

/** A paper's trainer. */
export function loadFamily(name: FamilyName): Promise<Family<unknown>> {
  return FAMILIES[name].load();
}

/** The family of a name in a checkpoint; undefined for an unknown one. */
export async function findFamily(name: string): Promise<Family<unknown> | undefined> {
  const known = FAMILY_NAMES.find((each) => each === name);
  return known && loadFamily(known);
}
