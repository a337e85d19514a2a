import { realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

/**
 * Which names in a folder hold what a watch reads beside its sets, such as the reference: these are no sets, and never deleted.
 *
 * @param paths what is undefined, or no path, is in no folder
 */
export async function namesOfInputs(
  folder: string,
  paths: readonly (string | undefined)[],
): Promise<ReadonlySet<string>> {
  const root = await realpath(folder);
  const names = new Set<string>();
  for (const path of paths) {
    if (path === undefined) continue;
    // Two paths may lead to one place, by links or by letters that a file system takes for the same.
    const parent = await realpath(dirname(path)).catch(() => undefined);
    const end = await realpath(path).catch(() => undefined);
    const first = [
      firstName(resolve(folder), resolve(path)),
      ...(parent === undefined ? [] : [firstName(root, join(parent, basename(path)))]),
      ...(end === undefined ? [] : [firstName(root, end)]),
    ];
    for (const name of first) if (name !== '' && name !== '..') names.add(name);
  }
  return names;
}

function firstName(folder: string, path: string): string {
  return relative(folder, path).split(sep)[0];
}
