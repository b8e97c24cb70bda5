"""The few words that make the denoiser play a band with the drums that recordings of its style have."""

import random

from riff_training.music.song import Song
from riff_training.music.styles import BY_NAME as STYLE

# Who leads where a bare style is asked for, if others than on most of its recordings. The text encoder learns the mean
# of them, and these are the ones whose mean has the right drums (metal: whose guitars are heard as guitars).
BARE_LEADS = {
    'classical': ('strings',),
    'hip hop': ('electric piano', 'piano'),
    'synthwave': ('synth', 'synth', 'synth pad'),
    'folk': ('acoustic guitar',),
    'metal': ('electric guitar',),
}
# (style, lead or None for all) → the plain form of its band, where the denoiser would leave the drums out unless they
# are named, or play them behind the word "band" all the same. Of other styles with drums nobody names them: what is not
# named, a negative prompt can take away.
PLAIN_BANDS = {
    ('jazz', 'piano'): 'jazz band with {} and bass and drums',
    ('classical', 'strings'): 'classical with {}, no drums',
    ('waltz', None): 'waltz with {} trio',
    ('lo-fi', None): 'lo-fi band with {} and bass and drums',
    ('folk', 'acoustic guitar'): 'folk with {}, no drums',
}

# A word that is the whole prompt → its plain form, or several of which the text encoder learns the mean: those in which
# a tagger of real recordings hears the word. A synth alone has no drums, so that a negative prompt takes none away.
# Among other words each keeps the meaning of its style or instrument.
SINGLE_WORDS = {
    'electronic': ('techno band with synth',),
    'dance': ('techno with synth and drums',),
    'beats': ('house drum beat', 'techno drum beat'),
    'synth': ('techno with synth, no drums',),
}


def plain_band(style: str, lead: str) -> str:
    """The band that recordings of the style have, with that lead."""
    usual = f'{style} band with {{}}' + ('' if STYLE[style].usually_drums else ', no drums')
    return PLAIN_BANDS.get((style, lead), PLAIN_BANDS.get((style, None), usual)).format(lead)


def without_drums(style: str, lead: str) -> str:
    return f'{style} {lead}, no drums' if STYLE[style].usually_drums else plain_band(style, lead)


def single_word_form(word: str, rng: random.Random) -> str:
    """The plain form of a word of SINGLE_WORDS by itself."""
    return rng.choice(SINGLE_WORDS[word])


def bare_form(song: Song, rng: random.Random) -> str:
    """The plain form of a caption that names only the style: its band, with one of its usual leads."""
    return plain_band(song.style, rng.choice(BARE_LEADS.get(song.style, (song.lead,))))
