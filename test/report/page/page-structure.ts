/** Elements that have no end tag in HTML. */
const VOID = new Set(['meta', 'img', 'br', 'input']);

export interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface PageStructure {
  readonly tags: readonly Tag[];
  /** Content of the text, style and script elements between the tags, entities decoded. */
  readonly texts: readonly string[];
}

/**
 * Splits a page into tags and texts, strictly: throws for a `<` that opens no tag, an attribute without quotes, or an end tag
 * that closes something else.
 */
export function readPage(page: string): PageStructure {
  const tags: Tag[] = [];
  const texts: string[] = [];
  const open: string[] = [];
  let rest = page.replace(/^<!doctype html>\n/, '');
  while (rest !== '') {
    const raw = ['script', 'style'].find((name) => open[open.length - 1] === name);
    const text = (raw ? new RegExp(`^.*?(?=</${raw}>)`, 's') : /^[^<]+/).exec(rest)?.[0];
    if (text) {
      texts.push(raw ? text : decode(text));
      rest = rest.slice(text.length);
      continue;
    }
    const tag = /^<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?: [a-zA-Z0-9:-]+(?:="[^"<>]*")?)*)(\/?)>/.exec(rest);
    if (!tag) throw new Error(`no tag: ${rest.slice(0, 80)}`);
    const [whole, end, name, attributes, empty] = tag;
    if (end) {
      const last = open.pop();
      if (last !== name) throw new Error(`</${name}> closes ${last}: ${rest.slice(0, 80)}`);
    } else {
      tags.push({ name, attributes: readAttributes(attributes) });
      if (!empty && !VOID.has(name)) open.push(name);
    }
    rest = rest.slice(whole.length);
  }
  if (open.length > 0) throw new Error(`never closed: ${open.join(' ')}`);
  return { tags, texts };
}

function readAttributes(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/ ([a-zA-Z0-9:-]+)(?:="([^"]*)")?/g)].map(([, name, value]) => [
      name,
      decode(value ?? ''),
    ]),
  );
}

function decode(text: string): string {
  const names: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => names[name]);
}
