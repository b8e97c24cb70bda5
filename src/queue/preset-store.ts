import type { NamedPreset } from '../riff/preset.ts';

export type PresetOwner =
  | { readonly kind: 'user'; readonly userId: string }
  | { readonly kind: 'guild'; readonly guildId: string };

/** Rejects with RiffError('store_failed') where the store cannot be read or written. */
export interface PresetStore {
  /** By name. Without those that this version cannot read. */
  list(owner: PresetOwner): Promise<readonly NamedPreset[]>;
  /** Replaces one of the same name. `full`: the owner has `most` others; nothing was saved. */
  save(owner: PresetOwner, preset: NamedPreset, most: number): Promise<'saved' | 'full'>;
  /** False: there was none. */
  remove(owner: PresetOwner, name: string): Promise<boolean>;
}
