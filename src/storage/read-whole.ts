import { openSync } from 'node:fs';
import { type FileHandle, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { openRegular, READ_FLAGS } from './open-regular.js';

/** A pipe that is open already, as a shell's `<(command)` and `command |` are: something writes to it, or it is at its end. */
const OPEN_PIPE = /^\/dev\/stdin$|^\/(dev|proc\/[^/]+)\/fd\/\d+$/;
/** Far above any document that a person gives: a result, rules, a config, a card. */
const MAX_DOCUMENT_BYTES = 2 ** 26;
const PIECE_BYTES = 2 ** 16;

/**
 * Reads a file that a person named. No more than `maxBytes` are ever held, whatever the file system says of its size: files of /proc
 * have none, and others grow.
 *
 * @throws what the file system says, and an Error whose message completes "it cannot be read (…)" for what
 *   would be read without end: a device, a pipe by its name, which nobody may write to, more than `maxBytes`
 */
export async function readWhole(path: string, maxBytes: number): Promise<Buffer> {
  if (await isOpenPipe(path)) return Buffer.concat(await collect(readPieces(path, maxBytes)));
  const handle = await openRegular(path);
  try {
    const { size } = await handle.stat();
    if (size > maxBytes) throw new Error(`it has ${size} bytes, and ${maxBytes} are the most`);
    const stated = Buffer.allocUnsafeSlow(size);
    const begin = stated.subarray(0, await fill(handle, stated));
    const more = await collect(readOn(handle, maxBytes, begin.length));
    return more.length === 0 ? begin : Buffer.concat([begin, ...more]);
  } finally {
    await handle.close();
  }
}

/**
 * Reads a file that a person named piece by piece.
 *
 * @param signal ends the reading
 * @throws as `readWhole`, and the signal's reason
 */
export async function* readPieces(
  path: string,
  maxBytes: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  if (await isOpenPipe(path)) {
    yield* readPipe(path, maxBytes, signal);
    return;
  }
  const handle = await openRegular(path);
  try {
    const { size } = await handle.stat();
    if (size > maxBytes) throw new Error(`it has ${size} bytes, and ${maxBytes} are the most`);
    yield* readOn(handle, maxBytes, 0, signal);
  } finally {
    await handle.close();
  }
}

async function isOpenPipe(path: string): Promise<boolean> {
  return OPEN_PIPE.test(path) && (await stat(path)).isFIFO();
}

/** From the current position on; `bytes` were read before. */
async function* readOn(
  handle: FileHandle,
  maxBytes: number,
  bytes: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  for (let total = bytes; ; ) {
    signal?.throwIfAborted();
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    const { bytesRead } = await handle.read(piece, 0, PIECE_BYTES, null);
    if (bytesRead === 0) return;
    total += bytesRead;
    refuseMore(total, maxBytes);
    yield piece.subarray(0, bytesRead);
  }
}

/** A socket waits for a pipe without holding a thread, so that the reading can be ended. */
async function* readPipe(
  path: string,
  maxBytes: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer, void, undefined> {
  const fd = openSync(path, READ_FLAGS);
  const pipe = new Socket({ fd, readable: true, writable: false, signal });
  let total = 0;
  for await (const piece of pipe) {
    total += piece.length;
    refuseMore(total, maxBytes);
    yield piece;
  }
}

function refuseMore(bytes: number, maxBytes: number): void {
  if (bytes > maxBytes) throw new Error(`it has more than ${maxBytes} bytes`);
}

/** Reads until `target` is full or the file ends. */
async function fill(handle: FileHandle, target: Buffer): Promise<number> {
  let filled = 0;
  while (filled < target.length) {
    const { bytesRead } = await handle.read(target, filled, target.length - filled, null);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

async function collect(pieces: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
}

/**
 * Reads the text of a document without a byte-order mark.
 *
 * @throws as `readWhole`
 */
export async function readDocument(path: string, maxBytes = MAX_DOCUMENT_BYTES): Promise<string> {
  return (await readWhole(path, maxBytes)).toString('utf8').replace(/^\ufeff/, '');
}

/** Why a file could not be read, in few words: "ENOENT", or the clause of `readWhole`. */
export function whyUnread(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
