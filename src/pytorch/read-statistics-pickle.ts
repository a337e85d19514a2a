import { codeOf } from '../core/error-code.js';
import { ImagesError } from '../core/errors.js';
import { PthFault } from './fault.js';
import { ByteSource } from './pickle/byte-source.js';
import { ArrayRef, NUMPY_WORLD } from './pickle/numpy-objects.js';
import { PickleDict, type PickleValue } from './pickle/pickle-values.js';
import { readPickle } from './pickle/read-pickle.js';
import { FileRange, RandomFile } from './random-file.js';

/** Mean and covariance of features as another tool pickled them. */
export interface PickledStatistics {
  /** float64 [D] */
  readonly mu: Float64Array;
  /** float64 [D, D], row-major */
  readonly sigma: Float64Array;
  /** Number of pictures, where the file says it. */
  readonly count?: number;
}

/** Far above any network's; a table has its square. */
const MAX_WIDTH = 8192;

/**
 * Reads the statistics of a pickle: `{mu, sigma}`, the same under `fid` as EDM2 writes it, or the sums of StyleGAN's FeatureStats
 * (`raw_mean`, `raw_cov`, `num_items`). Nothing in the file is executed: NumPy's arrays of floating-point numbers are all that it may hold
 * beside plain values.
 *
 * @throws {ImagesError} one sentence, where the file is damaged, hostile or holds anything else
 */
export async function readStatisticsPickle(path: string): Promise<PickledStatistics> {
  let file: RandomFile | undefined;
  try {
    file = await RandomFile.open(path);
    const range = new FileRange(file, { name: 'the file', start: 0, byteLength: file.size });
    const source = new ByteSource(range);
    const value = readPickle(source, NUMPY_WORLD);
    if (source.remaining > 0) throw new PthFault(`has ${source.remaining} bytes behind its pickle`);
    return await takeStatistics(value, range);
  } catch (error) {
    const code = codeOf(error);
    if (!(error instanceof PthFault) && !code?.startsWith('E')) throw error;
    const why = error instanceof PthFault ? error.what : `cannot be read (${code})`;
    throw new ImagesError(
      `The statistics file ${path} ${why}: make it again with ganeval stats, or save its mu and sigma with numpy.savez.`,
      { cause: error },
    );
  } finally {
    await file?.close();
  }
}

async function takeStatistics(value: PickleValue, file: FileRange): Promise<PickledStatistics> {
  if (!(value instanceof PickleDict)) throw new PthFault('holds no dict of statistics');
  const inside = value.entries.get('fid');
  const { entries } = inside instanceof PickleDict ? inside : value;
  const arrays = (...names: string[]) => names.map((name) => entries.get(name));
  const [mu, sigma] = arrays('mu', 'sigma');
  if (mu instanceof ArrayRef && sigma instanceof ArrayRef) return readPair(mu, sigma, file);
  const [sum, products, count] = arrays('raw_mean', 'raw_cov', 'num_items');
  if (sum instanceof ArrayRef && products instanceof ArrayRef && typeof count === 'number' && count >= 2) {
    return fromSums(await readPair(sum, products, file), count);
  }
  throw new PthFault("holds neither mu and sigma nor StyleGAN's sums (raw_mean, raw_cov, num_items)");
}

async function readPair(mu: ArrayRef, sigma: ArrayRef, file: FileRange): Promise<PickledStatistics> {
  const [width, ...others] = mu.shape;
  if (others.length > 0 || sigma.shape.join() !== [width, width].join()) {
    throw new PthFault(
      `has mu of ${mu.shape.join('×')} and sigma of ${sigma.shape.join('×')}, which don't fit`,
    );
  }
  if (width < 1 || width > MAX_WIDTH) throw new PthFault(`has ${width} features; 1 to ${MAX_WIDTH} are read`);
  return { mu: await readArray(mu, file), sigma: await readArray(sigma, file) };
}

/** As FeatureStats.get_mean_cov: the divisor is the number of pictures. */
function fromSums({ mu, sigma }: PickledStatistics, count: number): PickledStatistics {
  const width = mu.length;
  const mean = mu.map((sum) => sum / count);
  const covariance = sigma.map((sum, i) => sum / count - mean[Math.floor(i / width)] * mean[i % width]);
  return { mu: mean, sigma: covariance, count };
}

async function readArray(
  { content, dtype, shape, isColumnMajor }: ArrayRef,
  file: FileRange,
): Promise<Float64Array> {
  if (!content || !dtype) throw new PthFault('has an array without numbers');
  const bytes = new Uint8Array(content.byteLength);
  await file.read(bytes, content.start);
  const view = new DataView(bytes.buffer);
  const { littleEndian } = dtype;
  const at = (i: number) =>
    dtype.bytes === 8 ? view.getFloat64(i * 8, littleEndian) : view.getFloat32(i * 4, littleEndian);
  const [rows, columns = 1] = shape;
  return Float64Array.from({ length: rows * columns }, (_, i) =>
    at(isColumnMajor ? (i % columns) * rows + Math.floor(i / columns) : i),
  );
}
