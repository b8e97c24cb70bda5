import type { AnyCommand } from '../src/discord/command.ts';
import { cancel } from './cancel.ts';
import { forget } from './forget.ts';
import { help } from './help.ts';
import { morph } from './morph.ts';
import { queue } from './queue.ts';
import { riff } from './riff.ts';
import { settings } from './settings.ts';

/** Registration and dispatch both read this list; nothing is found by scanning folders. */
export const COMMANDS: readonly AnyCommand[] = [riff, morph, cancel, queue, settings, help, forget];
