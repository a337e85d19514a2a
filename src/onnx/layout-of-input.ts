import type { NodeProto } from 'onnx-buf';
import type { ModelFile } from './model-file.js';

const CHANNELS_SECOND = '0,3,1,2';

/**
 * Whether channels come second or last in a 4-D input of a model, told by what its nodes do with it: ONNX convolves channels that come second.
 *
 * @returns undefined if its first nodes do not tell
 */
export function layoutOfInput({ proto }: ModelFile, input: string): 'NCHW' | 'NHWC' | undefined {
  const users = (name: string) => proto.graph?.node.filter((node) => node.input[0] === name) ?? [];
  let value = input;
  for (let step = 0; step < MOST_STEPS; step++) {
    const found = users(value);
    if (found.some(({ opType }) => TAKES_CHANNELS_SECOND.has(opType))) return 'NCHW';
    if (found.some(putsChannelsSecond)) return 'NHWC';
    const next = found.find(({ opType }) => KEEPS_AXES.has(opType));
    if (!next) return undefined;
    value = next.output[0];
  }
  return undefined;
}

/** More than a network does to its pictures before the first layer. */
const MOST_STEPS = 32;

const TAKES_CHANNELS_SECOND = new Set([
  'AveragePool',
  'BatchNormalization',
  'Conv',
  'GlobalAveragePool',
  'InstanceNormalization',
  'MaxPool',
]);

/** One picture element in, one out, as where pictures are scaled. */
const KEEPS_AXES = new Set(['Add', 'Cast', 'Clip', 'Div', 'Identity', 'Mul', 'Sub']);

function putsChannelsSecond({ opType, attribute }: NodeProto): boolean {
  const axes = attribute.find(({ name }) => name === 'perm')?.ints;
  return opType === 'Transpose' && axes?.join() === CHANNELS_SECOND;
}
