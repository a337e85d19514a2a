import { createHash } from 'node:crypto';
import { UsageError } from '../../../core/errors.js';
import { rngFor } from '../../loop/rng-for.js';
import { RNG_STREAMS } from '../rng-streams.js';
import type { RunPictures } from '../run-pictures.js';

/** Pictures of a run, divided. */
export interface DividedPictures {
  /** What steps see. */
  readonly train: RunPictures;
  /** What no step sees, without labels. */
  readonly validation: RunPictures;
}

/**
 * Takes some pictures out of those that a run trains on, by the seed. Their labels are not given on: what is decided by them could not be
 * decided by labels.
 *
 * @param count integer from 1
 * @throws {UsageError} if no pictures would be left
 */
export function holdOut(pictures: RunPictures, count: number, seed: number): DividedPictures {
  if (count >= pictures.count) {
    throw new UsageError(
      `--validation ${count} leaves no pictures to train on: there are ${pictures.count}, hold fewer out.`,
    );
  }
  const order = rngFor(seed, RNG_STREAMS.validation).permutation(pictures.count);
  const held = Int32Array.from(order.subarray(0, count)).sort();
  const rest = Int32Array.from(order.subarray(count)).sort();
  const source = `${pictures.source}, without ${count} that are held out`;
  const digest = createHash('sha256')
    .update(`${pictures.digest} without ${count} of seed ${seed}`)
    .digest('hex');
  return {
    train: { ...pictures, ...take(pictures, rest), digest, source },
    validation: {
      ...pictures,
      ...withoutLabels(take(pictures, held)),
      source: `${count} held out of ${pictures.source}`,
      // The pictures are those of the training, and close with them.
      close: async () => {},
    },
  };
}

type Rows = Pick<RunPictures, 'count' | 'labels' | 'read'>;

function take(pictures: RunPictures, rows: Int32Array): Rows {
  return {
    count: rows.length,
    labels: rows.map((row) => pictures.labels[row]),
    read: (wanted) => pictures.read(wanted.map((row) => rows[row])),
  };
}

function withoutLabels({ count, read }: Rows): Rows {
  return {
    count,
    labels: new Int32Array(count),
    async read(rows) {
      const { pixels } = await read(rows);
      return { pixels, labels: new Int32Array(rows.length) };
    },
  };
}
