import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dot } from '../../images/picture-folder.js';
import { type HostileCase, type Invocation, put, score } from '../hostile-case.js';

/** A command line that reads the document at a path. */
type Reading = (folder: string, document: string) => Invocation;

const READERS: Readonly<Record<string, { reading: Reading; exit: HostileCase['exit'] }>> = {
  'config file': { reading: (folder, path) => scoreOne(folder, '--config', path), exit: 2 },
  'class map': { reading: (folder, path) => scoreOne(folder, '--class-map', path), exit: 4 },
  network: { reading: (folder, path) => scoreOne(folder, '--model', path), exit: 4 },
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
  checkpoint: {
    reading: (folder, path) => ({ args: ['sample', path, '-n', '1', '-o', join(folder, 'out')] }),
    exit: 4,
  },
};

const onePicture = (folder: string) => join(put(folder, { 'set/sound.png': dot(1) }), 'set');
const scoreOne = (folder: string, ...flags: string[]) => score(onePicture(folder), ...flags);

/** Every document that a person names, in the place of which something else stands. */
function inPlaceOf(what: string, make: (path: string) => string, says: RegExp): HostileCase[] {
  return Object.entries(READERS).map(([name, { reading, exit }]) => ({
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
  ...inPlaceOf(
    'that is a device',
    () => '/dev/zero',
    /\/dev\/zero cannot be read \(it is not a regular file\)/,
  ),
  ...inPlaceOf(
    'that is a pipe that nobody writes to',
    (path) => {
      execFileSync('mkfifo', [path]);
      return path;
    },
    /document\.json cannot be read \(it is not a regular file\)/,
  ),
  ...inPlaceOf(
    'of 4 GB that take no room on the disk',
    (path) => {
      writeFileSync(path, '');
      truncateSync(path, 2 ** 32);
      return path;
    },
    /document\.json cannot be read \(it has 4294967296 bytes, and \d+ are the most\)/,
  ),
];
