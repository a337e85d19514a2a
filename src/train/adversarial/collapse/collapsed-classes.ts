import type { LogLine } from '../../loop/training-log.js';

/** A class is collapsed from this share of the way from the MS-SSIM of its real pictures to 1, that of copies. */
const COLLAPSED = 3 / 4;
/** So many of the classes must be, at so many scores in a row. */
const CLASSES = 1 / 2;
const SCORES = 3;

/** Whether most classes are collapsed, by MS-SSIM beside that of real pictures: a generator that creeps into it changes too little from score to score for a test of changes. */
export class CollapsedClasses {
  /** An untrained generator makes one picture: that is no collapse. */
  #wasDiverse = false;
  /** Steps of the latest scores in a row at which most classes were. */
  #steps: number[] = [];

  /** @param lines of the log, of the score of a step */
  takeScore(step: number, lines: readonly LogLine[]): void {
    const share = shareOfCollapsed(lines);
    if (share === undefined) return;
    const isMost = share >= CLASSES;
    if (!isMost) this.#wasDiverse = true;
    this.#steps = isMost && this.#wasDiverse ? [...this.#steps, step] : [];
  }

  /** Step of the score since which most classes are collapsed; undefined where that is not so, or not for long. */
  get since(): number | undefined {
    return this.#steps.length < SCORES ? undefined : this.#steps[0];
  }

  /** Counts scores from now on. */
  restart(): void {
    this.#steps = [];
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
