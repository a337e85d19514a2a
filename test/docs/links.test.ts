import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listPages, type Page, ROOT, readPage } from './markdown.js';

const pages = listPages();

describe('links in Markdown files', () => {
  it.each(pages.map((page) => [page.path, page] as const))('%s: every link resolves', (_, page) => {
    expect(page.links.flatMap((link) => explainBroken(page, link.target, link.line))).toEqual([]);
  });

  it('reach every page of docs/ from its index', () => {
    const reached = new Set(['docs/README.md']);
    const queue = [...reached];
    for (let path = queue.pop(); path; path = queue.pop()) {
      for (const { target } of readPage(path).links) {
        const next = resolvePath(path, target);
        if (!next?.endsWith('.md') || reached.has(next) || !existsSync(join(ROOT, next))) continue;
        reached.add(next);
        queue.push(next);
      }
    }
    const lost = pages
      .map(({ path }) => path)
      .filter((path) => path.startsWith('docs/') && !reached.has(path));
    expect(lost).toEqual([]);
  });
});

/** What is wrong with a link, if anything; external ones are only looked at, not fetched. */
function explainBroken(page: Page, target: string, line: number): string[] {
  const at = `${page.path}:${line}: ${target}`;
  if (/^[a-z][a-z+.-]*:/i.test(target)) {
    return URL.canParse(target) && /^(https:|mailto:)/.test(target) ? [] : [`${at} is no https address`];
  }
  const path = resolvePath(page.path, target);
  if (path === undefined || !existsSync(join(ROOT, path))) return [`${at} leads to no file`];
  const [, anchor] = target.split('#');
  if (anchor === undefined || !path.endsWith('.md')) return [];
  return readPage(path).anchors.has(decodeURIComponent(anchor)) ? [] : [`${at} leads to no heading`];
}

/** The file of the repository that a relative link names; undefined if it leads outside. */
function resolvePath(from: string, target: string): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(target)) return undefined;
  const [file] = target.split('#');
  const path = file === '' ? from : normalize(join(dirname(from), decodeURIComponent(file)));
  return path.startsWith('..') ? undefined : path.replaceAll('\\', '/').replace(/\/$/, '');
}
