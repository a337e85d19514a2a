import type { Options } from 'yargs';
import type { TrainingRecord } from '../../../documents/training.js';
import { shellQuote } from '../../../escape/shell-quote.js';
import { writeWhole } from '../../../storage/write-whole.js';
import { ON_COLLAPSE, type OnCollapse } from '../../../train/adversarial/collapse/on-collapse.js';
import { TRAINING_DEFAULTS } from '../../../train/adversarial/defaults.js';
import type { RunPaths } from '../../../train/adversarial/run-folder.js';
import type { TrainingHooks } from '../../../train/adversarial/train-family.js';
import type { TrainGanOptions } from '../../../train/adversarial/train-options.js';
import type { FamilyFacts } from '../../../train/adversarial/trainer.js';
import type { BackendChoice } from '../../../train/backend/training-backend.js';
import { type FamilyName, loadFamilyFacts } from '../../../train/families.js';
import type { Arguments, Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { conditionOptions, readConditionFiles } from '../../options/condition-options.js';
import { libraryOptions } from '../../options/groups.js';
import { readCount, readList, readNumber, readTextFlag } from '../../options/number-flags.js';
import { SettingOptions } from '../../options/setting-options.js';
import { gatherOptions } from '../../options/sources.js';
import type { OptionKey } from '../../options/specs.js';
import { backendOption, dataDirOption } from '../../options/training-options.js';
import type { RunContext } from '../../run-context.js';
import { isPlanCommand, PLAN_OPTIONS } from './plan-options.js';
import { refuseUnscored } from './refuse-unscored.js';

const NETWORK_KEYS = [
  'model',
  'classifier',
  'classMap',
  'modelsDir',
  'inputSize',
  'normalize',
  'featuresOutput',
  'logitsOutput',
] as const satisfies readonly OptionKey[];
const KEYS: readonly OptionKey[] = [...NETWORK_KEYS, 'seed', 'device', 'threads', 'cacheDir'];
const DATA = 'The pictures:';
const TRAINING = 'The training:';
const OUTCOME = 'What it writes:';

/** The command that trains one paper's GAN. */
export async function makeTrainCommand(name: FamilyName): Promise<Command> {
  const facts = await loadFamilyFacts(name);
  const settings = new SettingOptions(facts);
  const hasPlans = name === 'acgan';
  const options = {
    ...ownOptions(facts),
    ...(hasPlans && PLAN_OPTIONS),
    ...settings.options,
    ...libraryOptions(KEYS),
  };
  return {
    positionals: {
      pictures: {
        type: 'string',
        describe:
          'Folder of pictures (its sub-folders are the classes), or a CSV of path,label (default: the data set of the preset)',
      },
    },
    options,
    examples: [
      [`ganeval train ${name} -o runs/first --eval-every 1000`, 'the first preset, scored as it goes'],
      [`ganeval train ${name} -o runs/first --eval-every 1000 --resume`, 'continue it after Ctrl-C'],
    ],
    async run(argv, context) {
      const read = () => readTraining(argv, context, settings);
      const hooks: TrainingHooks = {
        ...context.hooks,
        onRecord: (record, paths, beforeReplace) =>
          writeReports(record, { paths, page: argv.report !== false, beforeReplace }),
      };
      if (hasPlans && isPlanCommand(argv)) {
        const { runPlanCommand } = await import('./class-plans.js');
        return runPlanCommand(argv, context, { facts, read, hooks, flags: Object.keys(options) });
      }
      refuseUnscored(argv);
      const { trainGan } = await import('../../../train/train-gan.js');
      const { folder, checkpoint, steps, isStopped, isEarly } = await trainGan(name, await read(), hooks);
      context.note(
        isStopped
          ? `Stopped by a collapse after step ${steps}: the same command with --resume continues.`
          : `Trained ${steps} steps${isEarly ? ', to where --stop-early ends it' : ''}; "ganeval sample ${shellQuote(folder)} -n 1000 -o samples/" draws from it.`,
      );
      context.printExact(`${checkpoint}\n`);
      return isStopped ? EXIT.gateFailed : EXIT.fine;
    },
  };
}

/** The options of a training, from its flags, the environment and the config file. */
async function readTraining(
  argv: Arguments,
  context: RunContext,
  settings: SettingOptions,
): Promise<TrainGanOptions> {
  const options = await gatherOptions(KEYS, argv, context);
  return {
    ...(options as Pick<TrainGanOptions, keyof typeof options & keyof TrainGanOptions>),
    settings: settings.read(argv),
    out: String(argv.out),
    preset: readTextFlag(argv, 'preset'),
    pictures: readTextFlag(argv, 'pictures'),
    test: readTextFlag(argv, 'test'),
    classes: readList(argv, 'classes'),
    conditions: readConditionFiles(argv),
    auxiliaryFeatures: readTextFlag(argv, 'auxiliary-features'),
    dataDir: readTextFlag(argv, 'data-dir'),
    steps: readCount(argv, 'steps'),
    epochs: readCount(argv, 'epochs'),
    backend: argv.backend as BackendChoice | undefined,
    resume: argv.resume === true,
    checkpointMinutes: readNumber(argv, 'checkpoint-minutes', Number.isFinite, 'a number above 0'),
    gridEvery: readCount(argv, 'grid-every'),
    setsEvery: readCount(argv, 'sets-every'),
    evalEvery: readCount(argv, 'eval-every'),
    evalSamples: readCount(argv, 'eval-samples'),
    onCollapse: argv['on-collapse'] as OnCollapse | undefined,
    validation: readCount(argv, 'validation'),
    stopEarly: readCount(argv, 'stop-early'),
  };
}

function ownOptions({
  presets,
  conditions = [],
  takesFeatures,
}: FamilyFacts<unknown>): Record<string, Options> {
  const [first] = Object.keys(presets);
  const described = Object.entries(presets).map(([name, { description }]) => `${name}: ${description}`);
  return {
    out: {
      alias: 'o',
      requiresArg: true,
      demandOption: true,
      description: 'Folder of the run: checkpoint, log, metrics, grids of samples, report',
    },
    preset: {
      group: TRAINING,
      choices: Object.keys(presets),
      requiresArg: true,
      defaultDescription: first,
      description: `What to train on what. ${described.join('. ')}`,
    },
    epochs: {
      group: TRAINING,
      requiresArg: true,
      defaultDescription: 'as the preset has it',
      description: 'Times through the pictures',
    },
    steps: {
      group: TRAINING,
      requiresArg: true,
      description: 'Length of the run in steps, instead of --epochs',
    },
    backend: backendOption(TRAINING_DEFAULTS.backend, TRAINING),
    resume: { group: TRAINING, type: 'boolean', description: "Continue from the folder's checkpoint" },
    test: {
      group: DATA,
      requiresArg: true,
      description: 'Other pictures to measure on, which the networks never see',
    },
    validation: {
      group: DATA,
      requiresArg: true,
      defaultDescription: 'none',
      description:
        'Training pictures that no step sees, to measure on without their labels how often the discriminator contradicts itself',
    },
    classes: {
      group: DATA,
      requiresArg: true,
      defaultDescription: 'all',
      description: 'Classes to train on, by name, separated by commas',
    },
    ...conditionOptions('train', conditions, DATA),
    ...(takesFeatures && {
      'auxiliary-features': {
        group: TRAINING,
        requiresArg: true,
        defaultDescription: 'none',
        description:
          'Network whose features of each picture are joined to the last ones of the discriminator: inception-cifar10, inception-mnist, or an .onnx file of train classifier',
      },
    }),
    'data-dir': dataDirOption(DATA),
    'checkpoint-minutes': {
      group: OUTCOME,
      requiresArg: true,
      defaultDescription: String(TRAINING_DEFAULTS.checkpointMinutes),
      description: 'Minutes between checkpoints',
    },
    'grid-every': {
      group: OUTCOME,
      requiresArg: true,
      defaultDescription: String(TRAINING_DEFAULTS.gridEvery),
      description: 'Steps between grids of samples',
    },
    'sets-every': {
      group: OUTCOME,
      requiresArg: true,
      defaultDescription: 'no sets',
      description: 'Steps between sets of samples in the folder sets, for ganeval watch',
    },
    'eval-every': {
      group: OUTCOME,
      requiresArg: true,
      defaultDescription: 'no scores',
      description: 'Steps between scores of the samples',
    },
    'eval-samples': {
      group: OUTCOME,
      requiresArg: true,
      defaultDescription: String(TRAINING_DEFAULTS.evalSamples),
      description: 'Samples for each score, and in each set',
    },
    'on-collapse': {
      group: TRAINING,
      choices: ON_COLLAPSE,
      requiresArg: true,
      defaultDescription: 'nothing is watched',
      description:
        'What to do where scores tell that samples collapse: say so, end the run, go back to before it, or go back and lower learning rates, that of the network that leads more',
    },
    'stop-early': {
      group: TRAINING,
      requiresArg: true,
      defaultDescription: 'the run goes to its last step',
      description:
        'Scores without less disagreement on the pictures of --validation, after which learning rates fall to a quarter, and the third time the run ends',
    },
    report: {
      group: OUTCOME,
      type: 'boolean',
      defaultDescription: 'true',
      description: "Write report.html whenever samples are scored and at the end (--no-report: don't)",
    },
  };
}

async function writeReports(
  record: TrainingRecord,
  { paths, page, beforeReplace }: { paths: RunPaths; page: boolean; beforeReplace: () => Promise<void> },
): Promise<void> {
  const { toTrainingCsv } = await import('../../../report/training/csv.js');
  await writeWhole(paths.metrics, await toTrainingCsv(record), { beforeReplace });
  if (!page) return;
  const { toTrainingHtml } = await import('../../../report/training/html.js');
  await writeWhole(paths.report, await toTrainingHtml(record), { beforeReplace });
}
