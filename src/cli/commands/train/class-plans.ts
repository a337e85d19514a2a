import { UsageError } from '../../../core/errors.js';
import { neutralize } from '../../../escape/neutralize.js';
import { shellQuote } from '../../../escape/shell-quote.js';
import { layOutPlainTable } from '../../../report/text/text-table.js';
import type { TrainingHooks } from '../../../train/adversarial/train-family.js';
import type { TrainGanOptions } from '../../../train/adversarial/train-options.js';
import type { FamilyFacts } from '../../../train/adversarial/trainer.js';
import type { BackendChoice } from '../../../train/backend/training-backend.js';
import type { Grouping } from '../../../train/plans/groupings.js';
import type { PlanOptions } from '../../../train/plans/make-plan.js';
import type { Arguments } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { readCount, readTextFlag } from '../../options/number-flags.js';
import { gatherOptions } from '../../options/sources.js';
import type { RunContext } from '../../run-context.js';
import { refuseUnscored } from './refuse-unscored.js';

/** Options that a group may be trained with: they decide no number of it. */
const OF_GROUP = [
  'out',
  'plan-group',
  'resume',
  'backend',
  'device',
  'threads',
  'cache-dir',
  'data-dir',
  'report',
];
/** Named after a plan was made; more are for --plan-status. */
const MAX_NAMED = 12;

/** What the command of the trainer knows. */
export interface PlannedTraining {
  readonly facts: FamilyFacts<unknown>;
  /** The options of the training. */
  readonly read: () => Promise<TrainGanOptions>;
  readonly hooks: TrainingHooks;
  /** Options of the command. */
  readonly flags: readonly string[];
}

/**
 * Makes a plan, trains a group of one, or lists its groups.
 *
 * @returns the exit code
 */
export async function runPlanCommand(
  argv: Arguments,
  context: RunContext,
  training: PlannedTraining,
): Promise<number> {
  if (argv.plan !== undefined) return makePlan(argv, context, training);
  if (argv['plan-group'] !== undefined) return trainGroup(argv, context, training);
  if (argv['plan-status'] === true) return showStatus(argv, context, training);
  throw new UsageError('--group goes with --plan: say how many groups, as --plan 5x2.');
}

async function makePlan(
  argv: Arguments,
  context: RunContext,
  { facts, read }: PlannedTraining,
): Promise<number> {
  for (const flag of ['plan-group', 'plan-status', 'resume', 'backend']) {
    if (argv[flag] !== undefined)
      throw new UsageError(`--${flag} does not go with --plan, which trains nothing: leave it out.`);
  }
  const group = argv.group as Grouping | undefined;
  refuseUnscored(argv, { group });
  const shape = await readShape(String(argv.plan));
  const { makePlan: make } = await import('../../../train/plans/make-plan.js');
  const options = await read();
  const { folder, plan } = await make(facts, { ...options, shape, group }, context.hooks);
  const groups = plan.sets.flatMap((set) => set.groups);
  for (const { number, classes, pictures } of groups.slice(0, MAX_NAMED))
    context.note(`Group ${number}: ${classes.join(', ')} (${pictures} pictures).`);
  if (groups.length > MAX_NAMED)
    context.note(`And ${groups.length - MAX_NAMED} more, which --plan-status lists.`);
  context.note(
    `Each group trains by itself: "ganeval train acgan --plan-group 1 -o ${shellQuote(folder)}", and so on to ${groups.length}; "sbatch ${shellQuote(`${folder}/train-groups.sbatch`)}" under Slurm.`,
  );
  context.printExact(`${folder}/plan.json\n`);
  return EXIT.fine;
}

/** @throws {UsageError} for a text that is no shape */
async function readShape(text: string): Promise<PlanOptions['shape']> {
  const { parseShape } = await import('../../../train/plans/divide-classes.js');
  const [, sizes] = /^classes:([1-9]\d{0,5}(?:,[1-9]\d{0,5})*)$/.exec(text) ?? [];
  if (sizes !== undefined) {
    const classesPerModel = sizes.split(',').map(Number);
    if (new Set(classesPerModel).size === classesPerModel.length) return { classesPerModel };
    throw new UsageError(`--plan ${text} names a number of classes twice: name each once.`);
  }
  const shape = parseShape(text);
  if (shape) return shape;
  throw new UsageError(
    `--plan cannot be ${JSON.stringify(text)}: it takes groups x classes as 100x10, groups alone as 100, or classes:1,2,5,10.`,
  );
}

async function trainGroup(
  argv: Arguments,
  context: RunContext,
  { hooks, flags }: PlannedTraining,
): Promise<number> {
  const other = flags.find((flag) => argv[flag] !== undefined && !OF_GROUP.includes(flag));
  if (other !== undefined) {
    throw new UsageError(
      `--${other} stands in the plan for all of its groups: leave it out, or make a new plan with it.`,
    );
  }
  const number = readCount(argv, 'plan-group') as number;
  const options = await gatherOptions(['device', 'threads', 'cacheDir'], argv, context);
  const { device, threads, cacheDir } = options;
  const { trainGroup: train } = await import('../../../train/plans/train-group.js');
  const { loadFamily } = await import('../../../train/families.js');
  const { folder, checkpoint, steps, isStopped, groups } = await train(
    await loadFamily('acgan'),
    { path: String(argv.out), number },
    {
      ...{ device, threads, cacheDir },
      backend: argv.backend as BackendChoice | undefined,
      pictures: readTextFlag(argv, 'pictures'),
      dataDir: readTextFlag(argv, 'data-dir'),
    },
    hooks,
  );
  context.note(
    isStopped
      ? `Stopped by a collapse after step ${steps}: the same command continues.`
      : `Trained ${steps} steps of group ${number} of ${groups}; "ganeval sample ${shellQuote(String(argv.out))} -n 1000 -o samples/" draws from all of them when they are done, and "ganeval sample ${shellQuote(folder)} -n 1000 -o samples/" from this one.`,
  );
  context.printExact(`${checkpoint}\n`);
  return isStopped ? EXIT.gateFailed : EXIT.fine;
}

async function showStatus(argv: Arguments, context: RunContext, { flags }: PlannedTraining): Promise<number> {
  const other = flags.find((flag) => argv[flag] !== undefined && !['out', 'plan-status'].includes(flag));
  if (other !== undefined)
    throw new UsageError(`--${other} does not go with --plan-status, which trains nothing: leave it out.`);
  const { readPlan } = await import('../../../train/plans/plan-folder.js');
  const { listProgress } = await import('../../../train/plans/group-status.js');
  const open = await readPlan(String(argv.out));
  const all = await listProgress(open);
  const lines = layOutPlainTable(
    [
      { heading: 'group', align: 'right' },
      { heading: 'state', align: 'left' },
      { heading: 'step', align: 'right' },
      { heading: 'pictures', align: 'right' },
      { heading: 'classes', align: 'left' },
    ],
    all.map(({ group, state, step, steps }) => [
      String(group.number),
      state,
      steps === undefined ? String(step) : `${step}/${steps}`,
      String(group.pictures),
      neutralize(group.classes.join(', ')),
    ]),
  );
  context.print(`${lines.join('\n')}\n`);
  for (const { group, reason } of all)
    if (reason !== undefined) context.note(`Group ${group.number}: ${reason}`);
  const done = all.filter(({ state }) => state === 'done').length;
  context.note(`${done} of ${all.length} groups are done.`);
  return EXIT.fine;
}
