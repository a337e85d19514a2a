import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const PROGRAMS = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'scontrol', 'sinfo'];
/** CPUs that the node claims to have, so that two tasks run at once on any machine. */
const CPUS = Math.max(2, availableParallelism());
const START_MS = 60_000;
const POLL_MS = 250;

/** Why Slurm can't be run here, as a sentence; undefined where it can. */
export function whyNoSlurm(): string | undefined {
  if (process.platform !== 'linux') return 'Slurm runs on Linux';
  const missing = PROGRAMS.filter((program) => !isInstalled(program));
  if (missing.length > 0) return `not installed: ${missing.join(', ')} (Debian: slurm-wlm, munge)`;
  if (process.getuid?.() !== 0) return 'its daemons are started as root, and this is another user';
  return undefined;
}

function isInstalled(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** munged, slurmctld and slurmd on the loopback address, with everything that they write in one folder. */
export class SlurmCluster {
  readonly #daemons: ChildProcess[] = [];
  readonly #env: NodeJS.ProcessEnv;
  readonly #folder: string;

  /** @param env what jobs see, beside the place of the configuration */
  constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.#folder = folder;
    this.#env = { ...env, SLURM_CONF: join(folder, 'slurm.conf') };
  }

  /** Starts the daemons and waits until the node takes jobs. */
  async start(): Promise<void> {
    // munged wants a socket that everybody can reach.
    chmodSync(this.#folder, 0o711);
    for (const name of ['state', 'spool']) mkdirSync(join(this.#folder, name), { mode: 0o700 });
    const [controller, node] = await freePorts(2);
    writeFileSync(join(this.#folder, 'slurm.conf'), configuration(this.#folder, controller, node));
    const key = join(this.#folder, 'munge.key');
    writeFileSync(key, randomBytes(128), { mode: 0o600 });
    const socket = join(this.#folder, 'munge.socket');
    const files = ['pid', 'seed'].map((name) => `--${name}-file=${join(this.#folder, `munge.${name}`)}`);
    this.#launch('munged', ['--foreground', `--key-file=${key}`, `--socket=${socket}`, ...files]);
    await this.#waitFor(START_MS, async () => existsSync(socket));
    this.#launch('slurmctld', ['-D', '-c']);
    this.#launch('slurmd', ['-D', '-c']);
    await this.#waitFor(START_MS, async () => (await this.#ask('sinfo', '-h', '-o', '%t')) === 'idle');
  }

  /** Submits a job and gives its number. */
  async submit(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
    const { stdout } = await promisify(execFile)('sbatch', ['--parsable', ...args], {
      cwd: this.#folder,
      env: { ...this.#env, ...env },
    });
    return stdout.trim();
  }

  /** Waits until none of the jobs is queued or running; `onPoll` sees the queue each time. */
  async finish(limitMs: number, onPoll: (queue: string) => void = () => undefined): Promise<void> {
    await this.#waitFor(limitMs, async () => {
      const queue = await this.#ask('squeue', '-h', '-r', '-o', '%i %j %t %r');
      onPoll(queue);
      return queue === '';
    });
  }

  /** How every task of a job ended, as `COMPLETED`, in the order of the tasks. */
  async states(job: string): Promise<string[]> {
    const text = await this.#ask('scontrol', '-o', 'show', 'job', job);
    const tasks = text.split('\n').map((line) => ({
      task: Number(/ArrayTaskId=(\d+)/.exec(line)?.[1] ?? 0),
      state: /JobState=(\w+)/.exec(line)?.[1] ?? line,
    }));
    return tasks.sort((a, b) => a.task - b.task).map(({ state }) => state);
  }

  async stop(): Promise<void> {
    for (const daemon of this.#daemons.toReversed()) {
      if (daemon.exitCode !== null || daemon.signalCode !== null) continue;
      const closed = new Promise((resolve) => daemon.once('close', resolve));
      daemon.kill('SIGTERM');
      const killed = sleep(10_000, undefined, { ref: false }).then(() => daemon.kill('SIGKILL'));
      await Promise.race([closed, killed]);
    }
  }

  #launch(program: string, args: readonly string[]): void {
    const log = openSync(this.#logOf(program), 'a');
    this.#daemons.push(spawn(program, args, { env: this.#env, stdio: ['ignore', log, log] }));
    closeSync(log);
  }

  #logOf(program: string): string {
    return join(this.#folder, `${program}.out`);
  }

  async #waitFor(limitMs: number, isDone: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + limitMs;
    while (!(await isDone())) {
      const dead = this.#daemons.find(({ exitCode }) => exitCode !== null);
      if (dead) {
        const said = readFileSync(this.#logOf(dead.spawnfile), 'utf8');
        throw new Error(`${dead.spawnfile} ended with exit code ${dead.exitCode}: ${said}`);
      }
      if (Date.now() > end) {
        const said = readFileSync(this.#logOf('slurmctld'), 'utf8');
        throw new Error(`Slurm did not get there in ${limitMs / 1000} s: ${said}`);
      }
      await sleep(POLL_MS);
    }
  }

  /** What a program prints; nothing while the controller does not answer. */
  async #ask(program: string, ...args: string[]): Promise<string> {
    try {
      const { stdout } = await promisify(execFile)(program, args, { env: this.#env });
      return stdout.trim();
    } catch {
      return 'no answer';
    }
  }
}

/** As root, so that nothing of the system's accounts is needed; no cgroups, which a container may not give. */
function configuration(folder: string, controllerPort: number, nodePort: number): string {
  const [host] = hostname().split('.');
  return `${[
    'ClusterName=ganeval',
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${controllerPort}`,
    'SlurmUser=root',
    'AuthType=auth/munge',
    `AuthInfo=socket=${join(folder, 'munge.socket')}`,
    'CredType=cred/munge',
    `StateSaveLocation=${join(folder, 'state')}`,
    `SlurmdSpoolDir=${join(folder, 'spool')}`,
    `SlurmctldPidFile=${join(folder, 'slurmctld.pid')}`,
    `SlurmdPidFile=${join(folder, 'slurmd.pid')}`,
    'ProctrackType=proctrack/pgid',
    'TaskPlugin=task/none',
    'MpiDefault=none',
    'JobAcctGatherType=jobacct_gather/none',
    'AccountingStorageType=accounting_storage/none',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_CPU',
    'SlurmdParameters=config_overrides',
    `NodeName=${host} NodeAddr=127.0.0.1 Port=${nodePort} CPUs=${CPUS} State=UNKNOWN`,
    'PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP',
  ].join('\n')}\n`;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  return Promise.all(
    servers.map(async (server) => {
      const { port } = server.address() as { port: number };
      await new Promise((resolve) => server.close(resolve));
      return port;
    }),
  );
}
