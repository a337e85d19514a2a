import { basename } from 'node:path';
import { NetworkError } from '../core/errors.js';
import type { ModelFile } from '../onnx/model-file.js';
import { elementCount } from '../onnx/tensor.js';
import { widthOfOutput } from '../onnx/width-of-output.js';
import type { NetworkCard } from './cards/card.js';
import type { NetworkOptions } from './network-options.js';

type Outputs = NetworkCard['outputs'];
type Output = NonNullable<Outputs['features']>;

/** The outputs of a network that are used. */
export interface ChosenOutputs {
  readonly outputs: Outputs;
  /** What an output was taken for, where its name does not say it, as a sentence. */
  readonly note?: string;
}

/** Names that exporters give outputs, beside our own. */
const KNOWN_NAMES = {
  features: ['features', 'pooler_output', 'image_embeds', 'embeddings', 'embedding'],
  logits: ['logits'],
} as const;

/**
 * The outputs with features and class scores: as said, else as in the card, else those of a known name, else the only one that gives a
 * row of numbers for each picture.
 *
 * @param path how errors name the file
 * @throws {NetworkError} for an output that is not there or can't be used
 */
export function chooseOutputs(
  path: string,
  model: ModelFile,
  card: NetworkCard | undefined,
  options: NetworkOptions,
): ChosenOutputs {
  const { note, ...names } = nameOutputs(path, model, card, options);
  const inspect = (purpose: 'features' | 'logits', name: string | undefined) =>
    name !== undefined && { [purpose]: inspectOutput(path, model, name, card?.outputs[purpose]) };
  // Who names another output for class scores means it for the Inception Score too.
  const scores = options.logitsOutput === undefined ? card?.outputs.scores : undefined;
  const distances = card?.outputs.distances;
  const outputs = {
    ...inspect('features', names.features),
    ...inspect('logits', names.logits),
    ...(scores && { scores: inspectOutput(path, model, scores.name, scores) }),
    ...(distances && { distances: inspectOutput(path, model, distances.name, distances) }),
  };
  return { outputs, note };
}

interface NamedOutputs {
  readonly features?: string;
  readonly logits?: string;
  readonly note?: string;
}

function nameOutputs(
  path: string,
  model: ModelFile,
  card: NetworkCard | undefined,
  options: NetworkOptions,
): NamedOutputs {
  const { featuresOutput, logitsOutput } = options;
  if (card) {
    return {
      features: featuresOutput ?? card.outputs.features?.name,
      logits: logitsOutput ?? card.outputs.logits?.name,
    };
  }
  const byName = (purpose: keyof typeof KNOWN_NAMES) =>
    KNOWN_NAMES[purpose].find((known) => model.outputs.some(({ name }) => name === known));
  const features = featuresOutput ?? byName('features');
  const logits = logitsOutput ?? byName('logits');
  if (features !== undefined || logits !== undefined) {
    return { features, logits, note: noteOfNames(path, model, options, { features, logits }) };
  }
  return nameByShape(path, model, options);
}

/** Says what stands for features where the network has several outputs and nobody named one. */
function noteOfNames(
  path: string,
  { outputs }: ModelFile,
  { featuresOutput, logitsOutput }: NetworkOptions,
  { features, logits }: NamedOutputs,
): string | undefined {
  if (featuresOutput !== undefined || logitsOutput !== undefined || features === KNOWN_NAMES.features[0])
    return undefined;
  if (features === undefined) return undefined;
  const passedOver = outputs
    .filter(({ name }) => name !== features && name !== logits)
    .map(({ name }) => name);
  const others = passedOver.length > 0 ? `, and ${passedOver.join(', ')} left out` : '';
  return `The output ${features} of ${basename(path)} was taken for features${others}: if that is wrong, say --features-output.`;
}

/** The rows of numbers: the only one, or the only one with as many numbers as there are classes. */
function nameByShape(path: string, model: ModelFile, { classes, purpose }: NetworkOptions): NamedOutputs {
  const rows = model.outputs.flatMap(({ name, type, shape }) => {
    const width =
      type === 'float32' && isRow(shape) ? (declaredWidth(shape) ?? widthOfOutput(model, name)) : undefined;
    return width === undefined ? [] : [{ name, width }];
  });
  const fitting = classes ? rows.filter(({ width }) => width === classes.length) : [];
  const others = rows.filter((row) => row !== fitting[0]);
  const say = (name: string, width: number, meaning: string, option: string) =>
    `The output ${name} of ${basename(path)} (${width} numbers for each picture) was taken for ${meaning}: if that is wrong, say ${option} ${name}.`;
  if (fitting.length === 1 && others.length <= 1) {
    const [{ name, width }] = fitting;
    const note = say(name, width, 'class scores, since there are as many classes', '--features-output');
    return { logits: name, features: others[0]?.name, note };
  }
  if (rows.length !== 1) return {};
  const [{ name, width }] = rows;
  return purpose === 'classifier'
    ? { logits: name, note: say(name, width, 'class scores', '--features-output') }
    : { features: name, note: say(name, width, 'features', '--logits-output') };
}

/** [n, w], or with axes of 1 behind, as after a pooling. */
function isRow(shape: readonly (number | string)[]): boolean {
  return shape.length >= 2 && shape.slice(2).every((side) => side === 1);
}

function declaredWidth(shape: readonly (number | string)[]): number | undefined {
  const sides = shape.slice(1);
  const open = sides.length === 0 || sides.some((side) => typeof side !== 'number');
  return open ? undefined : elementCount(sides.map(Number));
}

function inspectOutput(path: string, model: ModelFile, name: string, inCard: Output | undefined): Output {
  const output = model.outputs.find((each) => each.name === name);
  if (!output)
    throw new NetworkError(`${path} has no output ${name}: choose from ${outputNames(model.outputs)}.`);
  if (output.type !== 'float32') {
    throw new NetworkError(
      `${path} gives ${name} as ${output.type || 'no tensor'}: choose an output of float32.`,
    );
  }
  const declared = declaredWidth(output.shape);
  const said = inCard?.name === name ? inCard.width : undefined;
  if (declared !== undefined && said !== undefined && declared !== said) {
    throw new NetworkError(
      `${path} gives ${declared} ${name}, not ${said} as its card says: correct the card.`,
    );
  }
  const width = declared ?? said ?? (isRow(output.shape) ? widthOfOutput(model, name) : undefined);
  if (width === undefined) {
    throw new NetworkError(
      `${path} does not say how wide its output ${name} is: write a card with its width beside it.`,
    );
  }
  return { name, width };
}

/** The names of a network's outputs, for a choice between them. */
export function outputNames(outputs: ModelFile['outputs']): string {
  return outputs.map(({ name }) => name).join(', ');
}
