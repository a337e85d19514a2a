import type { TestResult } from './test-result.js';

/** What the backend doesn't do, each with the reason. */
export interface LeftOut {
  /** Reasons under the names of kernels that the backend hasn't. */
  readonly kernels: Readonly<Record<string, string>>;
  /** Reasons under the element types that the backend refuses. */
  readonly types: Readonly<Record<string, string>>;
  /** Single tests, by what their whole name matches. */
  readonly tests: readonly { readonly name: RegExp; readonly reason: string }[];
}

export interface Verdict {
  readonly passed: number;
  readonly leftOut: number;
  /** Tests that failed though nothing leaves them out: name and first failure. */
  readonly failed: readonly string[];
  /** Entries of the list that are not true (any more), in words. */
  readonly stale: readonly string[];
}

/**
 * Holds the results against the list of what is left out. All tests have been run, those left out too, so an entry is true only
 * if it explains failures: a test that is named must fail, and a kernel or type must be missed by some test.
 */
export function judge(results: readonly TestResult[], leftOut: LeftOut): Verdict {
  // tfjs-core itself leaves out tests with xit.
  const ran = results.filter(({ status }) => status !== 'pending');
  const failures = ran.filter(({ status }) => status === 'failed');
  const unexplained = failures.filter((result) => !isLeftOut(result, leftOut));
  return {
    passed: ran.length - failures.length,
    leftOut: failures.length - unexplained.length,
    failed: unexplained.map(({ name, failures: [first] }) => `${name}: ${first}`),
    stale: staleEntries(ran, leftOut),
  };
}

function isLeftOut(result: TestResult, { kernels, types, tests }: LeftOut): boolean {
  return (
    tests.some(({ name }) => name.test(result.name)) ||
    Object.keys(kernels).some((kernel) => missesKernel(result, kernel)) ||
    Object.keys(types).some((type) => missesType(result, type))
  );
}

function staleEntries(ran: readonly TestResult[], { kernels, types, tests }: LeftOut): string[] {
  const unmissed = (kind: string, names: string[], misses: (result: TestResult, name: string) => boolean) =>
    names
      .filter((name) => !ran.some((result) => misses(result, name)))
      .map((name) => `no test misses ${kind} ${name}`);
  return [
    ...unmissed('kernel', Object.keys(kernels), missesKernel),
    ...unmissed('type', Object.keys(types), missesType),
    ...tests.flatMap(({ name }) => {
      const matching = ran.filter((result) => name.test(result.name));
      if (matching.length === 0) return [`no test matches ${name}`];
      return matching.filter(({ status }) => status === 'passed').map((result) => `"${result.name}" passes`);
    }),
  ];
}

/** Whether tfjs's engine ended a test because the backend hasn't the kernel. */
function missesKernel({ failures }: TestResult, kernel: string): boolean {
  return failures.some((failure) => failure.includes(`Kernel '${kernel}' not registered for backend`));
}

/** Whether the backend ended a test because of an element type that it doesn't hold. */
function missesType({ failures }: TestResult, type: string): boolean {
  return failures.some((failure) => failure.includes(`no tensors of dtype ${type}`));
}
