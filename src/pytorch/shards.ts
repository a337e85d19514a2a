import { basename, dirname, join } from 'node:path';
import { NetworkError } from '../core/errors.js';
import { parseJson } from '../core/parse-json.js';
import { PthFault, quote } from './fault.js';
import type { PthFile, PthTensorFacts } from './index.js';
import { RandomFile } from './random-file.js';

const MAX_SHARDS = 1000;
const MAX_INDEX_BYTES = 16 * 1024 * 1024;
const FETCH_ALL = 'fetch the index and all of its files again';

/** Whether a path is that of an index that says which file has which tensor, as Hugging Face's libraries write it. */
export function isShardIndex(path: string): boolean {
  return /\.index\.json$/i.test(path);
}

/**
 * Opens weights that are in several files beside an index. Each tensor must be in the file that the index names; what the files have beside
 * these is not shown.
 *
 * @param openOne opens one of the files
 * @throws {NetworkError} one sentence, for an index that is damaged, a file outside of its folder, one that is absent or damaged, and a
 *   tensor that is not where the index says
 */
export async function openShards(
  path: string,
  openOne: (path: string) => Promise<PthFile>,
): Promise<PthFile> {
  const places = await readIndex(path);
  const opened = new Map<string, PthFile>();
  const close = async () => {
    await Promise.all([...opened.values()].map((file) => file.close()));
  };
  try {
    const tensors = new Map<string, PthTensorFacts>();
    for (const [name, file] of places) {
      const shard = opened.get(file) ?? (await openOne(join(dirname(path), file)));
      opened.set(file, shard);
      const facts = shard.tensors.get(name);
      if (!facts)
        throw new NetworkError(
          `${path} says that ${quote(name)} is in ${file}, which has no such tensor: ${FETCH_ALL}`,
        );
      tensors.set(name, facts);
    }
    const read = (name: string) => {
      const shard = opened.get(places.get(name) ?? '');
      if (!shard)
        throw new RangeError(`expected the name of a tensor in ${path} but received ${quote(name)}`);
      return shard.read(name);
    };
    const checkUnchanged = async () => {
      for (const shard of opened.values()) await shard.checkUnchanged();
    };
    return {
      tensors,
      read,
      checkUnchanged,
      close,
      shards: [...opened.keys()].map((file) => join(dirname(path), file)),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function readIndex(path: string): Promise<Map<string, string>> {
  const fault = (what: string) => new NetworkError(`${path} ${what}: ${FETCH_ALL}`);
  const text = await readText(path).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof PthFault) throw fault(error.what);
    throw new NetworkError(`${path} cannot be read (${error.code}): check the path and the file`);
  });
  let json: unknown;
  try {
    json = parseJson(text);
  } catch {
    throw fault('is no JSON');
  }
  const map = isRecord(json) ? json.weight_map : undefined;
  const entries = isRecord(map) ? Object.entries(map) : [];
  if (entries.length === 0) throw fault('has no weight_map, which says where each tensor is');
  const places = new Map<string, string>();
  for (const [name, file] of entries) {
    // The name of a file in the folder of the index, and nothing else.
    if (
      typeof file !== 'string' ||
      !/^[\w.-]+$/.test(file) ||
      file !== basename(file) ||
      isShardIndex(file)
    ) {
      throw fault(`says that ${quote(name)} is in ${quote(String(file))}, which is no file beside it`);
    }
    places.set(name, file);
  }
  const count = new Set(places.values()).size;
  if (count > MAX_SHARDS) throw fault(`names ${count} files; up to ${MAX_SHARDS} are read`);
  return places;
}

async function readText(path: string): Promise<string> {
  const file = await RandomFile.open(path);
  try {
    if (file.size > MAX_INDEX_BYTES) {
      throw new PthFault(`has ${file.size} bytes; up to ${MAX_INDEX_BYTES} are read of an index`);
    }
    const bytes = Buffer.alloc(file.size);
    await file.read(bytes, 0);
    return bytes.toString('utf8');
  } finally {
    await file.close();
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
