import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawInteger, makeRandom } from './random.js';
import { describeDifferences, readTree } from './read-tree.js';
import { runChild } from './run-child.js';

/** Of the command line's contract. */
const STORAGE_EXIT = 6;
const DISK_ERRORS = ['ENOSPC', 'EDQUOT', 'EIO', 'short'];
/** A killed run is resumed and killed again with this probability. */
const AGAIN = 0.5;
/** Every second kill falls on one of the first changes, where a run has least to resume from. */
const EARLY_CHANGES = 30;
/** A long proof first looks whether two undisturbed runs are equal. */
const TWIN_FROM = 10;
/** Another command comes so often at most. */
const MOST_BESIDE = 3;

/**
 * @typedef {object} Scenario what is killed, and what must hold afterwards
 * @property {string} name
 * @property {(shared: string) => unknown} prepare makes the input once, in a folder that every run reads
 * @property {(place: string, input: any) => unknown} [begin] what is there before the run
 * @property {(place: string, input: any) => string[]} args for node; what it writes goes under `place`
 * @property {(place: string, input: any) => string[]} [resume] the arguments after a kill; default `args`
 * @property {(place: string, input: any) => Promise<string | undefined>} [damage] what of the things that were there is destroyed
 * @property {(place: string, input: any) => string[]} [beside] what is run between two operations of the run, in place of a kill
 * @property {RegExp} [keeps] what a run on a bad disk leaves on purpose, for the next one
 * @property {(input: any) => unknown} [finish]
 */

/**
 * Kills a scenario's run again and again, or lets its disk fail, and looks whether the next run makes it good.
 *
 * @param {Scenario} scenario
 * @param {{ times: number, seed: number, how: 'kill' | 'disk', at?: number, keep?: boolean, signal?: AbortSignal, onFault: (text: string) => void }} options
 */
export async function prove(scenario, options) {
  const root = mkdtempSync(join(tmpdir(), `ganeval-${scenario.name}-`));
  const shared = join(root, 'shared');
  const temporary = join(root, 'temporary');
  for (const folder of [shared, temporary]) mkdirSync(folder);
  const input = await scenario.prepare(shared);
  try {
    const proof = new Proof(scenario, input, root, temporary, options);
    await proof.runUndisturbed();
    for (let number = 0; proof.isToGoOn; number++) await proof.runOne(number);
    return proof.figures;
  } finally {
    await scenario.finish?.(input);
    if (!options.keep) rmSync(root, { recursive: true, force: true });
  }
}

class Proof {
  figures = {
    rounds: 0,
    kills: 0,
    besides: 0,
    refusals: 0,
    tolerated: 0,
    faults: 0,
    slowestNextMs: 0,
    changes: 0,
  };
  #undisturbed;
  #tree;

  constructor(scenario, input, root, temporary, options) {
    Object.assign(this, { scenario, input, root, temporary, options });
    this.random = makeRandom(options.seed);
  }

  /** A proof by kills ends with the kills that were asked for, others with the rounds. */
  get isToGoOn() {
    const { rounds, kills } = this.figures;
    if (this.options.signal?.aborted) return false;
    const areKills = this.options.how === 'kill' && !this.scenario.beside;
    // Runs that always end before they are killed would go on for ever.
    return rounds < this.options.times * (areKills ? 3 : 1) && (!areKills || kills < this.options.times);
  }

  async runUndisturbed() {
    const place = await this.#newPlace('undisturbed');
    const run = await this.#run(place, this.scenario.args(place, this.input), { how: 'count', at: 0 });
    if (run.end !== 0) throw new Error(`${this.scenario.name} fails undisturbed (${run.end}): ${run.stderr}`);
    this.#undisturbed = run;
    this.#tree = readTree(place);
    if (this.options.times >= TWIN_FROM) await this.#runTwin();
    this.figures.changes = run.counts.changes;
    this.undisturbedMs = run.ms;
  }

  /** Is a run the same at all, run twice? */
  async #runTwin() {
    const twin = await this.#newPlace('twin');
    const { end } = await this.#run(twin, this.scenario.args(twin, this.input));
    const differences = describeDifferences(readTree(twin), this.#tree);
    if (end !== 0 || differences.length > 0)
      throw new Error(`two undisturbed runs differ: ${differences.join('; ')}`);
    rmSync(twin, { recursive: true });
  }

  async runOne(number) {
    const place = await this.#newPlace(`run-${number}`);
    this.figures.rounds++;
    this.what = `round ${number}`;
    if (this.scenario.beside) await this.#runBeside(place);
    else if (this.options.how === 'kill') await this.#kill(place);
    else await this.#fillDisk(place);
    await this.#checkDamage(place);
    await this.#runToTheEnd(place);
    if (!this.options.keep) rmSync(place, { recursive: true, force: true });
  }

  async #kill(place) {
    let args = this.scenario.args(place, this.input);
    do {
      const { plan, killAfterMs, words } = this.#chooseKill();
      this.what += `, ${words}`;
      const { end, stderr } = await this.#run(place, args, plan, killAfterMs);
      if (end === 'SIGKILL') this.figures.kills++;
      else if (end !== 0) this.#fault(`ends with ${end} before it is killed: ${stderr.trim()}`);
      args = this.#resumeArgs(place);
    } while (this.random() < AGAIN);
  }

  #chooseKill() {
    const { changes } = this.#undisturbed.counts;
    if (this.options.at === undefined && this.random() < 0.3) {
      const killAfterMs = Math.round(this.random() * this.undisturbedMs);
      return { killAfterMs, words: `killed after ${killAfterMs} ms` };
    }
    const last = this.random() < 0.5 ? Math.min(EARLY_CHANGES, changes) : changes;
    const at = this.options.at ?? drawInteger(this.random, 1, last);
    const how = this.random() < 0.5 ? 'kill-before' : 'kill-after';
    return { plan: { how, at }, words: `${how} change ${at} of ${changes}` };
  }

  /** The other command comes at a few operations; the run must end as if it had not, but for files that the other removed. */
  async #runBeside(place) {
    const { all } = this.#undisturbed.counts;
    const count = drawInteger(this.random, 1, MOST_BESIDE);
    const at = this.options.at
      ? [this.options.at]
      : Array.from({ length: count }, () => drawInteger(this.random, 1, all));
    this.what += `, another command at ${at.join(' and ')} of ${all}`;
    const command = this.scenario.beside(place, this.input);
    const args = this.scenario.args(place, this.input);
    const { end, stderr } = await this.#run(place, args, { how: 'command', at, command });
    this.figures.besides += at.length;
    if (end !== 0) return this.#fault(`ends with ${end} beside another command: ${stderr.trim()}`);
    const differences = describeDifferences(readTree(place), this.#tree).filter(
      (text) => !text.endsWith('is missing'),
    );
    if (differences.length > 0) this.#fault(`beside another command ${differences.join('; ')}`);
  }

  async #fillDisk(place) {
    const { growths } = this.#undisturbed.counts;
    const last = this.random() < 0.5 ? Math.min(EARLY_CHANGES, growths) : growths;
    const at = this.options.at ?? drawInteger(this.random, 1, last);
    const error = DISK_ERRORS[drawInteger(this.random, 0, DISK_ERRORS.length - 1)];
    this.what += `, ${error} at growth ${at} of ${growths}`;
    const { end, stderr } = await this.#run(place, this.scenario.args(place, this.input), {
      how: 'fail',
      at,
      error,
    });
    if (end === 0) this.figures.tolerated++;
    else if (end !== STORAGE_EXIT || !/^ganeval: [^\n]+\.\n$/.test(stderr))
      this.#fault(`ends with ${end} on a bad disk: ${stderr.trim()}`);
    else this.figures.refusals++;
    const { keeps } = this.scenario;
    const left = [...readTree(place).keys()].filter(
      (path) => !this.#tree.has(path) && !path.endsWith('/') && !keeps?.test(path),
    );
    if (left.length > 0) this.#fault(`leaves ${left.join(', ')} behind on a bad disk`);
  }

  async #checkDamage(place) {
    const damage = await this.scenario.damage?.(place, this.input);
    if (damage) this.#fault(damage);
  }

  async #runToTheEnd(place) {
    const { end, ms, stderr } = await this.#run(place, this.#resumeArgs(place));
    this.figures.slowestNextMs = Math.max(this.figures.slowestNextMs, ms);
    if (end !== 0) return this.#fault(`the next run ends with ${end}: ${stderr.trim()}`);
    const differences = describeDifferences(readTree(place), this.#tree);
    if (differences.length > 0) this.#fault(`after the next run ${differences.join('; ')}`);
  }

  #resumeArgs(place) {
    return (this.scenario.resume ?? this.scenario.args)(place, this.input);
  }

  async #newPlace(name) {
    const place = join(this.root, name, 'out');
    mkdirSync(place, { recursive: true });
    await this.scenario.begin?.(place, this.input);
    return place;
  }

  #run(place, args, plan, killAfterMs) {
    const { temporary } = this;
    return runChild(args, { plan: plan && { ...plan, root: place }, killAfterMs, temporary });
  }

  #fault(text) {
    this.figures.faults++;
    this.options.onFault(`${this.scenario.name}: ${this.what}: ${text}`);
  }
}
