import type { RunHooks } from '../core/run-hooks.js';
import type { FailedPictures, GateIllustrations, ShownPicture } from '../documents/illustrations.js';
import type { EvaluationResult } from '../documents/result.js';
import type { GateRow, GateVerdict } from '../documents/verdict.js';
import type { Evaluation } from '../evaluate/evaluate-plan.js';
import { NumpyRandom } from '../math/random/numpy-random.js';
import { withSamePictures } from './open-again.js';
import { drawClass, drawRows, type ShownSet, shownSetOf, showRows } from './shown-set.js';
import { Thumbnails } from './thumbnails.js';

const MAX_CLASSES = 8;
const PICTURES_A_CLASS = 12;
const PICTURES_OF_ALL = 24;

/** The pictures of what failed, from the run that was judged. */
export async function illustrateFailures(
  verdict: GateVerdict,
  { result, samples, reference }: Evaluation,
): Promise<GateIllustrations> {
  const failed = chooseFailed(verdict);
  const show = makeShow(failed.classes, result);
  const shown = await show(shownSetOf(samples));
  const real = reference && (await show(shownSetOf(reference)));
  return {
    failed: join(failed.classes, shown, real),
    more: failed.more,
    missing: failed.classes.length === 0 || real ? [] : [whyNoReference(result)],
  };
}

/** As `illustrateFailures`, from the files that a result names, where they are still those that were scored. */
export async function illustrateFailuresAgain(
  verdict: GateVerdict,
  result: EvaluationResult,
  hooks: RunHooks,
): Promise<GateIllustrations> {
  const failed = chooseFailed(verdict);
  if (failed.classes.length === 0) return { failed: [], more: 0, missing: [] };
  const show = makeShow(failed.classes, result);
  const samples = await withSamePictures(result.samples, 'samples', hooks, show);
  const reference = result.reference
    ? await withSamePictures(result.reference, 'reference', hooks, show)
    : { missing: whyNoReference(result) };
  const [shown, real] = [samples, reference].map((set) => ('value' in set ? set.value : undefined));
  return {
    failed: shown || real ? join(failed.classes, shown, real) : [],
    more: failed.more,
    missing: [samples, reference].flatMap((set) => ('missing' in set ? [set.missing] : [])),
  };
}

function whyNoReference({ reference }: EvaluationResult): string {
  if (!reference)
    return 'The samples were compared with no reference, so there are no real pictures beside them.';
  return `${reference.source} is a statistics file, which holds no pictures.`;
}

/** undefined stands for all classes. */
type Failed = readonly (string | undefined)[];

/** The classes that failed, those by the surest and largest change first; all pictures where only whole metrics failed. */
function chooseFailed({ rows }: GateVerdict): { readonly classes: Failed; readonly more: number } {
  const failed = rows.filter(({ status }) => status === 'fail');
  if (failed.length === 0) return { classes: [], more: 0 };
  const ranked = failed.toSorted((a, b) => sureness(a) - sureness(b) || size(b) - size(a));
  const classes = [...new Set(ranked.flatMap((row) => row.class ?? []))];
  if (classes.length === 0) return { classes: [undefined], more: 0 };
  return { classes: classes.slice(0, MAX_CLASSES), more: Math.max(0, classes.length - MAX_CLASSES) };
}

const sureness = ({ pAdjusted = 0 }: GateRow) => pAdjusted;
const size = ({ relativeChange }: GateRow) => Math.abs(relativeChange ?? 0);

/** Draws of what failed from a set, by the seed of the result. */
function makeShow(classes: Failed, { settings }: EvaluationResult) {
  const thumbnails = new Thumbnails();
  return async (set: ShownSet): Promise<ShownPicture[][]> => {
    const random = new NumpyRandom(settings.seed);
    const shown: ShownPicture[][] = [];
    for (const name of classes) {
      const rows =
        name === undefined
          ? drawRows(set, random, PICTURES_OF_ALL)
          : drawClass(set, random, PICTURES_A_CLASS, name);
      shown.push(await showRows(set, rows, thumbnails));
    }
    return shown;
  };
}

function join(
  classes: Failed,
  samples: readonly ShownPicture[][] | undefined,
  reference: readonly ShownPicture[][] | undefined,
): FailedPictures[] {
  return classes.map((name, i) => ({
    ...(name !== undefined && { class: name }),
    samples: samples?.[i] ?? [],
    reference: reference?.[i] ?? [],
  }));
}
