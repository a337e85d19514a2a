import { basename, extname } from 'node:path';
import { NetworkError } from '../core/errors.js';
import type { ProfileName } from '../core/profile-names.js';
import type { ModelFile } from '../onnx/model-file.js';

import { elementCount } from '../onnx/tensor.js';
import type { NetworkCard } from './cards/card.js';
import type { NetworkOptions } from './network-options.js';
import { NORMALIZATIONS } from './preprocessing/normalizations.js';
import { PROFILES } from './preprocessing/profiles.js';

type Input = NetworkCard['input'];
type Output = NonNullable<NetworkCard['outputs']['features']>;

/**
 * The card by which a network is run: what the user says, else its card, else what the file itself declares.
 *
 * @param path how errors name the file
 * @param written the card beside the file, if there is one
 * @throws {NetworkError} if something is not said anywhere, or if the file contradicts it
 */
export function fitNetwork(
  path: string,
  model: ModelFile,
  written: NetworkCard | undefined,
  options: NetworkOptions,
): NetworkCard {
  const card = written && underProfile(written, options.profile);
  const { name, layout, sides } = inspectInput(path, model, card?.input.layout);
  if (card && card.input.name !== name) {
    throw new NetworkError(
      `${path} has the input ${name}, not ${card.input.name} as its card says: correct the card.`,
    );
  }
  const size = options.inputSize ?? card?.input.size ?? sides.find((side) => typeof side === 'number');
  const { normalize: said = card?.input.normalize } = options;
  const features = chooseOutput('features', options.featuresOutput, card, model);
  const logits = chooseOutput('logits', options.logitsOutput, card, model);
  const scores = options.logitsOutput === undefined ? card?.outputs.scores : undefined;
  if (size === undefined || said === undefined || !(features || logits)) {
    throw missing(path, model, { size, said, output: features ?? logits });
  }
  if (sides.some((side) => typeof side === 'number' && side !== size)) {
    throw new NetworkError(
      `${path} takes pictures of ${sides.join(' × ')} pixels, not ${size} × ${size}: give its own size.`,
    );
  }
  const input: Input = {
    name,
    layout,
    size,
    resize: options.resize ?? card?.input.resize ?? 'bilinear',
    normalize: typeof said === 'string' ? NORMALIZATIONS[said] : said,
  };
  const outputs = {
    ...(features && { features: inspectOutput(path, model, features, card?.outputs.features) }),
    ...(logits && { logits: inspectOutput(path, model, logits, card?.outputs.logits) }),
    // Who names another output for class scores means it for the Inception Score too.
    ...(scores && { scores: inspectOutput(path, model, scores.name, scores) }),
  };
  const classes = options.classes ? [...options.classes] : card?.classes;
  if (classes && classes.length !== outputs.logits?.width) {
    throw new NetworkError(
      `${path} gives ${outputs.logits?.width ?? 'no'} logits but ${classes.length} classes are named: name one class per logit.`,
    );
  }
  return { name: basename(path, extname(path)), ...card, input, outputs, classes };
}

/** The card as a profile has it, if it leaves its preprocessing to profiles. */
function underProfile(card: NetworkCard, profile: ProfileName | undefined): NetworkCard {
  if (!card.input.followsProfile || profile === undefined) return card;
  const { resize, normalize } = PROFILES[profile];
  return { ...card, input: { ...card.input, resize, normalize } };
}

/** The only input, which must take float32 pictures of three channels, any number at once. */
function inspectInput(path: string, { inputs }: ModelFile, saidLayout: Input['layout'] | undefined) {
  const [input] = inputs;
  if (inputs.length !== 1) {
    const names = inputs.map(({ name }) => name).join(', ') || 'none';
    throw new NetworkError(
      `${path} has ${inputs.length} inputs (${names}): give a network with one input, the pictures.`,
    );
  }
  const { name, type, shape } = input;
  const found = `${type || 'no tensor'} [${shape.map((side) => (side === '' ? '?' : side)).join(', ')}]`;
  const layout = saidLayout ?? (shape[1] === 3 ? 'NCHW' : shape[3] === 3 ? 'NHWC' : undefined);
  const channels = layout === 'NHWC' ? shape[3] : shape[1];
  const wrongChannels = typeof channels === 'number' && channels !== 3;
  if (type !== 'float32' || shape.length !== 4 || layout === undefined || wrongChannels) {
    const wanted = layout === 'NHWC' ? '[n, height, width, 3]' : '[n, 3, height, width]';
    throw new NetworkError(`${path} takes ${name} as ${found}: give a network that takes float32 ${wanted}.`);
  }
  if (typeof shape[0] === 'number') {
    throw new NetworkError(
      `${path} takes exactly ${shape[0]} pictures at a time (${found}): export it with an open batch axis.`,
    );
  }
  return { name, layout, sides: layout === 'NCHW' ? shape.slice(2) : shape.slice(1, 3) };
}

/** The name of the output for this purpose: as said, else as in the card, else the one of the obvious name. */
function chooseOutput(
  purpose: 'features' | 'logits',
  said: string | undefined,
  card: NetworkCard | undefined,
  { outputs }: ModelFile,
): string | undefined {
  if (said !== undefined || card) return said ?? card?.outputs[purpose]?.name;
  return outputs.find(({ name }) => name === purpose)?.name;
}

function inspectOutput(
  path: string,
  { outputs }: ModelFile,
  name: string,
  inCard: Output | undefined,
): Output {
  const output = outputs.find((each) => each.name === name);
  if (!output) throw new NetworkError(`${path} has no output ${name}: choose from ${outputNames(outputs)}.`);
  if (output.type !== 'float32') {
    throw new NetworkError(
      `${path} gives ${name} as ${output.type || 'no tensor'}: choose an output of float32.`,
    );
  }
  const sides = output.shape.slice(1);
  const open = sides.length === 0 || sides.some((side) => typeof side !== 'number');
  const declared = open ? undefined : elementCount(sides.map(Number));
  const said = inCard?.name === name ? inCard.width : undefined;
  if (declared !== undefined && said !== undefined && declared !== said) {
    throw new NetworkError(
      `${path} gives ${declared} ${name}, not ${said} as its card says: correct the card.`,
    );
  }
  const width = declared ?? said;
  if (width === undefined) {
    throw new NetworkError(
      `${path} does not say how wide its output ${name} is: write a card with its width beside it.`,
    );
  }
  return { name, width };
}

function missing(
  path: string,
  { outputs }: ModelFile,
  { size, said, output }: { size?: unknown; said?: unknown; output?: unknown },
): NetworkError {
  const options = [
    ...(size === undefined ? ['--input-size'] : []),
    ...(said === undefined ? [`--normalize (${Object.keys(NORMALIZATIONS).join(' ')})`] : []),
    ...(output === undefined ? [`--features-output or --logits-output (of ${outputNames(outputs)})`] : []),
  ];
  return new NetworkError(`${path} needs ${options.join(' and ')}, or a card beside it that says the same.`);
}

function outputNames(outputs: ModelFile['outputs']): string {
  return outputs.map(({ name }) => name).join(', ');
}
