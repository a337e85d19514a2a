import { resolve } from 'node:path';
import { z } from 'zod';
import { NetworkError, UsageError } from '../../../core/errors.js';
import { omitUndefined } from '../../../core/omit-undefined.js';
import { parseJson } from '../../../core/parse-json.js';
import type { ScoreInput } from '../../../evaluate/input.js';
import { resolveOptions } from '../../../evaluate/options.js';
import { cardOptions } from '../../../evaluate/plan.js';
import { readClassMap } from '../../../networks/cards/class-map.js';
import { type ChosenNetworks, chooseNetworks } from '../../../networks/choose-networks.js';
import { listKnownNetworks } from '../../../networks/known-networks.js';
import { type Network, openNetwork } from '../../../networks/network.js';
import type { FeatureForm } from '../features/feature-form.js';
import type { ScoringNetworkOptions } from '../train-options.js';
import type { GanPreset } from '../trainer.js';

const SHOWN_DIGITS = 12;

/** The networks that score a run's samples, the same ones all through it. */
export interface ScoringNetworks {
  /** What every score is given. */
  readonly options: Pick<ScoreInput, keyof ScoringNetworkOptions>;
  /** Opens the model again, for what a score doesn't compute. */
  readonly openModel: () => Promise<Network>;
  readonly hasClassifier: boolean;
  /** For the checkpoint: what a resumed run finds them by. */
  readonly record: string;
  /** For the person who trains, as sentences. */
  readonly note: string;
  /** Name and value of each, in words. */
  readonly provenance: readonly (readonly [name: string, value: string])[];
  /** What a reader of the scores should know, as sentences. */
  readonly warnings: readonly string[];
}

/** What the networks are chosen for. */
export interface ScoringPurpose {
  /** Classes of the samples; undefined where they have none. */
  readonly classNames?: readonly string[];
  /** Whether the samples have color. */
  readonly haveColor: boolean;
  /** What the discriminator is given beside pictures. */
  readonly features?: FeatureForm;
  /** The model where none is named, if it is there. */
  readonly preferred?: string;
  /** What a checkpoint keeps of the networks that scored so far. */
  readonly recorded?: string;
  /** The folder of the run, for messages. */
  readonly folder: string;
}

const networkSchema = z.object({
  /** A name or a path, and whether somebody chose it. */
  network: z.string(),
  isNamed: z.boolean(),
  sha256: z.string(),
  identity: z.string(),
});

type RecordedNetwork = z.infer<typeof networkSchema>;

const recordSchema = z.object({
  model: networkSchema,
  classifier: networkSchema.extend({ columns: z.array(z.int()) }).nullable(),
  options: z
    .object({
      classMap: z.string(),
      modelsDir: z.string(),
      inputSize: z.number(),
      normalize: z.string(),
      featuresOutput: z.string(),
      logitsOutput: z.string(),
    })
    .partial(),
});

type NetworkRecord = z.infer<typeof recordSchema>;

/**
 * Chooses and opens the networks of a run's scores: those of its checkpoint, or those that are named, or those that `score` would take.
 *
 * @throws {UsageError} for several models, a classifier of samples without classes, and for other networks than scored the run so far
 * @throws {NetworkError} for a network that cannot be used, or does not know the classes
 */
export async function chooseScoringNetworks(
  asked: ScoringNetworkOptions,
  purpose: ScoringPurpose,
): Promise<ScoringNetworks> {
  const { classNames, folder } = purpose;
  // The command line takes --model several times, as score does.
  if (Array.isArray(asked.model))
    throw new UsageError('The scores of a training are of one network: name one with --model.');
  const before = parseRecord(purpose.recorded);
  const { model: askedModel, classifier: askedClassifier, ...how } = pickNetworkOptions(asked);
  if (isName(askedClassifier) && !classNames) {
    throw new UsageError(
      `The generator takes no classes, so that the classifier ${askedClassifier} has nothing to compare: leave --classifier out.`,
    );
  }
  const options = resolveOptions({ ...(before?.options as ScoringNetworkOptions | undefined), ...how });
  // What is said in place of a card is said of every network that has a name: others stay `auto`, and are compared.
  const saysHow = saysMoreThanCards(options);
  const entry = (network: string | undefined, last: RecordedNetwork | null | undefined, preferred?: string) =>
    entryOf(network, { last: last ?? undefined, preferred, saysHow, modelsDir: options.modelsDir });
  const model = await entry(askedModel, before?.model, purpose.preferred);
  const classifier = await entry(askedClassifier, before?.classifier);
  const chosen = await chooseNetworks(
    classNames,
    { network: model.network, options: model.isNamed ? cardOptions(options, model.network) : undefined },
    {
      network: classifier.network,
      options: classifier.isNamed ? cardOptions(options, classifier.network) : undefined,
    },
    {
      modelsDir: options.modelsDir,
      profile: options.profile,
      classMap: options.classMap === undefined ? undefined : await readClassMap(options.classMap),
      haveColor: async () => purpose.haveColor,
    },
  );
  if (classNames && classifier.network !== 'auto' && !chosen.classifier) {
    throw new NetworkError(
      `${chosen.reason ?? 'The classifier does not know the classes.'} Name another --classifier, or leave it out.`,
    );
  }
  // A network that turned up since the last score must not begin to score in the middle of a run.
  const isLeftOut = before?.classifier === null && !isName(askedClassifier);
  const record: NetworkRecord = {
    model: recordOf(chosen.model, model),
    classifier: isLeftOut ? null : recordOfClassifier(chosen, classifier),
    options: pickHow(options),
  };
  if (before) refuseOthers(before, record, folder);
  return describe(record, chosen, purpose, isLeftOut);
}

/** The network that was made for a preset's data set; there is none for SVHN. */
export function networkOf({ dataset }: GanPreset<unknown>): string | undefined {
  return dataset === 'svhn' ? undefined : `inception-${dataset}`;
}

const isName = (network: string | undefined) => network !== undefined && network !== 'auto';

function pickNetworkOptions(asked: ScoringNetworkOptions): ScoringNetworkOptions {
  return omitUndefined({ model: asked.model, classifier: asked.classifier, ...pickHow(asked) });
}

function pickHow(from: Omit<ScoringNetworkOptions, 'model' | 'classifier'>) {
  const { classMap, modelsDir, inputSize, normalize, featuresOutput, logitsOutput } = from;
  return omitUndefined({
    classMap: classMap === undefined ? undefined : resolve(classMap),
    modelsDir: modelsDir === undefined ? undefined : resolve(modelsDir),
    ...{ inputSize, normalize, featuresOutput, logitsOutput },
  });
}

function parseRecord(text: string | undefined): NetworkRecord | undefined {
  if (text === undefined) return undefined;
  try {
    return recordSchema.parse(parseJson(text));
  } catch {
    throw new NetworkError(
      'The checkpoint names the networks of its scores in a way that this version does not know: resume it with the version that wrote it.',
    );
  }
}

const saysMoreThanCards = ({
  inputSize,
  normalize,
  featuresOutput,
  logitsOutput,
}: Omit<ScoringNetworkOptions, 'model'>) =>
  [inputSize, normalize, featuresOutput, logitsOutput].some((each) => each !== undefined);

/** What is opened for one purpose: the network that is named, or the one that scored so far, or the preferred one, or `auto`. */
async function entryOf(
  asked: string | undefined,
  {
    last,
    preferred,
    saysHow,
    modelsDir,
  }: {
    readonly last?: RecordedNetwork;
    readonly preferred?: string;
    readonly saysHow: boolean;
    readonly modelsDir?: string;
  },
): Promise<Pick<RecordedNetwork, 'network' | 'isNamed'>> {
  const known = (await listKnownNetworks(modelsDir)).map(({ card }) => card.name);
  if (asked !== undefined && asked !== 'auto') {
    return { network: known.includes(asked) ? asked : resolveFile(asked), isNamed: true };
  }
  if (last?.isNamed) return last;
  const network = last?.network ?? preferred;
  const isTaken = network !== undefined && !saysHow && (last !== undefined || known.includes(network));
  return { network: isTaken ? network : 'auto', isNamed: false };
}

/** A file stays the same one if the run is resumed elsewhere; a misspelt name is reported as it was written. */
function resolveFile(name: string): string {
  return name.toLowerCase().endsWith('.onnx') ? resolve(name) : name;
}

function recordOf(
  { name, sha256, identity }: Network,
  { network, isNamed }: Pick<RecordedNetwork, 'network' | 'isNamed'>,
): RecordedNetwork {
  return { network: network === 'auto' ? name : network, isNamed, sha256, identity };
}

function recordOfClassifier(
  { classifier, classColumns }: ChosenNetworks,
  entry: Pick<RecordedNetwork, 'network' | 'isNamed'>,
): NetworkRecord['classifier'] {
  if (!classifier || !classColumns) return null;
  return { ...recordOf(classifier, entry), columns: [...classColumns.columns] };
}

/** @throws {UsageError} saying what differs from the networks that scored so far */
function refuseOthers(before: NetworkRecord, now: NetworkRecord, folder: string): void {
  refuseOther('--model', before.model, now.model, folder);
  // A run without a classifier may get one: no number of it was made with another.
  if (!before.classifier || !now.classifier) return;
  refuseOther('--classifier', before.classifier, now.classifier, folder);
  if (String(before.classifier.columns) === String(now.classifier.columns)) return;
  throw new UsageError(
    `The run in ${folder} compares its classes with other columns of ${now.classifier.network} than this class map says: give the --class-map of that run, or name a new folder with -o.`,
  );
}

function refuseOther(flag: string, before: RecordedNetwork, now: RecordedNetwork, folder: string): void {
  if (before.identity === now.identity) return;
  const show = ({ network, sha256 }: RecordedNetwork) => `${network} (${sha256.slice(0, SHOWN_DIGITS)})`;
  const difference =
    before.sha256 === now.sha256
      ? `${now.network} as it was fed and read then (input size, normalization or outputs differ)`
      : `${show(before)}, not ${show(now)}`;
  throw new UsageError(
    `The samples of the run in ${folder} were scored with the ${flag} ${difference}: resume it with that network, or name a new folder with -o.`,
  );
}

function describe(
  record: NetworkRecord,
  { model, classifier, reason }: ChosenNetworks,
  { classNames, features }: ScoringPurpose,
  isLeftOut: boolean,
): ScoringNetworks {
  const saysHow = saysMoreThanCards(record.options as ScoringNetworkOptions);
  const nameOf = ({ network, isNamed }: RecordedNetwork) => (isNamed || !saysHow ? network : 'auto');
  const own = record.classifier ? classifier : undefined;
  const how = resolveOptions(record.options as Omit<ScoringNetworkOptions, 'model'>);
  const show = ({ name, sha256 }: Network) => `${name} (${sha256.slice(0, SHOWN_DIGITS)})`;
  const why = isLeftOut ? 'the scores before had none, and no --classifier is named.' : reason;
  return {
    options: {
      ...(record.options as ScoringNetworkOptions),
      model: nameOf(record.model),
      ...(record.classifier && { classifier: nameOf(record.classifier) }),
    },
    // What is said in place of a card is not said of a network that nobody named, as in a score.
    openModel: () => openNetwork(record.model.network, cardOptions(how, nameOf(record.model)), how.modelsDir),
    hasClassifier: own !== undefined,
    record: JSON.stringify(record),
    note: [
      `Samples are scored with the network ${show(model)}${own ? `, their classes with ${show(own)}` : ''}.`,
      ...(classNames && !own ? [`No Class accuracy of the samples: ${why}`] : []),
    ].join(' '),
    provenance: [
      ['network of the scores', show(model)],
      ...(own ? [['network of class accuracy', show(own)] as const] : []),
    ],
    warnings: warnOfPartial([model, ...(own ? [own] : [])], features),
  };
}

/** A generator that was trained against a network's features pleases that network more than any other. */
function warnOfPartial(scoring: readonly Network[], features: FeatureForm | undefined): string[] {
  const partial = scoring.find(({ sha256 }) => sha256 === features?.sha256);
  if (!partial) return [];
  return [
    `The discriminator is given the features of ${partial.name}, which scores the samples, too: its scores are too good (name other networks with --model and --classifier).`,
  ];
}
