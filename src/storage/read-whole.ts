import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';

/** A pipe that is open already, as a shell's `<(command)` is: something writes to it, or it is at its end. */
const OPEN_PIPE = /^\/(dev|proc\/[^/]+)\/fd\/\d+$/;
/** Far above any document that a person gives: a result, rules, a config, a card. */
const MAX_DOCUMENT_BYTES = 2 ** 26;

/**
 * Reads a file that a person named.
 *
 * @throws what the file system says, and an Error whose message completes "it cannot be read (…)" for what
 *   would be read without end: a device, a pipe by its name, which nobody may write to, more than `maxBytes`
 */
export async function readWhole(path: string, maxBytes: number): Promise<Buffer> {
  const stats = await stat(path);
  if (stats.isFIFO() && OPEN_PIPE.test(path)) return readPipe(path, maxBytes);
  if (!stats.isFile()) throw new Error('it is not a regular file');
  if (stats.size > maxBytes) throw new Error(`it has ${stats.size} bytes, and ${maxBytes} are the most`);
  return readFile(path);
}

async function readPipe(path: string, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`it has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
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
