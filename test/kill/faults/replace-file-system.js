import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { bytesToWrite, CHANGES, isForWriting, needsRoom } from './operations.js';
import { replaceCallbacks, replaceDescriptors } from './replace-callbacks.js';

const READS = ['readFile', 'readdir', 'stat', 'lstat', 'access', 'opendir', 'realpath'];
/** Of an open file. */
const HANDLE_CHANGES = ['truncate', 'sync', 'datasync', 'utimes', 'chmod', 'chown'];

/**
 * Puts counted operations in place of those of node:fs and node:fs/promises, for all who import them. Operations of many steps
 * (writing a whole file, removing a folder) are taken apart, so that a fault may come between any two.
 *
 * @param {import('./faults.js').Faults} faults
 */
export async function replaceFileSystem(faults) {
  const real = { ...fs, promises: { ...fs.promises } };
  await replaceHandles(faults, real);
  replacePromises(faults, real);
  replaceDescriptors(faults, real);
  replaceCallbacks(faults, real);
  syncBuiltinESMExports();
}

/** Files that are open and count. */
const handles = new WeakSet();

async function replaceHandles(faults, real) {
  const probe = await real.promises.open(import.meta.filename);
  const prototype = Object.getPrototypeOf(probe);
  await probe.close();
  const { write, writev } = prototype;
  for (const name of HANDLE_CHANGES) {
    const own = prototype[name];
    prototype[name] = async function (...args) {
      if (!handles.has(this)) return own.apply(this, args);
      faults.before(false, false, name);
      const result = await own.apply(this, args);
      faults.after();
      return result;
    };
  }
  prototype.write = async function (data, ...rest) {
    if (!handles.has(this)) return write.call(this, data, ...rest);
    const { buffer, offset, length, position } = bytesToWrite(data, rest);
    const part = faults.before(true, length > 1, 'write');
    const result = await write.call(this, buffer, offset, part === 'half' ? length >> 1 : length, position);
    faults.after();
    return { ...result, buffer: data };
  };
  prototype.writev = async function (buffers, position) {
    if (!handles.has(this)) return writev.call(this, buffers, position);
    const { bytesWritten } = await this.write(Buffer.concat(buffers), 0, undefined, position);
    return { bytesWritten, buffers };
  };
  const { writeFile } = prototype;
  prototype.writeFile = async function (data, options) {
    if (!handles.has(this)) return writeFile.call(this, data, options);
    const encoding = typeof options === 'string' ? options : options?.encoding;
    for await (const chunk of chunksOf(data, encoding)) await writeInTwo(this, chunk);
  };
  prototype.appendFile = prototype.writeFile;
}

async function* chunksOf(data, encoding) {
  if (typeof data === 'string') yield Buffer.from(data, encoding ?? 'utf8');
  else if (ArrayBuffer.isView(data)) yield Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  else for await (const part of data) yield* chunksOf(part, encoding);
}

/** Two writes, so that the process can be killed between them. */
async function writeInTwo(handle, bytes) {
  const middle = bytes.length >> 1;
  for (let [at, end] = [0, middle || bytes.length]; at < bytes.length; end = bytes.length) {
    const { bytesWritten } = await handle.write(bytes, at, end - at);
    at += bytesWritten;
    if (at < end) continue;
    if (end === bytes.length) return;
  }
}

function replacePromises(faults, real) {
  const { promises } = fs;
  promises.open = async (path, flags = 'r', mode) => {
    if (!faults.watches(path)) return real.promises.open(path, flags, mode);
    if (!isForWriting(flags)) {
      faults.beforeRead();
      return real.promises.open(path, flags, mode);
    }
    faults.before(true, false, 'open');
    const handle = await real.promises.open(path, flags, mode);
    faults.after();
    handles.add(handle);
    return handle;
  };
  for (const [name, grows] of Object.entries(CHANGES)) {
    const own = real.promises[name];
    promises[name] = async (path, ...rest) => {
      if (!faults.watches(path)) return own(path, ...rest);
      faults.before(grows && needsRoom(name, path, real), false, name);
      const result = await own(path, ...rest);
      faults.after();
      return result;
    };
  }
  for (const name of READS) {
    const own = real.promises[name];
    promises[name] = async (path, ...rest) => {
      if (faults.watches(path)) faults.beforeRead();
      return own(path, ...rest);
    };
  }
  promises.writeFile = writerOf('w');
  promises.appendFile = writerOf('a');
  promises.rm = async (path, options = {}) => {
    if (!faults.watches(path)) return real.promises.rm(path, options);
    const found = await real.promises.lstat(path).catch((error) => {
      if (error.code === 'ENOENT' && options.force) return undefined;
      throw error;
    });
    if (!found) return undefined;
    // Refuses a folder.
    if (found.isDirectory() && !options.recursive) return real.promises.rm(path, options);
    return removeTree(path, found.isDirectory());
  };
}

function writerOf(defaultFlag) {
  return async (target, data, options) => {
    const {
      flag = defaultFlag,
      mode,
      encoding,
    } = typeof options === 'string' ? { encoding: options } : (options ?? {});
    if (typeof target?.writeFile === 'function') return target.writeFile(data, { encoding });
    const handle = await fs.promises.open(target, flag, mode);
    try {
      await handle.writeFile(data, { encoding });
    } finally {
      await handle.close();
    }
  };
}

/** Removes what another may be removing too. */
async function removeTree(path, isFolder) {
  const absent = (error) => {
    if (error.code !== 'ENOENT') throw error;
  };
  if (!isFolder) return fs.promises.unlink(path).catch(absent);
  const entries = (await fs.promises.readdir(path, { withFileTypes: true }).catch(absent)) ?? [];
  for (const entry of entries) await removeTree(join(String(path), entry.name), entry.isDirectory());
  return fs.promises.rmdir(path).catch(absent);
}
