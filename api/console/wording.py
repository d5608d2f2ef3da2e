"""The words of the pages, in each language."""

from functools import cache
from importlib import resources

import yaml

from models.reason import Fact, Language


class Wording:
    """Says the words of one language: `words("page_of", page=2)`."""

    def __init__(self, language: Language, sentences: dict[str, str]) -> None:
        self.language = language
        self.sentences = sentences

    def __call__(self, key: str, **slots: Fact) -> str:
        """The words for a key, its slots filled.

        Raises:
            KeyError: no such words, or a slot is missing, which tests forbid.
        """
        return self.sentences[key].format_map(slots)

    def has(self, key: str) -> bool:
        return key in self.sentences


@cache
def wording(language: Language) -> Wording:
    """All words of a language: `<language>.yaml`, and `<part>.<language>.yaml` for parts of the site."""
    files = [f for f in resources.files("api").joinpath("console", "wording").iterdir() if is_of(f.name, language)]
    return Wording(language, {key: words for f in files for key, words in yaml.safe_load(f.read_text("utf8")).items()})


def is_of(file: str, language: Language) -> bool:
    return file == f"{language}.yaml" or file.endswith(f".{language}.yaml")
