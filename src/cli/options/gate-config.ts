import type { Options } from 'yargs';
import { UsageError } from '../../core/errors.js';
import { describeJsonFault, parseJson } from '../../core/parse-json.js';
import {
  type GateConfig,
  gateConfigSchema,
  LARGEST_BOUND,
  parseGateConfig,
  type Rule,
} from '../../documents/gate-config.js';
import { readBaseline } from '../../gate/baseline-file.js';
import { listMetricIds } from '../../metrics/registry.js';
import { SHORTCUTS } from '../../metrics/shortcuts.js';
import { readDocument, whyUnread } from '../../storage/read-whole.js';
import type { Arguments } from '../command.js';
import { suggest } from './suggest.js';

const GROUP = 'Rules:';

/** The options that say what fails. */
export const RULE_OPTIONS: Readonly<Record<string, Options>> = {
  rules: { group: GROUP, requiresArg: true, description: 'JSON file of rules; the flags below override it' },
  alpha: {
    group: GROUP,
    requiresArg: true,
    defaultDescription: String(gateConfigSchema.shape.alpha.def.defaultValue),
    description: 'Probability of a false alarm over all tests together',
  },
  tolerance: {
    group: GROUP,
    requiresArg: true,
    description: 'Allowed worsening of a metric, instead of its test: is=2%,accuracy=0.01',
  },
  floor: { group: GROUP, requiresArg: true, description: 'Smallest value that passes: accuracy=0.8' },
  ceiling: { group: GROUP, requiresArg: true, description: 'Largest value that passes: fid=40' },
};

/**
 * The rules of the file and the flags together.
 *
 * @throws {UsageError} naming the flag, or the file and the field
 */
export async function readGateConfig(argv: Arguments): Promise<GateConfig> {
  const file = argv.rules === undefined ? {} : await readRules(String(argv.rules));
  const asked = {
    tolerance: pairs(argv, 'tolerance'),
    floor: pairs(argv, 'floor'),
    ceiling: pairs(argv, 'ceiling'),
  };
  for (const [flag, list] of Object.entries(asked)) await nameMetrics(flag, list, argv);
  const flags: Rule[] = [
    ...asked.tolerance.map(({ metric, value, percent }): Rule => {
      if (value < 0) throw new UsageError(`--tolerance ${metric} cannot be below 0.`);
      return { kind: percent ? 'relative' : 'absolute', metric, tolerance: value };
    }),
    ...asked.floor.map(({ metric, value }): Rule => ({ kind: 'floor', metric, limit: value })),
    ...asked.ceiling.map(({ metric, value }): Rule => ({ kind: 'ceiling', metric, limit: value })),
  ];
  const alpha = readAlpha(argv.alpha);
  return parseGateConfig({
    ...file,
    ...(alpha !== undefined && { alpha }),
    ...(flags.length > 0 && { adjust: [...(file.adjust ?? []), ...flags] }),
  });
}

async function readRules(path: string): Promise<Partial<GateConfig>> {
  const text = await readDocument(path).catch((error) => {
    throw new UsageError(
      `The rules ${path} cannot be read (${whyUnread(error)}): check the name after --rules.`,
    );
  });
  let document: unknown;
  try {
    document = parseJson(text);
  } catch (error) {
    throw new UsageError(`The file of rules ${path} ${describeJsonFault(error)}: correct it.`);
  }
  return parseGateConfig(document, path);
}

function readAlpha(text: unknown): number | undefined {
  if (text === undefined) return undefined;
  const { shape } = gateConfigSchema;
  const alpha = shape.alpha.safeParse(readNumber(String(text)) ?? Number.NaN);
  if (alpha.success) return alpha.data;
  throw new UsageError(`--alpha cannot be "${text}": it takes a number from 1e-9 and below 0.5.`);
}

interface Pair {
  /** As it was written, until `nameMetrics` has found it. */
  metric: string;
  /** A percent sign is already applied. */
  readonly value: number;
  readonly percent: boolean;
}

/** Reads "is=2%,accuracy=0.01". */
function pairs(argv: Arguments, flag: string): Pair[] {
  if (argv[flag] === undefined) return [];
  return String(argv[flag])
    .split(',')
    .map((part) => {
      const [, metric, number, percent] = /^\s*([^=]*?)\s*=\s*(.*?)\s*(%?)\s*$/.exec(part) ?? [];
      const value = number === undefined ? undefined : readNumber(number);
      if (value === undefined || !(Math.abs(value) <= LARGEST_BOUND)) {
        throw new UsageError(`--${flag} cannot be "${part}": it takes metric=number, as accuracy=0.8.`);
      }
      return { metric, value: percent ? value / 100 : value, percent: percent === '%' };
    });
}

/**
 * Writes each metric's name as its id, in whatever case it was given. A metric of another version, or one that a program
 * registered, is known to the baseline alone.
 *
 * @throws {UsageError} for a metric that neither ganeval nor the baseline knows
 */
async function nameMetrics(flag: string, list: readonly Pair[], { baseline }: Arguments): Promise<void> {
  let ids = [...new Set([...listMetricIds(), ...Object.keys(SHORTCUTS)])];
  const find = ({ metric }: Pair) => {
    // What follows the @ is a network.
    const [name, ...network] = metric.split('@');
    const known = ids.find((id) => id.toLowerCase() === name.toLowerCase());
    return known && [known, ...network].join('@');
  };
  if (baseline !== undefined && list.some((pair) => find(pair) === undefined)) {
    const { metrics } = await readBaseline(String(baseline));
    ids = [...new Set([...ids, ...metrics.map(({ id }) => id)])];
  }
  for (const pair of list) {
    const id = find(pair);
    if (id === undefined) {
      const near = suggest(pair.metric, ids);
      throw new UsageError(
        `--${flag} names no metric with "${pair.metric}": ${near ? `perhaps ${near} is meant` : `it takes ${ids.join(', ')}`}.`,
      );
    }
    pair.metric = id;
  }
}

function readNumber(text: string): number | undefined {
  return /^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?$/i.test(text) ? Number(text) : undefined;
}

/**
 * A drop as a share of the value, from "5%" or "0.05".
 *
 * @throws {UsageError} for anything else
 */
export function readDrop(text: unknown): number {
  const [, number, percent] = /^(.*?)\s*(%?)$/.exec(String(text).trim()) ?? [];
  const value = readNumber(number ?? '');
  const drop = value === undefined ? Number.NaN : percent ? value / 100 : value;
  if (drop > 0 && drop < 1) return drop;
  throw new UsageError(`--drop cannot be "${text}": it takes a share of the value, as 5% or 0.05.`);
}

/**
 * A probability between 0.5 and 1; undefined if none is given.
 *
 * @throws {UsageError} for anything else
 */
export function readPower(text: unknown): number | undefined {
  if (text === undefined) return undefined;
  const power = readNumber(String(text)) ?? Number.NaN;
  if (power > 0.5 && power < 1) return power;
  throw new UsageError(`--power cannot be "${text}": it takes a number above 0.5 and below 1.`);
}
