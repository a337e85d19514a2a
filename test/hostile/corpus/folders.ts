import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { dot } from '../../images/picture-folder.js';
import { type HostileCase, type Invocation, put, score, scoreFile } from '../hostile-case.js';

const SOUND = { 'sound.png': dot(1) };
const fifo = (path: string) => execFileSync('mkfifo', [path]);

/** Something beside a sound picture. */
function beside(
  name: string,
  add: (folder: string) => void,
  exit: 0 | 3,
  says: RegExp,
  asNobody?: true,
): HostileCase {
  return {
    name,
    make: (folder) => {
      add(put(folder, SOUND));
      return score(folder);
    },
    exit,
    says,
    ...(asNobody && { asNobody }),
  };
}

/** What happens to the second picture when both have been read once. */
function afterInspection(name: string, change: (path: string) => void, says: RegExp): HostileCase {
  return {
    name,
    make: (folder): Invocation => {
      const path = join(put(folder, { ...SOUND, 'victim.png': dot(2) }), 'victim.png');
      return { ...score(folder), afterInspection: () => change(path) };
    },
    exit: 3,
    says,
  };
}

/** Writes into the file itself and restores its times, as a writer with a memory map seems to. */
function rewrite(path: string, bytes: Uint8Array): void {
  const { atimeMs, mtimeMs, size } = statSync(path);
  if (bytes.length !== size) throw new Error(`${bytes.length} bytes for ${size}`);
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, 0);
  closeSync(file);
  utimesSync(path, atimeMs / 1000, mtimeMs / 1000);
}

/** So many names of one file; a file system allows some tens of thousands. */
function manyNames(folder: string, count: number): void {
  for (let i = 0; i < count; i++) {
    if (i % 10_000 === 0) writeFileSync(join(folder, `${i}.txt`), '');
    else linkSync(join(folder, `${i - (i % 10_000)}.txt`), join(folder, `${i}.txt`));
  }
}

/** A folder in a folder, further down than one path can name. */
function deep(folder: string): void {
  // Only a process of its own may change its folder; a shell would name the whole path.
  const setUp = `const fs = require('fs'); const name = 'd'.repeat(200);`;
  const script = `for (let i = 0; i < 30; i++) { fs.mkdirSync(name); process.chdir(name); } fs.writeFileSync('x.png', '')`;
  execFileSync(process.execPath, ['-e', setUp + script], { cwd: folder });
}

export const folders: readonly HostileCase[] = [
  { name: 'folder of nothing', make: (folder) => score(folder), exit: 3, says: /is empty/ },
  {
    name: 'folder that is not there',
    make: (folder) => score(join(folder, 'none')),
    exit: 3,
    says: /does not exist/,
  },
  {
    name: 'path through a file',
    make: (folder) => score(join(put(folder, SOUND), 'sound.png', 'x')),
    exit: 3,
    says: /sound\.png\/x"/,
  },
  {
    name: 'path of 5,000 letters',
    make: (folder) => score(join(folder, 'x'.repeat(5000))),
    exit: 3,
    says: /cannot be read/,
  },
  { name: 'path of no letters', make: () => score(''), exit: 3, says: /"" does not exist/ },
  {
    name: 'FIFO in place of a folder',
    make: (folder) => {
      fifo(join(folder, 'pipe'));
      return score(join(folder, 'pipe'));
    },
    exit: 3,
    says: /is not a regular file/,
  },
  {
    name: 'device in place of a folder',
    make: () => score('/dev/zero'),
    exit: 3,
    says: /is not a regular file/,
  },
  {
    name: 'executable in place of a folder',
    make: (folder) => scoreFile(folder, 'program', '\x7fELF\x02\x01\x01'),
    exit: 3,
    says: /is a file of no known kind/,
  },
  beside('FIFO named as a picture', (folder) => fifo(join(folder, 'pipe.png')), 0, /1 not a regular file/),
  beside(
    'link to a device named as a picture',
    (folder) => symlinkSync('/dev/zero', join(folder, 'zero.png')),
    0,
    /1 not a regular file/,
  ),
  beside(
    'link to a FIFO named as a picture',
    (folder) => {
      fifo(join(folder, '.pipe'));
      symlinkSync('.pipe', join(folder, 'pipe.png'));
    },
    0,
    /1 not a regular file/,
  ),
  beside('folder named as a picture', (folder) => mkdirSync(join(folder, 'folder.png')), 0, /: 1 picture,/),
  beside(
    'link to the folder itself',
    (folder) => symlinkSync('.', join(folder, 'again')),
    0,
    /links to folders that are part of the set already were left out: again/,
  ),
  beside(
    'links of two folders to each other',
    (folder) => {
      put(folder, { 'a/x.png': dot(2), 'b/x.png': dot(3) });
      symlinkSync('../b', join(folder, 'a/b'));
      symlinkSync('../a', join(folder, 'b/a'));
    },
    0,
    /were left out: a\/b, b\/a/,
  ),
  beside('link to the folder above', (folder) => symlinkSync('..', join(folder, 'up')), 0, /pictures?/),
  beside(
    'link to itself named as a picture',
    (folder) => symlinkSync('loop.png', join(folder, 'loop.png')),
    3,
    /"loop\.png" is a link to itself/,
  ),
  beside(
    'link to nothing named as a picture',
    (folder) => symlinkSync('nothing', join(folder, 'gone.png')),
    3,
    /"gone\.png" is not there/,
  ),
  beside(
    'names with newlines, quotes and escapes',
    (folder) => writeFileSync(join(folder, 'a\n"\u001b[2J\u202e.png'), ''),
    3,
    /\\n\\"\\u001b\[2J/,
  ),
  beside(
    'name that is not UTF-8',
    (folder) =>
      writeFileSync(
        Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe]), Buffer.from('.png')]),
        '',
      ),
    3,
    /is empty/,
  ),
  beside('folders 6,000 letters deep', deep, 3, /cannot be read \(ENAMETOOLONG/),
  beside(
    '100,000 files that are no pictures',
    (folder) => manyNames(folder, 100_000),
    0,
    /files that are not pictures were left out: 100000 \.txt/,
  ),
  beside(
    'picture of 300 MB that takes no room on the disk',
    (folder) => {
      writeFileSync(join(folder, 'huge.png'), dot(1));
      truncateSync(join(folder, 'huge.png'), 300 * 2 ** 20);
    },
    3,
    /"huge\.png" has 314572800 bytes, more than/,
  ),
  beside(
    'dataset.json of 1 GB that takes no room on the disk',
    (folder) => {
      writeFileSync(join(folder, 'dataset.json'), '{');
      truncateSync(join(folder, 'dataset.json'), 2 ** 30);
    },
    3,
    /cannot be read \(it has 1073741824 bytes/,
  ),
  beside(
    'dataset.json cut short',
    (folder) => writeFileSync(join(folder, 'dataset.json'), '{"labels": [["sound.png", 1]'),
    3,
    /dataset\.json is not JSON/,
  ),
  beside(
    'sub-folder that may not be read',
    (folder) => {
      mkdirSync(join(folder, 'closed'));
      chmodSync(join(folder, 'closed'), 0);
    },
    3,
    /closed.* cannot be read/,
    true,
  ),
  beside(
    'picture that may not be read',
    (folder) => {
      writeFileSync(join(folder, 'closed.png'), dot(2));
      chmodSync(join(folder, 'closed.png'), 0);
    },
    3,
    /"closed\.png" may not be read \(permission denied\)/,
    true,
  ),
  {
    name: 'folder that may not be read',
    make: (folder) => {
      const path = join(folder, 'closed');
      mkdirSync(path);
      chmodSync(path, 0);
      return score(path);
    },
    exit: 3,
    says: /cannot be read/,
    asNobody: true,
  },
  {
    name: 'table that may not be read',
    make: (folder) => {
      put(folder, { ...SOUND, 'list.csv': 'sound.png,1\n' });
      chmodSync(join(folder, 'list.csv'), 0);
      return score(join(folder, 'list.csv'));
    },
    exit: 3,
    says: /cannot be read/,
    asNobody: true,
  },
  afterInspection(
    'picture that vanishes while it is read',
    (path) => rmSync(path),
    /changed while it was being read \("victim\.png"\)/,
  ),
  afterInspection(
    'picture that grows while it is read',
    (path) => writeFileSync(path, Buffer.alloc(5000)),
    /changed while it was being read \("victim\.png"\)/,
  ),
  afterInspection(
    'picture that is cut while it is read',
    (path) => truncateSync(path, 10),
    /changed while it was being read \("victim\.png"\)/,
  ),
  afterInspection(
    'picture in whose place a FIFO comes while it is read',
    (path) => {
      rmSync(path);
      fifo(path);
    },
    /changed while it was being read \("victim\.png" is not a regular file\)/,
  ),
  afterInspection(
    'picture in whose place a link to a device comes while it is read',
    (path) => {
      rmSync(path);
      symlinkSync('/dev/zero', path);
    },
    /changed while it was being read \("victim\.png" is not a regular file\)/,
  ),
  afterInspection(
    'picture that is written in place while it is read, with its size and times kept',
    (path) => rewrite(path, dot(3)),
    /changed while it was being read \("victim\.png"\)/,
  ),
  {
    name: 'folder that vanishes while it is read',
    make: (folder) => {
      const path = join(folder, 'set');
      put(path, SOUND);
      return { ...score(path), afterInspection: () => rmSync(path, { recursive: true }) };
    },
    exit: 3,
    says: /changed while it was being read \("sound\.png"\)/,
  },
];
