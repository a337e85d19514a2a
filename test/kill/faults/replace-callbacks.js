import fs from 'node:fs';
import { callbackify } from 'node:util';
import { bytesToWrite, CHANGES, isForWriting, needsRoom } from './operations.js';

const FD_CHANGES = ['ftruncate', 'fsync', 'fdatasync', 'futimes', 'fchmod', 'fchown'];
/** Numbers of open files that count. */
const descriptors = new Set();

/** The operations on open files by their numbers. */
export function replaceDescriptors(faults, real) {
  const remember = (path, flags, fd) => {
    if (faults.watches(path) && isForWriting(flags)) descriptors.add(fd);
    else descriptors.delete(fd);
  };
  const beforeOpen = (path, flags) => {
    if (!faults.watches(path)) return false;
    if (isForWriting(flags)) faults.before(true, false, 'open');
    else faults.beforeRead();
    return isForWriting(flags);
  };
  fs.openSync = (path, flags = 'r', mode) => {
    const counts = beforeOpen(path, flags);
    const fd = real.openSync(path, flags, mode);
    remember(path, flags, fd);
    if (counts) faults.after();
    return fd;
  };
  fs.open = (path, ...rest) => {
    const done = rest.pop();
    const [flags = 'r', mode] = rest;
    let counts = false;
    try {
      counts = beforeOpen(path, flags);
    } catch (error) {
      process.nextTick(done, error);
      return;
    }
    real.open(path, flags, mode, (error, fd) => {
      if (!error) {
        remember(path, flags, fd);
        if (counts) faults.after();
      }
      done(error, fd);
    });
  };
  fs.write = (fd, data, ...rest) => {
    const done = rest.pop();
    if (!descriptors.has(fd)) return real.write(fd, data, ...rest, done);
    const { buffer, offset, length, position } = bytesToWrite(data, rest);
    let part = 'whole';
    try {
      part = faults.before(true, length > 1, 'write');
    } catch (error) {
      return process.nextTick(done, error);
    }
    const finish = (error, count) => {
      if (!error) faults.after();
      done(error, count, data);
    };
    return real.write(fd, buffer, offset, part === 'half' ? length >> 1 : length, position, finish);
  };
  fs.writev = (fd, buffers, ...rest) => {
    if (!descriptors.has(fd)) return real.writev(fd, buffers, ...rest);
    const done = rest.pop();
    const whole = Buffer.concat(buffers);
    const position = rest[0] ?? null;
    return fs.write(fd, whole, 0, whole.length, position, (error, count) => done(error, count, buffers));
  };
  fs.writeSync = (fd, data, ...rest) => {
    if (!descriptors.has(fd)) return real.writeSync(fd, data, ...rest);
    const { buffer, offset, length, position } = bytesToWrite(data, rest);
    const part = faults.before(true, length > 1, 'write');
    const count = real.writeSync(fd, buffer, offset, part === 'half' ? length >> 1 : length, position);
    faults.after();
    return count;
  };
  for (const name of FD_CHANGES) {
    replaceBoth(
      fs,
      real,
      name,
      (fd) => descriptors.has(fd) && (() => faults.before(false, false, name)),
      faults,
    );
  }
}

/** The operations by path that call back, and those that wait. After the promises. */
export function replaceCallbacks(faults, real) {
  for (const [name, grows] of Object.entries(CHANGES)) {
    const counts = (path) =>
      faults.watches(path) && (() => faults.before(grows && needsRoom(name, path, real), false, name));
    replaceBoth(fs, real, name, counts, faults);
  }
  fs.writeFile = callbackify(fs.promises.writeFile);
  fs.appendFile = callbackify(fs.promises.appendFile);
  fs.rm = callbackify(fs.promises.rm);
  fs.writeFileSync = writerSyncOf('w', real);
  fs.appendFileSync = writerSyncOf('a', real);
}

function writerSyncOf(defaultFlag, real) {
  return (target, data, options) => {
    const {
      flag = defaultFlag,
      mode,
      encoding,
    } = typeof options === 'string' ? { encoding: options } : (options ?? {});
    const fd = typeof target === 'number' ? target : fs.openSync(target, flag, mode);
    try {
      const bytes = typeof data === 'string' ? Buffer.from(data, encoding ?? 'utf8') : data;
      for (let at = 0; at < bytes.length; ) at += fs.writeSync(fd, bytes, at, bytes.length - at);
    } finally {
      if (typeof target !== 'number') real.closeSync(fd);
    }
  };
}

/** Replaces an operation with a callback, and the one that waits. */
function replaceBoth(target, real, name, counts, faults) {
  const own = real[name];
  target[name] = Object.assign((...args) => {
    const before = counts(args[0]);
    if (!before) return own(...args);
    const done = args.pop();
    try {
      before();
    } catch (error) {
      return process.nextTick(done, error);
    }
    return own(...args, (error, ...results) => {
      if (!error) faults.after();
      done(error, ...results);
    });
  }, own);
  const ownSync = real[`${name}Sync`];
  target[`${name}Sync`] = (...args) => {
    const before = counts(args[0]);
    if (before) before();
    const result = ownSync(...args);
    if (before) faults.after();
    return result;
  };
}
