import { parseString } from 'fast-csv';
import { NetworkError } from '../../core/errors.js';

import { readDocument, whyUnread } from '../../storage/read-whole.js';

const HEADER = 'class,column';

/** What each class of the samples stands for in a network. */
export interface ClassMap {
  /** How errors call it. */
  readonly path: string;
  /** From a class of the samples to the network's column, synset id or name. */
  readonly targets: ReadonlyMap<string, string>;
  /** Every target is the name of a class, though it may look like a column: digits are called 0 to 9. */
  readonly areNames?: boolean;
}

/**
 * Reads a CSV file of class,column.
 *
 * @throws {NetworkError} naming the file and the line that is wrong
 */
export async function readClassMap(path: string): Promise<ClassMap> {
  const text = await readDocument(path).catch((error) => {
    throw new NetworkError(
      `The class map ${path} cannot be read (${whyUnread(error)}): check the name after --class-map.`,
    );
  });
  const [header, ...rows] = await parseRows(text, path);
  if (header?.join(',') !== HEADER) {
    throw new NetworkError(`The class map ${path} must begin with the line ${HEADER}: add it.`);
  }
  const targets = new Map<string, string>();
  for (const [i, row] of rows.entries()) {
    const [name, column] = row;
    if (row.length !== 2 || !name || !column) {
      throw new NetworkError(
        `Row ${i + 1} of the class map ${path} is not a class and its column: correct it.`,
      );
    }
    if (targets.has(name))
      throw new NetworkError(`The class map ${path} has the class "${name}" twice: keep one.`);
    targets.set(name, column);
  }
  return { path, targets };
}

/**
 * The classes of numbered labels, from 0 on: those of a known network, by its name, or names separated by commas.
 *
 * @param networks cards of the known networks
 * @throws {NetworkError} for one word that is no network with names of classes
 */
export function nameNumberedClasses(
  asked: string,
  networks: readonly { readonly name: string; readonly classes?: readonly string[] }[],
): ClassMap {
  const network = networks.find(({ name }) => name === asked);
  const names = network ? network.classes : asked.includes(',') ? asked.split(',') : undefined;
  if (!names) {
    const known = networks.flatMap(({ name, classes }) => (classes ? [name] : []));
    const meant = known.find((name) => asked !== '' && name.endsWith(`-${asked.toLowerCase()}`));
    const remedy = meant === undefined ? 'separate names by commas' : `perhaps ${meant} is meant`;
    throw new NetworkError(
      `--classes ${asked} is no network with names of classes (${known.join(', ')}), and no list of names: ${remedy}.`,
    );
  }
  const targets = new Map(names.map((name, number) => [String(number), name.trim()]));
  return { path: '--classes', targets, areNames: true };
}

function parseRows(text: string, path: string): Promise<string[][]> {
  return new Promise((resolve, reject) => {
    const rows: string[][] = [];
    parseString(text, { ignoreEmpty: true, trim: true })
      .on('data', (row: string[]) => rows.push(row))
      .on('error', (error) =>
        reject(new NetworkError(`The class map ${path} is no CSV file (${error.message}): correct it.`)),
      )
      .on('end', () => resolve(rows));
  });
}
