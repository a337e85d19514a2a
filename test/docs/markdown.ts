import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Folders without pages of ours: dependencies, build outputs, and the API pages that TypeDoc makes. */
const SKIPPED = new Set(['node_modules', 'dist', '.git', 'docs/reference/api/html', 'training', 'runs']);

/** A fenced block of code, with the marks that stand in HTML comments right before it. */
export interface CodeBlock {
  readonly language: string;
  readonly text: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** `<!-- needs: a GPU -->` is { needs: 'a GPU' }. */
  readonly marks: Readonly<Record<string, string>>;
  /** Whether only blank lines and marks stand between the block before and this one. */
  readonly followsBlock: boolean;
}

export interface Link {
  readonly target: string;
  readonly line: number;
}

/** A Markdown file of the repository. */
export interface Page {
  /** Relative to the root, with slashes. */
  readonly path: string;
  readonly lines: readonly string[];
  readonly blocks: readonly CodeBlock[];
  readonly links: readonly Link[];
  /** Inline code, as it stands between the backticks. */
  readonly inlineCode: readonly { readonly text: string; readonly line: number }[];
  readonly anchors: ReadonlySet<string>;
}

/** Every Markdown file of the repository, in order of its path. */
export function listPages(): Page[] {
  return listFiles(ROOT)
    .filter((path) => path.endsWith('.md'))
    .sort()
    .map(readPage);
}

/** The pages that a user reads: the README and everything under docs/. */
export function listUserPages(): Page[] {
  return listPages().filter(({ path }) => path === 'README.md' || path.startsWith('docs/'));
}

export function readPage(path: string): Page {
  const lines = readFileSync(join(ROOT, path), 'utf8').split('\n');
  const blocks: CodeBlock[] = [];
  const links: Link[] = [];
  const inlineCode: { text: string; line: number }[] = [];
  const anchors = new Set<string>();
  let marks: Record<string, string> = {};
  let followsBlock = false;
  for (let i = 0; i < lines.length; i++) {
    const fence = /^(\s*)```(\w*)\s*$/.exec(lines[i]);
    if (fence) {
      const [, indent, language] = fence;
      const start = i + 1;
      while (++i < lines.length && lines[i].trim() !== '```') {}
      const text = lines
        .slice(start, i)
        .map((line) => line.slice(indent.length))
        .join('\n');
      blocks.push({ language, text, line: start, marks, followsBlock });
      marks = {};
      followsBlock = true;
      continue;
    }
    const mark = /^\s*<!--\s*(\w+)(?::\s*(.*?))?\s*-->\s*$/.exec(lines[i]);
    if (mark) {
      marks = { ...marks, [mark[1]]: mark[2] ?? '' };
      continue;
    }
    if (lines[i].trim() === '') continue;
    marks = {};
    followsBlock = false;
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(lines[i]);
    if (heading) anchors.add(uniqueAnchor(slugOf(heading[1]), anchors));
    for (const [, name] of lines[i].matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) anchors.add(name);
    for (const [, text] of lines[i].matchAll(/`([^`]+)`/g)) inlineCode.push({ text, line: i + 1 });
    const prose = lines[i].replace(/`[^`]*`/g, '');
    for (const [, target] of prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g))
      links.push({ target, line: i + 1 });
    for (const [, target] of prose.matchAll(/^\[[^\]]+\]:\s+(\S+)/g)) links.push({ target, line: i + 1 });
  }
  return { path, lines, blocks, links, inlineCode, anchors };
}

/** The anchor that GitHub gives a heading: lower case, letters, digits, hyphens and underscores alone. */
function slugOf(heading: string): string {
  return heading
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

function uniqueAnchor(slug: string, taken: ReadonlySet<string>): string {
  let anchor = slug;
  for (let count = 1; taken.has(anchor); count++) anchor = `${slug}-${count}`;
  return anchor;
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    const name = relative(ROOT, path).split(sep).join('/');
    if (SKIPPED.has(name) || SKIPPED.has(entry.name)) return [];
    return entry.isDirectory() ? listFiles(path) : [name];
  });
}
