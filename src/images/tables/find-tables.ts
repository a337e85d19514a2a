import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compareCodePoints } from '../naming/code-point-order.js';
import { isHiddenName, isPictureName } from '../naming/picture-names.js';

const TABLE = /\.(parquet|arrow)$/;
/** What `datasets` writes beside a data set for its own use. */
const CACHE = /^cache-.*\.arrow$/;
/** A clone has the files of a split in data/, in NAME/ or in NAME/SPLIT/. */
const MAX_DEPTH = 3;
const MAX_FOLDERS = 1000;

/**
 * The Parquet or Arrow files of a folder and the folders in it, as paths from it in code-point order; none if there is a picture, which
 * makes it a folder of pictures.
 */
export async function findTables(root: string): Promise<string[]> {
  const found: string[] = [];
  let folders = 0;
  const visit = async (folder: string, depth: number): Promise<boolean> => {
    if (++folders > MAX_FOLDERS) return false;
    const entries = await listVisible(join(root, folder));
    if (entries.some(({ name }) => isPictureName(name))) return false;
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (depth < MAX_DEPTH && !(await visit(path, depth + 1))) return false;
      } else if (TABLE.test(entry.name) && !CACHE.test(entry.name)) found.push(path);
    }
    return true;
  };
  return (await visit('', 0)) ? found : [];
}

async function listVisible(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter(({ name }) => !isHiddenName(name)).sort((a, b) => compareCodePoints(a.name, b.name));
}
