import { type NpyArray, NpyError } from '../../archives/npy.js';
import { listNpzNames, readNpz, writeNpz } from '../../archives/npz.js';
import { ImagesError } from '../../core/errors.js';
import { type PrecisionName, REDUCED_PRECISIONS } from '../../core/precision-names.js';
import { MAX_FEATURE } from '../../features/output-check.js';
import type { FeatureStatistics } from '../../metrics/subject.js';
import { readStatisticsPickle } from '../../pytorch/read-statistics-pickle.js';
import { digestFile } from '../../storage/digest-file.js';
import { writeWholeWith } from '../../storage/write-whole.js';

/** What a statistics file holds. */
export interface StatisticsFile {
  readonly statistics: FeatureStatistics;
  /** SHA-256 of the file. */
  readonly digest: string;
  /** SHA-256 of the network's weights, where the file says it (ours do, pytorch-fid's don't). */
  readonly network?: string;
  /** What that network computed in, where it is named. */
  readonly precision?: PrecisionName;
}

/** A statistics file with the name that the user gave it. */
export type NamedStatistics = StatisticsFile & { readonly name: string };

/** Whether a path is that of a pickle, as StyleGAN and EDM keep statistics. */
export function isPickle(path: string): boolean {
  return /\.(pkl|pickle)$/i.test(path);
}

/** Whether an `.npz` file holds `mu` and `sigma`, whatever else it holds; false for what is no such file. */
export async function holdsStatistics(path: string): Promise<boolean> {
  if (!path.toLowerCase().endsWith('.npz')) return false;
  const names = await listNpzNames(path).catch((): string[] => []);
  return names.includes('mu') && names.includes('sigma');
}

/**
 * Reads `mu` [D] and `sigma` [D, D] of an `.npz` file, as pytorch-fid, torch-fidelity's users and `ganeval stats` write
 * them, or of a pickle, as StyleGAN and EDM do.
 *
 * @throws {ImagesError} naming the file, if it is no such file or its numbers can't be statistics
 */
export async function readStatistics(path: string): Promise<StatisticsFile> {
  const digest = await digestRegularFile(path);
  const file = await readNumbers(path);
  // The digest is that of these numbers only if nothing was written between the readings.
  if ((await digestRegularFile(path)) === digest) return { ...file, digest };
  throw new ImagesError(
    `The statistics file ${path} changed while it was being read: start again when nothing writes to it.`,
  );
}

async function readNumbers(path: string): Promise<Omit<StatisticsFile, 'digest'>> {
  try {
    if (isPickle(path)) {
      const statistics = await readStatisticsPickle(path);
      refuseInfinite(statistics.mu, statistics.sigma);
      refuseNonsense(statistics);
      return { statistics };
    }
    const { mu, sigma } = await readNpz(path, ['mu', 'sigma']);
    const statistics = { mu: asFloat64(mu), sigma: asFloat64(sigma) };
    const width = statistics.mu.length;
    if (mu.shape.length !== 1 || sigma.shape.join() !== [width, width].join()) {
      throw new NpyError(
        `has mu of ${mu.shape.join('×')} and sigma of ${sigma.shape.join('×')}, which don't fit`,
      );
    }
    refuseNonsense(statistics);
    const counted = await readNpz(path, ['count']).catch(() => undefined);
    const count = counted && Number(counted.count.data[0]);
    if (count !== undefined && !(Number.isSafeInteger(count) && count >= 0))
      throw new NpyError(`holds a count of ${count}`);
    const made = await readNpz(path, ['network']).catch(() => undefined);
    const network = made && Buffer.from(made.network.data as Uint8Array).toString('hex');
    if (network === undefined) return { statistics: { ...statistics, count } };
    return { statistics: { ...statistics, count }, network, precision: await readPrecision(path) };
  } catch (error) {
    if (!(error instanceof NpyError)) throw error;
    throw new ImagesError(`The statistics file ${path} ${error.message}: make it again with ganeval stats.`);
  }
}

/** Files of float32 say nothing. */
async function readPrecision(path: string): Promise<PrecisionName> {
  if (!(await listNpzNames(path)).includes('precision')) return 'float32';
  const { data } = (await readNpz(path, ['precision'])).precision;
  const text = data instanceof Uint8Array ? Buffer.from(data).toString('latin1') : undefined;
  const known = REDUCED_PRECISIONS.find((name) => name === text);
  if (known === undefined) throw new NpyError('was made at a precision that is not known');
  return known;
}

function asFloat64({ data }: NpyArray): Float64Array {
  if (data instanceof BigInt64Array) throw new NpyError('holds whole numbers in place of statistics');
  const values = Float64Array.from(data);
  refuseInfinite(values);
  return values;
}

function refuseInfinite(...tables: readonly Float64Array[]): void {
  if (tables.every((values) => values.every(Number.isFinite))) return;
  throw new NpyError('holds values that are not finite');
}

/** A covariance is symmetric, and its diagonal holds variances. */
function refuseNonsense({ mu, sigma }: FeatureStatistics): void {
  const width = mu.length;
  let trace = 0;
  for (let i = 0; i < width; i++) {
    const variance = sigma[i * width + i];
    if (variance < 0) throw new NpyError(`holds a negative variance, ${variance}`);
    trace += variance;
  }
  if (!(trace <= width * MAX_FEATURE ** 2) || mu.some((value) => Math.abs(value) > MAX_FEATURE))
    throw new NpyError('holds values too large to compare');
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < i; j++) {
      if (Math.abs(sigma[i * width + j] - sigma[j * width + i]) > 1e-6 * trace)
        throw new NpyError('holds a sigma that is not symmetric');
    }
  }
}

async function digestRegularFile(path: string): Promise<string> {
  try {
    return await digestFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ImagesError(
      `The statistics file ${path} ${code === 'ENOENT' ? 'does not exist' : `cannot be read (${message})`}: check --reference.`,
    );
  }
}

/**
 * Writes statistics that pytorch-fid reads, with the number of pictures and the network beside them. The file appears
 * whole or not at all.
 *
 * @param made SHA-256 that identifies the network, lower-case hex, and what it computed in; nothing where the features came from a file
 * @param signal ends the waiting for whoever reads from a pipe
 * @throws {ImagesError} for statistics that are not finite
 * @throws {StorageError} for a file that can't be written
 */
export async function saveStatistics(
  path: string,
  { mu, sigma, count }: FeatureStatistics,
  { network, precision = 'float32' }: Pick<StatisticsFile, 'network' | 'precision'>,
  signal?: AbortSignal,
): Promise<void> {
  if (![mu, sigma].every((values) => values.every(Number.isFinite))) {
    throw new ImagesError(
      `The statistics for ${path} are not finite: the features are too large, choose another network.`,
    );
  }
  const write = (aside: string) =>
    writeNpz(aside, {
      mu: { shape: [mu.length], data: mu },
      sigma: { shape: [mu.length, mu.length], data: sigma },
      count: { shape: [], data: BigInt64Array.of(BigInt(count ?? 0)) },
      ...(network !== undefined && {
        network: { shape: [32], data: Uint8Array.from(Buffer.from(network, 'hex')) },
      }),
      ...(precision !== 'float32' && {
        precision: { shape: [precision.length], data: Uint8Array.from(Buffer.from(precision, 'latin1')) },
      }),
    });
  await writeWholeWith(path, write, { signal });
}
