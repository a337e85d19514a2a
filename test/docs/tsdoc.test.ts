/**
 * Everything callable that the package's entry points export says what it does, takes and returns. typedoc (in `npm run lint`) holds
 * the summaries of types; it does not look at `@param` and `@returns`, which this test does.
 */

import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';

const ENTRY_POINTS = ['src/index.ts', 'src/train/index.ts', 'src/tfjs-backend/index.ts'];

/** A function, method or constructor that users of the package can call, or a method that they write, under its public name. */
interface Callable {
  readonly name: string;
  readonly declaration: ts.SignatureDeclaration;
}

let program: ts.Program;

beforeAll(() => {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(
    { ...config, include: [], files: ENTRY_POINTS },
    ts.sys,
    '.',
  );
  program = ts.createProgram(ENTRY_POINTS, options);
});

describe.each(ENTRY_POINTS)('%s', (entry) => {
  it('exports functions with a summary, every @param, and @returns', () => {
    const callables = exportedSymbols(entry).flatMap(callablesOf);
    expect(callables.length).toBeGreaterThan(0);
    expect(callables.flatMap(gapsOf)).toEqual([]);
  });
});

function exportedSymbols(entry: string): ts.Symbol[] {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(entry);
  const module = file && checker.getSymbolAtLocation(file);
  if (!module) throw new Error(`${entry} is no module.`);
  return checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));
}

/** The function itself, or what a class or an interface lets its users call. */
function callablesOf(symbol: ts.Symbol): Callable[] {
  return (symbol.declarations ?? []).flatMap((declaration) => {
    if (ts.isFunctionDeclaration(declaration)) return [{ name: symbol.name, declaration }];
    if (ts.isClassDeclaration(declaration) || ts.isInterfaceDeclaration(declaration)) {
      return publicMembers(symbol.name, declaration);
    }
    const value = ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
    const isFunction = value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value));
    return isFunction ? [{ name: symbol.name, declaration: value }] : [];
  });
}

/** Members that override a documented one, of tfjs for instance, inherit its text. */
function publicMembers(
  typeName: string,
  { members }: ts.ClassDeclaration | ts.InterfaceDeclaration,
): Callable[] {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected | ts.ModifierFlags.Override;
  return [...members]
    .filter(
      (member) =>
        ts.isConstructorDeclaration(member) || ts.isMethodDeclaration(member) || ts.isMethodSignature(member),
    )
    .filter((member) => !(ts.getCombinedModifierFlags(member) & hidden))
    .filter(({ name }) => !name || !ts.isPrivateIdentifier(name))
    .map((member) => ({
      name: `${typeName}.${member.name?.getText() ?? 'constructor'}`,
      declaration: member,
    }));
}

/** What is missing in the comment, as short lines that name the function. The comment of a class is the summary of its constructor. */
function gapsOf({ name, declaration }: Callable): string[] {
  const gaps = declaration.parameters
    .filter((parameter) => !ts.getJSDocParameterTags(parameter).some(({ comment }) => hasText(comment)))
    .map((parameter) => `${name}: no @param ${parameter.name.getText()}`);
  if (!ts.isConstructorDeclaration(declaration) && !hasSummary(declaration))
    gaps.unshift(`${name}: no summary`);
  const returns = ts.getJSDocReturnTag(declaration);
  if (returnsValue(declaration) && !hasText(returns?.comment)) gaps.push(`${name}: no @returns`);
  return gaps;
}

function hasSummary(declaration: ts.SignatureDeclaration): boolean {
  return ts.getJSDocCommentsAndTags(declaration).some((text) => ts.isJSDoc(text) && hasText(text.comment));
}

function hasText(comment: ts.JSDoc['comment']): boolean {
  return Boolean(ts.getTextOfJSDocComment(comment)?.trim());
}

/** False of constructors, and of functions of `void` and `Promise<void>`. */
function returnsValue(declaration: ts.SignatureDeclaration): boolean {
  if (ts.isConstructorDeclaration(declaration)) return false;
  const checker = program.getTypeChecker();
  const result = checker.getSignatureFromDeclaration(declaration)?.getReturnType();
  const awaited = result && checker.getAwaitedType(result);
  return !awaited || !(awaited.flags & (ts.TypeFlags.Void | ts.TypeFlags.Never));
}
