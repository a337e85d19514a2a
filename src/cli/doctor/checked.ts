import { EXIT, exitCodeOf } from '../exit-codes.js';
import type { Check } from './check.js';

/** What a look found. */
export type Finding = Pick<Check, 'found'> & Partial<Check>;

/** Makes a check of what was found, and a broken one of what was thrown. */
export async function checked(name: string, exitCode: number, look: () => Promise<Finding>): Promise<Check> {
  try {
    return { name, state: 'fine', ...(await look()) };
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    const known = exitCodeOf(error);
    return {
      name,
      state: 'broken',
      found,
      exitCode: known === EXIT.fault ? exitCode : known,
      ...(known === EXIT.fault && { fix: 'install the package again (npm ci, or npm install -g ganeval)' }),
    };
  }
}
