import { UsageError } from '../../core/errors.js';
import { PROFILE_NAMES } from '../../core/profile-names.js';
import { SCORE_REPORT } from '../../report/score/report.js';
import { formatCount } from '../../report/text/numbers.js';
import type { Arguments, Command } from '../command.js';
import { requireNumber } from '../exit-codes.js';
import { libraryOptions } from '../options/groups.js';
import { gatherOptions } from '../options/sources.js';
import { optionSpecs } from '../options/specs.js';
import { metricFacts } from '../output/metric-facts.js';
import { ReportSet, reportOptions } from '../output/report-set.js';
import { withProfile } from '../output/with-profile.js';
import type { RunContext } from '../run-context.js';

const REPORT_OPTIONS = reportOptions(SCORE_REPORT);
const REPORT_FLAGS = Object.keys(REPORT_OPTIONS);
const KEYS = optionSpecs().map(({ key }) => key);
const SHARE_GROUP = 'Splitting the work:';

export const scoreCommand: Command = withProfile({
  positionals: {
    pictures: {
      type: 'string',
      describe:
        'Pictures: a folder (sub-folders are classes), an archive (.zip, .tar), an array (.npz, .npy), a Hugging Face data set (.parquet, .arrow), a table of path,label (.csv, .jsonl), a data set by name (cifar10:test), - for a tar on the standard input, or a generator (.onnx, or the folder of a run of ganeval train); with --features, a .npy or .npz file of features',
    },
  },
  options: {
    ...libraryOptions(),
    ...REPORT_OPTIONS,
    'dry-run': {
      type: 'boolean',
      group: 'The run:',
      description: 'Print what would be done and how long it would take',
    },
    like: {
      group: 'Metrics:',
      requiresArg: true,
      choices: PROFILE_NAMES,
      description: 'As --profile, and print the command that asks that tool for the same numbers',
    },
    shard: {
      group: SHARE_GROUP,
      requiresArg: true,
      description: 'Score only part i of n, as i/n from 1/n to n/n; "ganeval merge" joins the parts',
    },
    out: { group: SHARE_GROUP, requiresArg: true, description: 'Folder for the part; required with --shard' },
  },
  outputs: () => [...REPORT_FLAGS, 'save'],
  examples: [
    ['ganeval score samples/', 'all metrics that need no reference'],
    ['ganeval score samples/ --reference real/ --json r.json', 'FID and KID too'],
    ['ganeval score samples/ --reference real/ --html page.html', 'a page to read, with charts and pictures'],
    ['ganeval score samples.npy --reference real.npy --features', 'of features that are there already'],
    [
      'ganeval score generator.onnx --samples 50000 --reference real/',
      'pictures that a generator makes, none of them on disk',
    ],
    ['ganeval score runs/first --samples 50000 --reference real/', 'the same of a run of ganeval train'],
    ['ganeval score samples/ --shard 1/4 --out part1', 'a quarter of the work, on one of four machines'],
  ],
  async run(argv, context) {
    const share = readShare(argv);
    const reports = new ReportSet(SCORE_REPORT, argv);
    const options = await gatherOptions(KEYS, followTool(argv), context);
    const { score, scoreIllustrated, planScore, scorePart } = await import('../../index.js');
    const input = { ...options, samples: String(argv.pictures) };
    if (options.features && argv.like !== undefined)
      throw new UsageError('--like goes with pictures, from which other tools take features themselves.');
    if (argv['dry-run']) {
      const { planToText } = await import('../output/plan-text.js');
      context.print(planToText(await planScore(input, context.hooks)));
    } else if (share) {
      const { out, pictures } = await scorePart({ ...input, part: share }, context.hooks);
      announcePart(out, pictures, context);
    } else {
      const scored =
        reports.showsPictures && !options.features
          ? await scoreIllustrated(input, context.hooks)
          : { result: await score(input, context.hooks) };
      const device = options.device === 'auto' ? undefined : options.device;
      await reports.write({ ...scored, metrics: metricFacts() }, { ...context, device });
      if (argv.like !== undefined) {
        const { peerCommandLines } = await import('../../report/score/peer-command.js');
        for (const line of peerCommandLines(scored.result)) context.note(line);
      }
      requireNumber(scored.result);
    }
    return 0;
  },
});

/**
 * `--like X` means `--profile X` too.
 *
 * @throws {UsageError} if both are given and differ
 */
function followTool(argv: Arguments): Arguments {
  const { like, profile } = argv;
  if (like === undefined) return argv;
  if (profile !== undefined && profile !== like)
    throw new UsageError(`--like ${like} implies --profile ${like}: leave --profile ${profile} out.`);
  return { ...argv, profile: like };
}

function announcePart(out: string, pictures: number, context: RunContext): void {
  context.note(
    `${formatCount(pictures)} pictures done, all passes together; join the parts with "ganeval merge".`,
  );
  context.printExact(`${out}\n`);
}

interface Share {
  /** From 1. */
  readonly index: number;
  readonly of: number;
  readonly out: string;
}

/** @throws {UsageError} unless --shard and --out are both right or both absent */
function readShare({ shard, out, ...rest }: Arguments): Share | undefined {
  if (shard === undefined && out === undefined) return undefined;
  if (shard === undefined)
    throw new UsageError(
      `--out goes with --shard; reports are written with ${REPORT_FLAGS.map((flag) => `--${flag}`).join(', ')}.`,
    );
  if (out === undefined) throw new UsageError('--shard needs --out, the folder for the part.');
  const [, part, of] = (/^(\d+)\/(\d+)$/.exec(String(shard)) ?? []).map(Number);
  if (!(part >= 1 && part <= of)) {
    throw new UsageError(`--shard cannot be "${shard}": it takes i/n with i from 1 to n, as 1/4.`);
  }
  const report = REPORT_FLAGS.find((name) => rest[name] !== undefined);
  if (report) throw new UsageError(`--${report} goes with "ganeval merge": one part has no result yet.`);
  return { index: part, of, out: String(out) };
}
