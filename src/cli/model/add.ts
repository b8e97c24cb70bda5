import { UserError } from '../../errors.ts';
import { type AddRequest, addModel } from '../../model-library/add-model.ts';
import { readCatalog } from '../../model-library/catalog.ts';
import type { Weights } from '../../model-library/checkpoint.ts';
import { formatBytes } from '../../model-library/disk-space.ts';
import { followProxies } from '../../model-library/hub.ts';
import { parseLoraChoice } from '../../model-library/lora.ts';
import type { Manifest } from '../../model-library/manifest.ts';
import type { SchedulerName } from '../../riff/request.ts';
import { typedPath } from '../../system/cache-folder.mjs';
import { numberOption } from '../option-parsers.ts';
import type { ModelContext } from './context.ts';

export interface AddOptions {
  readonly name?: string;
  readonly weights?: Weights;
  /** Pixels. */
  readonly width?: number;
  readonly calibrationSamples?: number;
  /** "FILE-OR-ID[:SCALE]" each. */
  readonly lora?: readonly string[];
  readonly scheduler?: SchedulerName;
  readonly steps?: number;
  readonly guidance?: number;
  /** "SCALE,ALPHA,TAU" or "off". */
  readonly nag?: string;
  readonly settings?: string;
  /** A folder with a small decoder. */
  readonly decoder?: string;
  readonly keepDownload?: boolean;
  readonly yes?: boolean;
}

/** Throws what addModel throws, and UserError if the licence is not accepted. */
export async function addOne(context: ModelContext, what: string, options: AddOptions): Promise<void> {
  // Read first: what was typed wrong is told before a licence is shown.
  const request = requestOf(context, what, options);
  const catalog = await readCatalog();
  const { modelsFolder, env, note: say } = context;
  await using parts = new AsyncDisposableStack();
  parts.defer(followProxies(env, say));
  const runtime = parts.adopt(await context.openRuntime(), (runtime) => runtime.dispose());
  const accept = (id: string, licence: Licence) => acceptLicence(context, id, licence, options.yes ?? false);
  const adding = { runtime, modelsFolder, catalog, env, say, accept };
  const added = await context.working((task) => addModel(adding, request, task));
  context.out(`${added.folder}: ${describe(added.manifest)}`);
  context.out(`To render with it: npm run model -- use ${added.name}`);
}

function requestOf({ base }: ModelContext, what: string, options: AddOptions): AddRequest {
  const { name, weights, width, calibrationSamples, lora = [], settings, decoder } = options;
  const pathOf = (typed: string | undefined) => (typed === undefined ? undefined : typedPath(base, typed));
  return {
    what,
    base,
    name,
    conversion: {
      ...(weights && { weights }),
      ...(width !== undefined && { width }),
      ...(calibrationSamples !== undefined && { calibrationSamples }),
    },
    loras: lora.map(parseLoraChoice),
    sampling: samplingOf(options),
    settings: pathOf(settings),
    decoder: pathOf(decoder),
    keepDownload: options.keepDownload ?? false,
  };
}

function samplingOf({ scheduler, steps, guidance, nag }: AddOptions): NonNullable<AddRequest['sampling']> {
  const riff = {
    ...(scheduler && { scheduler }),
    ...(steps !== undefined && { steps }),
    ...(guidance !== undefined && { guidance_scale: guidance }),
  };
  return { riff, ...(nag !== undefined && { nag: parseNag(nag) }) };
}

/** "SCALE,ALPHA,TAU" or "off". Throws UserError. */
export function parseNag(text: string): NonNullable<AddRequest['sampling']>['nag'] {
  if (text === 'off') return null;
  const [scale = 0, alpha = -1, tau = 0, ...more] = text.split(',').map(numberOption('nag'));
  if (scale >= 1 && alpha >= 0 && alpha <= 1 && tau >= 1 && more.length === 0) return { scale, alpha, tau };
  throw new UserError(
    `nag: expected "off", or scale (from 1), alpha (0 to 1) and tau (from 1) such as 5,0.5,1.5, got ${JSON.stringify(text)}`,
  );
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
