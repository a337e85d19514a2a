import { defineConfig } from 'vitest/config';
import { RUNNER_VARIABLES } from './src/cli/output/door.js';
import { LongFilesFirst } from './test/long-files-first.js';

/** Where .ci/run wants the counts of passed and failed tests. */
const report = process.env.TEST_REPORT;

export default defineConfig(({ mode }) => ({
  test: {
    include: ['test/**/*.test.ts'],
    // Networks of full size take gigabytes and many minutes: `npm run golden`.
    exclude: mode === 'golden' ? [] : ['test/networks/architectures/golden-convolutional.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Whoever runs the tests: what the program writes for a runner of CI is a test's own matter.
    env: {
      ...Object.fromEntries(RUNNER_VARIABLES.map((name) => [name, ''])),
      GANEVAL_GOLDEN: mode === 'golden' ? 'all' : '',
    },
    globalSetup: 'test/build-once.ts',
    // Worker threads share one onnxruntime environment badly; processes do not.
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongFilesFirst },
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
}));
