import { access } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { ImagesError } from '../core/errors.js';
import { omitUndefined } from '../core/omit-undefined.js';
import type { RunHooks } from '../core/run-hooks.js';
import type { EvaluationResult, ImageSet } from '../documents/result.js';
import type { ScoreInput } from '../evaluate/input.js';
import { isNameOfPictures, isWordForLabels } from '../evaluate/opening/open-pictures.js';
import type { ScoreOptions } from '../evaluate/options.js';
import { score } from '../evaluate/score.js';
import { findNetworksAgain, type OtherNetworks } from './networks-again.js';
import { orderAsBefore } from './order-networks.js';
import { placeMetricsAgain } from './placed-again.js';
import type { ScoredBefore } from './used-network.js';

/** What an earlier result doesn't say, or what may differ between the machines that made it and this one. */
export const AGAIN_KEYS = [
  'reference',
  'features',
  'labels',
  'array',
  'layout',
  'bitDepth',
  'range',
  'referenceArray',
  'referenceLayout',
  'referenceBitDepth',
  'referenceRange',
  'labelColumn',
  'split',
  'limit',
  'sampleCount',
  'latent',
  'generatorClasses',
  'classDraw',
  'save',
  'referenceLabels',
  'referenceLabelColumn',
  'referenceLimit',
  'seed',
  'referenceSplit',
  'validation',
  'validationSplit',
  'validationLimit',
  'model',
  'classifier',
  'classes',
  'classMap',
  'modelsDir',
  'inputSize',
  'normalize',
  'featuresOutput',
  'logitsOutput',
  'onBadImage',
  'maxBad',
  'pixelLimit',
  'maxMemory',
  'device',
  'gpu',
  'precision',
  'threads',
  'batchSize',
  'cache',
  'cacheDir',
] as const satisfies readonly (keyof ScoreOptions)[];

/** Options that win over what an earlier result says. */
export type AgainOptions = Pick<ScoreInput, (typeof AGAIN_KEYS)[number]>;

/** Pictures, and the result as which they are scored. */
export interface AgainInput extends AgainOptions, Pick<ScoreInput, 'samples'> {
  readonly before: ScoredBefore;
  /** Folder from which the path of its reference counts first. @default the working folder alone */
  readonly folder?: string;
  /** `accept` takes the network of the same name, or else the one that a first score would take. @default 'refuse' */
  readonly otherNetworks?: OtherNetworks;
}

/**
 * Scores pictures as an earlier result says: its networks, metrics, resolutions, reference and every setting that
 * changes a number.
 *
 * @throws {NetworkError} for a network of the result that is not here
 * @throws {ImagesError} for a reference that is not where it was; and what `score` throws
 */
export async function scoreAgain(input: AgainInput, hooks: RunHooks = {}): Promise<EvaluationResult> {
  return score(await inputAgain(input), hooks);
}

/** What `scoreAgain` scores, and how. */
export async function inputAgain({
  samples,
  before,
  folder,
  otherNetworks = 'refuse',
  ...options
}: AgainInput): Promise<ScoreInput> {
  const { resolutions, metrics: _metrics, networks: _networks, ...settings } = before.settings;
  const placed = await placeMetricsAgain(before, options, otherNetworks);
  const { metrics } = placed;
  // A new baseline may name another network first.
  const model =
    otherNetworks === 'accept'
      ? placed.model
      : await orderAsBefore(before, { model: placed.model, modelsDir: options.modelsDir });
  return {
    ...settings,
    metrics,
    // Without labels nothing was reduced, and an empty list would ask for nothing where there are labels now.
    ...(resolutions.length > 0 && { resolutions }),
    ...(before.samples.kind === 'features' && { features: true }),
    // A source that is open already was opened with what it needs.
    ...(typeof samples === 'string' && valuesAsIn(before)),
    ...(await referenceOf(before, options, folder)),
    ...(await validationOf(before, options, folder)),
    ...omitUndefined(options),
    model: undefined,
    ...(await findNetworksAgain(before, { ...options, model }, otherNetworks)),
    samples,
  };
}

/** How values were read. Arrays are named anew: other samples may come in another form. */
function valuesAsIn({ samples: { reading = {} } }: ScoredBefore): Pick<ScoreOptions, 'bitDepth' | 'range'> {
  return omitUndefined({ bitDepth: reading.bitDepth, range: reading.range });
}

async function validationOf(
  { validation }: ScoredBefore,
  options: AgainOptions,
  folder: string | undefined,
): Promise<Pick<ScoreOptions, 'validation' | 'validationSplit'>> {
  if (!validation || options.validation !== undefined) return {};
  const { source, split: validationSplit } = validation;
  return omitUndefined({
    validation: await findFile(source, folder, 'The validation set of the baseline is', '--validation'),
    validationSplit,
  });
}

async function referenceOf(
  { reference }: ScoredBefore,
  options: AgainOptions,
  folder: string | undefined,
): Promise<
  Pick<
    ScoreOptions,
    | 'reference'
    | 'referenceSplit'
    | 'referenceArray'
    | 'referenceLayout'
    | 'referenceBitDepth'
    | 'referenceRange'
    | 'referenceLabels'
    | 'referenceLabelColumn'
  >
> {
  if (!reference || options.reference !== undefined) return {};
  const { source, split: referenceSplit, reading = {}, labels } = reference;
  const { array, layout, bitDepth, range } = reading;
  return omitUndefined({
    reference: await findFile(source, folder, 'The reference of the baseline is', '--reference'),
    // A column is that of its table.
    ...(options.referenceLabels === undefined && (await referenceLabelsOf(labels, folder))),
    referenceSplit,
    referenceArray: array,
    referenceLayout: layout,
    referenceBitDepth: bitDepth,
    referenceRange: range,
  });
}

/** @throws {ImagesError} if the table is nowhere */
async function referenceLabelsOf(
  labels: ImageSet['labels'],
  folder: string | undefined,
): Promise<Pick<ScoreOptions, 'referenceLabels' | 'referenceLabelColumn'>> {
  const { source, column } = labels ?? {};
  const isFile = source !== undefined && !isWordForLabels(source);
  const what = "The labels of the baseline's reference are";
  return omitUndefined({
    referenceLabels: isFile ? await findFile(source, folder, what, '--reference-labels') : source,
    referenceLabelColumn: column,
  });
}

/** @throws {ImagesError} if it is nowhere, naming the option that says where it is */
async function findFile(
  source: string,
  folder: string | undefined,
  what: string,
  flag: string,
): Promise<string> {
  if (isNameOfPictures(source)) return source;
  // A baseline names it from its own folder; a result in its place, from where it was scored.
  const places = folder === undefined || isAbsolute(source) ? [source] : [join(folder, source), source];
  for (const place of new Set(places)) {
    const isThere = await access(place).then(
      () => true,
      () => false,
    );
    if (isThere) return place;
  }
  const all = [...new Set(places)].join(', nor at ');
  const it = flag === '--reference' ? 'it' : 'them';
  throw new ImagesError(`${what} not at ${all}: name ${it} with ${flag}.`);
}
