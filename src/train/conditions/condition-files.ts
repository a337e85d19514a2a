import { UsageError } from '../../core/errors.js';

/** Files that say what is known of each picture beside its class. */
export interface ConditionFiles {
  /**
   * Attributes that a picture has or has not: a CSV with the file's name in the first column and 0 or 1, or −1 or 1, in the column of
   * each attribute; or CelebA's `list_attr_celeba.txt` as it is.
   */
  readonly attributes?: string;
  /**
   * One box in each picture: a CSV of file,x,y,width,height in pixels of the picture as it is stored, from its top left corner. Of samples
   * that are asked for, in pixels of the samples.
   */
  readonly boxes?: string;
  /**
   * A row of numbers for each picture, such as the embedding of a text that describes it: float16, float32 or float64 [pictures, width] in
   * an .npy file, or in the array `embeddings` of an .npz file. Rows are in the order of the pictures' names.
   */
  readonly embeddings?: string;
  /**
   * A text that describes each picture: a CSV of file,text, or JSON lines with `file_name` and `text`. Goes with `textTower`, in place of
   * `embeddings`.
   */
  readonly texts?: string;
  /**
   * The network that embeds the texts: the folder or the .onnx file of a text tower (`input_ids`, perhaps `attention_mask`, to
   * `text_embeds`), with its `tokenizer.json` beside it or one folder up.
   */
  readonly textTower?: string;
}

/** What samples are asked to have. */
export interface AskedFiles extends ConditionFiles {
  /** One text for all samples, in place of `texts`. */
  readonly text?: string;
}

/** What a file can say of a picture. */
export type ConditionKind = Exclude<keyof ConditionFiles, 'textTower'>;

/** The kinds of conditions for which a file is named. */
export function listNamed(files: ConditionFiles): ConditionKind[] {
  const kinds: readonly ConditionKind[] = ['attributes', 'boxes', 'embeddings', 'texts'];
  return kinds.filter((kind) => files[kind] !== undefined);
}

/** The flag of the first of what is named or asked for, for those that take none of it; undefined where nothing is. */
export function findFlag(files: AskedFiles): string | undefined {
  const [key] = Object.entries(files).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  return key === 'textTower' ? 'text-tower' : key;
}

/** @throws {UsageError} for texts without what embeds them, and for what they do not go with */
export function refuseHalfTexts({ texts, text, textTower, embeddings }: AskedFiles): void {
  const flag = texts === undefined ? '--text' : '--texts';
  if (texts === undefined && text === undefined) {
    if (textTower === undefined) return;
    throw new UsageError('--text-tower embeds texts: name them with --texts, or leave it out.');
  }
  if (texts !== undefined && text !== undefined) {
    throw new UsageError('--texts and --text both say what is asked for: give one of them.');
  }
  if (embeddings !== undefined) {
    throw new UsageError(`${flag} and --embeddings both give embeddings: leave one of them out.`);
  }
  if (textTower === undefined) {
    throw new UsageError(`${flag} needs the network that embeds texts: name it with --text-tower.`);
  }
}
