import { parseJson } from '../../core/parse-json.js';

/** Extensions of the files that stand beside a picture in a WebDataset and may hold its label. */
export const LABEL_EXTENSIONS: readonly string[] = ['.cls', '.json'];

/** More than any file of one label has; larger ones are not looked into. */
export const MAX_LABEL_BYTES = 1 << 16;

/** Keys of a `.json` file that hold a label, the first that is there. */
const JSON_KEYS = ['label', 'class', 'cls'] as const;

/** What files of one sample share: the path up to the first dot of the file's name (WebDataset's rule). */
export function sampleKey(name: string): string {
  const dot = name.indexOf('.', name.lastIndexOf('/') + 1);
  return dot < 0 ? name : name.slice(0, dot);
}

/**
 * The label in a `.cls` file (a number or a name as text) or a `.json` file (under label, class or cls);
 * undefined where it has none.
 *
 * @throws {Error} with half a sentence, if a `.json` file is none
 */
export function parseSidecarLabel(name: string, text: string): string | undefined {
  if (name.endsWith('.cls')) return text.trim() || undefined;
  let content: unknown;
  try {
    content = parseJson(text);
  } catch {
    throw new Error(`holds ${JSON.stringify(name)}, which is not JSON`);
  }
  if (typeof content !== 'object' || content === null) return undefined;
  for (const key of JSON_KEYS) {
    const label = Object.hasOwn(content, key) ? (content as Record<string, unknown>)[key] : undefined;
    if (typeof label === 'string' || typeof label === 'number') return String(label).trim() || undefined;
  }
  return undefined;
}
