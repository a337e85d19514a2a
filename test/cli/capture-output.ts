import { vi } from 'vitest';

export interface Output {
  stdout: string;
  stderr: string;
}

/** Keeps what is written to stdout and stderr from here on, until mocks are restored. */
export function captureOutput(): Output {
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      output[name] += text;
      return true;
    });
  }
  return output;
}
