import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
/** All that the check reads. */
const READ = [
  'package.json',
  'CITATION.cff',
  'SECURITY.md',
  'CONTRIBUTING.md',
  'README.md',
  'CHANGELOG.md',
  'action.yml',
  '.github',
  'docs',
  'examples',
];

function check(folder: string) {
  const script = join(ROOT, '.ci/release-check.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' });
  return { status, text: stdout + stderr };
}

describe('the check before a release', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ganeval-release-'));
    for (const name of READ) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** Changes the text of every file, as a maintainer does before the first release. */
  function change(edit: (text: string) => string): void {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(md|yml|json|cff)$/.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      writeFileSync(path, edit(readFileSync(path, 'utf8')));
    }
  }

  const addressed = (text: string) =>
    text
      .replaceAll('example.invalid', 'ganeval.example.org')
      .replaceAll('OWNER/ganeval', 'people/ganeval')
      .replaceAll('URL_OF_GANEVAL', 'ADDRESS');
  const dated = (text: string) =>
    text.replace(/^## (\[Unreleased\]|\[?0\.1\.0.*)$/m, '## [0.1.0] - 2026-12-01');

  it('refuses while addresses are placeholders, and names where they stand', () => {
    const { status, text } = check(folder);
    expect(status).toBe(1);
    for (const path of ['package.json', 'CITATION.cff', 'SECURITY.md', '.github/ISSUE_TEMPLATE/config.yml']) {
      expect(text).toContain(`${path}: replace the placeholder example.invalid`);
    }
    expect(text).toMatch(
      /docs\/guides\/gate-in-ci\.md: replace the placeholder (OWNER\/ganeval|URL_OF_GANEVAL)/,
    );
  });

  it('refuses a changelog without a day for the version, and a citation of another version', () => {
    change((text) => addressed(text).replace('version: 0.1.0', 'version: 0.0.9'));
    const { status, text } = check(folder);
    expect(status).toBe(1);
    expect(text).not.toContain('placeholder');
    expect(text).toContain('CITATION.cff: has version 0.0.9, and package.json has 0.1.0');
    expect(text).toContain('CHANGELOG.md: has no heading "## [0.1.0] - YYYY-MM-DD"');
  });

  it('agrees once all of that is corrected', () => {
    change((text) => dated(addressed(text)));
    expect(check(folder)).toEqual({ status: 0, text: 'ganeval 0.1.0 may be published.\n' });
  });

  it('stands before every publish', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(scripts.prepublishOnly).toBe('node .ci/release-check.js');
    const { status, stderr } = spawnSync('npm', ['publish', '--dry-run'], {
      cwd: ROOT,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    expect(status).not.toBe(0);
    expect(stderr).toContain('must not be published yet');
  });
});
