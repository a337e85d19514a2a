// Ways in which samples get worse, for a set of CIFAR-10 that is named by its rows.
import { subjectOf } from './cifar10.js';

const SIDE = 32;
const CHANNELS = 3;

/** Gaussian blur with edges repeated, of every picture. */
export function blur(data, rows, sigma) {
  const reach = Math.ceil(4 * sigma);
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)),
  );
  const sum = kernel.reduce((total, each) => total + each, 0);
  const along = (values, strideOf) => {
    const out = new Float64Array(values.length);
    for (let i = 0; i < values.length; i++) {
      const { position, stride } = strideOf(i);
      for (let k = -reach; k <= reach; k++) {
        const at = Math.min(SIDE - 1, Math.max(0, position + k));
        out[i] += (kernel[k + reach] / sum) * values[i + (at - position) * stride];
      }
    }
    return out;
  };
  return changePixels(data, rows, (picture) => {
    const columns = along(picture, (i) => ({ position: Math.floor(i / CHANNELS) % SIDE, stride: CHANNELS }));
    const stride = SIDE * CHANNELS;
    return along(columns, (i) => ({ position: Math.floor(i / stride), stride }));
  });
}

/** Independent normal noise on every channel of every pixel. */
export function addNoise(data, rows, deviation, stream) {
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - stream.randomSample())) * Math.cos(2 * Math.PI * stream.randomSample());
  return changePixels(data, rows, (picture) =>
    Float64Array.from(picture, (value) => value + deviation * normal()),
  );
}

/** Rows of another class, not in the set, in place of a share of one class's rows. */
export function swapClass(data, rows, share, stream, { from, by }) {
  const inSet = new Set(rows);
  const others = Array.from(data.labels.keys()).filter((row) => data.labels[row] === by && !inSet.has(row));
  const members = rows.filter((row) => data.labels[row] === from);
  const replaced = new Set(members.slice(0, Math.round(share * members.length)));
  const order = stream.permutation(others.length);
  let next = 0;
  const set = subjectOf(
    data,
    rows.map((row) => (replaced.has(row) ? others[order[next++]] : row)),
  );
  return { ...set, labels: Int32Array.from(rows, (row) => data.labels[row]) };
}

function changePixels(data, rows, change) {
  const set = subjectOf(data, rows);
  const { width } = set.pixels;
  const changed = new Uint8ClampedArray(set.pixels.data.length);
  for (let i = 0; i < rows.length; i++) {
    changed.set(change(set.pixels.data.subarray(i * width, (i + 1) * width)), i * width);
  }
  return { ...set, pixels: { data: new Uint8Array(changed.buffer), width } };
}
