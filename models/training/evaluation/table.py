"""Stage `evaluate`: generates with the exported int8 model and prints the whole table as Markdown; draws the sheet."""

import random
from pathlib import Path

import numpy as np
import torch

from evaluation.classifier import judge, song_of, verdicts
from evaluation.prompts import NEGATIVES, Question, negative_questions, questions, tempo_questions
from evaluation.scores import frechet, interval, row
from evaluation.sheet import draw_sheet
from evaluation.tempo import beat_strength, best_tempo
from export.openvino_ir import DEFAULT_FOLDER
from export.pipeline import RiffMini
from text.encoder import CLASSES
from workspace import ClipStore, Workspace

HEADER = '| set | n | family | family top 3 | style | style top 3 | drums | drum probability, asked / not |\n|---|---|---|---|---|---|---|---|'


class Evaluation:
    def __init__(self, arguments):
        self.work = Workspace(arguments.work)
        self.store = ClipStore(self.work)
        self.judge = judge(self.work)
        self.model = RiffMini(Path(arguments.model or DEFAULT_FOLDER))
        self.count = arguments.n
        held_out = self.store.split()[1]
        self.real_indices = random.Random(3).sample(held_out, min(self.count, len(held_out)))
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        print(text, flush=True)
        self.lines.append(text)

    def real(self) -> tuple[np.ndarray, list[Question]]:
        songs = [song_of(self.store.clips[i]) for i in self.real_indices]
        return (np.stack([self.store.picture(i) for i in self.real_indices]),
                [Question('', song.style, song.family, song.drums, song.bpm) for song in songs])

    def make(self, prompts: list[str], negative: str = '', first_seed: int = 100, **settings) -> np.ndarray:
        return self.model.generate(prompts, [negative] * len(prompts), [first_seed + i for i in range(len(prompts))], **settings)

    def main(self) -> None:
        real, truth = self.real()
        copies = np.concatenate([_reconstruct(self.model, picture) for picture in real])
        asked = questions(self.count)
        made = self.make([q.prompt for q in asked])
        results = {name: verdicts(self.judge, pictures) for name, pictures in (('real', real), ('copies', copies), ('made', made))}
        errors = ((copies.astype(np.float32) - real) ** 2).mean((1, 2))
        self.say(f'Autoencoder, {len(real)} whole held-out pictures: PSNR {np.mean(10 * np.log10(255**2 / errors)):.2f} dB, '
                 f'L1 {np.abs(copies.astype(np.float32) - real).mean():.2f} of 255; the judge agrees with itself on the original: '
                 + ', '.join(f'{head} {_agreement(results, head):.2f}' for head in ('family', 'style', 'drums')))
        self.say('\n' + HEADER)
        self.say(row('real, held out', results['real'][0], truth))
        self.say(row('reconstructed', results['copies'][0], truth))
        self.say(row('generated', results['made'][0], asked))
        half = len(real) // 2
        features = {name: result[1] for name, result in results.items()}
        self.say(f"\nFréchet distance (n = {len(real)}): real–reconstructed {frechet(features['real'], features['copies']):.1f}, "
                 f"real–generated {frechet(features['real'], features['made']):.1f}; real–real at n = {half}: "
                 f"{frechet(features['real'][:half], features['real'][half:]):.1f}")
        draw_sheet(self.work.path('evaluation', 'sheet.png'), real, copies, made)

    def sweeps(self) -> None:
        asked = questions(max(4, self.count // 4))
        self.say('\n' + HEADER)
        for guidance_scale in (2, 3, 4, 6):
            made = self.make([q.prompt for q in asked], guidance_scale=guidance_scale)
            self.say(row(f'guidance {guidance_scale}, 20 steps', verdicts(self.judge, made)[0], asked))
        for steps in (8, 12, 20, 30):
            made = self.make([q.prompt for q in asked], steps=steps)
            self.say(row(f'{steps} steps, guidance 4', verdicts(self.judge, made)[0], asked))

    def negatives(self) -> None:
        count = max(4, self.count // 4)
        self.say('\n| negative prompt | n | mean probability without | with | share above one half without | with |\n|---|---|---|---|---|---|')
        for attribute in NEGATIVES:
            prompts, negative = negative_questions(attribute, count)
            chance = [verdicts(self.judge, self.make(prompts, text))[0][attribute][:, 1] for text in ('', negative)]
            means = ' | '.join(f'{c.mean():.2f}' for c in chance)
            shares = ' | '.join(interval(int((c > 0.5).sum()), count) for c in chance)
            self.say(f'| {negative} | {count} | {means} | {shares} |')

    def tempo(self) -> None:
        candidates = [75, 93.75, 107.1, 125, 140.6, 175]
        real, truth = self.real()
        with_drums = [i for i, q in enumerate(truth) if q.drums]
        asked = tempo_questions(max(4, self.count // 4))
        made = self.make([q.prompt for q in asked])
        self.say('\n| onsets | n | autocorrelation at the beat | nearest of six tempi is the right one |\n|---|---|---|---|')
        for name, pictures, wanted in (('real, with drums', real[with_drums], [truth[i] for i in with_drums]), ('generated drum beats', made, asked)):
            strengths = [beat_strength(p, q.bpm) for p, q in zip(pictures, wanted)]
            nearest = [best_tempo(p, candidates) == min(candidates, key=lambda c, q=q: abs(c - q.bpm)) for p, q in zip(pictures, wanted)]
            self.say(f'| {name} | {len(wanted)} | {np.mean(strengths):.2f} | {interval(sum(nearest), len(wanted))} |')


def _reconstruct(model: RiffMini, picture: np.ndarray) -> np.ndarray:
    planes = np.broadcast_to(picture.astype(np.float32) / 127.5 - 1, (1, 3, 512, 512)).copy()
    parameters = model.parts['vae_encoder'](planes)['latent_parameters']
    decoded = model.decode(torch.from_numpy(parameters[:, : parameters.shape[1] // 2].copy()))
    return ((decoded.mean(1) + 1) * 127.5).round().clip(0, 255).astype(np.uint8)


def _agreement(results, head: str) -> float:
    return float((results['copies'][0][head].argmax(1) == results['real'][0][head].argmax(1)).float().mean())


def run(arguments) -> None:
    assert set(NEGATIVES) <= set(CLASSES)
    torch.set_num_threads(arguments.threads)
    evaluation = Evaluation(arguments)
    for part in arguments.parts:
        getattr(evaluation, part)()
    evaluation.work.path('evaluation', 'table.md').write_text('\n'.join(evaluation.lines) + '\n')
