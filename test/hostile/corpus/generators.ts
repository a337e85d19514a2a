import { GraphBuilder, type SymbolicShape, type Value } from '../../../src/onnx/graph.js';
import { externalNetwork } from '../../networks/external-model.js';
import { tinyNetwork } from '../../networks/tiny-network.js';
import { type HostileCase, scoreFile } from '../hostile-case.js';

const LATENTS = ['--samples', '4', '--latent', 'normal:2'];

/** A generator of latents [n, 2] that does something with them. */
function generator(shape: SymbolicShape, build: (graph: GraphBuilder, z: Value) => Value): Uint8Array {
  const graph = new GraphBuilder('generator', { opset: 18 });
  const z = graph.input('z', 'float32', ['n', 2]);
  graph.output('pictures', build(graph, z), 'float32', shape);
  return graph.toBytes();
}

/** Pictures of one value each, [n, 3, side, side]. */
function expand(graph: GraphBuilder, value: Value, side: number): Value {
  const one = graph.node('ReduceMean', [value, graph.integers([1])]);
  const pixel = graph.node('Reshape', [one, graph.integers([-1, 1, 1, 1])]);
  return graph.node('Expand', [pixel, graph.integers([1, 3, side, side])]);
}

const refused = (
  name: string,
  exit: HostileCase['exit'],
  bytes: () => Uint8Array,
  says: RegExp,
  flags: readonly string[] = LATENTS,
): HostileCase => ({
  name: `generator ${name}`,
  make: (folder) => scoreFile(folder, 'generator.onnx', bytes(), ...flags),
  exit,
  says,
});

const FREE: SymbolicShape = ['n', 'c', 'h', 'w'];

/** Generators that are none, and those that give what is no picture. */
export const generators: readonly HostileCase[] = [
  refused('that is no ONNX file', 4, () => Buffer.from('no model'), /is not a whole ONNX model/),
  refused('that is a network of features', 4, () => tinyNetwork(), /no pictures: give a generator/, [
    '--samples',
    '4',
  ]),
  refused(
    'with weights in a file outside its folder',
    4,
    () => externalNetwork({ location: '../secret' }),
    /outside its own folder, where nothing is read/,
  ),
  refused(
    'that gives no finite number',
    3,
    () => generator(FREE, (graph, z) => expand(graph, graph.node('Log', [graph.node('Sub', [z, z])]), 8)),
    /holds values that are not finite/,
    [...LATENTS, '--range', '-1..1'],
  ),
  refused(
    'whose range only numbers could tell that are not finite',
    4,
    () => generator(FREE, (graph, z) => expand(graph, graph.node('Log', [graph.node('Sub', [z, z])]), 8)),
    /hold no finite value/,
  ),
  refused(
    'that gives far too large numbers',
    3,
    () => generator(FREE, (graph, z) => expand(graph, graph.node('Mul', [z, graph.scalar(1e30)]), 8)),
    /far outside -1\.\.1/,
    [...LATENTS, '--range', '-1..1'],
  ),
  refused(
    'that gives one picture for all latents',
    4,
    () =>
      generator([1, 3, 8, 8], (graph, z) =>
        graph.node('ReduceMean', [expand(graph, z, 8), graph.integers([0])]),
      ),
    /gave \[8, 3, 8, 8\]|pictures for/,
    [...LATENTS, '--range', '-1..1'],
  ),
  refused(
    'that declares pictures of ten billion pixels',
    3,
    () => generator(['n', 3, 100_000, 100_000], (graph, z) => expand(graph, z, 100_000)),
    /more than 67108864 pixels: raise --pixel-limit/,
  ),
  refused(
    'whose pictures have no pixels',
    4,
    () => generator(FREE, (graph, z) => expand(graph, z, 0)),
    /at least a pixel/,
  ),
  refused(
    'that takes three inputs',
    4,
    () => {
      const graph = new GraphBuilder('generator', { opset: 18 });
      const inputs = ['z', 'labels', 'noise'].map((name) => graph.input(name, 'float32', ['n', 2]));
      graph.output('pictures', expand(graph, graph.node('Sum', inputs), 8), 'float32', FREE);
      return graph.toBytes();
    },
    /export it with everything else fixed/,
  ),
];
