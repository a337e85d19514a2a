import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { facts } from '../../../src/train/gan/settings.js';
import { dot } from '../../images/picture-folder.js';
import { type HostileCase, put } from '../hostile-case.js';

const FORM = { size: 28, channels: 1, classNames: [] };
const SETTINGS = facts.presets.mnist.settings;
const WEIGHTS = Buffer.alloc(16);
/** Of the format: no header is longer. */
const LONGEST_HEADER = 100_000_000;

interface Parts {
  readonly identity?: Readonly<Record<string, string>>;
  readonly tensors?: Readonly<Record<string, unknown>>;
  readonly sha256?: string;
  /** Spaces behind the header. */
  readonly padding?: number;
}

const identityOf = (form: object, settings: object, family = 'gan') => ({
  family,
  form: JSON.stringify({ ...FORM, ...form }),
  settings: JSON.stringify({ ...SETTINGS, ...settings }),
  seed: '1',
});

const entry = (shape: readonly number[], from: number, to: number) => ({
  dtype: 'F32',
  shape,
  data_offsets: [from, to],
});

/** A checkpoint that is sound but for what is given. */
function safetensors({ identity = identityOf({}, {}), tensors = {}, sha256, padding = 0 }: Parts): Buffer {
  const metadata = {
    identity: JSON.stringify(identity),
    progress: JSON.stringify({ step: 1, seconds: 1 }),
    sha256: sha256 ?? createHash('sha256').update(WEIGHTS).digest('hex'),
  };
  return withHeader(JSON.stringify({ __metadata__: metadata, ...tensors }) + ' '.repeat(padding));
}

function withHeader(header: string, length = BigInt(header.length)): Buffer {
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(length);
  return Buffer.concat([head, Buffer.from(header), WEIGHTS]);
}

/** Draws a sample from a checkpoint. */
function checkpoint(name: string, bytes: () => Uint8Array, says: RegExp): HostileCase {
  return {
    name,
    make: (folder) => {
      put(folder, { 'run/checkpoint.safetensors': bytes() });
      return {
        args: ['sample', join(folder, 'run'), '-n', '1', '-o', join(folder, 'out'), '--threads', '1'],
      };
    },
    exit: 4,
    says,
  };
}

const DAMAGED = /is not a complete checkpoint of a training run/;
const UNFIT = /does not fit the networks of this version/;

export const checkpoints: readonly HostileCase[] = [
  checkpoint('checkpoint of no bytes', () => Buffer.alloc(0), DAMAGED),
  checkpoint('checkpoint that is a PNG', () => dot(1), DAMAGED),
  checkpoint('checkpoint whose header claims 2^63 bytes', () => withHeader('{}', 2n ** 63n), DAMAGED),
  checkpoint(
    'checkpoint with a header of 150 MB',
    () => safetensors({ padding: 1.5 * LONGEST_HEADER }),
    DAMAGED,
  ),
  checkpoint(
    'checkpoint of lists 100,000 deep',
    () => withHeader(`${'['.repeat(100_000)}${']'.repeat(100_000)}`),
    DAMAGED,
  ),
  checkpoint('checkpoint of another digest', () => safetensors({ sha256: '0'.repeat(64) }), DAMAGED),
  checkpoint(
    'checkpoint whose weights are longer than the file',
    () => safetensors({ tensors: { a: entry([2 ** 30], 0, 2 ** 32) } }),
    DAMAGED,
  ),
  checkpoint(
    'checkpoint whose weights have fewer bytes than their shape',
    () => safetensors({ tensors: { a: entry([2 ** 30, 2 ** 20], 0, 16) } }),
    DAMAGED,
  ),
  checkpoint(
    'checkpoint whose weights end before they begin',
    () => safetensors({ tensors: { a: entry([], 8, 4) } }),
    DAMAGED,
  ),
  checkpoint(
    'checkpoint whose 100,000 weights share their bytes',
    () => {
      const names = Array.from({ length: 100_000 }, (_, i) => [`a${i}`, entry([4], 0, 16)]);
      return safetensors({ tensors: Object.fromEntries(names) });
    },
    DAMAGED,
  ),
  checkpoint(
    'checkpoint of a family named __proto__',
    () => safetensors({ identity: identityOf({}, {}, '__proto__') }),
    /is no checkpoint of a GAN/,
  ),
  checkpoint(
    'checkpoint without its form',
    () => safetensors({ identity: { family: 'gan', settings: '{}' } }),
    /its form cannot be read/,
  ),
  checkpoint('checkpoint without weights', () => safetensors({}), UNFIT),
  checkpoint(
    'checkpoint of a network of 10^9 units in each layer',
    () => safetensors({ identity: identityOf({}, { generatorUnits: 1e9, discriminatorUnits: 1e9 }) }),
    /A layer of \[100, 1000000000\] weights is more than/,
  ),
  checkpoint(
    'checkpoint of pictures of 10^6 pixels a side',
    () => safetensors({ identity: identityOf({ size: 1e6 }, {}) }),
    /A layer of \[.*\] weights is more than/,
  ),
];
