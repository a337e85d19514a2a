import type { Architecture, TensorShapes } from '../architectures/architecture.js';
import { listTensors } from '../architectures/list-tensors.js';

/** How the tensors of a file compare with those of an architecture. */
interface Comparison {
  readonly architecture: Architecture;
  /** What stands before the names in the file. */
  readonly prefix: string;
  /** Tensors that the architecture takes. */
  readonly wanted: number;
  /** Those of them that the file has in the same shape. */
  readonly same: number;
  /** Those of another shape. */
  readonly otherShapes: readonly string[];
  readonly missing: readonly string[];
  /** Why the file is another network's where it has all tensors. */
  readonly mismatch: string | undefined;
  /** From 0, nothing in common, to 1, the same. */
  readonly likeness: number;
}

/** A tensor of another shape tells less of a kinship than one of the same. */
const LIKENESS_OF_NAME = 0.25;
const MAX_PLACES = 64;
const MOST_TOLD = 3;
const MOST_LETTERS = 60;

/**
 * What tells the weights of a file from those of the nearest architecture: how many tensors they share, and the first that differ.
 *
 * @param names of the file's tensors as they are compared, each with its name in the file
 * @param shapes of all tensors of the file
 * @param architectures which may be the nearest
 * @returns "nearest is …; it has …, not …; no …"; undefined where no tensor has a name that one of them knows
 */
export function describeNearest(
  names: ReadonlyMap<string, string>,
  shapes: TensorShapes,
  architectures: readonly Architecture[],
): string | undefined {
  const plain = new Map([...names].map(([name, inFile]) => [name, shapes.get(inFile) ?? []]));
  let nearest: Comparison | undefined;
  for (const architecture of architectures) {
    const wanted = listTensors(architecture);
    for (const prefix of findPrefixes([...wanted.keys()], [...plain.keys()])) {
      const comparison = compare(after(prefix, plain), wanted, { architecture, prefix });
      if (comparison.likeness > (nearest?.likeness ?? 0)) nearest = comparison;
    }
  }
  return nearest && describe(nearest);
}

/** What stands before names of the file that end as some wanted ones do, the shortest first. */
function findPrefixes(wanted: readonly string[], inFile: readonly string[]): string[] {
  const probes = new Set([wanted[0], wanted[Math.floor(wanted.length / 2)], wanted[wanted.length - 1]]);
  const prefixes = new Set(['']);
  for (const name of inFile) {
    for (const probe of probes) {
      if (name.endsWith(`.${probe}`)) prefixes.add(name.slice(0, -probe.length));
    }
  }
  return [...prefixes].sort((a, b) => a.length - b.length).slice(0, MAX_PLACES);
}

function after(prefix: string, shapes: TensorShapes): TensorShapes {
  if (prefix === '') return shapes;
  return new Map(
    [...shapes].flatMap(([name, shape]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), shape] as const] : [],
    ),
  );
}

function compare(
  shapes: TensorShapes,
  wanted: TensorShapes,
  place: Pick<Comparison, 'architecture' | 'prefix'>,
): Comparison {
  const { architecture } = place;
  const otherShapes: string[] = [];
  const missing: string[] = [];
  for (const [name, shape] of lastLayerFirst(wanted, architecture)) {
    const has = shapes.get(name);
    if (!has) missing.push(`${name} of ${sides(shape)}`);
    else if (sides(has) !== sides(shape)) otherShapes.push(`${name} of ${sides(has)}, not ${sides(shape)}`);
  }
  const same = wanted.size - otherShapes.length - missing.length;
  const others = [...shapes.keys()].filter((name) => !wanted.has(name) && !architecture.isForTraining(name));
  const likeness = (same + LIKENESS_OF_NAME * otherShapes.length) / (wanted.size + others.length);
  const mismatch = architecture.findMismatch(shapes);
  return { ...place, wanted: wanted.size, same, otherShapes, missing, mismatch, likeness };
}

/** The last layer, or the positions of a transformer, tell most. */
function lastLayerFirst(
  wanted: TensorShapes,
  { lastLayer }: Architecture,
): (readonly [name: string, shape: readonly number[]])[] {
  const last = wanted.get(lastLayer);
  return last ? [[lastLayer, last], ...[...wanted].filter(([name]) => name !== lastLayer)] : [...wanted];
}

function describe({
  architecture,
  prefix,
  wanted,
  same,
  otherShapes,
  missing,
  mismatch = '',
}: Comparison): string {
  const where = prefix ? ` (after ${JSON.stringify(prefix.slice(0, MOST_LETTERS))})` : '';
  const nearest = `nearest is ${architecture.name}, of whose ${wanted} tensors it has ${same} in the same shape${where}`;
  // Both kinds are told where there are both: patches of another size, and a layer that isn't there.
  const told = [
    ...otherShapes.slice(0, missing.length > 0 ? MOST_TOLD - 1 : MOST_TOLD),
    ...missing.slice(0, otherShapes.length > 0 ? 1 : MOST_TOLD).map((each) => `no ${each}`),
  ];
  if (told.length === 0) return `${nearest}; ${mismatch.slice(0, 2 * MOST_LETTERS)}`;
  const more = otherShapes.length + missing.length - told.length;
  return `${nearest}; it has ${told.join('; ')}${more > 0 ? `; and ${more} more differ` : ''}`;
}

/** "[768, 3, 14, 14]". */
function sides(shape: readonly number[]): string {
  return `[${shape.slice(0, 6).join(', ')}${shape.length > 6 ? ', …' : ''}]`;
}
