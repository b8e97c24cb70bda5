"""Captions of a song: many phrasings, drawn from a random source; two draws seldom agree.

A style by itself means the whole band as recordings of that style have it. An instrument by itself leads, with others
or alone. Where one plays alone, the caption says so.
"""

import random
from typing import NamedTuple

from riff_training.music import lexicon as words
from riff_training.music.plain_forms import SINGLE_WORDS, bare_form, plain_band, single_word_form, without_drums
from riff_training.music.song import BANDS, Song
from riff_training.music.styles import NAMED_TEMPI
from riff_training.music.typed_prompts import TYPED_PROMPTS

TAG_SHARE = 0.2
RECORDING_SHARE = 0.6  # of the captions of a band such as recordings have, which name its style and nobody in it
BAND_SHARE = 0.35  # of the other captions of a band, such as call it a band and leave its parts open
ARRANGEMENT_SHARE = 0.6  # of the captions that name a lead, such as say whether there are drums
LIST_SHARE = 0.12  # of the captions of bands, such as are a row of words
SENTENCE_SHARE = 0.15
# Part → chances of being named where it is heard and where it is not, and the family of leads that speak for
# themselves.
PART_CHANCES = {
    'drums': (0.06, 0.14, 'drums'),
    'vocals': (0.25, 0.14, 'voice'),
    'bass': (0.06, 0.12, 'bass'),
    'piano': (0.18, 0.12, 'piano'),
    'guitar': (0.2, 0.14, 'guitar'),
}
_NAMED = {round(bpm) for bpm in NAMED_TEMPI}
_HELD_OUT = {question.prompt.lower() for question in TYPED_PROMPTS}


class Wording(NamedTuple):
    text: str  # as somebody would type it
    plain: str  # the same in few words: the names of style and instrument, and what a bare style leaves unsaid

    def join(self, between: str, other: 'Wording') -> 'Wording':
        return Wording(self.text + between + other.text, self.plain + ', ' + other.plain)


def tempo_word(bpm: float) -> str:
    return 'slow' if bpm < 92 else 'medium' if bpm < 120 else 'fast'


def caption(song: Song, rng: random.Random) -> str:
    """A prompt as a user would type it: part of what is true of the song, and nothing false."""
    return wording(song, rng).text


def wording(song: Song, rng: random.Random) -> Wording:
    """A caption and its plain form; never one of the typed prompts, which are kept for the evaluation."""
    drawn = _wording(song, rng)
    if drawn.text in _HELD_OUT:
        return wording(song, rng)
    return Wording(drawn.text, single_word_form(drawn.text, rng)) if drawn.text in SINGLE_WORDS else drawn


def single_word(rng: random.Random) -> Wording:
    """A word that is a prompt by itself, sometimes in a sentence or called music."""
    word = rng.choice(list(SINGLE_WORDS))
    text = rng.choice((word, word, f'{word} music'))
    return Wording(_sentence(text, rng), single_word_form(word, rng))


def _wording(song: Song, rng: random.Random) -> Wording:
    if rng.random() < TAG_SHARE:
        return _tags(song, rng)
    if song.arrangement in BANDS and rng.random() < LIST_SHARE:
        return _list(song, rng)
    head = _head(song, rng)
    extras = _extras(song, rng) if rng.random() < 0.75 else []
    rng.shuffle(extras)
    before = [e for e in extras if e in _ADJECTIVES and rng.random() < 0.6]
    after = [e for e in extras if e not in before]
    text = ' '.join([*before, head.text])
    if rng.random() < 0.12:
        text = f'{rng.choice(words.FILLERS)} {text}'
    between = rng.choice((', ', ', ', ' ', ' / ', ' + ', '. '))
    phrases = [text, *after]
    text = between.join(phrases if rng.random() < 0.9 else rng.sample(phrases, len(phrases)))
    return Wording(_sentence(text, rng), ', '.join([head.plain, *extras]))


def _sentence(text: str, rng: random.Random) -> str:
    """Sometimes adds words that users put around a prompt, or a sign at its end."""
    if rng.random() < SENTENCE_SHARE:
        return rng.choice(words.SENTENCES).replace('…', text)
    return text + rng.choice(('!', '.', '?')) if rng.random() < 0.05 else text


def _tags(song: Song, rng: random.Random) -> Wording:
    """One to four single words for what can be heard in any part, as in negative prompts."""
    heard = [
        rng.choice(words.HEARD[name][: rng.choice((1, 1, 12))]) for name, present in song.presence.items() if present
    ]
    absent = [rng.choice(words.ABSENT[name]) for name, present in song.presence.items() if not present]
    found = rng.sample(heard, min(len(heard), rng.choice((1, 1, 2, 3))))
    lead = [song.lead] if song.arrangement != 'drums' else []
    # A style is named beside a part only: alone it would be the whole band.
    others = [*lead, song.style] if found else lead
    found += rng.sample(others, min(len(others), rng.choice((0, 0, 1))))
    if absent and (not found or rng.random() < 0.15):
        found.append(rng.choice(absent))
    rng.shuffle(found)
    text = rng.choice((', ', ', ', ' ', ' / ', ' + ')).join(found)
    return Wording(text, ', '.join(found))


def _list(song: Song, rng: random.Random) -> Wording:
    """Three to six words for the style, its lead and what else can be heard. Where none is for the drums, they are as
    recordings of the style have them.
    """
    first = [_style(song, rng), _lead(song, rng)]
    if rng.random() < 0.2:
        first.reverse()
    again = [rng.choice(words.STYLE_WORDS[song.style]), _without_article(rng.choice(words.USES[song.style]))]
    more = rng.sample([*again, rng.choice(words.LEAD_WORDS[song.lead])], rng.choice((1, 1, 2)))
    extras = _extras(song, rng)[: rng.choice((0, 1, 1, 2))]
    plain = plain_band(song.style, song.lead)
    if song.drums != song.usually_drums or rng.random() < 0.5:
        more.append(rng.choice((words.HEARD if song.drums else words.ABSENT)['drums']))
        with_drums = f'{song.style} with {song.lead} and drums'
        plain = with_drums if song.drums else without_drums(song.style, song.lead)
    rest = [*more, *extras]
    rng.shuffle(rest)
    return Wording(rng.choice((', ', ', ', ' ', ' / ', ' + ')).join([*first, *rest]), ', '.join([plain, *extras]))


def _head(song: Song, rng: random.Random) -> Wording:
    if song.arrangement == 'drums':
        return _drum_head(song, rng)
    if song.arrangement == 'solo':
        return _solo_head(song, rng)
    if song.is_recording and rng.random() < RECORDING_SHARE:
        return _recording(song, rng)
    if song.arrangement in BANDS and rng.random() < BAND_SHARE:
        return _band(song, rng)
    return _led(song, rng)


def _style(song: Song, rng: random.Random) -> str:
    style = rng.choice(words.STYLE_WORDS[song.style]) if rng.random() < 0.5 else song.style
    return f'{rng.choice(words.ERAS[song.style])} {style}' if rng.random() < 0.1 else style


def _lead(song: Song, rng: random.Random) -> str:
    return rng.choice(words.LEAD_WORDS[song.lead]) if rng.random() < 0.5 else song.lead


def _drum_head(song: Song, rng: random.Random) -> Wording:
    style, drums = _style(song, rng), rng.choice(words.DRUM_SOLO)
    text = rng.choice(
        (
            f'{style} {drums}',
            f'{style} {drums}',
            f'{drums}, {style}',
            drums,
            f'{style} {rng.choice(words.NOUNS)} with {drums}, drums only',
        )
    )
    return Wording(text, f'{song.style} drum beat' if text != drums else 'drum beat')


def _recording(song: Song, rng: random.Random) -> Wording:
    """A style without players: the band of its recordings, with drums if they have them."""
    style, noun = _style(song, rng), rng.choice(words.NOUNS)
    use = rng.choice(words.USES[song.style])
    text = rng.choice(
        (
            style,
            style,
            style,
            f'{style} {noun}',
            f'{style} {noun}',
            f'{style}, {noun}',
            f'{noun}, {style}',
            f'{style} {rng.choice(words.BAND)}',
            f'{noun} in the style of {style}',
            f'{noun} for {use}',
            f'{style} for {use}',
            f'{_without_article(use)} {noun}',
            _without_article(use),
        )
    )
    if song.drums == song.usually_drums:
        return Wording(text, bare_form(song, rng))
    drums = rng.choice(words.HEARD['drums']) if song.drums else rng.choice(words.ABSENT['drums'])
    between = rng.choice((' with ', ', ')) if song.drums else rng.choice((' ', ', '))
    plain = f'{song.style} band with {song.lead}'
    return Wording(text + between + drums, plain + (' and drums' if song.drums else ', no drums'))


def _without_article(phrase: str) -> str:
    return phrase.removeprefix('a ').removeprefix('an ').removeprefix('the ')


def _solo_head(song: Song, rng: random.Random) -> Wording:
    style, lead, solo = _style(song, rng), _lead(song, rng), rng.choice(words.SOLO)
    lone = f'{rng.choice(words.LONE)} {lead}'
    named, plain = rng.choice(
        (
            (f'{lone}', f'{song.lead} solo'),
            (f'{lone}', f'{song.lead} solo'),
            (f'{lead} {solo}', f'{song.lead} solo'),
            (f'{lead} {solo}', f'{song.lead} solo'),
            (f'{style} {lead} {solo}', f'{song.style} {song.lead} solo'),
            (f'{lone}, {style}', f'{song.style} {song.lead} solo'),
            (f'{lone} playing {style}', f'{song.style} {song.lead} solo'),
            (f'{style} {lead}, {rng.choice(words.ABSENT["drums"])}', without_drums(song.style, song.lead)),
            (lead, song.lead),
        )
    )
    return Wording(named, plain)


def _led(song: Song, rng: random.Random) -> Wording:
    style, lead, noun = _style(song, rng), _lead(song, rng), rng.choice(words.NOUNS)
    both = (
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
        f'{noun} of {style} by {lead}',
    )
    lead_alone = (lead, f'{lead} {noun}')
    text = rng.choice((*both, *lead_alone))
    is_usual = song.drums == song.usually_drums
    is_said = rng.random() < ARRANGEMENT_SHARE or not is_usual
    others = _arrangement(song, rng) if is_said else Wording('', '')
    if text in lead_alone:
        return Wording(text + others.text, song.lead + others.plain)
    if is_usual and not (is_said and song.drums):
        return Wording(text + others.text, plain_band(song.style, song.lead))
    return Wording(text + others.text, f'{song.style} with {song.lead}{others.plain}')


def _band(song: Song, rng: random.Random) -> Wording:
    """Says nothing of drums, bass, piano, guitar or voices: what is sometimes absent, a negative prompt can take
    away.
    """
    style, lead = _style(song, rng), _lead(song, rng)
    band = rng.choice(('band', 'band', 'band', *words.BAND))
    text = rng.choice(
        (
            f'{style} {band} with {lead}',
            f'{style} {band} with {lead}',
            f'{style} {band}, {lead}',
            f'{style} with {lead}, {band}',
        )
    )
    return Wording(text, f'{song.style} band with {song.lead}')


def _arrangement(song: Song, rng: random.Random) -> Wording:
    """The players beside the lead, to be appended to the head."""
    if song.arrangement == 'no drums':
        return Wording(f'{rng.choice((",", ""))} {rng.choice(words.ABSENT["drums"])}', ', no drums')
    drums = rng.choice(words.HEARD['drums'])
    forms = [f' and {drums}', f' with {drums}', f', {drums}']
    found = [Wording(form, ' and drums') for form in forms]
    if song.presence['bass']:
        found.append(Wording(f' and {rng.choice(words.HEARD["bass"])} and drums', ' and bass and drums'))
    if song.arrangement == 'trio':
        trio = f' {rng.choice(words.TRIO)}'
        found.append(Wording(trio, trio))
    return rng.choice(found)


def _extras(song: Song, rng: random.Random) -> list[str]:
    found = []
    tempo = tempo_word(song.bpm)
    draws = [
        (0.26, words.MOODS[song.mode]),
        (0.26, words.TEMPO[tempo]),
        (0.35, _tempo_marks(song.bpm)),
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


def _tempo_marks(bpm: float) -> list[str]:
    """None for a tempo that no style names: the model is never asked for it."""
    if round(bpm) not in _NAMED:
        return []
    return [f'{round(bpm)} bpm', f'{round(bpm)} bpm', f'{round(bpm)}bpm', f'at {round(bpm)} bpm']


_ADJECTIVES = {
    w
    for group in (*words.MOODS.values(), *words.TEMPO.values(), *words.DENSITY, words.CALM, words.ENERGETIC)
    for w in group
}
