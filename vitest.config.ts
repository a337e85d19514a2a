import { defineConfig } from 'vitest/config';

/** Where .ci/run wants the counts of passed and failed tests. */
const report = process.env.TEST_REPORT;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: 'test/build-once.ts',
    // Worker threads share one onnxruntime environment badly; processes do not.
    pool: 'forks',
    maxWorkers: 2,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
});
