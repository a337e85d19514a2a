// The networks of the device benchmark: the one that comes with the package, Inception v3 with weights by the formula of the golden
// values, and one block of a vision transformer.
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildInceptionV3 } from '../../../dist/networks/architectures/inception-v3/build.js';
import { openNetwork } from '../../../dist/networks/network.js';
import { toHalfModel } from '../../../dist/onnx/float16/half-graph.js';
import { GraphBuilder } from '../../../dist/onnx/graph.js';
import { describeModel, parseModel } from '../../../dist/onnx/model-file.js';
import { noise } from './section.js';

export const INCEPTION_SIDE = 299;
const CARD = {
  name: 'inception-v3',
  input: {
    name: 'image',
    layout: 'NCHW',
    size: INCEPTION_SIDE,
    resize: 'tf1-bilinear',
    normalize: { scale: 1 / 128, offset: -1 },
  },
  outputs: { features: { name: 'features', width: 2048 }, logits: { name: 'logits', width: 1008 } },
};

/** Writes Inception v3 and its card into a folder, once; gives its path. */
export async function inceptionV3(folder) {
  const path = join(folder, 'inception-v3.onnx');
  if (existsSync(path)) return path;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'inception-v3.json'), JSON.stringify(CARD));
  const { formulaWeights } = await importFormula();
  const graph = buildInceptionV3(formulaWeights('fid'), { variant: 'fid' });
  await writeFile(`${path}.part`, graph.toBytes());
  await rename(`${path}.part`, path);
  return path;
}

/** The package's network for 32×32 pictures. */
export const inceptionCifar10 = () => openNetwork('inception-cifar10');

export const cifarPath = fileURLToPath(new URL('../../../models/inception-cifar10.onnx', import.meta.url));

/** A copy that was carried to a machine without TypeScript has the formula as JavaScript. */
async function importFormula() {
  const plain = new URL('../../networks/formula-weights.js', import.meta.url);
  if (existsSync(plain)) return import(plain.href);
  const { default: ts } = await import('typescript');
  const source = await readFile(new URL('../../networks/formula-weights.ts', import.meta.url), 'utf8');
  const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext } });
  return import(`data:text/javascript,${encodeURIComponent(outputText)}`);
}

const [WIDTH, HEADS, TOKENS] = [384, 6, 197];

/** Patches' tokens through two blocks of a ViT-S: layer normalization, attention and a perceptron with GELU; `tokens` to `features`. */
export function transformer() {
  const graph = new GraphBuilder('transformer', { opset: 18 });
  let seed = 1;
  const weights = (...shape) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const spread = Math.sqrt(12 / shape[0]);
    const data = noise(size, seed++).map((value) => (value - 0.5) * spread);
    return graph.constant({ type: 'float32', shape, data });
  };
  const filled = (value, length) =>
    graph.constant({ type: 'float32', shape: [length], data: new Float32Array(length).fill(value) });
  const scalar = (value) => graph.constant({ type: 'float32', shape: [], data: Float32Array.of(value) });
  const sides = (...values) =>
    graph.constant({ type: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) });
  const add = (a, b) => graph.node('Add', [a, b]);
  const normed = (x) =>
    graph.node('LayerNormalization', [x, filled(1, WIDTH), filled(0, WIDTH)], {
      axis: -1,
      epsilon: { float: 1e-6 },
    });
  const linear = (x, from, to) => add(graph.node('MatMul', [x, weights(from, to)]), filled(0.01, to));
  const split = (x) =>
    graph.node('Transpose', [graph.node('Reshape', [x, sides(0, TOKENS, HEADS, WIDTH / HEADS)])], {
      perm: [0, 2, 1, 3],
    });
  const attention = (x) => {
    const [q, k, v] = [0, 1, 2].map(() => split(linear(x, WIDTH, WIDTH)));
    const scores = graph.node('MatMul', [q, graph.node('Transpose', [k], { perm: [0, 1, 3, 2] })]);
    const scaled = graph.node('Mul', [scores, scalar(1 / Math.sqrt(WIDTH / HEADS))]);
    const mixed = graph.node('MatMul', [graph.node('Softmax', [scaled], { axis: -1 }), v]);
    const joined = graph.node('Transpose', [mixed], { perm: [0, 2, 1, 3] });
    return linear(graph.node('Reshape', [joined, sides(0, TOKENS, WIDTH)]), WIDTH, WIDTH);
  };
  const gelu = (x) => {
    const erf = graph.node('Erf', [graph.node('Div', [x, scalar(Math.SQRT2)])]);
    return graph.node('Mul', [graph.node('Mul', [x, scalar(0.5)]), add(erf, scalar(1))]);
  };
  let x = graph.input('tokens', 'float32', ['n', TOKENS, WIDTH]);
  for (let block = 0; block < 2; block++) {
    x = add(x, attention(normed(x)));
    x = add(x, linear(gelu(linear(normed(x), WIDTH, 4 * WIDTH)), 4 * WIDTH, WIDTH));
  }
  graph.output('features', normed(x), 'float32', ['n', TOKENS, WIDTH]);
  return graph.toBytes();
}

/** Input of `transformer` for some pictures. */
export const tokensOf = (count) => ({
  tokens: {
    type: 'float32',
    shape: [count, TOKENS, WIDTH],
    data: noise(count * TOKENS * WIDTH, 9).map((value) => 4 * value - 2),
  },
});

/** Prepared pictures for Inception v3. */
export const imagesOf = (count, side = INCEPTION_SIDE) => ({
  image: {
    type: 'float32',
    shape: [count, 3, side, side],
    data: noise(count * 3 * side * side, 3).map((value) => 2 * value - 1),
  },
});

/** A model, as bytes or a path, and the option with which a session computes it at a precision. */
export async function atPrecision(model, precision = 'float32') {
  if (precision !== 'fp16') return { model, tf32: precision === 'tf32' };
  const bytes = typeof model === 'string' ? await readFile(model) : model;
  const whole = describeModel(parseModel(bytes, 'the network'), bytes);
  return { model: toHalfModel(whole, { what: 'the network' }).bytes };
}
