import { gzipSync } from 'node:zlib';
import { type TarTestEntry, tarFile } from '../../images/forms/tar-file.js';
import { dot } from '../../images/picture-folder.js';
import { type HostileCase, scoreFile } from '../hostile-case.js';

const sound: TarTestEntry = { name: 'sound.png', bytes: dot(1) };

/** Writes the sum of a header block over itself, as its maker would. */
function sign(block: Buffer): void {
  block.fill(' ', 148, 156);
  const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}

/** An archive of one sound entry whose header was changed and signed again. */
function changed(change: (block: Buffer) => void): Buffer {
  const bytes = tarFile([sound]);
  change(bytes);
  sign(bytes);
  return bytes;
}

/** An entry of extended attributes before the sound one. */
function withPax(
  records: string,
  type: 'ExtendedHeader' | 'GlobalExtendedHeader' = 'ExtendedHeader',
): Buffer {
  return tarFile([{ name: 'PaxHeader/x', bytes: records, header: { type } }, sound]);
}

const record = (text: string) => {
  const length = text.length + 2;
  const digits = String(length + String(length).length).length;
  return `${length + digits} ${text}\n`;
};

function refused(name: string, bytes: () => Buffer, says: string): HostileCase {
  return {
    name,
    make: (folder) => scoreFile(folder, 'set.tar', bytes()),
    exit: 3,
    says: new RegExp(`set\\.tar" ${says}`),
  };
}

const link = (type: 'SymbolicLink' | 'Link', linkpath: string): TarTestEntry => ({
  name: 'link.png',
  header: { type, linkpath, size: 0 },
});

export const tars: readonly HostileCase[] = [
  refused(
    'tar with a link to /etc/passwd named as a picture',
    () => tarFile([sound, link('SymbolicLink', '/etc/passwd')]),
    'holds "link.png", which is no plain file but a link',
  ),
  refused(
    'tar with a hard link out of itself',
    () => tarFile([sound, link('Link', '../../../etc/passwd')]),
    'holds "link.png", which is no plain file but a link',
  ),
  refused(
    'tar with a link to a folder and a file through it',
    () =>
      tarFile([
        { name: 'out', header: { type: 'SymbolicLink', linkpath: '/tmp', size: 0 } },
        { name: 'out/escaped.png', bytes: dot(2) },
      ]),
    'holds "out", which is no plain file but a link',
  ),
  refused(
    'tar with an absolute path',
    () => changed((block) => block.write('/tmp/escaped.png\0', 0, 'latin1')),
    'names "/tmp/escaped.png", a file outside of itself',
  ),
  refused(
    'tar with a path through ..',
    () => tarFile([{ name: 'a/../../escaped.png', bytes: dot(2) }]),
    'names "a/../../escaped.png", a file outside of itself',
  ),
  refused(
    'tar with a path through .. in an extended header',
    () => withPax(record('path=../escaped.png')),
    'names "../escaped.png", a file outside of itself',
  ),
  refused(
    'tar with a device',
    () => tarFile([{ name: 'zero.png', header: { type: 'CharacterDevice', size: 0 } }]),
    'holds "zero.png", which is no plain file but a CharacterDevice',
  ),
  refused(
    'tar with a FIFO',
    () => tarFile([{ name: 'pipe.png', header: { type: 'FIFO', size: 0 } }]),
    'holds "pipe.png", which is no plain file but a FIFO',
  ),
  refused(
    'tar with an entry larger than the archive',
    () => changed((block) => block.write('77777777777\0', 124, 'latin1')),
    'is cut short in "sound.png"',
  ),
  refused(
    'tar with an entry of 2^63 bytes',
    () => changed((block) => block.fill(0xff, 125, 136).writeUInt8(0x80, 124)),
    '',
  ),
  refused('tar with an entry of −1 bytes', () => changed((block) => block.fill(0xff, 124, 136)), ''),
  refused(
    'tar with a size that is no number',
    () => changed((block) => block.write('zzzzzzzzzzz\0', 124, 'latin1')),
    '',
  ),
  refused(
    'tar with a size in its extended header that lies',
    () => withPax(record('size=99999999999999')),
    'is cut short',
  ),
  {
    name: 'tar with a negative size in its extended header',
    make: (folder) => scoreFile(folder, 'set.tar', withPax(record('size=-512'))),
    exit: 0,
    says: /: 1 picture,/,
  },
  refused(
    'tar with an extended header of 1 MB',
    () => withPax(record(`comment=${'x'.repeat(1 << 20)}`)),
    'has a header of \\d+ bytes, too long',
  ),
  refused(
    'tar with a wrong checksum',
    () => {
      const bytes = tarFile([sound]);
      bytes.writeUInt8(0x41, 3);
      return bytes;
    },
    'has a damaged header',
  ),
  refused('tar cut in a picture', () => tarFile([sound], 0).subarray(0, 540), 'is cut short'),
  refused(
    'tar cut in a header',
    () => Buffer.concat([tarFile([sound], 0), tarFile([sound]).subarray(0, 300)]),
    'is cut short',
  ),
  refused('tar of zeros', () => Buffer.alloc(10_240), 'is empty'),
  refused('tar with the same name twice', () => tarFile([sound, sound]), 'holds "sound.png" twice'),
  refused(
    'tar with a label beside a picture that is not JSON',
    () => tarFile([sound, { name: 'sound.json', bytes: '{"label": ' }]),
    'holds "sound.json", which is not JSON',
  ),
  refused(
    'tar with a label for one of two pictures',
    () => tarFile([sound, { name: 'sound.cls', bytes: '3' }, { name: 'bare.png', bytes: dot(2) }]),
    'gives 1 of its 2 pictures no label',
  ),
  {
    name: 'tar with attributes that pollute prototypes',
    make: (folder) => scoreFile(folder, 'set.tar', withPax(record('__proto__=x') + record('constructor=y'))),
    exit: 0,
    says: /: 1 picture,/,
  },
  {
    name: 'tar packed by gzip',
    make: (folder) => scoreFile(folder, 'set.tar.gz', gzipSync(tarFile([sound]))),
    exit: 3,
    says: /is packed by gzip/,
  },
  {
    name: 'tar under the name of a zip',
    make: (folder) => scoreFile(folder, 'set.zip', tarFile([sound])),
    exit: 0,
    says: /: 1 picture,/,
  },
];
