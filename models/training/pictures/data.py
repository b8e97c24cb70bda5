"""Stage `data`: renders the missing chunks, two at a time."""

import time
from concurrent.futures import ProcessPoolExecutor, as_completed

from pictures.render import render_chunk
from workspace import Workspace

OTHER_RULES_CHUNKS = 2


def run(arguments) -> None:
    work = Workspace(arguments.work)
    wanted = [(n, 'main') for n in range(arguments.chunks)]
    wanted[1:1] = [(n, 'other') for n in range(OTHER_RULES_CHUNKS)]
    missing = [(n, rules) for n, rules in wanted if n not in work.chunk_numbers(rules)]
    began, clips = time.time(), 0
    with ProcessPoolExecutor(arguments.threads) as pool:
        jobs = {pool.submit(render_chunk, work, n, rules): (n, rules) for n, rules in missing}
        for job in as_completed(jobs):
            clips += job.result()
            print(f'chunk {jobs[job]}: {clips} clips, {clips / (time.time() - began):.1f} clips/s', flush=True)
