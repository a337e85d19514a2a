import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Where Chromium is; undefined where it is not installed. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);
if (!CHROMIUM)
  console.warn(
    'Skipped: the pages are opened in Chromium, and none is installed (apt-get install chromium).',
  );

/** A machine that does other things too takes its time. */
const PATIENCE_MS = 100_000;

/** A browser that looks at pages, and a folder in which they lie. */
export class Visitor {
  private constructor(
    private readonly browser: Browser,
    private readonly folder: string,
  ) {}

  static async open(): Promise<Visitor> {
    const folder = await mkdtemp(join(tmpdir(), 'ganeval-pages-'));
    const settings = { executablePath: CHROMIUM, args: ['--no-sandbox'], timeout: PATIENCE_MS };
    return new Visitor(await chromium.launch(settings), folder);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Opens a page and tells what it said and what it asked for beside itself. */
  async visit(
    html: string,
    settings: BrowserContextOptions,
    look: (page: Page) => Promise<void>,
  ): Promise<string[]> {
    const file = join(this.folder, 'page.html');
    await writeFile(file, html);
    const address = pathToFileURL(file).href;
    const context = await this.browser.newContext(settings);
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const told: string[] = [];
    page.on('console', (message) => told.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => told.push(String(error)));
    page.on('request', (request) => {
      // A page that renews itself asks for itself.
      const [asked] = request.url().split('?');
      if (asked !== address && !asked.startsWith('data:')) told.push(request.url());
    });
    try {
      await page.goto(address);
      await look(page);
      return told;
    } finally {
      await context.close();
    }
  }
}
