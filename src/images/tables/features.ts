import { parseJson } from '../../core/parse-json.js';

/** What a Hugging Face data set says of its columns, as far as it is used here. */
export interface Features {
  /** Names of the columns of pictures. */
  readonly images: readonly string[];
  /** The names of the classes of each column of labels. */
  readonly classes: ReadonlyMap<string, readonly string[]>;
}

/** The key of a schema's metadata under which `datasets` writes the features, as JSON. */
const KEY = 'huggingface';

/** The features in a schema's metadata; none where they are absent or no JSON. */
export function readFeatures(metadata: ReadonlyMap<string, string>): Features {
  const images: string[] = [];
  const classes = new Map<string, readonly string[]>();
  for (const [name, feature] of Object.entries(parseFeatures(metadata.get(KEY)))) {
    const { _type: type, names } = (feature ?? {}) as { _type?: unknown; names?: unknown };
    if (type === 'Image') images.push(name);
    if (type === 'ClassLabel' && Array.isArray(names) && names.every((each) => typeof each === 'string')) {
      classes.set(name, names);
    }
  }
  return { images, classes };
}

function parseFeatures(text: string | undefined): object {
  try {
    const { info } = parseJson(text ?? '{}') as { info?: { features?: unknown } };
    return typeof info?.features === 'object' && info.features !== null ? info.features : {};
  } catch {
    return {};
  }
}
