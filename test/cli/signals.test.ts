import { type ChildProcess, execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runNode, runProgram, SAMPLES } from './run-program.js';

const SIGNALS = new URL('../../dist/cli/signals.js', import.meta.url).href;

let folder: string;
let samples: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganeval-signals-'));
  samples = makeManySamples();
});

afterAll(() => rmSync(folder, { recursive: true }));

const COPIES = 40;

/** The fixtures so many times over that the run is long. */
function makeManySamples(): string {
  const samples = join(folder, 'samples');
  for (const entry of readdirSync(SAMPLES, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const place = join(samples, basename(entry.parentPath));
    mkdirSync(place, { recursive: true });
    for (let i = 0; i < COPIES; i++) {
      copyFileSync(join(entry.parentPath, entry.name), join(place, `${i}-${entry.name}`));
    }
  }
  return samples;
}

/** Does it as soon as a run has kept its first rows. */
function whenRowsAreKept(child: ChildProcess, cache: string, then: () => void): void {
  const timer = setInterval(() => {
    if (listKept(cache).length === 0) return;
    clearInterval(timer);
    // The run itself has to learn of it, too.
    setTimeout(then, 100);
  }, 20);
  child.on('close', () => clearInterval(timer));
}

function listKept(cache: string): string[] {
  try {
    return readdirSync(join(cache, 'features'))
      .filter((name) => /^[0-9a-f]{2}$/.test(name))
      .filter((name) => readdirSync(join(cache, 'features', name)).length > 0);
  } catch {
    return [];
  }
}

/** Interrupts a program, and once more when it is at work. */
async function interruptTwice(signal: NodeJS.Signals, work: string, before = '') {
  const script = `
    ${before}
    import { watchInterrupts } from '${SIGNALS}';
    import { writeSync } from 'node:fs';
    const timer = setInterval(() => {}, 1000);
    watchInterrupts(() => writeSync(1, 'stopping\\n'));
    process.on('${signal}', () => setTimeout(async () => { writeSync(1, 'working\\n'); ${work} }));
    writeSync(1, 'ready\\n');`;
  const pipe = join(folder, `pipe-${signal}-${Math.random()}`);
  execFileSync('mkfifo', [pipe]);
  let child: ChildProcess | undefined;
  let secondMs = 0;
  const onStart = (started: ChildProcess) => {
    child = started;
    started.stdout!.on('data', (text) => {
      if (String(text).includes('ready')) started.kill(signal);
      if (!String(text).includes('working')) return;
      setTimeout(() => {
        secondMs = Date.now();
        started.kill(signal);
      }, 100);
    });
  };
  const { stdout } = await runNode(['--input-type=module', '-e', script], { onStart, env: { PIPE: pipe } });
  return { endedBy: child?.signalCode, stdout, msAfterSecond: Date.now() - secondMs };
}

describe('an interrupted run', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'stops at %s, keeps what is done and ends with 130',
    async (signal) => {
      const cache = join(folder, signal);
      const onStart = (child: ChildProcess) => whenRowsAreKept(child, cache, () => child.kill(signal));
      const args = ['score', samples, '--metrics', 'is', '--cache-dir', cache];
      const { code, stdout, stderr } = await runProgram(args, { onStart });
      expect(code).toBe(130);
      expect(stdout).toBe('');
      expect(stderr).toContain('Stopping after the current batch; what is done is kept.\n');
      expect(stderr).not.toMatch(/ganeval:|at .*\.js/);
      expect(listKept(cache).length).toBeGreaterThan(0);
    },
  );

  it.skipIf(process.platform === 'win32')(
    'ends at the first where it waits for the reader of a report',
    async () => {
      const pipe = join(folder, 'report');
      execFileSync('mkfifo', [pipe]);
      // The table comes before the reports.
      const onStart = (child: ChildProcess) =>
        child.stdout?.once('data', () => setTimeout(() => child.kill('SIGTERM'), 300));
      const args = [
        'score',
        SAMPLES,
        '--metrics',
        'is',
        '--json',
        pipe,
        '--cache-dir',
        join(folder, 'waits'),
      ];
      const { code, stderr } = await runProgram(args, { onStart });
      expect(code).toBe(130);
      expect(stderr).not.toMatch(/ganeval:|at .*\.js/);
    },
  );

  it('says that nothing is kept where nothing is yet', async () => {
    const cache = join(folder, 'early');
    const preload = `data:text/javascript,${encodeURIComponent(`
      // Interrupts the run before its first picture goes through a network.
      const timer = setInterval(() => {
        if (process.listenerCount('SIGINT') === 0) return;
        clearInterval(timer);
        process.kill(process.pid, 'SIGINT');
      }, 1);`)}`;
    const args = ['score', samples, '--metrics', 'is', '--cache-dir', cache];
    const { code, stderr } = await runProgram(args, { nodeArgs: ['--import', preload] });
    expect(code).toBe(130);
    expect(stderr).toContain('Stopping after the current batch; nothing is done yet that could be kept.\n');
    expect(listKept(cache)).toEqual([]);
  });

  it('says that nothing is kept where the features go with the run', async () => {
    const onStart = (child: ChildProcess) => {
      const timer = setTimeout(() => child.kill('SIGINT'), 4000);
      child.on('close', () => clearTimeout(timer));
    };
    const args = ['score', samples, '--metrics', 'is', '--no-cache'];
    const { code, stderr } = await runProgram(args, { onStart });
    expect(code).toBe(130);
    expect(stderr).toContain('; nothing is done yet that could be kept.\n');
  });

  describe.each([
    ['a loop that gives no turn to events', 'for (;;) Math.random();'],
    ['a native call', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);'],
    ['a pipe that nobody writes to', `await (await import('node:fs/promises')).open(process.env.PIPE);`],
  ])('in %s', (_, work) => {
    it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends at once at the second %s', async (signal) => {
      const { endedBy, stdout, msAfterSecond } = await interruptTwice(signal, work);
      expect(endedBy).toBe(signal);
      expect(stdout).toBe('ready\nstopping\nworking\n');
      expect(msAfterSecond).toBeLessThan(1000);
    });
  });

  it('takes a Ctrl-C that a wrapper passes on once more for one', async () => {
    const script = `
      import { watchInterrupts } from '${SIGNALS}';
      const { signal } = watchInterrupts(() => console.log('stopping'));
      const timer = setInterval(() => {}, 1000);
      signal.addEventListener('abort', () => setTimeout(() => {
        clearInterval(timer);
        console.log('cleaned up');
        process.exitCode = 130;
      }, 300));
      console.log('ready');`;
    const onStart = (child: ChildProcess) =>
      child.stdout!.once('data', () => {
        for (const delay of [0, 5, 40]) setTimeout(() => child.kill('SIGINT'), delay);
      });
    const { code, stdout } = await runNode(['--input-type=module', '-e', script], { onStart });
    expect(code).toBe(130);
    expect(stdout).toBe('ready\nstopping\ncleaned up\n');
  });

  it('ends at once though a package listens, too', async () => {
    const work = `for (;;) Math.random();`;
    const { endedBy } = await interruptTwice('SIGINT', work, "process.on('SIGINT', () => {});");
    expect(endedBy).toBe('SIGINT');
  });

  it('lets go of the signals when a command is over', async () => {
    const script = `
      import { watchInterrupts } from '${SIGNALS}';
      watchInterrupts(() => {}).stopWatching();
      console.log(['SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => process.listenerCount(name)).join(' '));`;
    expect((await runNode(['--input-type=module', '-e', script])).stdout).toBe('0 0 0\n');
  });
});

describe('what is thrown outside of any promise', () => {
  it('ends the program with the code that the report gives, never with 1', async () => {
    const script = `
      import { watchUncaught } from '${SIGNALS}';
      watchUncaught((error) => { console.log(error.message); return 5; });
      setTimeout(() => { throw new Error('late'); }, 0);`;
    const { code, stdout } = await runNode(['--input-type=module', '-e', script]);
    expect(code).toBe(5);
    expect(stdout).toBe('late\n');
  });
});

describe('work that comes to rest before its end', () => {
  const script = (then: string) => `
    import { watchEarlyEnd } from '${SIGNALS}';
    const reachedEnd = watchEarlyEnd((error) => { console.log(error.message); return 5; });
    ${then}`;

  it('ends the program with the code that the report gives, never with 0', async () => {
    const args = ['--no-warnings', '--input-type=module', '-e', script('await new Promise(() => {});')];
    expect(await runNode(args)).toMatchObject({
      code: 5,
      stdout: 'The program had nothing left to do before the command was finished\n',
    });
  });

  it('is not what has reached its end', async () => {
    const args = ['--input-type=module', '-e', script('reachedEnd(); process.exitCode = 3;')];
    expect(await runNode(args)).toMatchObject({ code: 3, stdout: '' });
  });
});
