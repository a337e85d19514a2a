import type { EvaluationResult } from '../documents/result.js';
import type { Plan, SetPlan } from '../evaluate/plan.js';

const NUMBER = /^\d+$/;

/** Of each class of a set that is a number, what it is called. */
type ClassMeanings = ReadonlyMap<string, string>;

/**
 * Puts names in the place of classes by number, where `--classes` says what the numbers mean: a person who is told of a collapse is not to
 * look up what class 3 is.
 *
 * @param given names by number, as `--classes` has them; the others are those of the network's classes
 */
export function nameClasses(
  result: EvaluationResult,
  plan: Pick<Plan, 'samples' | 'reference'>,
  given: ReadonlyMap<string, string> = new Map(),
): EvaluationResult {
  const [samples, reference] = [plan.samples, plan.reference].map((set) => meaningsOf(set, given));
  if (samples.size === 0 && reference.size === 0) return result;
  const nameOf = (meanings: ClassMeanings, name: string) => meanings.get(name) ?? name;
  return {
    ...result,
    samples: {
      ...result.samples,
      classes: result.samples.classes?.map((each) => ({ ...each, name: nameOf(samples, each.name) })) ?? null,
    },
    metrics: result.metrics.map((entry) => {
      if (entry.status !== 'ok' || !entry.perClass) return entry;
      const meanings = entry.subject === 'reference' ? reference : samples;
      return {
        ...entry,
        perClass: entry.perClass.map((each) => ({ ...each, class: nameOf(meanings, each.class) })),
      };
    }),
  };
}

function meaningsOf(plan: SetPlan | undefined, given: ReadonlyMap<string, string>): ClassMeanings {
  const meanings = new Map<string, string>();
  const names = plan?.set.source.classNames;
  const { classifier, classColumns } = plan ?? {};
  if (!names?.every((name) => NUMBER.test(name))) return meanings;
  const own = names.map(
    (name, label) => given.get(name) ?? classifier?.classes?.[classColumns?.[label] ?? -1],
  );
  for (const [label, meaning] of own.entries()) {
    if (meaning === undefined) continue;
    // Networks have classes of equal names, as ImageNet's two cranes.
    const isAlone = own.indexOf(meaning) === own.lastIndexOf(meaning);
    meanings.set(names[label], isAlone ? meaning : `${meaning} (${names[label]})`);
  }
  return meanings;
}
