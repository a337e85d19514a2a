import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { listUserPages, ROOT } from './markdown.js';

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2023.d.ts'],
  types: ['node'],
  strict: true,
  skipLibCheck: true,
  noEmit: true,
};

/** Every `ts` block as a file beside this one, where `ganeval` is the package itself; none of them is written. */
const snippets = new Map(
  listUserPages().flatMap(({ path, blocks }) =>
    blocks
      .filter(({ language }) => language === 'ts')
      .map(({ text, line }) => [
        join(ROOT, `test/docs/${path.replaceAll('/', '-')}-${line}.ts`),
        { title: `${path}:${line}`, text: `${text}\nexport {};\n` },
      ]),
  ),
);

it('type-checks every TypeScript snippet of the docs', () => {
  expect(snippets.size).toBeGreaterThan(0);
  const host = ts.createCompilerHost(OPTIONS);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => snippets.has(name) || fileExists(name);
  host.readFile = (name) => snippets.get(name)?.text ?? readFile(name);
  host.getSourceFile = (name, languageVersion, ...rest) => {
    const snippet = snippets.get(name);
    return snippet
      ? ts.createSourceFile(name, snippet.text, languageVersion)
      : getSourceFile(name, languageVersion, ...rest);
  };
  const program = ts.createProgram([...snippets.keys()], OPTIONS, host);
  const problems = ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    const title = file ? (snippets.get(file.fileName)?.title ?? file.fileName) : '';
    return `${title}, line ${line} of the snippet: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
  expect(problems).toEqual([]);
});
