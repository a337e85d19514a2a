import type { Role } from './roles.js';

/** What a sentence is about. */
export interface Told {
  readonly title: string;
  readonly class?: string;
  readonly since: { readonly set: string; readonly step: number | null };
  /** In the metric's own unit. */
  readonly before: number;
  readonly after: number;
}

const who = (name: string | undefined) => (name === undefined ? 'Samples' : `Samples of ${name}`);

const when = ({ set, step }: Told['since']) => (step === null ? `set ${set}` : `step ${step} (set ${set})`);

const digits = (value: number) =>
  value === 0 ? '0' : String(Number(value.toPrecision(Math.abs(value) >= 100 ? 4 : 3)));

export function tellHarm(told: Told, role: Role, real: number | undefined): string {
  const beside = real === undefined ? '' : `, and real pictures have ${digits(real)}`;
  return `${who(told.class)} ${role.change} since ${when(told.since)}: ${told.title} is ${digits(told.after)}, was ${digits(told.before)} before${beside}.`;
}

export function tellRecovery(told: Told): string {
  const subject = told.class === undefined ? told.title : `${told.title} of ${told.class}`;
  return `${subject} has recovered since ${when(told.since)}: it is ${digits(told.after)} after ${digits(told.before)}.`;
}

export function tellPlateau(told: Told, sets: number, share: number): string {
  return `${told.title} has not improved by ${digits(100 * share)} % over ${sets} sets, and is level since ${when(told.since)}: it is ${digits(told.after)} and was ${digits(told.before)} over the ${sets} sets before.`;
}
