import { constants } from 'node:fs';
import { type FileHandle, open, rm, stat, writeFile } from 'node:fs/promises';
import type { Dispatcher } from 'undici';
import { codeOf } from '../../core/error-code.js';
import { guardStorage } from '../../storage/guard-storage.js';
import { readDocument } from '../../storage/read-whole.js';
import { BadSource } from './bad-source.js';
import { Pace } from './pace.js';

export interface DownloadProgress {
  /** Bytes that are on the disk. */
  readonly done: number;
  /** Bytes of the whole file; undefined while nobody has said. */
  readonly total: number | undefined;
}

/** No weight file that we know of is nearly so large. */
const MAX_BYTES = 8e9;
// "w" and "a", but a pipe is not waited for.
const WRITE = constants.O_WRONLY | constants.O_CREAT | (constants.O_NONBLOCK ?? 0);
const WRITE_NEW = WRITE | constants.O_TRUNC;
const APPEND = WRITE | constants.O_APPEND;
const MAX_REDIRECTS = 10;

/** A download that is not whole yet. */
export interface Part {
  readonly path: string;
  /** Beside it: the address and its validator, so that the rest of a changed file is not appended. */
  readonly note: string;
}

export function partOf(path: string): Part {
  return { path: `${path}.part`, note: `${path}.part.json` };
}

interface Origin {
  readonly url: string;
  /** Strong ETag or Last-Modified. */
  readonly validator?: string;
}

interface PartOptions {
  /** Of the whole file, if its publisher says that. */
  readonly bytes?: number;
  /** Whether a digest will tell bytes of two files; else all must be known to be of one. */
  readonly hasDigest: boolean;
  readonly stallMs: number;
  readonly leastBytesPerSecond: number;
  readonly dispatcher: Dispatcher;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/**
 * Fetches what a part still lacks.
 *
 * @returns how many of its bytes were there before, from this address or another
 * @throws {BadSource} if this address could not give the rest
 */
export async function continuePart(part: Part, url: string, options: PartOptions): Promise<number> {
  const have = await sizeOf(part.path);
  if (options.bytes !== undefined && have === options.bytes) return have;
  const resumed = await resume(part, url, { have, hasDigest: options.hasDigest });
  const { body, status, headers, finalUrl } = await ask(url, resumed.headers, options);
  try {
    const isSame = options.hasDigest || isStrong(headers.etag, resumed.headers['if-range']);
    if (status === 416 || (status === 206 && !isSame)) {
      // Either it is whole and nobody knew how long it is, or it is not this file: its digest decides.
      if (headers['content-range'] === `bytes */${have}` && have > 0 && isSame) return have;
      await rm(part.path, { force: true });
      throw new BadSource('could not continue where the download broke', true);
    }
    const from = readStart(status, headers, resumed.from, finalUrl);
    checkForm(headers);
    const total = checkLength(from, headers, options.bytes);
    // Else a process that is killed here would leave bytes with the note of others.
    if (from === 0) await guardStorage(part.path, async () => (await open(part.path, WRITE_NEW)).close());
    await guardStorage(part.note, () =>
      writeFile(part.note, JSON.stringify(originOf(url, headers)), { flag: WRITE_NEW }),
    );
    await receive(part, { body, from, total }, options);
    return from;
  } finally {
    // What is not read to its end would keep the connection; its own complaint about that is of no interest.
    body.on('error', () => undefined).destroy();
  }
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;
type Body = Dispatcher.ResponseData['body'];

/** Asks for the address, through redirects to none but safe ones. */
async function ask(
  url: string,
  headers: Record<string, string>,
  { stallMs, dispatcher, signal }: PartOptions,
): Promise<{ body: Body; status: number; headers: Headers; finalUrl: string }> {
  const { request } = await import('undici');
  let at = url;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    checkSafe(at, url);
    const answer = await request(at, {
      headers: { 'user-agent': 'ganeval', 'accept-encoding': 'identity', ...headers },
      headersTimeout: stallMs,
      bodyTimeout: stallMs,
      dispatcher,
      signal,
    }).catch((error) => {
      throw explainFailure(error);
    });
    const location = answer.headers.location;
    if (answer.statusCode < 300 || answer.statusCode >= 400 || typeof location !== 'string') {
      return { body: answer.body, status: answer.statusCode, headers: answer.headers, finalUrl: at };
    }
    answer.body.on('error', () => undefined).destroy();
    if (!URL.canParse(location, at)) throw new BadSource('redirects to no address', false);
    at = new URL(location, at).href;
  }
  throw new BadSource(`redirects more than ${MAX_REDIRECTS} times`, false);
}

/**
 * Nothing but https, save on this machine itself, where nobody else may lead to.
 *
 * @param from the address that was asked for first
 */
function checkSafe(url: string, from: string): void {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' && (!isLocal(url) || isLocal(from))) return;
  if (protocol === 'http:' && isLocal(url) && isLocal(from)) return;
  throw new BadSource(`leads to ${protocol}//${hostname}, which is not https`, false);
}

function isLocal(url: string): boolean {
  return /^(localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\])$/.test(new URL(url).hostname);
}

/**
 * The bytes to ask for. Where the same address was asked before, only if it still has the same file. Another address is taken to have the
 * same bytes only where a digest decides in the end; without one, nothing but a strong validator of the same address will do.
 */
async function resume(
  part: Part,
  url: string,
  { have, hasDigest }: { readonly have: number; readonly hasDigest: boolean },
): Promise<{ from: number; headers: Record<string, string> }> {
  if (have === 0) return { from: 0, headers: {} };
  const note = await readDocument(part.note).catch(() => '{}');
  let origin: Partial<Origin> = {};
  try {
    origin = JSON.parse(note);
  } catch {
    // Killed while it wrote: then nothing is known of where the bytes come from.
  }
  const validator = origin.url === url ? origin.validator : undefined;
  if (!hasDigest && !isStrong(validator, validator)) return { from: 0, headers: {} };
  return { from: have, headers: { range: `bytes=${have}-`, ...(validator && { 'if-range': validator }) } };
}

/** Whether a header is this strong ETag. */
function isStrong(header: string | string[] | undefined, etag: string | undefined): boolean {
  return typeof header === 'string' && header.startsWith('"') && header === etag;
}

function originOf(url: string, headers: Headers): Origin {
  const { etag, 'last-modified': modified } = headers;
  const strong = typeof etag === 'string' && !etag.startsWith('W/') ? etag : undefined;
  return { url, validator: strong ?? (typeof modified === 'string' ? modified : undefined) };
}

/** Where the body begins in the file. */
function readStart(status: number, headers: Headers, asked: number, finalUrl: string): number {
  if (status === 200) return 0;
  if (status === 206) {
    const [, start] = /^bytes (\d+)-/.exec(String(headers['content-range'])) ?? [];
    if (Number(start) === asked) return asked;
    throw new BadSource('sends another part than was asked for', true);
  }
  const mayRecover = status >= 500 || status === 408 || status === 429;
  const where = new URL(finalUrl).host;
  throw new BadSource(`answers ${status} (${where})`, mayRecover);
}

/** Refuses what can't be the file, before anything is written over what is there. */
function checkForm(headers: Headers): void {
  const { 'content-encoding': packed = 'identity', 'content-type': type } = headers;
  if (packed !== 'identity') throw new BadSource(`sends the file packed (${packed})`, false);
  if (/^text\/html\b/i.test(String(type)))
    throw new BadSource('answers with a web page, as proxies and logins do', false);
}

/** Size of the whole file, which must be the publisher's where that is known. */
function checkLength(from: number, headers: Headers, bytes: number | undefined): number | undefined {
  const length = headers['content-length'] === undefined ? undefined : Number(headers['content-length']);
  const total = length === undefined ? undefined : from + length;
  if (bytes !== undefined && total !== undefined && total !== bytes) {
    throw new BadSource(`has a file of ${total} bytes, not ${bytes}`, false);
  }
  if (bytes === undefined && total !== undefined && total > MAX_BYTES) {
    throw new BadSource(`has a file of ${total} bytes, more than ${MAX_BYTES}`, false);
  }
  return bytes ?? total;
}

interface Answer {
  readonly body: Body;
  /** Where the body begins in the file, and how long the whole file is, if known. */
  readonly from: number;
  readonly total: number | undefined;
}

async function receive(
  part: Part,
  { body, from, total }: Answer,
  { onProgress, stallMs, leastBytesPerSecond }: PartOptions,
): Promise<void> {
  const file = await guardStorage(part.path, () => open(part.path, from === 0 ? WRITE_NEW : APPEND));
  let done = from;
  const pace = new Pace(stallMs, leastBytesPerSecond);
  try {
    onProgress?.({ done, total });
    for await (const chunk of readChunks(body)) {
      pace.count(chunk.length);
      if (done + chunk.length > (total ?? MAX_BYTES)) {
        await file.truncate(0);
        throw new BadSource(`sends more than ${total ?? MAX_BYTES} bytes`, false);
      }
      await writeAll(file, chunk, part.path);
      done += chunk.length;
      onProgress?.({ done, total });
    }
  } finally {
    await file.close();
  }
  if (total !== undefined && done < total)
    throw new BadSource(`broke off after ${done} of ${total} bytes`, true);
}

/** The body; its failures become those of the address, not of the disk. */
async function* readChunks(body: Body): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) yield chunk as Uint8Array;
  } catch (error) {
    throw explainFailure(error);
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array, path: string): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    const { bytesWritten } = await guardStorage(path, () => file.write(chunk, written));
    written += bytesWritten;
  }
}

function explainFailure(error: unknown): unknown {
  const { name, message } = error as Error;
  const code = codeOf(error);
  if (name === 'AbortError') return error;
  if (code?.includes('TIMEOUT')) return new BadSource('has stalled', true);
  return new BadSource(`cannot be reached or broke off (${code ?? message})`, true);
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
