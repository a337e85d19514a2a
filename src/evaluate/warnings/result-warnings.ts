import type { Plan, SetPlan } from '../plan.js';
import type { PreparedSet } from '../prepare-set.js';

/** What a reader should know of the sources and of the choice of the classifier, each once. */
export function listSourceWarnings({
  sets,
  model,
}: Pick<Plan, 'sets'> & Partial<Pick<Plan, 'model'>>): string[] {
  const warnings = sets.flatMap((plan) => [
    ...plan.set.source.warnings,
    ...(plan.set.warnings ?? []),
    ...listIndexWarning(plan),
    ...(plan.classifierWarning ? [plan.classifierWarning] : []),
    ...(plan.classifier?.notes ?? []),
  ]);
  return [...new Set([...warnings, ...(model?.notes ?? [])])];
}

/** Which numbers come from statistics beside pictures, or why none do. */
export function listStatisticsWarnings({ statisticsWarning }: Pick<Plan, 'statisticsWarning'>): string[] {
  return statisticsWarning === undefined ? [] : [statisticsWarning];
}

/** Numbers as class names do not say what they stand for: a reader should know how they were understood. */
function listIndexWarning(plan: SetPlan): string[] {
  const { classifier, classColumns, set } = plan;
  const [name] = set.source.classNames ?? [];
  if (!plan.classesByIndex || !classifier || !classColumns) return [];
  const meaning = classifier.classes?.[classColumns[0]];
  return [
    `The classes of the ${plan.set.role} are numbers and were taken for the columns of ${classifier.name}` +
      `${meaning ? ` (${name} for ${meaning}, and so on)` : ''}: if they mean something else, class accuracy does not hold.`,
  ];
}

/** Which networks give probabilities where logits are usual. */
export function listProbabilityWarnings(sets: readonly (PreparedSet | undefined)[]): string[] {
  const names = new Set(sets.flatMap((set) => set?.probabilitiesOf ?? []));
  return [...names].map(
    (name) =>
      `The network ${name} gives probabilities, not logits (no value is below 0, and every picture's add up to 1): they are used as they are.`,
  );
}

/** How many bad pictures of each set were left out. */
export function listSkippedWarnings(sets: readonly (PreparedSet | undefined)[]): string[] {
  return sets.flatMap((set) => {
    const skipped = set?.description.skipped.length ?? 0;
    if (!set || skipped === 0) return [];
    const bad = skipped === 1 ? 'One bad picture' : `${skipped} bad pictures`;
    const shared = set.leftOutFor.map(({ network, pictures }) => {
      const one = skipped === 1 ? 'It is' : 'One of them is';
      const [which, them] = pictures === 1 ? [one, 'it'] : [`${pictures} of them are`, 'them'];
      return ` ${which} left out for every network because ${network} cannot use ${them}: numbers of all networks are of the same pictures.`;
    });
    return [`${bad} of ${set.description.source} left out.${shared.join('')}`];
  });
}
