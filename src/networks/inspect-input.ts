import { basename } from 'node:path';
import { NetworkError } from '../core/errors.js';
import { layoutOfInput } from '../onnx/layout-of-input.js';
import type { ModelFile } from '../onnx/model-file.js';
import type { NetworkCard } from './cards/card.js';

type Layout = NetworkCard['input']['layout'];

/** How the only input of a network takes pictures, as its file declares it. */
export interface InputFacts {
  readonly name: string;
  readonly layout: Layout;
  /** Height and width; names where the network leaves them open. */
  readonly sides: readonly (number | string)[];
  /** How many pictures it takes at a time, no more and no fewer; undefined if any number. */
  readonly batch?: number;
  /** What had to be guessed, as a sentence. */
  readonly note?: string;
}

/** More pictures at a time are never needed, and would take memory that few machines have. */
const MAX_BATCH = 4096;

/**
 * Looks at the only input, which must take float32 pictures of three channels.
 *
 * @param path how errors name the file
 * @param said order of the axes by the card
 * @throws {NetworkError} if the input is not for pictures
 */
export function inspectInput(path: string, model: ModelFile, said: Layout | undefined): InputFacts {
  const [input] = model.inputs;
  if (model.inputs.length !== 1) {
    const names = model.inputs.map(({ name }) => name).join(', ') || 'none';
    throw new NetworkError(
      `${path} has ${model.inputs.length} inputs (${names}): give a network with one input, the pictures.`,
    );
  }
  const { name, type, shape } = input;
  const found = `${type || 'no tensor'} [${shape.map((side) => (side === '' ? '?' : side)).join(', ')}]`;
  const told = shape.length === 4 ? (said ?? layoutOfShape(shape) ?? layoutOfInput(model, name)) : undefined;
  const layout = told ?? (mayBeChannels(shape[1]) ? 'NCHW' : undefined);
  if (
    type !== 'float32' ||
    shape.length !== 4 ||
    layout === undefined ||
    !mayBeChannels(shape[axisOf(layout)])
  ) {
    const wanted = layout === 'NHWC' ? '[n, height, width, 3]' : '[n, 3, height, width]';
    throw new NetworkError(`${path} takes ${name} as ${found}: give a network that takes float32 ${wanted}.`);
  }
  const [batch] = shape;
  if (typeof batch === 'number' && !(batch >= 1 && batch <= MAX_BATCH)) {
    throw new NetworkError(
      `${path} takes exactly ${batch} pictures at a time (${found}), and 1 to ${MAX_BATCH} are possible: export it with an open batch axis.`,
    );
  }
  return {
    name,
    layout,
    sides: layout === 'NCHW' ? shape.slice(2) : shape.slice(1, 3),
    ...(typeof batch === 'number' && { batch }),
    ...(told === undefined && {
      note: `${basename(path)} does not tell which axis of ${name} (${found}) has the colors: the second was taken.`,
    }),
  };
}

function axisOf(layout: Layout): 1 | 3 {
  return layout === 'NCHW' ? 1 : 3;
}

function mayBeChannels(side: number | string): boolean {
  return typeof side !== 'number' || side === 3;
}

/** By the axis that has 3 numbers, or has to have them because the other has more, or is named after the channels. */
function layoutOfShape([, second, , last]: readonly (number | string)[]): Layout | undefined {
  if (second === 3) return 'NCHW';
  if (last === 3) return 'NHWC';
  if (typeof last === 'number' && typeof second !== 'number') return 'NCHW';
  if (typeof second === 'number' && typeof last !== 'number') return 'NHWC';
  const named = [second, last].map((side) => /^c$|chan|colou?r|rgb/i.test(String(side)));
  if (named[0] === named[1]) return undefined;
  return named[0] ? 'NCHW' : 'NHWC';
}
