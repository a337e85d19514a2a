import type { Family, FamilyFacts } from './trainer.js';

export const FAMILY_NAMES = ['gan', 'improved', 'acgan'] as const;
export type FamilyName = (typeof FAMILY_NAMES)[number];

/** What the command line needs of a family, without tfjs. */
export async function loadFamilyFacts(name: FamilyName): Promise<FamilyFacts<unknown>> {
  switch (name) {
    case 'gan':
      return (await import('../gan/settings.js')).facts;
    case 'improved':
      return (await import('../improved/settings.js')).facts;
    case 'acgan':
      return (await import('../acgan/settings.js')).facts;
  }
}

/** A paper's trainer. */
export async function loadFamily(name: FamilyName): Promise<Family<unknown>> {
  switch (name) {
    case 'gan':
      return (await import('../gan/family.js')).family;
    case 'improved':
      return (await import('../improved/family.js')).family;
    case 'acgan':
      return (await import('../acgan/family.js')).family;
  }
}
