import type { AblationIllustrations, ReducedPicture } from '../documents/illustrations.js';
import type { PreparedSet } from '../evaluate/prepare-set.js';
import type { Picture } from '../images/picture.js';
import { NumpyRandom } from '../math/random/numpy-random.js';
import type { Downsample } from '../networks/preprocessing/preprocess.js';
import { openReducer, type Reducer } from '../networks/preprocessing/reduce-picture.js';
import { drawRows, type ShownSet, shownSetOf } from './shown-set.js';
import { Thumbnails } from './thumbnails.js';

const MAX_SETS = 5;
const PICTURES_A_SET = 6;
const MAX_RESOLUTIONS = 8;
/** A picture with more pixels would be slow to reduce, and nobody would see it. */
const MAX_PIXELS = 2 ** 22;

interface AblatedPictures {
  /** The sets that were ablated, in their order. */
  readonly sets: readonly PreparedSet[];
  /** Sides in pixels to which they were reduced. */
  readonly resolutions: readonly number[];
  readonly downsample: Downsample;
  readonly seed: number;
}

/** The same pictures at each resolution, reduced as the network saw them: those of the first sets, each of another class. */
export async function illustrateAblation({
  sets,
  resolutions,
  downsample,
  seed,
}: AblatedPictures): Promise<AblationIllustrations> {
  const thumbnails = new Thumbnails();
  const reducers: { readonly to: number; readonly reducer: Reducer }[] = [];
  try {
    for (const to of resolutions.toSorted((a, b) => b - a).slice(-MAX_RESOLUTIONS))
      reducers.push({ to, reducer: await openReducer({ to, downsample }) });
    const shown: ReducedPicture[][] = [];
    for (const [i, set] of sets.entries()) {
      const pictures: ReducedPicture[] = [];
      const from = shownSetOf(set);
      const rows = i < MAX_SETS ? drawFromClasses(from, new NumpyRandom(seed)) : [];
      for (const row of rows) pictures.push(...(await reducePicture(from, row, reducers, thumbnails)));
      shown.push(pictures);
    }
    return { sets: shown };
  } finally {
    await Promise.all(reducers.map(({ reducer }) => reducer.close()));
  }
}

/** A row of each of some classes, or some rows of a set without. */
function drawFromClasses(set: ShownSet, random: NumpyRandom): number[] {
  const { classNames } = set.source;
  if (!classNames) return [...drawRows(set, random, PICTURES_A_SET)];
  const rows: number[] = [];
  for (const label of random.permutation(classNames.length)) {
    rows.push(...drawRows(set, random, 1, label));
    if (rows.length === PICTURES_A_SET) break;
  }
  return rows.sort((a, b) => a - b);
}

async function reducePicture(
  { source, kept }: ShownSet,
  row: number,
  reducers: readonly { readonly to: number; readonly reducer: Reducer }[],
  thumbnails: Thumbnails,
): Promise<ReducedPicture[]> {
  const { id, label } = source.entries[kept[row]];
  const picture = await source.picture(kept[row]);
  if (picture.width * picture.height > MAX_PIXELS) return [];
  const side = Math.max(picture.width, picture.height);
  const show = async (pixels: Pick<Picture, 'width' | 'height' | 'pixels'>) => ({
    id,
    thumbnail: await thumbnails.make(pixels),
  });
  const at = [{ resolution: side, picture: await show(picture) }];
  for (const { to, reducer } of reducers) {
    if (to < side) at.push({ resolution: to, picture: await show(await reducer.reduce(picture)) });
  }
  const name = label === undefined ? undefined : source.classNames?.[label];
  return [{ id, ...(name !== undefined && { class: name }), at }];
}
