"""Makes tokenizer/: a CLIP-style vocabulary and what transformers' CLIPTokenizer makes of 1,000 strings.

Run: python make_tokenizer.py   (transformers, tokenizers; the versions are written into tokens.json)
The vocabulary is trained here on the Python language reference, so that nothing has to be downloaded; its layout is
CLIP's: 256 bytes, 256 bytes with </w>, the merges, two special tokens. Ids must be equal.
The trainer breaks ties differently every time, so vocab.json and merges.txt are kept while they exist.
"""

import json
import pathlib
import platform
import pydoc_data.topics
import random

import tokenizers
import transformers
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, trainers
from tokenizers.models import BPE
from transformers import CLIPTokenizer

HERE = pathlib.Path(__file__).parent / 'tokenizer'
VOCABULARY = 4096
SPECIALS = ['<|startoftext|>', '<|endoftext|>']
SPLIT = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
MUSIC = [
    'jazz',
    'piano',
    'drums',
    'guitar',
    'acoustic',
    'electric',
    'bass',
    'slap',
    'techno',
    'house',
    'ambient',
    'drone',
    'lofi',
    'hip',
    'hop',
    'trap',
    'dub',
    'reggae',
    'ska',
    'bossa',
    'nova',
    'samba',
    'tango',
    'flamenco',
    'polka',
    'waltz',
    'mazurka',
    'sonata',
    'fugue',
    'nocturne',
    'orchestra',
    'strings',
    'violin',
    'viola',
    'cello',
    'trumpet',
    'saxophone',
    'clarinet',
    'flute',
    'oboe',
    'bassoon',
    'harp',
    'organ',
    'synth',
    'synthwave',
    'arpeggio',
    'pad',
    'lead',
    'pluck',
    'bell',
    'choir',
    'vocal',
    'solo',
    'duet',
    'trio',
    'slow',
    'fast',
    'upbeat',
    'melancholic',
    'dreamy',
    'dark',
    'bright',
    'warm',
    'cold',
    'minor',
    'major',
    'rock',
    'punk',
    'metal',
    'folk',
    'country',
    'blues',
    'soul',
    'funk',
    'disco',
    'café',
    'piñata',
    'naïve',
    'jalapeño',
    'Straße',
    'übermäßig',
    'smørrebrød',
    'crème',
    'brûlée',
    'музыка',
    'джаз',
    'гитара',
    'μουσική',
    'σονάτα',
    '音楽',
    'ジャズ',
    'ピアノ',
    '음악',
    'موسيقى',
    'מוזיקה',
    'संगीत',
    '🎵',
    '🎶',
    '🎸',
    '🎹',
    '🥁',
    '👩\u200d🎤',
    '👨\u200d👩\u200d👧\u200d👦',
]


def train() -> tuple[dict[str, int], list[tuple[str, str]]]:
    tokenizer = Tokenizer(BPE(unk_token=SPECIALS[1], end_of_word_suffix='</w>', continuing_subword_prefix=''))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r'\s+'), ' '), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(SPLIT), 'removed', True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    corpus = [pydoc_data.topics.topics[key] for key in sorted(pydoc_data.topics.topics)] + [' '.join(MUSIC)] * 30
    merges_wanted = VOCABULARY - 512 - len(SPECIALS)
    trainer = trainers.BpeTrainer(
        vocab_size=10**6,
        min_frequency=2,
        show_progress=False,
        end_of_word_suffix='</w>',
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(corpus, trainer)
    merges = json.loads(tokenizer.to_str())['model']['merges'][:merges_wanted]
    assert len(merges) == merges_wanted, len(merges)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = alphabet + [c + '</w>' for c in alphabet] + [''.join(pair) for pair in merges] + SPECIALS
    return {token: index for index, token in enumerate(dict.fromkeys(tokens))}, merges


def by_hand() -> list[str]:
    return [
        '',
        ' ',
        '\t\n\r',
        'a',
        'I',
        "'s",
        "it's we're I've I'm they'll he'd don't",
        "IT'S WE'RE",
        '’s it’s',
        "''s 's's",
        'jazz with piano and drums',
        'JAZZ  With\tPIANO\nand\r\ndrums',
        '  leading and trailing  ',
        '120bpm 3/4 7/8 1234567890',
        '½ ¾ Ⅷ ② ٣ ३ ௧ 〇 ²³',
        '&amp; &lt;b&gt; &nbsp; &#39; <b>bold</b>',
        '<|startoftext|>',
        '<|endoftext|>',
        'before<|endoftext|>after',
        '<|ENDOFTEXT|>',
        '<|startoftext|> jazz <|endoftext|> x',
        '!',
        'wow!',
        '! ! !!',
        '!jazz! !',
        'é e\u0301 \u0301 \u0301\u0301 a\u0328\u0301',
        '\u212b \u2126 ﬁ ﬂ ﬀ ﬃ ſt ß ẞ',
        'İstanbul ISTANBUL ıI İ i̇',
        'ΟΔΟΣ ΣΑΣ Σ ς σ',
        'Ǆ ǅ ǆ Ǳ',
        '한국어 각 \u1100\u1161\u11a8',
        '日本語のジャズ、ピアノ。',
        'ｶﾀｶﾅ ＦＵＬＬ　ｗｉｄｔｈ',
        '中文 爵士樂',
        'ไทย ก็ ๑๒',
        'العربية مُوسِيقَى',
        'עִבְרִית',
        'हिन्दी संगीत',
        '🎵🎶 🎸',
        '👩‍🎤👨‍👩‍👧‍👦 🏳️‍🌈 🇩🇪🇯🇵 👍🏽',
        '©️ ™ ®',
        '\u200b\u200c\u200d\u2060\ufeffx',
        '\ufeff',
        'a\ufeffb',
        '\u0000',
        'a\u0000b',
        '\u0001\u0002\u001b[31m',
        '\u0085',
        'a\u0085b',
        '\u00a0x\u00a0y',
        '\u2028\u2029x',
        '\u3000全角\u3000',
        '\u180e',
        '\u001c\u001d\u001e\u001f',
        'a\u001cb',
        '\u2000\u200a\u202f\u205f',
        '\ud7ff\ue000\uf8ff',
        '\ufffd',
        '\uffff\ufffe',
        '𝒥𝒶𝓏𝓏 𝟙𝟚𝟛',
        '𐐀𐐨 𞤀',
        '\U0001f9ff\U000e0041',
        '…—–‐‑“”„«»',
        'a_b_c __x__ a-b a.b',
        '#$%^*()[]{}|\\/~`@',
        'C++ C# .NET',
        'http://example.org/?a=b&c=d',
        'e=mc²',
        'x' * 300,
        'jazz ' * 100,
        '💥' * 60,
        'ab' * 100 + "'s",
        'naïve café Motörhead Sigur Rós',
        'Ünïcödé',
        'ĲSSELMEER ĳ',
        'ŉ ǰ ΐ ᾳ ᾼ',
        'K Å',
        '\u0130\u0307',
        'A\u030a',
        'q\u0307\u0323',
        '\u1e9b\u0323',
        '\u0958',
        '\u2adc',
        '🫠🪩🪇',
        'ꙮ ﷽',
        'á̸̡b̷c̶',
        '\u202eRTL\u202c',
    ]


def words(rng: random.Random) -> str:
    vocabulary = sorted(
        set(' '.join(pydoc_data.topics.topics[k] for k in ('strings', 'formatstrings', 'execmodel')).split())
    )
    seps = [' ', '  ', ', ', '\t', '\n', ' - ', '/', "'s ", '…', '']
    out = []
    for _ in range(rng.randint(1, 9)):
        word = rng.choice(MUSIC if rng.random() < 0.5 else vocabulary)
        out += [rng.choice([str.lower, str.upper, str.title, str, str])(word), rng.choice(seps)]
    return ''.join(out)


RANGES = [
    (0x00, 0x7F),
    (0x80, 0x24F),
    (0x250, 0x36F),
    (0x370, 0x52F),
    (0x590, 0x6FF),
    (0x900, 0xDFF),
    (0xE00, 0xEFF),
    (0x10A0, 0x13FF),
    (0x1E00, 0x1FFF),
    (0x2000, 0x2BFF),
    (0x3000, 0x30FF),
    (0x4E00, 0x4FFF),
    (0xAC00, 0xACFF),
    (0xFB00, 0xFDFF),
    (0xFE00, 0xFEFF),
    (0xFF00, 0xFFEF),
    (0x10400, 0x104FF),
    (0x1D400, 0x1D7FF),
    (0x1F300, 0x1FAFF),
]


def characters(rng: random.Random) -> str:
    pick = rng.sample(RANGES, 2) + [(0x20, 0x7F)]
    return ''.join(chr(rng.randint(*rng.choice(pick))) for _ in range(rng.randint(1, 8)))


def strings() -> list[str]:
    rng = random.Random(20260401)
    made = by_hand()
    while len(made) < 1000:
        made.append(words(rng) if len(made) % 5 < 2 else characters(rng))
    return made


def main() -> None:
    HERE.mkdir(exist_ok=True)
    if (HERE / 'merges.txt').exists():
        vocabulary = json.loads((HERE / 'vocab.json').read_text())
        merges = [line.split(' ') for line in (HERE / 'merges.txt').read_text().split('\n')[1:] if line]
    else:
        vocabulary, merges = train()
    (HERE / 'vocab.json').write_text(json.dumps(vocabulary, ensure_ascii=False, separators=(',', ':')))
    (HERE / 'merges.txt').write_text('#version: 0.2\n' + ''.join(f'{a} {b}\n' for a, b in merges))
    texts = strings()
    variants = {}
    for name, pad in (('pad_is_end', SPECIALS[1]), ('pad_is_exclamation', '!')):
        tokenizer = CLIPTokenizer(
            vocabulary,
            [tuple(m) for m in merges],
            bos_token=SPECIALS[0],
            eos_token=SPECIALS[1],
            unk_token=SPECIALS[1],
            pad_token=pad,
            model_max_length=77,
        )
        variants[name] = lambda text, t=tokenizer: t(text, add_special_tokens=False)['input_ids']
        padded = tokenizer(['jazz', 'jazz ' * 100], padding='max_length', truncation=True, max_length=77)['input_ids']
        variants[name + '_padded'] = padded
    ids = [variants['pad_is_end'](text) for text in texts]
    other = [variants['pad_is_exclamation'](text) for text in texts]
    golden = {
        'versions': {
            'transformers': transformers.__version__,
            'tokenizers': tokenizers.__version__,
            'python': platform.python_version(),
        },
        'comment': 'ids: one row per text, without start and end; '
        'idsPadExclamation: only the rows that differ when ! is the pad token',
        'texts': texts,
        'ids': [' '.join(map(str, row)) for row in ids],
        'idsPadExclamation': {
            i: ' '.join(map(str, b)) for i, (a, b) in enumerate(zip(ids, other, strict=True)) if a != b
        },
        'padded': {k: v for k, v in variants.items() if k.endswith('_padded')},
    }
    (HERE / 'tokens.json').write_text(json.dumps(golden, separators=(',', ':')) + '\n')


main()
