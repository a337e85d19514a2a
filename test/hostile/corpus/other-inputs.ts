import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { encodeNpy, type NpyArray } from '../../../src/archives/npy.js';
import { dot } from '../../images/picture-folder.js';
import { writeZip } from '../../images/zip-file.js';
import { type HostileCase, put, score } from '../hostile-case.js';

/** Scores a sound picture with something else beside it, in `other/`. */
function withOther(
  name: string,
  file: string,
  content: string | Uint8Array,
  flag: string,
  exit: HostileCase['exit'],
  says: RegExp,
): HostileCase {
  return {
    name,
    make: (folder) => {
      put(folder, { 'set/sound.png': dot(1), [`other/${file}`]: content });
      return score(join(folder, 'set'), flag, join(folder, 'other', file));
    },
    exit,
    says,
  };
}

/** Statistics to compare a sound picture with. */
function statistics(name: string, arrays: Readonly<Record<string, NpyArray>>, says: RegExp): HostileCase {
  return {
    name,
    make: async (folder) => {
      put(folder, { 'set/sound.png': dot(1) });
      const entries = Object.entries(arrays).map(([key, array]) => ({
        name: `${key}.npy`,
        bytes: encodeNpy(array),
      }));
      const path = await writeZip(join(folder, 'stats.npz'), entries);
      return score(join(folder, 'set'), '--metrics', 'fid', '--reference', path);
    },
    exit: 3,
    says,
  };
}

const floats = (shape: readonly number[], value: number): NpyArray => ({
  shape,
  data: new Float64Array(shape.reduce((product, side) => product * side, 1)).fill(value),
});

/** Sets results side by side. */
function compared(name: string, text: string | Uint8Array, says: RegExp): HostileCase {
  return {
    name,
    make: (folder) => {
      const path = join(put(folder, { 'a.json': text, 'b.json': text }), 'a.json');
      return { args: ['compare', path, join(folder, 'b.json')] };
    },
    exit: 2,
    says,
  };
}

const config = (name: string, text: string, says: RegExp) =>
  withOther(name, 'config.json', text, '--config', 2, says);
const model = (name: string, bytes: string | Uint8Array, says: RegExp) =>
  withOther(name, 'model.onnx', bytes, '--model', 4, says);

/** A field of protocol buffers whose length lies. */
const LYING_ONNX = Buffer.from([0x08, 0x08, 0x3a, 0xff, 0xff, 0xff, 0xff, 0x07, 0x00]);

export const otherInputs: readonly HostileCase[] = [
  statistics(
    'statistics that are not finite',
    { mu: floats([2], Number.NaN), sigma: floats([2, 2], 0) },
    /holds values that are not finite/,
  ),
  statistics(
    'statistics of negative variance',
    { mu: floats([2], 0), sigma: floats([2, 2], -1) },
    /holds a negative variance/,
  ),
  statistics(
    'statistics whose parts do not fit',
    { mu: floats([2], 0), sigma: floats([3, 3], 1) },
    /which don't fit/,
  ),
  statistics(
    'statistics without a covariance',
    { mu: floats([2], 0), sigmoid: floats([2, 2], 0) },
    /has no array named sigma/,
  ),
  statistics(
    'statistics bomb: a mean of 400 MB of zeros',
    { mu: { shape: [400 << 20], data: new Uint8Array(400 << 20) }, sigma: floats([2, 2], 0) },
    /has an array mu of \d+ bytes, which is too large/,
  ),
  {
    name: 'statistics that are a device',
    make: (folder) =>
      score(join(put(folder, { 'set/sound.png': dot(1) }), 'set'), '--reference', '/dev/zero'),
    exit: 3,
    says: /"\/dev\/zero" is not a regular file/,
  },
  config('config file cut short', '{"metrics": ["is"', /is not JSON/),
  config(
    'config file that pollutes prototypes',
    '{"__proto__": {"seed": 7}, "constructor": 1}',
    /unknown option "__proto__"/,
  ),
  config('config file with a NUL in a path', '{"reference": "a\\u0000b"}', /"reference" in .*config\.json/),
  config(
    'config file with a number beyond all bounds',
    '{"kidSubsets": 1e400}',
    /"kidSubsets" in .*config\.json/,
  ),
  config('config file of a list', '[1, 2]', /must hold one JSON object/),
  compared('result cut short', '{"schema": "ganeval/result@1", "metrics": [', /is not JSON/),
  compared(
    'result of lists 100,000 deep',
    `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    /more than 100 deep/,
  ),
  compared('result without its metrics', '{"schema": "ganeval/result@1"}', /is damaged at samples/),
  compared(
    'result of a schema of the future',
    '{"schema": "ganeval/result@99"}',
    /is a document of "ganeval\/result@99"/,
  ),
  compared('result that is null', 'null', /is no result/),
  compared('result that is a PNG', dot(1), /is not JSON/),
  model('network of no bytes', '', /model\.onnx/),
  model('network whose length lies', LYING_ONNX, /model\.onnx/),
  model('network that is a PNG', dot(1), /model\.onnx/),
  {
    name: 'network that is a folder',
    make: (folder) => {
      mkdirSync(join(folder, 'model.onnx'));
      return score(put(folder, { 'set/sound.png': dot(1) }), '--model', join(folder, 'model.onnx'));
    },
    exit: 4,
    says: /it is not a regular file/,
  },
  {
    name: 'weights whose pickle runs a command',
    make: (folder) => {
      const pickle = Buffer.from('\x80\x02cposix\nsystem\n(X\x11\0\0\0touch /tmp/hackedtR.', 'latin1');
      put(folder, { 'weights.pth': pickle });
      return {
        args: ['models', 'import', join(folder, 'weights.pth'), '--models-dir', join(folder, 'store')],
      };
    },
    exit: 4,
    says: /weights\.pth/,
  },
  {
    name: 'part of a score that is empty',
    make: (folder) => ({ args: ['merge', put(folder, { 'part.json': '' })] }),
    exit: 2,
    says: /part\.json cannot be read/,
  },
];
