import { readdir, realpath, stat } from 'node:fs/promises';
import { ImagesError } from '../../core/errors.js';
import { describeSystemError } from '../../storage/system-error.js';
import { isLabelFile } from '../labels/label-files.js';
import { compareCodePoints } from '../naming/code-point-order.js';
import { decodeFileName, toFilePath } from '../naming/file-name.js';
import { shorten } from '../naming/name-some.js';
import { describeExtension, IgnoredFiles, isHiddenName, isPictureName } from '../naming/picture-names.js';

const SPECIAL_FILE = 'not a regular file';

export interface FolderContent {
  /** Relative paths with forward slashes of the pictures, in code-point order. */
  readonly pictures: readonly string[];
  /** Relative paths of all folders, with slashes at their ends. */
  readonly folders: readonly string[];
  readonly ignored: IgnoredFiles;
  /** Relative paths of the files that may hold labels; they are not among those ignored. */
  readonly labelFiles: readonly string[];
  /** Folders at the top whose names begin with a dot; they are left out. */
  readonly hiddenFolders: readonly string[];
  /** Links to folders that had been read already. */
  readonly repeatedFolders: readonly string[];
}

/**
 * Lists a folder and the folders in it. Hidden files are left out; links are followed, each real folder once.
 *
 * @param maxNames names of files and folders that are read
 * @throws {ImagesError} if a folder cannot be read, or there are more names
 */
export async function walkFolder(root: string, maxNames = Number.POSITIVE_INFINITY): Promise<FolderContent> {
  const walk = new Walk(root, maxNames);
  await walk.run();
  walk.pictures.sort(compareCodePoints);
  return walk;
}

class Walk implements FolderContent {
  readonly pictures: string[] = [];
  readonly folders: string[] = [];
  readonly ignored = new IgnoredFiles();
  readonly labelFiles: string[] = [];
  readonly hiddenFolders: string[] = [];
  readonly repeatedFolders: string[] = [];
  readonly #visited = new Set<string>();
  readonly #links: { readonly folder: string; readonly name: string }[] = [];

  #names = 0;

  constructor(
    readonly root: string,
    readonly maxNames: number,
  ) {}

  async run(): Promise<void> {
    await this.#visit('');
    // Links last, so that a link to a folder of the tree is the repetition and not the folder itself.
    for (let link = this.#links.shift(); link; link = this.#links.shift()) {
      await this.#follow(link.folder, link.name);
    }
  }

  /** @param folder relative path with a slash at its end, '' for the root */
  async #visit(folder: string): Promise<void> {
    const path = this.#path(folder);
    try {
      this.#visited.add((await realpath(path, 'buffer')).toString('latin1'));
      const found = await readdir(path, { withFileTypes: true, encoding: 'buffer' });
      this.#count(found.length);
      const entries = found.map((entry) => ({ entry, name: decodeFileName(entry.name) }));
      entries.sort((a, b) => compareCodePoints(a.name, b.name));
      for (const { entry, name } of entries) {
        if (folder === '' && name.startsWith('.') && entry.isDirectory()) this.hiddenFolders.push(name);
        if (isHiddenName(name)) continue;
        if (entry.isDirectory()) await this.#enter(folder, name);
        else if (entry.isSymbolicLink()) this.#links.push({ folder, name });
        else this.#add(folder + name, entry.isFile());
      }
    } catch (error) {
      if (error instanceof ImagesError) throw error;
      const shown = JSON.stringify(shorten(folder === '' ? this.root : `${this.root}/${folder}`));
      throw new ImagesError(
        `The folder ${shown} cannot be read (${describeSystemError(error)}): open or remove it.`,
        {
          cause: error,
        },
      );
    }
  }

  #count(names: number): void {
    this.#names += names;
    if (this.#names <= this.maxNames) return;
    throw new ImagesError(
      `The folder ${JSON.stringify(shorten(this.root))} holds more than ${this.maxNames.toLocaleString('en-US')} files and folders: name the folder of the pictures.`,
    );
  }

  #path(relative: string): string | Buffer {
    return toFilePath(relative === '' ? this.root : `${this.root}/${relative}`) as string | Buffer;
  }

  async #enter(folder: string, name: string): Promise<void> {
    this.folders.push(`${folder}${name}/`);
    await this.#visit(`${folder}${name}/`);
  }

  async #follow(folder: string, name: string): Promise<void> {
    const target = await stat(this.#path(folder + name)).catch(() => undefined);
    if (!target?.isDirectory()) {
      // A link to nothing that is named like a picture stays, so that its reading says so.
      this.#add(folder + name, target?.isFile() ?? true);
      return;
    }
    const real = (await realpath(this.#path(folder + name), 'buffer')).toString('latin1');
    if (this.#visited.has(real)) this.repeatedFolders.push(folder + name);
    else await this.#enter(folder, name);
  }

  #add(path: string, isFile: boolean): void {
    if (isFile && isLabelFile(path)) this.labelFiles.push(path);
    else if (isFile && isPictureName(path)) this.pictures.push(path);
    else this.ignored.add(isFile ? describeExtension(path) : SPECIAL_FILE);
  }
}
