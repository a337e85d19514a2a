import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Invocation } from './hostile-case.js';

const SERVER = fileURLToPath(new URL('./program-server.js', import.meta.url));

/** Nothing in the corpus needs a tenth of this: a program that runs longer hangs. */
const HANG_MS = 100_000;
/** Of JavaScript objects; what is larger than a picture has no business among them. */
const HEAP_MB = 256;
/** A user and group without rights on every Linux. */
const NOBODY = 65534;

export interface Answer {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Most memory that the process ever held, cases before this one included. */
  readonly peakBytes: number;
}

/** The built program in a process that takes one command line after the other; a new one after a crash or a hang. */
export class Program {
  #child: ChildProcess | undefined;

  /**
   * @param temporary where the process may put temporary files
   * @param environment variables beside those of this process
   */
  constructor(
    private readonly temporary: string,
    private readonly asNobody = false,
    private readonly environment: Readonly<Record<string, string>> = {},
  ) {}

  /** Rejects if the process dies or hangs. */
  async answer({ args, afterInspection }: Invocation): Promise<Answer> {
    this.#child ??= await this.#start();
    const child = this.#child;
    try {
      return await this.#ask(child, args, afterInspection);
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  async #start(): Promise<ChildProcess> {
    const kept = Object.entries(process.env).filter(
      ([name]) => !/^(GANEVAL_|NODE_OPTIONS|VITEST|FORCE_COLOR)/.test(name),
    );
    const nobody = this.asNobody && process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    const child = fork(SERVER, {
      ...nobody,
      execArgv: [`--max-old-space-size=${HEAP_MB}`],
      env: { ...Object.fromEntries(kept), TMPDIR: this.temporary, HOME: this.temporary, ...this.environment },
      // What a relative path escapes to is seen by the test.
      cwd: this.temporary,
      serialization: 'advanced',
    });
    await messageOf(child, 'ready');
    return child;
  }

  async #ask(
    child: ChildProcess,
    args: readonly string[],
    afterInspection: (() => void) | undefined,
  ): Promise<Answer> {
    child.send({ kind: 'run', args, stops: afterInspection !== undefined });
    if (afterInspection) {
      await messageOf(child, 'inspected');
      afterInspection();
      child.send({ kind: 'go on' });
    }
    return messageOf(child, 'done');
  }
}

function messageOf(child: ChildProcess, kind: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void) => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit);
      then();
    };
    const onMessage = (message: Answer & { kind: string }) => {
      if (message.kind === kind) settle(() => resolve(message));
      else settle(() => reject(new Error(`expected "${kind}" but received ${JSON.stringify(message)}`)));
    };
    const onExit = (code: number | null, signal: string | null) =>
      settle(() => reject(new Error(`the program died (${signal ?? code})`)));
    const timer = setTimeout(
      () => settle(() => reject(new Error(`the program hangs: no answer after ${HANG_MS} ms`))),
      HANG_MS,
    );
    child.on('message', onMessage).on('exit', onExit);
  });
}
