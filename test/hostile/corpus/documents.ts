import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dot } from '../../images/picture-folder.js';
import { tinyNetwork } from '../../networks/tiny-network.js';
import { type HostileCase, type Invocation, put, score } from '../hostile-case.js';

/** A command line that reads the document at a path. */
type Reading = (folder: string, document: string) => Invocation;

type Readers = Readonly<Record<string, { reading: Reading; exit: HostileCase['exit'] }>>;

const JSON_READERS: Readers = {
  'config file': { reading: (folder, path) => scoreOne(folder, '--config', path), exit: 2 },
  'result in a comparison': {
    reading: (_, path) => ({ args: ['compare', path, `${path}.other`] }),
    exit: 2,
  },
  baseline: {
    reading: (folder, path) => ({ args: ['gate', onePicture(folder), '--baseline', path] }),
    exit: 2,
  },
  'rules of a gate': {
    reading: (folder, path) => ({
      args: ['gate', onePicture(folder), '--baseline', join(folder, 'baseline.json'), '--rules', path],
    }),
    exit: 2,
  },
  part: {
    reading: (folder, path) => {
      mkdirSync(join(folder, 'part'));
      symlinkSync(path, join(folder, 'part', 'part.json'));
      return { args: ['merge', join(folder, 'part')] };
    },
    exit: 2,
  },
  'card of a network': { reading: besideNetwork('tiny.json'), exit: 4 },
  'preprocessor of a network': { reading: besideNetwork('preprocessor_config.json'), exit: 4 },
  'class names of a network': { reading: besideNetwork('config.json'), exit: 4 },
  'labels as JSON': { reading: (folder, path) => scoreOne(folder, '--labels', path), exit: 3 },
};

/** Read only where they are files. */
const FOUND_READERS: Readers = {
  "StyleGAN's labels": {
    reading: (folder, path) => {
      symlinkSync(path, join(put(folder, { 'set/sound.png': dot(1) }), 'set', 'dataset.json'));
      return score(join(folder, 'set'));
    },
    exit: 3,
  },
};

const READERS: Readers = {
  ...JSON_READERS,
  'class map': { reading: (folder, path) => scoreOne(folder, '--class-map', path), exit: 4 },
  network: { reading: (folder, path) => scoreOne(folder, '--model', path), exit: 4 },
  'table of labels': {
    reading: (folder, path) => {
      symlinkSync(path, join(folder, 'labels.csv'));
      return scoreOne(folder, '--labels', join(folder, 'labels.csv'));
    },
    exit: 3,
  },
  checkpoint: {
    reading: (folder, path) => ({ args: ['sample', path, '-n', '1', '-o', join(folder, 'out')] }),
    exit: 4,
  },
};

/** Documents with less than 64 MiB. */
const SMALL: readonly string[] = ['preprocessor of a network', 'class names of a network'];

const onePicture = (folder: string) => join(put(folder, { 'set/sound.png': dot(1) }), 'set');
const scoreOne = (folder: string, ...flags: string[]) => score(onePicture(folder), ...flags);

/** Scores with a network beside which the document stands. */
function besideNetwork(file: string): Reading {
  return (folder, path) => {
    put(folder, { 'set/sound.png': dot(1), 'model/tiny.onnx': tinyNetwork() });
    symlinkSync(path, join(folder, 'model', file));
    return score(join(folder, 'set'), '--model', join(folder, 'model', 'tiny.onnx'));
  };
}

/** Every document that a person names, in the place of which something else stands. */
function inPlaceOf(
  what: string,
  make: (path: string) => string,
  says: RegExp,
  readers: Readers = READERS,
): HostileCase[] {
  return Object.entries(readers).map(([name, { reading, exit }]) => ({
    name: `${name} ${what}`,
    make: (folder) => {
      mkdirSync(join(folder, 'documents'));
      return reading(folder, make(join(folder, 'documents', 'document.json')));
    },
    exit,
    says,
  }));
}

export const documents: readonly HostileCase[] = [
  ...inPlaceOf('that is a device', () => '/dev/zero', /cannot be read \(it is not a regular file\)/),
  ...inPlaceOf(
    'that is a link to noise without end',
    (path) => {
      symlinkSync('/dev/urandom', path);
      return path;
    },
    /cannot be read \(it is not a regular file\)/,
  ),
  ...inPlaceOf(
    'that is a pipe that nobody writes to',
    (path) => {
      execFileSync('mkfifo', [path]);
      return path;
    },
    /cannot be read \(it is not a regular file\)/,
  ),
  ...inPlaceOf(
    'of 4 GB that take no room on the disk',
    (path) => {
      writeFileSync(path, '');
      truncateSync(path, 2 ** 32);
      return path;
    },
    /cannot be read \(it has 4294967296 bytes, and \d+ are the most\)/,
  ),
  ...inPlaceOf(
    'of objects 100,000 deep',
    (path) => {
      writeFileSync(path, `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`);
      return path;
    },
    /\(it nests lists or objects more than 100 deep\)/,
    { ...JSON_READERS, ...FOUND_READERS },
  ),
  ...inPlaceOf(
    'of 17 million lists',
    (path) => {
      writeFileSync(path, `[${'[],'.repeat(17e6)}0]`);
      return path;
    },
    /is not JSON that can be read \(it has more than \d+ values\)/,
    Object.fromEntries(
      Object.entries({ ...JSON_READERS, ...FOUND_READERS }).filter(
        ([name]) => !SMALL.includes(name) && name !== 'part',
      ),
    ),
  ),
];
