import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChildEngine } from '../../../src/engine/child-engine.ts';
import type { EngineLimits } from '../../../src/engine/limits.ts';
import type { EngineEvent } from '../../../src/engine/supervisor.ts';
import type { JobDraft } from '../../../src/queue/job.ts';
import type { RiffRequest } from '../../../src/riff/request.ts';

const CHILD = fileURLToPath(new URL('../../engine/children/scripted-child.ts', import.meta.url));

/** An engine of this process with a scripted child. */
export function scriptedEngine(
  folder: string,
  slot: number,
  limits: Partial<EngineLimits>,
  onEvent: (event: EngineEvent) => void = () => {},
): ChildEngine {
  return new ChildEngine({
    modelFolder: 'models/scripted',
    device: 'CPU',
    outputFolder: join(folder, String(slot)),
    command: { command: process.execPath, args: [CHILD, String(process.pid)] },
    limits: { handshakeMs: 60_000, ...limits },
    onEvent,
  });
}

export function requestOf(prompt: string, steps: number): RiffRequest {
  return {
    prompt,
    negativePrompt: '',
    seed: 1,
    steps,
    guidanceScale: 4,
    scheduler: 'dpmpp_2m',
    profile: 'balanced',
  };
}

export function draftOf(userId: string, guildId: string | null, request: RiffRequest): JobDraft {
  return {
    request,
    userId,
    guildId,
    parentJobId: null,
    target: {
      context: guildId === null ? 'bot_dm' : 'guild',
      channelId: '1',
      applicationId: '2',
      interactionToken: 'a token',
      tokenExpiresAt: Date.now() + 900_000,
      canPost: true,
      locale: 'en',
      maxFileBytes: 10 * 1024 * 1024,
    },
  };
}
