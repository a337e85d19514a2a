import { readdir } from 'node:fs/promises';
import { readDocument } from '../../storage/read-whole.js';

/** Far above what the kernel says of one thing. */
const MAX_BYTES = 2 ** 16;

/** What the kernel says in a small file; "" where there is none. */
export async function readText(path: string): Promise<string> {
  return readDocument(path, MAX_BYTES).catch(() => '');
}

/** Names in a folder, sorted; none where there is no folder. */
export async function listNames(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}
