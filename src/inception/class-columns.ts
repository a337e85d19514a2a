import type { Network } from './network.js';

/** Where a network has its logit for each class of the samples. */
export interface ClassColumns {
  /** For each class of the samples, its column in the logits. */
  readonly columns: Int32Array;
  /** By their names, or because the classes are whole numbers that count the network's columns. */
  readonly matchedBy: 'name' | 'index';
}

/** Why a network can't tell the samples' classes, as a sentence. */
export interface NoColumns {
  readonly reason: string;
}

/**
 * Finds each class among the classes of a network: by name (case, spaces, hyphens and underscores don't count), or by
 * index where all classes of the samples are whole numbers and none of the network's names.
 */
export function findClassColumns(
  classNames: readonly string[],
  { name, classes, logitWidth }: Pick<Network, 'name' | 'classes' | 'logitWidth'>,
): ClassColumns | NoColumns {
  if (logitWidth === 0) return { reason: `The network ${name} gives no logits.` };
  const byName = new Map((classes ?? []).map((each, column) => [plain(each), column]));
  const columns = classNames.map((each) => byName.get(plain(each)) ?? -1);
  if (!columns.includes(-1)) return { columns: Int32Array.from(columns), matchedBy: 'name' };
  if (classNames.every((each) => /^\d+$/.test(each))) return findByIndex(classNames, name, logitWidth);
  const unknown = classNames.filter((_, i) => columns[i] === -1);
  const shown = unknown.slice(0, 3).map((each) => `"${each}"`);
  const more = unknown.length > shown.length ? ` and ${unknown.length - shown.length} more` : '';
  return { reason: `The network ${name} doesn't know the class ${shown.join(', ')}${more}.` };
}

function findByIndex(
  classNames: readonly string[],
  name: string,
  logitWidth: number,
): ClassColumns | NoColumns {
  const columns = Int32Array.from(classNames, Number);
  const beyond = classNames.find((_, i) => columns[i] >= logitWidth || columns[i] < 0);
  if (beyond === undefined) return { columns, matchedBy: 'index' };
  return {
    reason: `The network ${name} has classes 0 to ${logitWidth - 1}, and the samples have a class ${beyond}.`,
  };
}

function plain(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim();
}
