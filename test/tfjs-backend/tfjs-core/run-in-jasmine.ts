import { writeFileSync } from 'node:fs';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util.js';
// The package's main module reads its own folder when it is loaded, and a bundle has none.
import jasmineRequire from 'jasmine-core/lib/jasmine-core/jasmine.js';
import type { TestResult } from './test-result.js';

/**
 * Runs those of tfjs-core's tests that use a backend on the named one, which is registered, and writes what became of each as
 * JSON to the file that the process was given.
 *
 * `isDataSync: false` is tfjs's own word for a backend whose values come with `await`: the few tests of dataSync and arraySync
 * themselves, which tfjs-core marks, are not made. Nothing else may use dataSync there, as tfjs-core's own CI demands.
 */
export async function runTests(backendName: string): Promise<void> {
  const jasmine = jasmineRequire.core(jasmineRequire);
  const env = jasmine.getEnv();
  Object.assign(globalThis, jasmineRequire.interface(jasmine, env));
  setTestEnvs([{ name: backendName, backendName, isDataSync: false }]);
  // describeWithFlags puts the environment's name and flags into the name; what lacks them tests no backend.
  const mark = ` ${backendName} {}`;
  const only = process.argv[3] ?? '';
  env.configure({
    random: false,
    specFilter: (spec) => spec.getFullName().includes(mark) && spec.getFullName().includes(only),
  });
  const results: TestResult[] = [];
  env.addReporter({
    specDone({ fullName, status, failedExpectations, duration }) {
      if (status === 'excluded') return;
      const failures = failedExpectations.map(({ message }) => message);
      results.push({ name: fullName.replaceAll(mark, ''), status, failures, durationMs: duration });
    },
  });
  // The tests are made when they are loaded: only now, with jasmine's functions and the environment in place.
  await import('@tensorflow/tfjs-core/dist/tests.js');
  await env.execute();
  writeFileSync(process.argv[2], JSON.stringify(results));
}
