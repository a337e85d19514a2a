import { NetworkError, UsageError } from '../core/errors.js';
import type { ModelFile } from '../onnx/model-file.js';
import type { Port } from '../onnx/session.js';
import { LATENT_FORM, type LatentSpec, widthOf } from './latent-spec.js';

/** Element types of latents, and of classes as a 1 among zeros. Latents are drawn as float32. */
const FLOATING_TYPES = ['float32', 'float16', 'float64'] as const;

export type FloatingType = (typeof FLOATING_TYPES)[number];

/** The input that takes latents. */
export interface LatentInput {
  readonly name: string;
  readonly type: FloatingType;
  /** Sides of one latent. */
  readonly shape: readonly number[];
}

/** The input that takes a class for each picture. */
export interface ClassInput {
  readonly name: string;
  /** Of class indices, or of a 1 among zeros. */
  readonly type: 'int64' | 'int32' | FloatingType;
  readonly classes: number;
  /** Whether indices are a column, [n, 1]. */
  readonly isColumn: boolean;
}

/** How a generator is fed. */
export interface GeneratorInputs {
  readonly latent: LatentInput;
  /** Absent for a generator that takes no classes. */
  readonly classes?: ClassInput;
  /** How many pictures it makes at a time, no more and no fewer; undefined if any number. */
  readonly batch?: number;
}

/** More pictures at a time would take memory that few machines have. */
const MAX_BATCH = 4096;

/**
 * Finds out how a generator is fed: its inputs as its file declares them, completed by what the user says.
 *
 * @param path how errors name the file
 * @param said `latent` and the number of `classes`, as far as they are said
 * @throws {NetworkError} for inputs that are not latents and classes
 * @throws {UsageError} where the file leaves open what the user has to say, or the two contradict each other
 */
export function inspectGeneratorInputs(
  path: string,
  { inputs }: ModelFile,
  said: { readonly latent?: LatentSpec; readonly classes?: number },
): GeneratorInputs {
  const [latent, classes] = sortInputs(path, inputs);
  const batch = batchOf(path, classes ? [latent, classes] : [latent]);
  return {
    latent: {
      name: latent.name,
      type: floatingType(latent) ?? 'float32',
      shape: latentShape(path, latent, said.latent?.shape),
    },
    ...classesOf(path, classes, said.classes),
    ...(batch !== undefined && { batch }),
  };
}

const describe = ({ name, type, shape }: Port) =>
  `${name || 'an input'} as ${type || 'no tensor'} [${shape.map((side) => (side === '' ? '?' : side)).join(', ')}]`;

/** Latents first, classes second, in whichever order they are declared. */
function sortInputs(path: string, inputs: readonly Port[]): [latent: Port, classes?: Port] {
  const listed = inputs.map(describe).join(' and ') || 'nothing';
  const sorted = inputs.length === 2 && isOfClasses(inputs[0]) && !isOfClasses(inputs[1]);
  const [latent, classes, ...more] = sorted ? [inputs[1], inputs[0]] : inputs;
  const fits =
    latent !== undefined &&
    floatingType(latent) !== undefined &&
    latent.shape.length >= 2 &&
    (classes === undefined || isIndices(classes) || isOneHot(classes)) &&
    more.length === 0;
  if (fits) return [latent, classes];
  throw new NetworkError(
    `${path} takes ${listed}: give a generator that takes floating-point latents [n, …] and perhaps a class for each as a second input (int64 or int32 [n], or floating-point [n, classes]), and export it with everything else fixed.`,
  );
}

const isIndices = ({ type, shape }: Port) =>
  (type === 'int64' || type === 'int32') && (shape.length === 1 || (shape.length === 2 && shape[1] === 1));

const floatingType = ({ type }: Port) => FLOATING_TYPES.find((each) => each === type);

const isOneHot = (port: Port) => floatingType(port) !== undefined && port.shape.length === 2;

/** By its type, or its name. */
function isOfClasses(port: Port): boolean {
  return isIndices(port) || (isOneHot(port) && /^(c|y)$|class|label|one.?hot/i.test(port.name));
}

function batchOf(path: string, ports: readonly Port[]): number | undefined {
  const fixed = [...new Set(ports.flatMap(({ shape }) => (typeof shape[0] === 'number' ? [shape[0]] : [])))];
  const isSound = fixed.length <= 1 && fixed.every((batch) => batch >= 1 && batch <= MAX_BATCH);
  if (isSound) return fixed[0];
  throw new NetworkError(
    `${path} takes ${ports.map(describe).join(' and ')}, and 1 to ${MAX_BATCH} pictures at a time are possible: export it with an open batch axis.`,
  );
}

/** What the file fixes wins; what it leaves open must be said. */
function latentShape(path: string, port: Port, said: readonly number[] | undefined): number[] {
  const declared = port.shape.slice(1);
  const open = declared.filter((side) => typeof side !== 'number');
  const shape = fill(declared, said);
  if (shape?.every((side) => side >= 1)) return shape;
  if (said === undefined && open.length > 0) {
    throw new UsageError(
      `${path} takes ${describe(port)} and leaves open how many numbers a latent has: say it with --latent, such as ${LATENT_FORM}.`,
    );
  }
  throw new UsageError(
    `${path} takes ${describe(port)}, and latents of ${said?.join('×') ?? 'no numbers'} do not fit it: say another --latent, or leave its numbers out.`,
  );
}

/** The declared sides with what was said in their gaps; undefined where they differ. A single number may stand for sides of which the others are 1. */
function fill(
  declared: readonly (number | string)[],
  said: readonly number[] | undefined,
): number[] | undefined {
  const known = declared.filter((side): side is number => typeof side === 'number');
  if (said === undefined) return known.length === declared.length ? known : undefined;
  if (said.length === declared.length) {
    return declared.every((side, i) => typeof side !== 'number' || side === said[i]) ? [...said] : undefined;
  }
  if (said.length !== 1) return undefined;
  const wanted = declared.map((side, i) => (typeof side === 'number' ? side : i === 0 ? said[0] : 1));
  return widthOf(wanted) === said[0] ? wanted : undefined;
}

function classesOf(
  path: string,
  port: Port | undefined,
  said: number | undefined,
): { classes: ClassInput } | undefined {
  if (!port) {
    if (said === undefined) return undefined;
    throw new UsageError(`${path} takes no classes: leave --generator-classes out.`);
  }
  const { name, type, shape } = port;
  const isColumn = shape.length === 2;
  const declared = isIndices(port) || typeof shape[1] !== 'number' ? undefined : shape[1];
  const classes = said ?? declared;
  if (classes === undefined) {
    throw new UsageError(
      `${path} takes ${describe(port)} and does not say how many classes there are: say it with --generator-classes.`,
    );
  }
  if (declared !== undefined && declared !== classes) {
    throw new UsageError(
      `${path} takes ${describe(port)}, which is not for ${classes} classes: correct --generator-classes, or leave it out.`,
    );
  }
  const kind = type === 'int64' || type === 'int32' ? type : (floatingType(port) ?? 'float32');
  return { classes: { name, type: kind, classes, isColumn } };
}
