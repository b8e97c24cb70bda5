"""The alphabet of byte-level vocabularies such as CLIP's."""


def byte_letters() -> dict[int, str]:
    """A printable letter for every byte, as GPT-2's vocabulary has them: itself, or the next free one from 256 on."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {byte: chr(256 + index) for index, byte in enumerate(others)}
