import type { FeatureDistance } from '../../documents/feature-distance.js';
import { type Extraction, extractAll } from '../../features/extract.js';
import { listShardTasks, shardTask } from '../../features/extraction-work.js';
import { shareOf } from '../../features/share.js';
import type { Rows } from '../../metrics/rows.js';
import type { Pass, SetPlan } from '../plan.js';
import type { Preparation } from '../prepare-set.js';

/** Pictures whose features are computed in float32 too. */
const PICTURES_MEASURED = 100;

/** A pass at a reduced precision, with the same in float32. */
type ReducedPass = Pass & Required<Pick<Pass, 'exact'>>;

/**
 * How far the features of a set's first pictures are from those in float32, for each network that computes at a reduced precision. Those
 * in float32 are computed on the CPU, and kept like all others.
 *
 * @param extractions what the passes gave
 * @returns nothing for a share of the work without the first pictures
 */
export async function measureDistances(
  { set, passes }: SetPlan,
  extractions: ReadonlyMap<Pass, Extraction>,
  { options, store, hooks, share }: Preparation,
): Promise<FeatureDistance[]> {
  const isFirst = ({ extractor, outputs }: Pass) =>
    !share ||
    shareOf(listShardTasks(set, extractor.identity, outputs), share).some(({ start }) => start === 0);
  const reduced = passes.filter((pass): pass is ReducedPass => pass.exact !== undefined && isFirst(pass));
  if (reduced.length === 0) return [];
  const end = Math.min(PICTURES_MEASURED, set.inspections.length);
  const lanes = reduced.map(({ exact: extractor, outputs }) => ({
    extractor,
    outputs,
    batchSize: BATCH_SIZE,
    tasks: [shardTask(set, { extractor: extractor.identity, outputs }, { start: 0, end })],
  }));
  const total = end * lanes.length;
  const found = await extractAll({ inspected: set, store }, lanes, {
    // Bad ones were told of, or left out, where all pictures were run.
    onBadImage: 'skip',
    maxBad: options.maxBad,
    signal: hooks.signal,
    onNote: hooks.onNote,
    onProgress: (done) =>
      hooks.onProgress?.({
        stage: 'extract',
        label: `${set.role} in float32, to compare`,
        done,
        total,
        kept: 0,
        unit: 'pictures',
      }),
  });
  const distances: FeatureDistance[] = [];
  for (const [i, pass] of reduced.entries()) {
    const [name] = pass.outputs;
    const own = extractions.get(pass)?.tables[name];
    const exact = found[i].tables[name];
    const distance = own && exact && (await compareRows(own, exact));
    if (distance) distances.push({ network: pass.label, ...distance });
  }
  return distances;
}

/** Enough for the CPU, whatever the device of the others likes. */
const BATCH_SIZE = 8;

/** Relative distances (L2) of the rows that both have; undefined where there is none to take. */
async function compareRows(own: Rows, exact: Rows): Promise<Omit<FeatureDistance, 'network'> | undefined> {
  const { width } = exact;
  const count = Math.min(own.count, exact.count);
  const [a, b] = [await own.read(0, count), await exact.read(0, count)];
  const distances: number[] = [];
  for (let row = 0; row < count; row++) {
    const distance = relativeDistance(
      a.subarray(row * width, (row + 1) * width),
      b.subarray(row * width, (row + 1) * width),
    );
    // What is not finite is told of as unusable.
    if (Number.isFinite(distance)) distances.push(distance);
  }
  if (distances.length === 0) return undefined;
  distances.sort((x, y) => x - y);
  const middle = distances.length / 2;
  const median = (distances[Math.floor(middle - 0.5)] + distances[Math.floor(middle)]) / 2;
  return {
    pictures: distances.length,
    median: Number(median.toPrecision(3)),
    largest: Number(distances[distances.length - 1].toPrecision(3)),
  };
}

/** ‖a − b‖ / ‖b‖. */
function relativeDistance(a: Float32Array, b: Float32Array): number {
  let difference = 0;
  let length = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    length += b[i] ** 2;
  }
  return difference === 0 ? 0 : Math.sqrt(difference / length);
}
