/** A discriminator hardly errs where its lead is above this. */
const SURE = 0.9;
/** It can't tell where its lead is below this. */
const LOST = 0.1;
/** Scores in a row at which it must be. */
const SCORES = 3;

/** How far the discriminator leads from score to score. One that hardly errs teaches the generator little, and samples collapse. */
export class LeadWatch {
  /** Since the last score. */
  #leads: number[] = [];
  /** Steps of the latest scores in a row at which it hardly erred. */
  #sure: number[] = [];
  /** Step of the first of the latest scores in a row at which it could not tell. */
  #lostSince: number | undefined;
  #last: number | undefined;

  /** @param lead as `discriminatorLead` has it; undefined where losses don't say */
  add(lead: number | undefined): void {
    if (lead !== undefined) this.#leads.push(lead);
  }

  /** Takes the leads since the last score as those of this one. */
  takeScore(step: number): void {
    const count = this.#leads.length;
    this.#last = count === 0 ? undefined : this.#leads.reduce((sum, each) => sum + each, 0) / count;
    this.#leads = [];
    this.#sure = this.isSure ? [...this.#sure, step] : [];
    this.#lostSince = this.isLost ? (this.#lostSince ?? step) : undefined;
  }

  /** The mean up to the last score, from the one before it. */
  get last(): number | undefined {
    return this.#last;
  }

  /** Whether the discriminator hardly erred up to the last score. */
  get isSure(): boolean {
    return this.#last !== undefined && this.#last > SURE;
  }

  /** Whether the discriminator could hardly tell real pictures from samples up to the last score. */
  get isLost(): boolean {
    return this.#last !== undefined && this.#last < LOST;
  }

  /** Step of the score since which the discriminator can hardly tell; undefined where it can. */
  get lostSince(): number | undefined {
    return this.#lostSince;
  }

  /** Step of the score since which the discriminator hardly errs; undefined where that is not so, or not for long. */
  get sureSince(): number | undefined {
    return this.#sure.length < SCORES ? undefined : this.#sure[0];
  }

  /** Counts scores from now on. */
  restart(): void {
    this.#sure = [];
    this.#lostSince = undefined;
  }
}
