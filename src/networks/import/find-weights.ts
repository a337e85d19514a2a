import { NetworkError } from '../../core/errors.js';
import type { Architecture, TensorShapes } from '../architectures/architecture.js';
import { describeNearest } from './describe-nearest.js';

/** The weights of a network among the tensors of a file. */
export interface FoundWeights {
  readonly architecture: Architecture;
  /** What stands before each of their names in the file: "module."; often nothing. */
  readonly prefix: string;
  /** By the network's names, each tensor's name in the file. */
  readonly names: ReadonlyMap<string, string>;
  /** Tensors of the file that stand elsewhere. */
  readonly others: readonly string[];
}

/** What `torch.compile` puts before the names inside a module that it wraps. */
const COMPILED = '_orig_mod.';
/** A file has the same last layer a few times at most: averages, a student and its teacher. */
const MAX_PLACES = 64;

/**
 * Finds the one network in a file of weights: its names may have anything before them, as wrappers put it there (`module.` of
 * DataParallel, `model.` of Lightning, `_orig_mod.` of torch.compile).
 *
 * @param file how errors name it
 * @param shapes of all tensors of the file
 * @param architectures those that may be meant
 * @param named the one that a person named, beside which the tensors of another network are described
 * @throws {NetworkError} if the file has no network that is known, or several
 */
export function findWeights(
  file: string,
  shapes: TensorShapes,
  architectures: readonly Architecture[],
  named?: Architecture,
): FoundWeights {
  const plain = withoutCompiled(file, shapes);
  const found = architectures.flatMap((architecture) => findPlaces(file, plain, shapes, architecture));
  if (found.length === 1) return found[0];
  if (found.length > 1) throw ambiguous(file, found);
  const beside = named ? [named] : architectures;
  const nearest = describeNearest(plain, shapes, beside);
  const whose =
    beside.length === 1
      ? `not the weights of ${beside[0].name}`
      : 'the weights of no architecture that is known here';
  const what = nearest ?? `what it has is ${describe([...shapes.keys()])}`;
  throw new NetworkError(`${file} has ${whose}: ${what}. Give another file.`);
}

/** The places at which the file has weights of an architecture. */
function findPlaces(
  file: string,
  plain: ReadonlyMap<string, string>,
  shapes: TensorShapes,
  architecture: Architecture,
): FoundWeights[] {
  const prefixes = prefixesOf(plain, architecture);
  if (prefixes.length > MAX_PLACES) {
    throw new NetworkError(
      `${file} has ${prefixes.length} layers named ${architecture.lastLayer}: save the weights of one network alone.`,
    );
  }
  return prefixes.flatMap((prefix) => {
    const names = namesAfter(prefix, plain);
    if (architecture.findMismatch(shapesOf(names, shapes)) !== undefined) return [];
    return [{ architecture, prefix, names, others: others(names, shapes) }];
  });
}

/** Names without what torch.compile puts anywhere into them, each with its name in the file. */
function withoutCompiled(file: string, shapes: TensorShapes): Map<string, string> {
  const plain = new Map<string, string>();
  for (const name of shapes.keys()) {
    const without = name.replaceAll(COMPILED, '');
    if (plain.has(without)) {
      throw new NetworkError(
        `${file} has ${without} with and without ${COMPILED} in its name: save the weights of one network alone.`,
      );
    }
    plain.set(without, name);
  }
  return plain;
}

/** What stands before each last layer, the shortest first: a head inside the network has it, too. */
function prefixesOf(
  plain: ReadonlyMap<string, string>,
  { lastLayer, isForTraining }: Architecture,
): string[] {
  return [...plain.keys()]
    .filter((name) => (name === lastLayer || name.endsWith(`.${lastLayer}`)) && !isForTraining(name))
    .map((name) => name.slice(0, -lastLayer.length))
    .sort((a, b) => a.length - b.length);
}

function namesAfter(prefix: string, plain: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(
    [...plain].flatMap(([name, inFile]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), inFile] as const] : [],
    ),
  );
}

function shapesOf(names: ReadonlyMap<string, string>, shapes: TensorShapes): TensorShapes {
  return new Map([...names].map(([name, inFile]) => [name, shapes.get(inFile) ?? []]));
}

function others(names: ReadonlyMap<string, string>, shapes: TensorShapes): string[] {
  const taken = new Set(names.values());
  return [...shapes.keys()].filter((name) => !taken.has(name));
}

function ambiguous(file: string, found: readonly FoundWeights[]): NetworkError {
  const places = found.map(({ prefix }) => (prefix ? `after "${prefix}"` : 'at the top')).join(' and ');
  return new NetworkError(
    `${file} has the weights of several networks, ${places}: save those of one alone with torch.save.`,
  );
}

const MOST_SHOWN = 3;

/** "no tensor", or "161 tensors, such as conv1.weight, bn1.weight and bn1.bias". */
export function describe(names: readonly string[]): string {
  const shown = names.slice(0, MOST_SHOWN).map((name) => JSON.stringify(name.slice(0, 80)));
  if (names.length <= 1) return names.length === 0 ? 'no tensor' : `the tensor ${shown[0]}`;
  if (names.length <= MOST_SHOWN) return `${names.length} tensors, ${shown.join(', ')}`;
  return `${names.length} tensors, such as ${shown.join(', ')}`;
}
