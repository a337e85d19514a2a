import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const MANIFESTS = join(import.meta.dirname, '../../examples/kubernetes');

interface Job {
  readonly kind: string;
  readonly spec: {
    readonly completionMode?: string;
    readonly completions?: number;
    readonly template: { readonly spec: { readonly containers: readonly Container[] } };
  };
}

interface Container {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

const readJob = (name: string): Job => parse(readFileSync(join(MANIFESTS, name), 'utf8'));

/** A folder with a `ganeval` that only says how it was called. */
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganeval-kubernetes-'));
  const program = join(folder, 'ganeval');
  writeFileSync(program, '#!/bin/sh\necho "$@"\n');
  chmodSync(program, 0o755);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** How a job's container calls the program. */
function callOf(job: Job, index?: number): string {
  const [{ command, args, env = [] }] = job.spec.template.spec.containers;
  const given = Object.fromEntries(env.flatMap(({ name, value }) => (value ? [[name, value]] : [])));
  const [shell, ...flags] = [...command, ...args];
  const PATH = `${folder}${delimiter}${process.env.PATH}`;
  const own = index === undefined ? {} : { JOB_COMPLETION_INDEX: String(index) };
  return execFileSync(shell, flags, { env: { ...given, ...own, PATH }, encoding: 'utf8' }).trim();
}

describe.skipIf(process.platform === 'win32')('the jobs for Kubernetes', () => {
  it('do each part once, in a folder of its own', () => {
    const job = readJob('indexed-job.yaml');
    const { completionMode, completions = 0 } = job.spec;
    expect([job.kind, completionMode]).toEqual(['Job', 'Indexed']);
    const calls = Array.from({ length: completions }, (_, index) => callOf(job, index));
    expect(calls).toEqual(
      Array.from(
        { length: completions },
        (_, i) =>
          `score /data/samples --reference /data/real --shard ${i + 1}/${completions} --out /data/parts/${i + 1}`,
      ),
    );
  });

  it('merge what lies in the folder of the parts', () => {
    expect(callOf(readJob('merge-job.yaml'))).toMatch(/^merge \/data\/parts\/\* --json /);
  });
});
