import type { ClassMap } from './class-map.js';

/** Where a network has its logit for each class of the samples. */
export interface ClassColumns {
  /** For each class of the samples, its column in the logits. */
  readonly columns: Int32Array;
  /**
   * By the classes' names or synset ids, because they are whole numbers that count the network's columns, or as a map
   * said.
   */
  readonly matchedBy: 'name' | 'index' | 'map';
}

/** Why a network can't classify the samples, as a sentence. */
export interface NoColumns {
  readonly reason: string;
}

/** What is known of a network's classes. */
export interface NetworkClasses {
  /** The network's name. */
  readonly name: string;
  /** Columns of the logits; 0 if the network gives none. */
  readonly logitWidth: number;
  /** Why there are none although one of its outputs may have them, as a sentence. */
  readonly noLogits?: string;
  /** One name per column of the logits. */
  readonly classes?: readonly string[];
  /** WordNet synset id of each column of the logits. */
  readonly synsets?: readonly string[];
  /** The order of its columns follows from no folder's name or number. */
  readonly classesNeedMap?: boolean;
  /** First and last column that stand for a class, where not all do. */
  readonly classRange?: readonly [first: number, last: number];
}

/**
 * Finds each class among the classes of a network: by name (case, spaces, hyphens and underscores don't count) or
 * synset id, or by index where all classes of the samples are whole numbers and none of the network's names.
 *
 * @param map what each class of the samples stands for: a name, a synset id or a column of the network
 */
export function findClassColumns(
  classNames: readonly string[],
  network: NetworkClasses,
  map?: ClassMap,
): ClassColumns | NoColumns {
  const { name, logitWidth } = network;
  if (logitWidth === 0) return { reason: network.noLogits ?? `The network ${name} gives no logits.` };
  if (map) return findByMap(classNames, network, map);
  if (network.classesNeedMap) {
    return {
      reason: `The network ${name} has its ${logitWidth} classes in an order of its own, which needs --class-map.`,
    };
  }
  return findDirectly(classNames, network);
}

function findDirectly(classNames: readonly string[], network: NetworkClasses): ClassColumns | NoColumns {
  const { name, classes = [], synsets = [], logitWidth, classRange = [0, logitWidth - 1] } = network;
  const known = new Map([...synsets, ...classes.map(plain)].map((each, i) => [each, i % logitWidth]));
  const columns = classNames.map((each) => known.get(plain(each)) ?? -1);
  if (!columns.includes(-1)) return { columns: Int32Array.from(columns), matchedBy: 'name' };
  if (classNames.every((each) => /^\d+$/.test(each))) return findByIndex(classNames, name, classRange);
  return { reason: `The network ${name} doesn't know the class ${quoteSome(classNames, columns)}.` };
}

function findByMap(
  classNames: readonly string[],
  network: NetworkClasses,
  { path, targets, areNames }: ClassMap,
): ClassColumns | NoColumns {
  const missing = classNames.filter((each) => !targets.has(each));
  if (missing.length > 0) return { reason: `${path} doesn't name the class ${quoteSome(missing)}.` };
  const names = classNames.map((each) => targets.get(each) as string);
  const found = findDirectly(names, network);
  if (areNames && network.classes && 'matchedBy' in found && found.matchedBy === 'index')
    return { reason: `The network ${network.name} doesn't know the class ${quoteSome(names)}.` };
  return 'reason' in found ? found : { columns: found.columns, matchedBy: 'map' };
}

function findByIndex(
  classNames: readonly string[],
  name: string,
  [first, last]: readonly [first: number, last: number],
): ClassColumns | NoColumns {
  const columns = Int32Array.from(classNames, Number);
  const beyond = classNames.find((_, i) => columns[i] > last || columns[i] < first);
  if (beyond === undefined) return { columns, matchedBy: 'index' };
  return {
    reason: `The network ${name} has classes ${first} to ${last}, and the samples have a class ${beyond}.`,
  };
}

/** The first few names, or the first few that have no column. */
function quoteSome(names: readonly string[], columns?: readonly number[]): string {
  const unknown = columns ? names.filter((_, i) => columns[i] === -1) : names;
  const shown = unknown.slice(0, 3).map((each) => `"${each}"`);
  return (
    shown.join(', ') + (unknown.length > shown.length ? ` and ${unknown.length - shown.length} more` : '')
  );
}

function plain(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim();
}
