import type { LogLine } from '../../loop/training-log.js';

/** A class is collapsed from this share of the way from the MS-SSIM of its real pictures to 1, that of copies. */
const COLLAPSED = 3 / 4;
/** So many of the classes must be, at so many scores in a row. */
const CLASSES = 1 / 2;
const SCORES = 3;
/** So many scores in a row without fewer collapsed classes, where most of them are from the first score on. */
const STALLED = 5;

/** Whether most classes are collapsed, by MS-SSIM beside that of real pictures: a generator that creeps into it changes too little from score to score for a test of changes. */
export class CollapsedClasses {
  /** An untrained generator makes one picture: that is no collapse, unless it stays so. */
  #wasDiverse = false;
  /** Steps of the latest scores in a row at which most classes were. */
  #steps: number[] = [];
  /** The smallest share since scores are counted, and the steps of the scores from that one on. */
  #lowest = Number.POSITIVE_INFINITY;
  #stalled: number[] = [];
  #isMost = false;

  /** @param lines of the log, of the score of a step */
  takeScore(step: number, lines: readonly LogLine[]): void {
    const share = shareOfCollapsed(lines);
    if (share === undefined) return;
    const isMost = share >= CLASSES;
    if (!isMost) this.#wasDiverse = true;
    this.#isMost = isMost;
    this.#stalled = share < this.#lowest ? [step] : [...this.#stalled, step];
    this.#lowest = Math.min(this.#lowest, share);
    this.#steps = isMost && this.#wasDiverse ? [...this.#steps, step] : [];
  }

  /** Whether fewer than most classes were at some score. */
  get wasDiverse(): boolean {
    return this.#wasDiverse;
  }

  /** Whether most classes were at the last score. */
  get isMost(): boolean {
    return this.#isMost;
  }

  /** Step of the score since which collapsed classes don't become fewer, most of them being so from the first score on; undefined where that is not so, or not for long. */
  get stalledSince(): number | undefined {
    return this.#wasDiverse || this.#stalled.length <= STALLED ? undefined : this.#stalled[0];
  }

  /** Step of the score since which most classes are collapsed; undefined where that is not so, or not for long. */
  get since(): number | undefined {
    return this.#steps.length < SCORES ? undefined : this.#steps[0];
  }

  /** Counts scores from now on. */
  restart(): void {
    this.#steps = [];
    this.#stalled = [];
    this.#lowest = Number.POSITIVE_INFINITY;
  }
}

/** Of the classes that have a value of real pictures. */
function shareOfCollapsed(lines: readonly LogLine[]): number | undefined {
  const byClass = (subject: string) =>
    new Map(
      lines
        .filter((line) => line.name === 'msssim' && line.subject === subject && line.class !== undefined)
        .map((line) => [String(line.class), Number(line.value)]),
    );
  const real = byClass('reference');
  const known = [...byClass('samples')].flatMap(([name, value]) => {
    const ofReal = real.get(name);
    return ofReal === undefined ? [] : [(value - ofReal) / (1 - ofReal)];
  });
  return known.length === 0 ? undefined : known.filter((way) => way >= COLLAPSED).length / known.length;
}
