/** The part of jasmine-core (which ships no types) that the runner uses. */
declare module 'jasmine-core/lib/jasmine-core/jasmine.js' {
  interface SpecResult {
    readonly fullName: string;
    readonly status: 'passed' | 'failed' | 'excluded' | 'pending';
    readonly failedExpectations: readonly { readonly message: string }[];
    /** In milliseconds. */
    readonly duration: number;
  }
  interface Env {
    configure(options: { random: boolean; specFilter(spec: { getFullName(): string }): boolean }): void;
    addReporter(reporter: { specDone(result: SpecResult): void }): void;
    execute(): Promise<void>;
  }
  interface Jasmine {
    getEnv(): Env;
  }
  interface JasmineRequire {
    core(self: JasmineRequire): Jasmine;
    interface(jasmine: Jasmine, env: Env): object;
  }
  const jasmineRequire: JasmineRequire;
  export default jasmineRequire;
}
