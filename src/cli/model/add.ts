import { resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import { addModel } from '../../model-library/add-model.ts';
import { readCatalog } from '../../model-library/catalog.ts';
import type { Weights } from '../../model-library/checkpoint.ts';
import { formatBytes } from '../../model-library/disk-space.ts';
import type { Manifest } from '../../model-library/manifest.ts';
import type { ModelContext } from './context.ts';

export interface AddOptions {
  readonly name?: string;
  readonly weights?: Weights;
  /** Pixels. */
  readonly width?: number;
  readonly calibrationSamples?: number;
  readonly settings?: string;
  readonly keepDownload?: boolean;
  readonly yes?: boolean;
}

/** Throws what addModel throws, and UserError where the licence is not accepted. */
export async function addOne(context: ModelContext, what: string, options: AddOptions): Promise<void> {
  const { weights, width, calibrationSamples, settings, keepDownload = false, yes = false } = options;
  const catalog = await readCatalog();
  const runtime = await context.openRuntime();
  try {
    const { modelsFolder, env, base, note: say } = context;
    const accept = (id: string, licence: Licence) => acceptLicence(context, id, licence, yes);
    const adding = { runtime, modelsFolder, catalog, env, say, accept };
    const conversion = {
      ...(weights && { weights }),
      ...(width !== undefined && { width }),
      ...(calibrationSamples !== undefined && { calibrationSamples }),
    };
    const completing = settings === undefined ? undefined : resolve(base, settings);
    const request = { what, base, name: options.name, conversion, settings: completing, keepDownload };
    const added = await context.working((task) => addModel(adding, request, task));
    context.out(`${added.folder}: ${describe(added.manifest)}`);
    context.out(`To render with it: npm run model -- use ${added.name}`);
  } finally {
    await runtime.dispose();
  }
}

type Licence = NonNullable<Manifest['licence']>;

async function acceptLicence(
  context: ModelContext,
  id: string,
  { name, url }: Licence,
  yes: boolean,
): Promise<void> {
  context.note(`${id} is licensed under: ${name}${url ? `\n  ${url}` : ''}`);
  if (/openrail/i.test(name)) {
    context.note('  Its restrictions on use (Attachment A) also bind those who use what the model makes.');
  }
  if (yes) return;
  const answer = await context.ask('Have you read it, and do you accept it?');
  if (answer === null)
    throw new UserError('licence: expected --yes, which accepts it, when the terminal is not interactive');
  if (!answer) throw new UserError('licence: not accepted, nothing was fetched');
}

function describe({ files, parts, width }: Manifest): string {
  const bytes = Object.values(files).reduce((total, file) => total + file.bytes, 0);
  const precisions = Object.entries(parts).map(([part, { precision }]) => `${part} ${precision}`);
  return `${formatBytes(bytes)}, ${precisions.join(', ')}, ${width} pixels wide`;
}
