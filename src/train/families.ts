import type { Family, FamilyFacts } from './adversarial/trainer.js';

/** The papers' GANs by name, as `ganeval train <name>` has them. */
export const FAMILY_NAMES = ['gan', 'improved', 'acgan'] as const;

/** Goodfellow et al. 2014, Salimans et al. 2016, or Odena et al. 2017. */
export type FamilyName = (typeof FAMILY_NAMES)[number];

/** What the command line needs of a family; loads no tfjs. */
export async function loadFamilyFacts(name: FamilyName): Promise<FamilyFacts<unknown>> {
  switch (name) {
    case 'gan':
      return (await import('./gan/settings.js')).facts;
    case 'improved':
      return (await import('./improved/settings.js')).facts;
    case 'acgan':
      return (await import('./acgan/settings.js')).facts;
  }
}

/** A paper's trainer. */
export async function loadFamily(name: FamilyName): Promise<Family<unknown>> {
  switch (name) {
    case 'gan':
      return (await import('./gan/family.js')).family;
    case 'improved':
      return (await import('./improved/family.js')).family;
    case 'acgan':
      return (await import('./acgan/family.js')).family;
  }
}

/** The family of a name in a checkpoint; undefined for an unknown one. */
export async function findFamily(name: string): Promise<Family<unknown> | undefined> {
  const known = FAMILY_NAMES.find((each) => each === name);
  return known && loadFamily(known);
}
