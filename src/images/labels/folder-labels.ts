import { sortClassNames } from '../naming/code-point-order.js';
import { nameSome } from '../naming/name-some.js';

/** Class indices of a list of pictures, in its order; no labels where the folders don't say. */
export interface FolderLabels {
  readonly labels?: readonly number[];
  readonly classNames?: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Labels pictures by the folders at the top of their relative paths, in code-point order of the names, or by number where
 * all are whole numbers. Without such folders, or with pictures beside them, there are no labels.
 *
 * @param subfolders names of all folders at the top, those without pictures too
 */
export function labelByFolders(paths: readonly string[], subfolders: Iterable<string>): FolderLabels {
  const classes = new Set<string>();
  let atTop = 0;
  for (const path of paths) {
    const name = topFolder(path);
    if (name === undefined) atTop++;
    else classes.add(name);
  }
  if (atTop > 0) {
    const warning = `there are no labels, because ${atTop} of the pictures lie outside the sub-folders that would be classes`;
    return { warnings: classes.size > 0 ? [warning] : [] };
  }
  const empty = [...subfolders].filter((name) => !classes.has(name));
  const classNames = sortClassNames(classes);
  const indices = new Map(classNames.map((name, label) => [name, label]));
  return {
    labels: paths.map((path) => indices.get(topFolder(path) as string) as number),
    classNames,
    warnings:
      empty.length > 0 ? [`sub-folders without pictures are not counted as classes: ${nameSome(empty)}`] : [],
  };
}

/** The first folder of a relative path; undefined for a file at the top. */
export function topFolder(path: string): string | undefined {
  const slash = path.indexOf('/');
  return slash < 0 ? undefined : path.slice(0, slash);
}
