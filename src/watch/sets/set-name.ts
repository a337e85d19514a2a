import { isPictureName } from '../../images/naming/picture-names.js';

/** What kind of thing holds a set: a folder of pictures, one file of them, a grid that is cut, a generator that draws them. */
export type SetForm = 'folder' | 'file' | 'grid' | 'generator';

/** Which names may be sets. */
export interface SetForms {
  /** Whether pictures in the folder are grids that are cut. */
  readonly cutsGrids?: boolean;
  /** Whether `.onnx` files are generators that pictures are drawn from. */
  readonly drawsSamples?: boolean;
}

const FILE = /\.(npz|npy|zip|tar|tar\.gz|tgz)$/i;
const GENERATOR = /\.onnx$/i;
/** What may be taken off a name before its number is read. */
const EXTENSION = /\.(npz|npy|zip|tar|tar\.gz|tgz|onnx|png|jpe?g|bmp|webp|tiff?|gif|ppm)$/i;
/** Names of what is being written: hidden ones, `tmp-…`, `x.tmp`, `x.part`, `x.tmp.npz` (as `numpy.savez` names `x.tmp`), `x~`. */
const TEMPORARY = [
  /^\./,
  /^(tmp|temp)([-_.]|\d*$)/i,
  /\.tmp[^.]*(\.|$)/i,
  /\.(temp|part|partial|incomplete)([-_][^.]*|\d*)(\.|$)/i,
  /~$/,
];
/** Words in front of a number, the first that is there counts: a step within an epoch says more than the epoch. */
const STEP_WORDS = ['steps?', 'iter(?:ation)?s?', 'kimg', 'epochs?'].map(
  (word) => new RegExp(`(?:^|[^a-z])${word}[-_=. ]*(\\d+)`, 'i'),
);
const SIZE = /\d+x\d+/gi;
/** More digits than any number of steps has. */
const MAX_DIGITS = 15;

/** Whether a name looks like that of something which is still being written: it is never a set. */
export function isUnfinishedName(name: string): boolean {
  return TEMPORARY.some((pattern) => pattern.test(name));
}

/**
 * The number of the training step in a name: the one after `step`, `iter`, `kimg` or `epoch`, or the last one (`samples-12`, `000500.npz`). A size
 * such as 32x32 is none.
 *
 * @returns null where there is none
 */
export function readStep(name: string): number | null {
  const stem = name.replace(EXTENSION, '').replace(SIZE, '');
  const worded = STEP_WORDS.map((pattern) => pattern.exec(stem)?.[1]).find((digits) => digits !== undefined);
  const digits = worded ?? /(\d+)\D*$/.exec(stem)?.[1];
  return digits === undefined || digits.replace(/^0+/, '').length > MAX_DIGITS ? null : Number(digits);
}

/** What form of set a name stands for; undefined for what is none. */
export function formOf(name: string, isFolder: boolean, forms: SetForms): SetForm | undefined {
  if (isUnfinishedName(name)) return undefined;
  if (isFolder) return 'folder';
  if (FILE.test(name)) return 'file';
  if (GENERATOR.test(name)) return forms.drawsSamples ? 'generator' : undefined;
  return forms.cutsGrids && isPictureName(name) ? 'grid' : undefined;
}

/** A set's place in order: by step as a number, then by name; sets without a step come last. */
export function compareSets(a: SetOrder, b: SetOrder): number {
  const [first, second] = [a, b].map(({ step }) => step ?? Number.POSITIVE_INFINITY);
  if (first !== second) return first < second ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

export interface SetOrder {
  readonly name: string;
  readonly step: number | null;
}
