import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { dot } from '../../images/picture-folder.js';
import {
  type External,
  externalConstantNetwork,
  externalNetwork,
  TINY_WEIGHTS,
} from '../../networks/external-model.js';
import { tinyNetwork } from '../../networks/tiny-network.js';
import { type HostileCase, put, score } from '../hostile-case.js';

const FLAGS = ['--normalize', '[0,255]'];

/** Scores with a network whose weights are said to be elsewhere. */
function external(
  name: string,
  bytes: Uint8Array,
  says: RegExp,
  prepare: (folder: string) => void = () => {},
): HostileCase {
  return {
    name: `network with ${name}`,
    make: (folder) => {
      put(folder, { 'set/sound.png': dot(1), 'model/tiny.onnx': bytes, 'model/tiny.data': TINY_WEIGHTS });
      put(folder, { secret: TINY_WEIGHTS });
      prepare(join(folder, 'model'));
      return score(join(folder, 'set'), '--model', join(folder, 'model', 'tiny.onnx'), ...FLAGS);
    },
    exit: 4,
    says,
  };
}

const both = (
  name: string,
  where: External,
  says: RegExp,
  prepare?: (folder: string) => void,
): HostileCase[] => [
  external(`weights ${name}`, externalNetwork(where), says, prepare),
  external(`a constant ${name}`, externalConstantNetwork(where), says, prepare),
];

/** A network with a document of Hugging Face beside it. */
function described(name: string, file: string, text: string, says: RegExp): HostileCase {
  return {
    name: `network beside ${name}`,
    make: (folder) => {
      put(folder, { 'set/sound.png': dot(1), 'model/tiny.onnx': tinyNetwork(), [`model/${file}`]: text });
      return score(join(folder, 'set'), '--model', join(folder, 'model', 'tiny.onnx'));
    },
    exit: 4,
    says,
  };
}

const OUTSIDE = /outside its own folder, where nothing is read/;

export const networks: readonly HostileCase[] = [
  ...both('above its folder', { location: '../secret' }, OUTSIDE),
  ...both('by a whole path', { location: '/etc/passwd' }, OUTSIDE),
  ...both('behind a link out of its folder', { location: 'link' }, OUTSIDE, (folder) =>
    symlinkSync('../secret', join(folder, 'link')),
  ),
  ...both("in the runtime's memory", { location: '*/_ORT_MEM_ADDR_/*', offset: '4096' }, /ENOENT/),
  ...both('in a pipe that nobody writes to', { location: 'pipe' }, /not a regular file/, (folder) =>
    execFileSync('mkfifo', [join(folder, 'pipe')]),
  ),
  ...both('in a device', { location: 'zero' }, OUTSIDE, (folder) =>
    symlinkSync('/dev/zero', join(folder, 'zero')),
  ),
  ...both('beyond the end of the file', { location: 'tiny.data', offset: '999999999999999' }, /has 24 bytes/),
  external(
    '4,096 pictures and one at a time',
    tinyNetwork({ shape: [4097, 3, 8, 8] }),
    /exactly 4097 pictures/,
  ),
  described('a preprocessor that is no JSON', 'preprocessor_config.json', '{'.repeat(1e5), /is not JSON/),
  described(
    'a preprocessor of a million pixels',
    'preprocessor_config.json',
    JSON.stringify({ size: { height: 1e6, width: 1e6 }, image_mean: [0, 0, 0], image_std: [1, 1, 1] }),
    /is not understood at size/,
  ),
  described(
    'a preprocessor with a deviation of 0',
    'preprocessor_config.json',
    JSON.stringify({ size: 8, image_mean: [0, 0, 0], image_std: [0, 0, 0] }),
    /deviation of 0/,
  ),
];
