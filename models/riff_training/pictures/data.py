"""Stage `data`: renders the missing chunks, several at a time."""

import time
from concurrent.futures import ProcessPoolExecutor, as_completed

from riff_training.pictures.render import render_chunk
from riff_training.settings import DataSettings
from riff_training.workspace import Workspace


def run(settings: DataSettings) -> None:
    work = Workspace(settings.work)
    wanted = [(number, 'main') for number in range(settings.chunks)]
    wanted[1:1] = [(number, 'other') for number in range(settings.other_rules_chunks)]
    missing = [(number, rules) for number, rules in wanted if number not in work.chunk_numbers(rules)]
    began = time.time()
    clips = 0
    with ProcessPoolExecutor(settings.threads) as pool:
        jobs = {pool.submit(render_chunk, work, number, rules): (number, rules) for number, rules in missing}
        for job in as_completed(jobs):
            clips += job.result()
            print(f'chunk {jobs[job]}: {clips} clips, {clips / (time.time() - began):.1f} clips/s', flush=True)
