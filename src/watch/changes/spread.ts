import { mean } from '../../math/statistics/statistics.js';
import { type Comparison, median, WINDOWS } from './windows.js';

/** How much two levels differ while nothing happens. */
export interface Spread {
  /** Mean square of their difference in units; 1 if sets differ by their errors alone. */
  readonly square: number;
  /** Degrees of freedom of the square. */
  readonly df: number;
}

/** What is taken where nothing has been shown: a generator that wanders by one standard error, for good, as four comparisons would say. */
const PRIOR: Spread = { square: 4, df: 4 };
/** What others have shown counts for no more comparisons than so many: two series don't wander alike. By simulation. */
const MOST_PRIOR_DF = 40;
/** A wander that does not die away within the longer of two windows makes differences of twice the square in units. */
const GROWTH = 2;
/** Comparisons that are remembered, the latest: a training calms down. */
const MOST_COMPARISONS = 50;
/** Squares beyond this many times the usual are taken as so many. */
const LARGEST = 9;
/** Median of the square of a standard normal. */
const MEDIAN_SQUARE = 0.4549;
/** Fewer classes say nothing of another. */
const FEWEST_POOLED = 3;
/** Without errors or classes to go by, a series tells nothing before it has shown so many independent comparisons. */
const LEAST_DF = 4;

/** Squares that a series has shown, for each window. */
export class OwnSpread {
  #squares: number[][] = WINDOWS.map(() => []);
  #known?: Spread[];

  /**
   * Only differences for the worse count: an improvement is no wander, and without one as many go either way.
   */
  add(window: number, { before, after, unit }: Comparison): void {
    if (!(after > before)) return;
    this.#known = undefined;
    const squares = this.#squares[window];
    squares.push(((after - before) / unit) ** 2);
    if (squares.length > MOST_COMPARISONS) squares.shift();
  }

  forget(): void {
    this.#known = undefined;
    this.#squares = WINDOWS.map(() => []);
  }

  /** Neighboring comparisons share sets: so many of them are one. */
  estimate(): Spread[] {
    this.#known ??= this.#squares.map((squares, i) =>
      squares.length === 0
        ? { square: 0, df: 0 }
        : { square: capped(squares), df: squares.length / WINDOWS[i] },
    );
    return this.#known;
  }
}

/** What the classes of a metric show together, each of which counts for no more than a few times the usual one. */
export function poolSpread(classes: readonly Spread[][]): Spread[] | undefined {
  if (classes.length < FEWEST_POOLED) return undefined;
  const pooled = WINDOWS.map((_, i) => {
    const shown = classes.map((each) => each[i]).filter(({ df }) => df > 0);
    const df = shown.reduce((sum, each) => sum + each.df, 0);
    return { square: shown.length === 0 ? 0 : capped(shown.map(({ square }) => square)), df };
  });
  return moderateSpread(pooled, { hasErrors: true });
}

/** What is known of a series besides its own squares. */
export interface Beforehand {
  readonly pooled?: readonly Spread[];
  readonly hasErrors: boolean;
}

/**
 * What a series showed, and what is known beforehand, weighted by their degrees of freedom, for each window: what the classes show
 * together, or else what the shorter window shows of a wander that lasts.
 */
export function moderateSpread(own: readonly Spread[], { pooled, hasErrors }: Beforehand): Spread[] {
  let shorter: Spread = hasErrors ? { ...PRIOR, square: PRIOR.square / GROWTH } : { square: 0, df: 0 };
  return own.map((shown, i) => {
    const prior = pooled?.[i] ?? { square: GROWTH * shorter.square, df: shorter.df };
    const priorDf = Math.min(prior.df, MOST_PRIOR_DF);
    const df = priorDf + shown.df;
    shorter = { square: df === 0 ? 0 : (priorDf * prior.square + shown.df * shown.square) / df, df };
    return shorter;
  });
}

/**
 * How unlikely a difference is while nothing happens, as a number of the standard normal (of Student's distribution, by Wallace 1959: within 2 %
 * from 4 degrees of freedom on).
 *
 * @param least difference that is none
 */
export function statisticOf({ before, after, unit }: Comparison, { square, df }: Spread, least = 0): number {
  if (df < LEAST_DF || square === 0) return Number.NEGATIVE_INFINITY;
  const t = (after - before - least) / (unit * Math.sqrt(square));
  return (Math.sign(t) * (8 * df + 1) * Math.sqrt(df * Math.log1p((t * t) / df))) / (8 * df + 3);
}

function capped(squares: readonly number[]): number {
  const largest = (LARGEST * median(squares)) / MEDIAN_SQUARE;
  return mean(squares.map((square) => Math.min(square, largest)));
}
