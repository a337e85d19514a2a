import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const AGENT = fileURLToPath(new URL('./agent.js', import.meta.url));
const HANG_MS = 90_000;

/** Two processes on one folder; one that was killed is started again when it is asked next. */
export class Agents {
  /** What happened in all runs, for the report. */
  static counts = { operations: 0, kills: 0, refusals: 0 };
  folder = mkdtempSync(join(tmpdir(), 'ganeval-model-'));
  #children = new Map();

  /**
   * Lets a process do something.
   *
   * @param {'a' | 'b'} name
   * @param {string} operation of `operations.js`
   * @param {unknown[]} args
   * @param {import('../kill/faults/faults.js').Plan} [plan] what happens to the disk meanwhile
   * @returns {Promise<'killed' | { done?: any, refused?: { name: string, code: string, message: string } }>}
   */
  async ask(name, operation, args = [], plan = undefined) {
    Agents.counts.operations++;
    const child = await this.#start(name);
    const answer = await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${operation} hangs`)), HANG_MS);
      const finish = (value) => {
        clearTimeout(timer);
        child.off('message', finish).off('exit', onExit);
        resolve(value);
      };
      const onExit = () => {
        this.#children.delete(name);
        finish('killed');
      };
      child.on('message', finish).on('exit', onExit);
      child.send({ operation, args, plan });
    });
    if (answer === 'killed') Agents.counts.kills++;
    if (answer.refused) Agents.counts.refusals++;
    return answer;
  }

  /** Ends a process as it stands, with what it holds. */
  async kill(name) {
    const child = this.#children.get(name);
    if (!child) return;
    Agents.counts.kills++;
    this.#children.delete(name);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** Ends the processes as they stand; who is asked next begins anew. */
  async endAll() {
    for (const [name, child] of this.#children) {
      this.#children.delete(name);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    }
  }

  async close() {
    await this.endAll();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #start(name) {
    const running = this.#children.get(name);
    if (running) return running;
    const child = fork(AGENT, [this.folder], {
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#children.set(name, child);
    await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', () => reject(new Error('the agent does not start')));
    });
    child.removeAllListeners('exit');
    return child;
  }
}
