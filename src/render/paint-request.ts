import { copyColumns } from '../diffusion/columns.ts';
import type { PreviewOptions, StepReport } from '../diffusion/generation.ts';
import type { PipelineDescription } from '../diffusion/pipeline.ts';
import { UserError } from '../errors.ts';
import type { Notice } from '../messages/notices.ts';
import { reasonTexts } from '../messages/reasons.ts';
import { type SoundLatents, type Source, sourcesOf, type Upload, withSources } from '../riff/origin.ts';
import type { RiffRequest } from '../riff/request.ts';
import { factsOf, planSection } from '../riff/score.ts';
import { heldMap, type Section, soundMsOf } from '../riff/strip.ts';
import { tempoFor } from '../riff/tempo.ts';
import type { SpectrogramParams } from '../spectrogram/params.ts';
import {
  decodeLatents,
  fromHalfFloats,
  type LatentStrip,
  rowsOf,
  throughHalfFloats,
  toHalfFloats,
} from './latents-file.ts';
import { type GridParts, onGrid } from './on-grid.ts';
import { ownSound } from './own-sound.ts';
import { forecastOf } from './profiles.ts';
import type { Painter } from './renderer.ts';

/** Reads what a riff goes on from. */
export interface SourceFiles {
  /** The stored latents of a job; null if there are none. */
  readonly latents: (jobId: string) => Promise<Uint8Array | null>;
  /** An uploaded WAV. Throws UserError if it is gone. */
  readonly upload: (name: string) => Promise<Uint8Array>;
}

export interface PaintParts extends GridParts {
  readonly model: Pick<PipelineDescription, 'name' | 'version' | 'latentShape'>;
  readonly params: SpectrogramParams;
  readonly files: SourceFiles;
  /** Called after every window of every step of a section. */
  readonly onPart: (section: Section, report: Pick<StepReport, 'stepIndex' | 'steps'>) => void;
  /** For the request's own section; those of its sources have no preview. */
  readonly preview: SectionPreview | null;
}

export interface SectionPreview extends Pick<PreviewOptions, 'isDue'> {
  readonly show: (
    painted: Pick<PaintedRiff, 'section' | 'latents'>,
    decode: Painter['decode'],
  ) => Promise<void>;
}

export interface PaintedRiff extends LatentStrip {
  readonly section: Section;
  /** The request with its sources in the form that a recipe has. */
  readonly recorded: RiffRequest;
  readonly warnings: readonly Notice[];
  readonly timings: { readonly text: number; readonly denoise: number };
}

/** The strip of a source, and the source as the recipe records it. */
interface FoundSource {
  readonly strip: LatentStrip;
  readonly recorded: Source<RiffRequest>;
  readonly timings: PaintedRiff['timings'];
}

/** From a request to latents: its sources first, then its own section. */
export async function paintRequest(request: RiffRequest, parts: PaintParts): Promise<PaintedRiff> {
  const { pipeline, grid, model, signal, onPart, preview } = parts;
  const found: FoundSource[] = [];
  for (const source of sourcesOf(request)) found.push(await findSource(source, request, parts));
  const strips = await alignedStrips(
    request,
    found.map(({ strip }) => strip),
    parts,
  );
  const section = planSection(request, grid, strips);
  const painted = await pipeline.paint(
    request,
    {
      ...section,
      given: givenLatents(section, strips, rowsOf(model.latentShape)),
      held: heldMap(section, grid),
    },
    {
      signal,
      forecast: forecastOf(request),
      onStep: (report) => onPart(section, report),
      preview: preview && {
        ...preview,
        show: (latents, decode) => preview.show({ section, latents }, decode),
      },
    },
  );
  const timings = [painted, ...found].map(({ timings }) => timings);
  return {
    ...painted,
    ...factsOf(section, grid),
    section,
    recorded: withSources(
      request,
      found.map(({ recorded }) => recorded),
    ),
    timings: {
      text: sum(timings.map(({ text }) => text)),
      denoise: sum(timings.map(({ denoise }) => denoise)),
    },
  };
}

const NO_TIME = { text: 0, denoise: 0 };

async function findSource(
  source: Source<RiffRequest>,
  request: RiffRequest,
  parts: PaintParts,
): Promise<FoundSource> {
  if ('riff' in source) {
    const { riff, jobId } = source;
    const bytes = jobId === undefined ? null : await parts.files.latents(jobId);
    const kept = bytes && decodeLatents(bytes, parts.model);
    if (kept) return { strip: kept, recorded: { riff }, timings: NO_TIME };
    const painted = await paintRequest(riff, { ...parts, preview: null });
    return {
      strip: throughHalfFloats(painted),
      recorded: { riff: painted.recorded },
      timings: painted.timings,
    };
  }
  const strip = 'sound' in source ? soundStrip(source.sound, parts) : await uploaded(source, request, parts);
  const sound = {
    latents: Buffer.from(toHalfFloats(strip.latents)).toString('base64'),
    bpm: strip.tempo?.bpm ?? null,
  };
  return { strip, recorded: { sound }, timings: NO_TIME };
}

/** Throws UserError if the latents belong to another model, or are longer than any that a sound gives. */
function soundStrip({ latents: base64, bpm }: SoundLatents, { grid, model }: PaintParts): LatentStrip {
  const latents = fromHalfFloats(Buffer.from(base64, 'base64'));
  const columns = latents.length / rowsOf(model.latentShape);
  const isClip = Number.isInteger(columns) && columns >= 1 && columns <= grid.clipColumns;
  if (!isClip || !latents.every(Number.isFinite)) {
    throw new UserError(reasonTexts.en.otherModel);
  }
  const tempo = bpm === null ? null : tempoFor(bpm, grid);
  return { latents, columns, tempo, soundMs: soundMsOf(columns, tempo, grid) };
}

async function uploaded(
  { upload, startSeconds }: Upload,
  { from }: RiffRequest,
  parts: PaintParts,
): Promise<LatentStrip> {
  if (!parts.hasEncoder) {
    throw new UserError(
      `sound: expected a model with a VAE encoder, ${parts.model.name} has none; choose another model`,
    );
  }
  const inTime = !(from?.kind === 'remix' && from.strength === 0);
  const wav = await parts.files.upload(upload);
  return ownSound(wav, { startSeconds, inTime }, parts.params, parts);
}

/** Puts sources on the grid for extensions, loops, morphs and riffs at another tempo, which need to know the bars. */
async function alignedStrips(
  request: RiffRequest,
  strips: readonly LatentStrip[],
  parts: PaintParts,
): Promise<readonly LatentStrip[]> {
  const { from, loop, bpm } = request;
  const [first, second] = strips;
  if (!from || !first) return strips;
  if (from.kind === 'remix' && !loop && bpm === undefined) return strips;
  const one = await onGrid(first, parts);
  if (from.kind !== 'morph' || !second) return [one];
  return [one, one.tempo ? await onGrid(second, parts, one.tempo) : second];
}

/** Latents [C, h, columns] with the section's given columns filled in; null if it has none. */
function givenLatents(section: Section, strips: readonly LatentStrip[], rows: number): Float32Array | null {
  if (section.given.length === 0) return null;
  const values = new Float32Array(rows * section.columns);
  for (const { source, from, columns, at } of section.given) {
    const strip = strips[source];
    if (!strip) continue;
    copyColumns(
      { values: strip.latents, width: strip.columns },
      from,
      { values, width: section.columns },
      at,
      columns,
    );
  }
  return values;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
