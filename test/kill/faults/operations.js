import fs from 'node:fs';

/** Operations whose first argument is a path, and whether they need room. */
export const CHANGES = {
  rename: false,
  unlink: false,
  rmdir: false,
  mkdir: true,
  mkdtemp: true,
  symlink: true,
  link: true,
  copyFile: true,
  truncate: false,
  utimes: false,
  lutimes: false,
  chmod: false,
  chown: false,
};

/** A folder that is there already needs no room. */
export const needsRoom = (name, path, { existsSync }) => name !== 'mkdir' || !existsSync(path);

/** Whether a file is opened to be changed. */
export const isForWriting = (flags) =>
  typeof flags === 'number'
    ? (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) !== 0
    : typeof flags === 'string' && /[wa+]/.test(flags);

/** The arguments of `write`, of all its forms. */
export function bytesToWrite(data, [first, second, third]) {
  if (typeof data === 'string') {
    const buffer = Buffer.from(data, typeof second === 'string' ? second : 'utf8');
    return { buffer, offset: 0, length: buffer.length, position: first };
  }
  const isObject = typeof first === 'object' && first !== null;
  const {
    offset = 0,
    length,
    position = null,
  } = isObject ? first : { offset: first ?? 0, length: second, position: third ?? null };
  return { buffer: data, offset, length: length ?? data.byteLength - offset, position };
}
