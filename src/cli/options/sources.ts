import { dirname, resolve } from 'node:path';
import { UsageError } from '../../core/errors.js';
import { describeJsonFault, parseJson } from '../../core/parse-json.js';
import { isDatasetPart } from '../../datasets/part-name.js';
import { type ScoreOptions, scoreOptionsSchema } from '../../evaluate/options.js';
import { readDocument, whyUnread } from '../../storage/read-whole.js';
import type { Arguments } from '../command.js';
import type { Input } from '../output/replaced-inputs.js';
import type { RunContext } from '../run-context.js';
import {
  checkOption,
  flagOf,
  mergeSources,
  type OptionKey,
  type OptionSpec,
  optionSpecs,
  readText,
} from './specs.js';
import { perhaps } from './suggest.js';

/** Options that hold a path; those of a config file are relative to the file's own folder. */
const PATHS: readonly OptionKey[] = [
  'reference',
  'validation',
  'labels',
  'referenceLabels',
  'classMap',
  'modelsDir',
  'cacheDir',
];
/** Words that stand in place of a path. */
const NO_PATHS: readonly string[] = ['folders', 'none'];
/** Options that hold a name or the path of an .onnx file. */
const NETWORKS: readonly OptionKey[] = ['model', 'classifier'];

type Values = Record<string, unknown>;

/**
 * The options of a command from its flags, the environment and the config file, in this order of precedence. What
 * none of them names is left out, for the library to fill in.
 *
 * @param keys the options that the command takes; others in the file or the environment are for other commands
 * @param context what the global options say, and the files that the command writes
 * @throws {UsageError} for a wrong value, naming where it stands, and for a file that the command would both read and replace
 */
export async function gatherOptions(
  keys: readonly OptionKey[],
  argv: Arguments,
  { flags: { config: configFile }, outputs = [] }: Pick<RunContext, 'flags' | 'outputs'>,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ScoreOptions> {
  const flags = Object.fromEntries(optionSpecs(keys).map(({ key, flag }) => [key, argv[flag]]));
  const config = configFile === undefined ? {} : await readConfigFile(configFile);
  const all = mergeSources([flags, readEnvironment(environment), config]);
  const own = Object.fromEntries(Object.entries(all).filter(([key]) => keys.includes(key as OptionKey)));
  if (outputs.length > 0) {
    const { refuseReplacedInputs } = await import('../output/replaced-inputs.js');
    refuseReplacedInputs(outputs, listInputs(own));
  }
  return own;
}

/** The options that name files which are read. */
function listInputs(options: ScoreOptions): Input[] {
  return [...PATHS, ...NETWORKS].flatMap((key) => {
    return [options[key]].flat().flatMap((value) => {
      const path = NETWORKS.includes(key) ? networkPath(value) : value;
      return isPath(key, path) ? [{ flag: `--${flagOf(key)}`, path }] : [];
    });
  });
}

/** Options from GANEVAL_BATCH_SIZE and its like; an empty variable counts as absent. */
export function readEnvironment(environment: NodeJS.ProcessEnv): Values {
  const values: Values = {};
  for (const spec of optionSpecs()) {
    const text = environment[spec.variable];
    if (text) values[spec.key] = readText(spec, severalOf(spec, text), spec.variable);
  }
  return values;
}

/** What a flag would be given several times for stands between commas in a variable. */
function severalOf({ repeatable }: OptionSpec, text: string): string | string[] {
  const parts = repeatable ? text.split(',').map((part) => part.trim()) : [text];
  return parts.length > 1 ? parts : text;
}

/**
 * Reads a JSON file of options, named as the schema names them.
 *
 * @throws {UsageError} naming the file and the key
 */
export async function readConfigFile(path: string): Promise<Values> {
  const text = await readDocument(path).catch((error) => {
    throw new UsageError(
      `The config file ${path} cannot be read (${whyUnread(error)}): check the name after --config.`,
    );
  });
  let document: unknown;
  try {
    document = parseJson(text);
  } catch (error) {
    throw new UsageError(`The config file ${path} ${describeJsonFault(error)}: correct it.`);
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new UsageError(`The config file ${path} must hold one JSON object of options.`);
  }
  const specs = new Map(optionSpecs().map((spec) => [spec.key as string, spec]));
  const values: Values = {};
  for (const [key, value] of Object.entries(document)) {
    // Editors find the schema by this key.
    if (key === '$schema') continue;
    const spec = specs.get(key);
    if (!spec) {
      const hint = perhaps(key, Object.keys(scoreOptionsSchema.shape));
      throw new UsageError(`The config file ${path} has an unknown option "${key}"${hint}.`);
    }
    const checked = checkOption(spec, value, `"${key}" in ${path}`);
    if ([value].flat().some((each) => typeof each === 'string' && each.includes('\0'))) {
      throw new UsageError(`"${key}" in ${path} holds a NUL character: remove it.`);
    }
    values[key] = fromFolder(spec.key, checked, dirname(path));
  }
  return values;
}

function fromFolder(key: OptionKey, value: unknown, folder: string): unknown {
  if (Array.isArray(value)) return value.map((each) => fromFolder(key, each, folder));
  if (NETWORKS.includes(key) && typeof value === 'string') {
    return isPath(key, networkPath(value)) ? resolve(folder, value) : value;
  }
  return isPath(key, value) ? resolve(folder, value) : value;
}

/** The file of NETWORK@PROFILE. */
function networkPath(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/(\.onnx)@[\w-]+$/, '$1') : value;
}

function isPath(key: OptionKey, value: unknown): value is string {
  if (typeof value !== 'string') return false;
  if (key.toLowerCase().endsWith('labels') && NO_PATHS.includes(value)) return false;
  const mayBe = PATHS.includes(key) || (NETWORKS.includes(key) && value.endsWith('.onnx'));
  return mayBe && !isDatasetPart(value);
}
