import { UsageError } from '../../core/errors.js';
import type { ClassGroup } from '../../documents/class-plan.js';
import { type GroupProgress, progressOf } from './group-status.js';
import { type OpenPlan, pathsOfGroup } from './plan-folder.js';

const MAX_NAMED = 5;

/** Which groups of a plan samples are drawn from. */
export interface GroupChoice {
  /** Draws from groups as far as they are trained, and leaves out those that have no checkpoint. @default false */
  readonly unfinished?: boolean;
  /** Which set of groups, where a plan has several: by the number of classes per model. */
  readonly classesPerModel?: number;
}

/** A group that has a generator. */
export interface TrainedModel {
  readonly group: ClassGroup;
  /** Folder of its run. */
  readonly run: string;
  readonly step: number;
}

/** Groups to draw from. */
export interface ChosenGroups {
  readonly models: readonly TrainedModel[];
  /** Those of the models, in the order of the classes of the plan. */
  readonly classNames: readonly string[];
  /** For a person, as sentences. */
  readonly notes: readonly string[];
}

/**
 * The groups of a plan that have a generator.
 *
 * @throws {UsageError} for groups that are not finished, unless that is asked for, and where it must be said which groups are meant
 */
export async function chooseGroups(
  open: OpenPlan,
  { unfinished = false, classesPerModel }: GroupChoice = {},
): Promise<ChosenGroups> {
  const { folder, plan } = open;
  const all = await Promise.all(
    findSet(open, classesPerModel).groups.map((group) => progressOf(open, group)),
  );
  const others = all.filter(({ state }) => state !== 'done');
  if (others.length > 0 && !unfinished) {
    throw new UsageError(
      `${others.length} of the ${all.length} groups of ${folder} are not finished (${describe(others)}): train them with "ganeval train acgan --plan-group", or draw from what is there with "ganeval sample --unfinished".`,
    );
  }
  const models = all
    .filter(({ state, step }) => step > 0 || state === 'done')
    .map(({ group, step }) => ({ group, step, run: pathsOfGroup(folder, group).run }));
  if (models.length === 0) {
    throw new UsageError(
      `No group of ${folder} has a checkpoint yet: train one with "ganeval train acgan --plan-group".`,
    );
  }
  const classes = new Set(models.flatMap(({ group }) => group.classes));
  const classNames = plan.pictures.classNames.filter((name) => classes.has(name));
  const lacking = plan.pictures.classNames.length - classNames.length;
  return {
    models,
    classNames,
    notes: [
      ...(others.length > 0 ? [`Not finished: ${describe(others)}.`] : []),
      ...(lacking > 0
        ? [
            `${lacking} of the ${plan.pictures.classNames.length} classes have no generator yet and are left out.`,
          ]
        : []),
    ],
  };
}

function findSet({ folder, plan }: OpenPlan, classesPerModel: number | undefined) {
  const { sets } = plan;
  const sizes = sets.map((set) => set.classesPerModel);
  if (classesPerModel === undefined && sets.length === 1) return sets[0];
  const found = sets.find((set) => set.classesPerModel === classesPerModel);
  if (found) return found;
  throw new UsageError(
    classesPerModel === undefined
      ? `${folder} has several models for each class: draw from those of one size with "ganeval sample --classes-per-model" (${sizes.join(', ')}).`
      : `${folder} has no models of ${classesPerModel} classes: give --classes-per-model ${sizes.join(' or ')}.`,
  );
}

function describe(groups: readonly GroupProgress[]): string {
  const named = groups.slice(0, MAX_NAMED).map(({ group: { number }, state, step, steps }) => {
    const place = state === 'waiting' ? '' : ` at step ${step}${steps === undefined ? '' : ` of ${steps}`}`;
    return `group ${number} ${state}${place}`;
  });
  return groups.length > MAX_NAMED
    ? `${named.join(', ')} and ${groups.length - MAX_NAMED} more`
    : named.join(', ');
}
