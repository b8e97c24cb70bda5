import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface StaticFile {
  readonly contentType: string;
  readonly body: string;
}

const PAGE_FOLDER = fileURLToPath(new URL('../page/', import.meta.url));
const MODULES_FOLDER = fileURLToPath(new URL('../../../node_modules/', import.meta.url));
/** What the page's import map names; nothing else of node_modules is served. */
const SERVED_PACKAGES = [
  '@skyra/discord-components-core',
  'lit',
  'lit-html',
  'lit-element',
  '@lit/reactive-element',
  '@lit/context',
].map((name) => `${name.replaceAll('/', sep)}${sep}`);

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
};

/** A file of the page or of a package that it imports; null for everything else. */
export function readStaticFile(path: string): Promise<StaticFile | null> {
  if (path === '/') return read(PAGE_FOLDER, 'index.html');
  if (path.startsWith('/page/')) return read(PAGE_FOLDER, path.slice('/page/'.length));
  if (!path.startsWith('/modules/')) return Promise.resolve(null);
  const file = normalize(path.slice('/modules/'.length));
  const served = extname(file) === '.js' && SERVED_PACKAGES.some((name) => file.startsWith(name));
  return served ? read(MODULES_FOLDER, file) : Promise.resolve(null);
}

/** `script-src` hashes of the inline scripts, that is of the import map: browsers take it only inline. */
export function inlineScriptHashes(html: string): string[] {
  return [...html.matchAll(/<script type="importmap">([\s\S]*?)<\/script>/g)].map(
    ([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
  );
}

async function read(folder: string, path: string): Promise<StaticFile | null> {
  const file = normalize(decodeURIComponent(path));
  const contentType = CONTENT_TYPES[extname(file)];
  if (!contentType || file.startsWith('..') || file.startsWith(sep) || file.includes('\0')) return null;
  try {
    return { contentType, body: await readFile(folder + file, 'utf8') };
  } catch (fault) {
    if (isMissing(fault)) return null;
    throw fault;
  }
}

function isMissing(fault: unknown): boolean {
  const code = fault instanceof Error && 'code' in fault ? fault.code : null;
  return code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR';
}
