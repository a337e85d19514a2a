import { join } from 'node:path';
import { ImagesError, UsageError } from '../../core/errors.js';
import type { ScoreOptions } from '../../evaluate/options.js';
import type { Action } from '../../watch/actions/parse-action.js';
import type { WatchEnd } from '../../watch/watch-folder.js';
import type { Arguments, Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { libraryOptions } from '../options/groups.js';
import { readCount, readTextFlag } from '../options/number-flags.js';
import { gatherOptions } from '../options/sources.js';
import { optionSpecs, type PreparedOption } from '../options/specs.js';
import { openTrackers, TRACKER_OPTIONS } from '../options/tracker-options.js';

/** What is no matter of sets that come one after the other. */
const LEFT_OUT = ['features', 'save'];
const KEYS = optionSpecs()
  .map(({ key }) => key)
  .filter((key) => !LEFT_OUT.includes(key));
const SETS = 'The sets:';
const END = 'When it ends:';
const ACTING = 'At events:';
const DEFAULT_SETTLE = 5;
const DEFAULT_ON_TIMEOUT = 60;
const MAX_SECONDS = 1e7;
/** The least urgent. */
const NICENESS = 19;

/** Two words each time: the kind of event and the command. */
const action = (description: string): PreparedOption => ({
  group: ACTING,
  nargs: 2,
  type: 'string',
  repeatable: true,
  description,
});

export const watchCommand: Command = {
  positionals: {
    folder: {
      type: 'string',
      describe:
        'Folder into which the training writes its sets: sub-folders of pictures, .npz, .npy, .zip or .tar files, grids (with --grid), or generators (.onnx, with --samples); the number in a name is its step',
    },
  },
  options: {
    settle: {
      group: SETS,
      requiresArg: true,
      defaultDescription: String(DEFAULT_SETTLE),
      description:
        'Seconds without a change after which a set is finished; 0 where every set is written under a name such as .tmp-x or x.part and renamed',
    },
    grid: {
      group: SETS,
      requiresArg: true,
      description:
        'Cut every picture in the folder into COLUMNSxROWS pictures; 8x8+2 for 2 pixels around each, as torchvision’s make_grid leaves them',
    },
    'grid-classes': {
      group: SETS,
      requiresArg: true,
      choices: ['columns', 'rows'],
      description: 'The column or the row in a grid is the class, counted from 0 (see --classes)',
    },
    every: { group: SETS, requiresArg: true, description: 'Score each so-manieth set by step, and the last' },
    keep: {
      group: SETS,
      requiresArg: true,
      description: 'Delete older sets that were scored, all but so many [default: none is deleted]',
    },
    until: {
      group: END,
      requiresArg: true,
      description: "End with exit code 0 at the first set that meets this: 'fid<12 and recall>0.4'",
    },
    once: { group: END, type: 'boolean', description: 'Score what is there, and end' },
    timeout: {
      group: END,
      requiresArg: true,
      description: 'End after so many seconds without a new set',
    },
    report: {
      group: 'Output:',
      type: 'boolean',
      defaultDescription: 'true',
      description:
        "Write report.html, which renews itself while it is open, and watch.csv into the folder's .ganeval/ (--no-report: don't)",
    },
    events: {
      group: ACTING,
      type: 'boolean',
      defaultDescription: 'true',
      description:
        'Tell since which set a metric turned: collapse, memorization, divergence, plateau (--no-events: don’t)',
    },
    on: action(
      "Run a command at each event of a kind, or of any: collapse 'notify {class} {step}'. It is divided at spaces and runs without a shell; {kind}, {class}, {metric}, {network}, {step}, {set}, {since}, {message} and {json} are replaced",
    ),
    'on-shell': action(
      'As --on, with a text for the shell, which finds the same in variables: "$EVENT_CLASS", "$EVENT_STEP", "$EVENT_JSON"',
    ),
    'on-timeout': {
      group: ACTING,
      requiresArg: true,
      defaultDescription: String(DEFAULT_ON_TIMEOUT),
      description: 'Seconds after which a command is ended, with its process group',
    },
    nice: {
      group: 'The run:',
      type: 'boolean',
      description:
        'Compute in the time that other programs, such as the training, leave; where they leave none, with a hundredth of the machine',
    },
    ...TRACKER_OPTIONS,
    ...libraryOptions(KEYS),
  },
  examples: [
    ['ganeval watch runs/samples --reference real/', 'each new set is scored as it is finished'],
    ["ganeval watch runs/samples --reference real/ --until 'fid<12'", 'ends when a set is good enough'],
    [
      'ganeval watch runs/grids --grid 10x10+2 --grid-classes columns --classes inception-cifar10',
      'grids of pictures',
    ],
    ['ganeval watch runs/samples --reference real/ --tensorboard runs/tb', 'seen in TensorBoard, too'],
    ['ganeval watch runs/samples --once', 'scores what is there, for a script'],
  ],
  async run(argv, context) {
    if (argv.nice) await giveWayToOthers(context.hooks.signal);
    const until = readTextFlag(argv, 'until');
    const options = await gatherOptions(KEYS, argv, context);
    const { parseGoals } = await import('../../watch/until.js');
    const { parseGrid } = await import('../../watch/sets/grid.js');
    const goals = until === undefined ? undefined : parseGoals(until);
    const grid = readTextFlag(argv, 'grid');
    const actions = await readActions(argv);
    await import('../../index.js');
    const { STATE_FOLDER } = await import('../../watch/state-folder.js');
    const { watchFolder } = await import('../../watch/watch-folder.js');
    const { createMonitor } = await import('../../watch/changes/monitor.js');
    const { watchLineToText } = await import('../output/watch-line-text.js');
    const { reportFollowers } = await import('../../watch/pages/report-followers.js');
    const { SheetMaker } = await import('../../watch/pages/sheet-maker.js');
    const folder = String(argv.folder);
    const state = join(folder, STATE_FOLDER);
    const sets = {
      folder,
      score: options as ScoreOptions,
      grid: grid === undefined ? undefined : parseGrid(grid),
      gridClasses: argv['grid-classes'] as 'columns' | 'rows' | undefined,
    };
    const { signal } = context.hooks;
    const sheets = new SheetMaker(sets, signal);
    const followers = [
      ...(argv.report === false ? [] : reportFollowers(sets, context.hooks)),
      ...(await openTrackers(argv, { folder, state, sheets, signal }, process.env)),
    ];
    const end = await watchFolder(
      {
        ...sets,
        settle: readSeconds(argv, 'settle') ?? DEFAULT_SETTLE,
        timeout: readSeconds(argv, 'timeout'),
        every: readCount(argv, 'every'),
        keep: readCount(argv, 'keep'),
        once: argv.once === true,
        until: goals,
        monitor: argv.events === false ? undefined : createMonitor(),
        acting: { actions, timeout: readSeconds(argv, 'on-timeout') || DEFAULT_ON_TIMEOUT },
      },
      {
        ...context.hooks,
        followers,
        onLine: (line, { waiting }) => context.print(watchLineToText(line, { waiting })),
      },
    );
    return exitCodeOf(end, { folder, until });
  },
};

/** @throws {ImagesError} if not a single set was scored */
function exitCodeOf(
  { reason, scored, failed }: WatchEnd,
  { folder, until }: { readonly folder: string; readonly until?: string },
): number {
  if (scored === 0) {
    const why =
      failed > 0
        ? `all sets in ${folder} failed (${failed}); to try them again, move its .ganeval away`
        : `no set came into ${folder}`;
    throw new ImagesError(`Nothing was scored: ${why}.`);
  }
  return reason === 'done' && until !== undefined ? EXIT.gateFailed : EXIT.fine;
}

/** @throws {UsageError} for a kind of event, or a command, that makes no sense */
async function readActions(argv: Arguments): Promise<Action[]> {
  const flags = (['on', 'on-shell'] as const).filter((flag) => argv[flag] !== undefined);
  if (flags.length === 0) return [];
  const { parseAction } = await import('../../watch/actions/parse-action.js');
  return flags.flatMap((flag) => {
    const words = argv[flag] as readonly string[];
    return words.flatMap((kind, i) => (i % 2 === 0 ? [parseAction(flag, kind, words[i + 1])] : []));
  });
}

/** Threads that are started later take over what the main thread has. */
async function giveWayToOthers(signal: AbortSignal | undefined): Promise<void> {
  const { setPriority } = await import('node:os');
  setPriority(NICENESS);
  const { giveWay } = await import('../../core/idle-time.js');
  giveWay(signal);
}

/** @throws {UsageError} unless the flag is absent or a number of seconds */
function readSeconds(argv: Arguments, flag: string): number | undefined {
  const given = readTextFlag(argv, flag);
  if (given === undefined) return undefined;
  const value = /^\d+(\.\d+)?$/.test(given.trim()) ? Number(given) : Number.NaN;
  if (value <= MAX_SECONDS) return value;
  throw new UsageError(
    `--${flag} cannot be ${JSON.stringify(given)}: it takes a number of seconds from 0 to ${MAX_SECONDS}.`,
  );
}
