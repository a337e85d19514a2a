import { basename, extname } from 'node:path';
import { NetworkError } from '../core/errors.js';
import type { ProfileName } from '../core/profile-names.js';
import type { ModelFile } from '../onnx/model-file.js';
import { inputUnderProfile, type NetworkCard } from './cards/card.js';
import { chooseOutputs, outputNames } from './choose-outputs.js';
import { inspectInput } from './inspect-input.js';
import type { NetworkOptions } from './network-options.js';
import { NORMALIZATIONS } from './preprocessing/normalizations.js';
import { PROFILES } from './preprocessing/profiles.js';

/** How a network is run. */
export interface Fit {
  readonly card: NetworkCard;
  /** How many pictures it takes at a time, no more and no fewer; undefined if any number. */
  readonly batch?: number;
  /** What was guessed, each as a sentence. */
  readonly notes: readonly string[];
}

/**
 * How a network is run: as the user says, else as its card, else as the file itself declares.
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
): Fit {
  const card = written && underProfile(written, options.profile);
  const { name, layout, sides, batch, note } = inspectInput(path, model, card?.input.layout);
  if (card && card.input.name !== name) {
    throw new NetworkError(
      `${path} has the input ${name}, not ${card.input.name} as its card says: correct the card.`,
    );
  }
  const size = options.inputSize ?? card?.input.size ?? sides.find((side) => typeof side === 'number');
  const { normalize: said = card?.input.normalize } = options;
  const chosen = chooseOutputs(path, model, card, options);
  const { outputs } = chosen;
  refuseOtherPurpose(path, outputs, options.purpose);
  const output = outputs.features ?? outputs.logits ?? outputs.distances;
  if (size === undefined || said === undefined || !output) {
    throw missing(path, model, { size, said, output });
  }
  if (sides.some((side) => typeof side === 'number' && side !== size)) {
    throw new NetworkError(
      `${path} takes pictures of ${sides.join(' × ')} pixels, not ${size} × ${size}: give its own size.`,
    );
  }
  // Who says another size means that pictures are resized to it, whatever the card cuts out of another.
  const cut = options.inputSize === undefined ? card?.input : undefined;
  const { resizeTo = cut?.resizeTo, fit = cut?.fit, middle = cut?.middle } = options;
  const input: NetworkCard['input'] = {
    name,
    layout,
    size,
    ...(resizeTo !== undefined && { resizeTo }),
    ...(fit !== undefined && { fit }),
    ...(middle !== undefined && { middle }),
    resize: options.resize ?? card?.input.resize ?? 'bilinear',
    normalize: typeof said === 'string' ? NORMALIZATIONS[said] : said,
  };
  const classes = options.classes ? [...options.classes] : card?.classes;
  if (classes && classes.length !== outputs.logits?.width) {
    throw new NetworkError(
      `${path} gives ${outputs.logits?.width ?? 'no'} logits but ${classes.length} classes are named: name one class per logit.`,
    );
  }
  return {
    card: { name: basename(path, extname(path)), ...card, input, outputs, classes },
    ...(batch !== undefined && { batch }),
    notes: [note, chosen.note].filter((each) => each !== undefined),
  };
}

/** A network of pairs is no model and no classifier, and these compare no pairs. */
function refuseOtherPurpose(
  path: string,
  { distances }: NetworkCard['outputs'],
  purpose: NetworkOptions['purpose'],
): void {
  if (distances && (purpose === undefined || purpose === 'model' || purpose === 'classifier')) {
    throw new NetworkError(
      `${path} compares pairs of pictures and gives none of them features: name another network.`,
    );
  }
  if (!distances && purpose === 'pairs') {
    throw new NetworkError(`${path} compares no pairs of pictures: name another network.`);
  }
}

/** The card as a profile has it, if it leaves its preprocessing to profiles or says how their tools feed it. */
function underProfile(card: NetworkCard, profile: ProfileName | undefined): NetworkCard {
  if (profile === undefined) return card;
  const input = inputUnderProfile(card.input, profile);
  return { ...card, input: { ...input, ...(input.followsProfile && PROFILES[profile].inception) } };
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
