"""Captions of a song: many phrasings, drawn from a random source; two draws seldom agree."""

import random

from riff_training.music import lexicon as words
from riff_training.music.song import BANDS, Song

TAG_SHARE = 0.22
BAND_SHARE = 0.35  # of the captions of a band, such as call it a band and leave its parts open

# Part → chances of being named where it is heard and where it is not, and the family of leads that speak for
# themselves.
PART_CHANCES = {
    'drums': (0.06, 0.14, 'drums'),
    'vocals': (0.25, 0.14, 'voice'),
    'bass': (0.06, 0.12, 'bass'),
    'piano': (0.18, 0.12, 'piano'),
    'guitar': (0.2, 0.14, 'guitar'),
}


def tempo_word(bpm: float) -> str:
    return 'slow' if bpm < 92 else 'medium' if bpm < 120 else 'fast'


def caption(song: Song, rng: random.Random) -> str:
    """A prompt as somebody would type it; says part of what is true of the song and nothing false."""
    if rng.random() < TAG_SHARE:
        return _tags(song, rng)
    style = rng.choice(words.STYLE_WORDS[song.style]) if rng.random() < 0.5 else song.style
    head = _drum_head(style, rng) if song.arrangement == 'drums' else _head(song, style, rng)
    extras = _extras(song, rng) if rng.random() < 0.82 else []
    rng.shuffle(extras)
    before = [e for e in extras if e in _ADJECTIVES and rng.random() < 0.6]
    after = [e for e in extras if e not in before]
    text = ' '.join(before + [head])
    if rng.random() < 0.12:
        text = f'{rng.choice(words.FILLERS)} {text}'
    joined = rng.choice((', ', ', ', ' '))
    phrases = [text, *after]
    return joined.join(phrases if rng.random() < 0.9 else rng.sample(phrases, len(phrases)))


def _tags(song: Song, rng: random.Random) -> str:
    """One to four bare words of what can be heard, in whatever part; negative prompts look like this."""
    heard = [
        rng.choice(words.HEARD[name][: rng.choice((1, 1, 12))]) for name, present in song.presence.items() if present
    ]
    absent = [rng.choice(words.ABSENT[name]) for name, present in song.presence.items() if not present]
    others = [song.style] + ([song.lead] if song.arrangement != 'drums' else [])
    found = rng.sample(heard, min(len(heard), rng.choice((1, 1, 2, 3))))
    found += rng.sample(others, rng.choice((0, 0, 1)))
    if absent and (not found or rng.random() < 0.15):
        found.append(rng.choice(absent))
    rng.shuffle(found)
    return rng.choice((', ', ', ', ' ')).join(found)


def _drum_head(style: str, rng: random.Random) -> str:
    drums = rng.choice(words.DRUM_SOLO)
    return rng.choice(
        (
            f'{style} {drums}',
            f'{style} {drums}',
            f'{drums}, {style}',
            drums,
            f'{style} {rng.choice(words.NOUNS)} with {drums}, drums only',
        )
    )


def _head(song: Song, style: str, rng: random.Random) -> str:
    lead = rng.choice(words.LEAD_WORDS[song.lead]) if rng.random() < 0.5 else song.lead
    noun = rng.choice(words.NOUNS)
    if song.arrangement in BANDS and rng.random() < BAND_SHARE:
        return _band(style, lead, rng)
    forms = [
        f'{style} {lead}',
        f'{style} {lead}',
        f'{style} with {lead}',
        f'{style} {noun} with {lead}',
        f'{lead} {style}',
        f'{style} {noun}, {lead}',
        f'{lead} playing {style}',
        f'{style}, {lead}',
        f'{lead}, {style}',
        f'a {style} {noun} with a {lead}',
        f'{style} on {lead}',
        f'{lead} in the style of {style}',
        f'{lead} {noun}',
        lead,
        style,
        f'{style} {noun}',
        f'{noun} of {style} by {lead}',
    ]
    head = rng.choice(forms)
    if rng.random() < 0.75:
        head += _arrangement(song, rng)
    return head


def _band(style: str, lead: str, rng: random.Random) -> str:
    """Says nothing of drums, bass, piano, guitar or voices: what is sometimes absent, a negative prompt can take
    away.
    """
    band = rng.choice(('band', 'band', 'band', *words.BAND))
    return rng.choice(
        (
            f'{style} {band} with {lead}',
            f'{style} {band} with {lead}',
            f'{style} {band}, {lead}',
            f'{style} with {lead}, {band}',
            f'{style} {band}',
        )
    )


def _arrangement(song: Song, rng: random.Random) -> str:
    if song.arrangement == 'solo':
        return f' {rng.choice(words.SOLO)}' if rng.random() < 0.75 else f', {rng.choice(words.ABSENT["drums"])}'
    if song.arrangement == 'no drums':
        return f'{rng.choice((",", ""))} {rng.choice(words.ABSENT["drums"])}'
    drums = rng.choice(words.HEARD['drums'])
    forms = [f' and {drums}', f' and {drums}', f' with {drums}', f', {drums}']
    if song.presence['bass']:
        forms.append(f' and {rng.choice(words.HEARD["bass"])} and drums')
    if song.arrangement == 'trio':
        forms.append(f' {rng.choice(words.TRIO)}')
    return rng.choice(forms)


def _extras(song: Song, rng: random.Random) -> list[str]:
    found = []
    tempo = tempo_word(song.bpm)
    draws = [
        (0.26, words.MOODS[song.mode]),
        (0.26, words.TEMPO[tempo]),
        (0.35, [f'{round(song.bpm)} bpm']),
        (0.1, words.DENSITY[song.density]),
        (0.3, words.ENERGETIC if tempo == 'fast' and song.density == 2 else []),
        (0.3, words.CALM if tempo == 'slow' and song.density == 0 else []),
    ]
    for part, (there, away, lead) in PART_CHANCES.items():
        if song.family != lead:
            draws.append((there, words.HEARD[part]) if song.presence[part] else (away, words.ABSENT[part]))
    for chance, choices in draws:
        if choices and rng.random() < chance:
            found.append(rng.choice(choices))
    return found[:4]


_ADJECTIVES = {
    w
    for group in (*words.MOODS.values(), *words.TEMPO.values(), *words.DENSITY, words.CALM, words.ENERGETIC)
    for w in group
}
