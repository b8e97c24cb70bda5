import { defaultsOf } from '../../profiles.ts';
import { renderRiff } from '../../render-riff.ts';
import type { Renderer } from '../../renderer.ts';
import { PROFILE_NAMES, type ProfileName } from '../../riff-request.ts';
import { median } from './median.ts';

/** Milliseconds from prompt to files. */
export type ProfileTimes = Readonly<Record<ProfileName, number>>;

/** The median of `runs` renders of each profile, in turns: what else the machine does falls upon all of them. */
export async function measureProfiles(
  renderer: Renderer,
  { runs, signal }: { readonly runs: number; readonly signal: AbortSignal },
): Promise<ProfileTimes> {
  const tookMs: Record<ProfileName, number[]> = { classic: [], balanced: [], fast: [] };
  for (let seed = 0; seed < runs; seed++) {
    for (const profile of PROFILE_NAMES) {
      const texts = { prompt: `jazz with piano and drums ${seed} ${profile}`, negativePrompt: '' };
      const request = { ...defaultsOf(profile, renderer.model.defaults), ...texts, profile, seed };
      const { durationMs } = await renderRiff(renderer, request, { onProgress: () => {}, signal });
      tookMs[profile].push(durationMs.render);
    }
  }
  const { classic, balanced, fast } = tookMs;
  return { classic: median(classic), balanced: median(balanced), fast: median(fast) };
}
