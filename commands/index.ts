import type { AnyCommand } from '../src/discord/command.ts';
import { cancel } from './cancel.ts';
import { forget } from './forget.ts';
import { help } from './help.ts';
import { morph } from './morph.ts';
import { preset } from './preset.ts';
import { queue } from './queue.ts';
import { remix, remixThis } from './remix.ts';
import { riff } from './riff.ts';
import { riffFromMessage } from './riff-from-message.ts';
import { riffs } from './riffs.ts';
import { settings } from './settings.ts';
import { surprise } from './surprise.ts';

/** Registration and dispatch both read this list; nothing is found by scanning folders. */
export const COMMANDS: readonly AnyCommand[] = [
  riff,
  surprise,
  morph,
  remix,
  remixThis,
  riffFromMessage,
  riffs,
  preset,
  cancel,
  queue,
  settings,
  help,
  forget,
];
