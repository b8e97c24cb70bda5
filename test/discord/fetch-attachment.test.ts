import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { type AttachmentFile, createFetchAttachment } from '../../src/discord/fetch-attachment.ts';
import { UserError } from '../../src/errors.ts';
import type { InputFault } from '../../src/messages/input-faults.ts';

const MOST = 1000;

/** A local Discord's files as the listener gives them out; `run` gets the origin. */
async function serving(listener: RequestListener, run: (origin: string) => Promise<void>): Promise<void> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const fileAt = (url: string, size = 3): AttachmentFile => ({ name: 'tune.mp3', size, url });

function refuses(fetching: Promise<Uint8Array>, kind: InputFault['kind']): Promise<void> {
  return assert.rejects(fetching, (thrown) => {
    assert(thrown instanceof UserError);
    assert.deepEqual(
      thrown.faults.map((fault) => fault.kind),
      [kind],
    );
    return true;
  });
}

test('a file of the local Discord is fetched whole', () =>
  serving(
    (_, response) => response.end('abc'),
    async (origin) => {
      const fetched = await createFetchAttachment(`${origin}/api`)(
        fileAt(`${origin}/attachments/1/2/a`),
        MOST,
      );
      assert.equal(Buffer.from(fetched).toString(), 'abc');
    },
  ));

test('no other address is asked: the network of this machine is none of a user’s business', () =>
  serving(
    () => assert.fail('it was asked'),
    async (origin) => {
      const port = new URL(origin).port;
      const addresses = [
        `${origin}/attachments/1`,
        `http://cdn.discordapp.com:${port}/a`,
        `https://cdn.discordapp.com:${port}/a`,
        `https://cdn.discordapp.com@127.0.0.1:${port}/a`,
        'https://cdn.discordapp.com.example.org/a',
        'http://media.discordapp.net/a',
        'file:///etc/passwd',
        'data:audio/wav;base64,AAAA',
        'not an address',
      ];
      for (const apiBase of [null, 'https://discord.example.org/api', 'http://127.0.0.1:1/api']) {
        const fetchAttachment = createFetchAttachment(apiBase);
        for (const url of addresses) await refuses(fetchAttachment(fileAt(url), MOST), 'notUploaded');
      }
    },
  ));

describe('one sentence answers', () => {
  const cases: readonly (readonly [name: string, listener: RequestListener, kind: InputFault['kind']])[] = [
    [
      'a redirect, wherever it leads',
      (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      'notFetched',
    ],
    ['a file that is gone', (_, response) => response.writeHead(404).end(), 'notFetched'],
    [
      'a stream without end, as soon as it is too long',
      (_, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(400)));
        };
        response.on('drain', more);
        more();
      },
      'fileTooLarge',
    ],
    ['a connection that breaks off', (_, response) => response.destroy(), 'notFetched'],
  ];
  for (const [name, listener, kind] of cases) {
    test(name, () =>
      serving(listener, async (origin) =>
        refuses(createFetchAttachment(`${origin}/api`)(fileAt(`${origin}/a`), MOST), kind),
      ),
    );
  }

  test('a body that never comes', () =>
    serving(
      () => {},
      async (origin) =>
        refuses(createFetchAttachment(`${origin}/api`, 50)(fileAt(`${origin}/a`), MOST), 'notFetched'),
    ));

  test('a size that is too large, before anything is asked', () =>
    serving(
      () => assert.fail('it was asked'),
      async (origin) =>
        refuses(
          createFetchAttachment(`${origin}/api`)(fileAt(`${origin}/a`, 2 * 1024 ** 2), MOST),
          'fileTooLarge',
        ),
    ));
});
