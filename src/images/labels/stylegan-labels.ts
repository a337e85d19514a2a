import { ImagesError } from '../../core/errors.js';

/** The name of the file at the top of a StyleGAN data set that holds its labels. */
export const STYLEGAN_LABELS = 'dataset.json';

/**
 * Labels by path from the `dataset.json` of StyleGAN's data sets (Karras et al. 2020, dataset_tool.py):
 * `{"labels": [["00000/img.png", 3], …]}`. Undefined where it states none.
 *
 * @throws {ImagesError} if it is damaged or its labels are no whole numbers from 0
 */
export function parseStyleganLabels(shown: string, text: string): Map<string, string> | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new ImagesError(`${shown} is not JSON (${(error as Error).message}): repair or remove it.`, {
      cause: error,
    });
  }
  const rows = (content as { labels?: unknown } | null)?.labels;
  if (rows === undefined || rows === null) return undefined;
  const labels = new Map<string, string>();
  for (const row of Array.isArray(rows) ? rows : [rows]) {
    const [path, label] = Array.isArray(row) ? row : [];
    if (typeof path !== 'string' || !Number.isSafeInteger(label) || label < 0) {
      throw new ImagesError(
        `${shown} has labels that are not pairs of a path and a whole number: repair or remove it.`,
      );
    }
    labels.set(path, String(label));
  }
  return labels;
}
