import { access } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { ImagesError, NetworkError } from '../core/errors.js';
import { omitUndefined } from '../core/omit-undefined.js';
import type { RunHooks } from '../core/run-hooks.js';
import type { ComputedMetric, EvaluationResult, ImageSet } from '../documents/result.js';
import type { ScoreInput } from '../evaluate/input.js';
import { isNameOfPictures, isWordForLabels } from '../evaluate/opening/open-pictures.js';
import type { ScoreOptions } from '../evaluate/options.js';
import { score } from '../evaluate/score.js';
import { type NetworkRole, networkOfId } from '../metrics/facts.js';
import { readCatalogue } from '../networks/catalogue.js';
import { type KnownNetwork, listKnownNetworks } from '../networks/known-networks.js';

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
  'threads',
  'batchSize',
  'cache',
  'cacheDir',
] as const satisfies readonly (keyof ScoreOptions)[];

/** Options that win over what an earlier result says. */
export type AgainOptions = Pick<ScoreInput, (typeof AGAIN_KEYS)[number]>;

/** What to do where a network of the result is not here, or has changed since. */
export type OtherNetworks = 'refuse' | 'accept';

/** A result without the facts of its run. */
export type ScoredBefore = Omit<EvaluationResult, 'run'>;

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
  const { resolutions, metrics, ...settings } = before.settings;
  const [first, ...rest] = metrics as NonNullable<ScoreOptions['metrics']>;
  return {
    ...settings,
    metrics: [first, ...rest],
    // Without labels nothing was reduced, and an empty list would ask for nothing where there are labels now.
    ...(resolutions.length > 0 && { resolutions }),
    ...(before.samples.kind === 'features' && { features: true }),
    ...(await networksOf(before, options, otherNetworks)),
    // A source that is open already was opened with what it needs.
    ...(typeof samples === 'string' && valuesAsIn(before)),
    ...(await referenceOf(before, options, folder)),
    ...omitUndefined(options),
    samples,
  };
}

/** The networks that the result names, by their names here. */
async function networksOf(
  { metrics, createdWith }: ScoredBefore,
  { model, classifier, modelsDir }: AgainOptions,
  otherNetworks: OtherNetworks,
): Promise<Pick<ScoreOptions, 'model' | 'classifier'>> {
  const known = await listKnownNetworks(modelsDir);
  const extractorOf = (role: NetworkRole) =>
    metrics.find(
      (entry): entry is ComputedMetric =>
        entry.status === 'ok' &&
        entry.subject === 'samples' &&
        networkOfId(entry.id) === role &&
        !!entry.extractor,
    )?.extractor;
  const find = async (wanted: NamedNetwork | undefined, flag: string) => {
    if (!wanted) return undefined;
    const same = known.find(({ card }) => card.sha256 === wanted.sha256);
    if (same) return same.card.name;
    const namesake = known.find(({ card }) => card.name === wanted.name);
    if (otherNetworks === 'accept') return namesake?.card.name;
    throw await otherNetworkError(wanted, flag, namesake, createdWith.ganeval);
  };
  const forFeatures = extractorOf('model');
  const forClasses = extractorOf('classifier');
  // One network in both parts needs naming once; and where there is class accuracy alone, no other needs opening.
  const one = !forFeatures || !forClasses || forFeatures.sha256 === forClasses.sha256;
  const name = model ?? (one ? classifier : undefined) ?? (await find(forFeatures ?? forClasses, '--model'));
  const className = classifier ?? (one && forClasses ? name : await find(forClasses, '--classifier'));
  return {
    ...(name !== undefined && { model: name }),
    ...(className !== undefined && { classifier: className }),
  };
}

type NamedNetwork = NonNullable<ComputedMetric['extractor']>;

async function otherNetworkError(
  { name, sha256 }: NamedNetwork,
  flag: string,
  namesake: KnownNetwork | undefined,
  version: string | undefined,
): Promise<NetworkError> {
  const wanted = `the network ${name} with the SHA-256 ${sha256.slice(0, 12)}…`;
  const pullable = (await readCatalogue()).some((entry) => entry.name === name);
  if (!namesake && pullable) {
    return new NetworkError(
      `The baseline was made with ${wanted}, which is not in the store: fetch it with "ganeval models pull ${name}".`,
    );
  }
  if (!namesake) {
    return new NetworkError(
      `The baseline was made with ${wanted}, which is not here: name its file with ${flag} FILE.onnx.`,
    );
  }
  const others = namesake.card.sha256 ? ` has ${namesake.card.sha256.slice(0, 12)}…` : ' is another';
  const origin =
    namesake.origin === 'embedded'
      ? `use ganeval ${version ?? 'of the baseline'}, which it comes with, name its file with ${flag} FILE.onnx,`
      : `fetch it again with "ganeval models pull ${name}", name its file with ${flag} FILE.onnx,`;
  return new NetworkError(
    `The baseline was made with ${wanted}, and the one here${others}: ${origin} or make a new baseline with --update.`,
  );
}

/** How values were read. Arrays are named anew: other samples may come in another form. */
function valuesAsIn({ samples: { reading = {} } }: ScoredBefore): Pick<ScoreOptions, 'bitDepth' | 'range'> {
  return omitUndefined({ bitDepth: reading.bitDepth, range: reading.range });
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
