"""The words of a replica: numbered lists of terms, and outside accounts that are reposted and answered."""

from dataclasses import dataclass

import numpy as np

SPAM, HONG_KONG = 0, 1
TOPICS = ("spam", "hong_kong")
PHRASES = 160
SOURCES = 2000


@dataclass(frozen=True)
class Vocabulary:
    """Numbered words that the posts point to.

    `phrase_text` and `phrase_hashtags` (a Python list as text) have one element for each phrase;
    `first_phrase` (topics, languages) numbers the first of the PHRASES phrases of a topic in a language,
    -1 where there are none; `sold_phrase` is the sentence of sold accounts; `source_*` (SOURCES,) are
    accounts outside the archive.
    """

    languages: list[str]
    clients: list[str]
    phrase_text: np.ndarray
    phrase_hashtags: np.ndarray
    first_phrase: np.ndarray
    sold_phrase: int
    source_name: np.ndarray
    source_id: np.ndarray


def make_vocabulary(rng: np.random.Generator, resources: dict) -> Vocabulary:
    """Build all phrases from the term lists of replica.yaml. Half the Chinese ones are in Traditional characters."""
    languages = sorted(
        {*resources["spam_languages"]}.union(*(shares for shares in resources["topic_languages"].values()))
    )
    texts, hashtags = [], []
    first_phrase = np.full((len(TOPICS), len(languages)), -1)
    for topic, topic_name in enumerate(TOPICS):
        for position, language in enumerate(languages):
            terms = resources["terms"][topic_name]
            lists = (
                [terms["zh_hant"], terms["zh_hans"]]
                if language == "zh" and "zh_hant" in terms
                else [terms.get(language)]
            )
            if lists[0] is None:
                continue
            first_phrase[topic, position] = len(texts)
            for number in range(PHRASES):
                chosen = rng.choice(lists[number % len(lists)], rng.integers(4, 9))
                tags = rng.choice(
                    resources["hashtags"][topic_name], rng.choice([0, 0, 1, 2, 3]), replace=False
                )
                words = [*chosen, f"topic {number}", *(f"#{tag}" for tag in tags)]
                texts.append(" ".join(words))
                hashtags.append(repr([str(tag) for tag in tags]))
    numbers = np.arange(SOURCES)
    return Vocabulary(
        languages=languages,
        clients=list(dict.fromkeys(name for names in resources["clients"].values() for name in names)),
        phrase_text=np.array([*texts, resources["sold_text"]], dtype=object),
        phrase_hashtags=np.array([*hashtags, "[]"], dtype=object),
        first_phrase=first_phrase,
        sold_phrase=len(texts),
        source_name=np.char.add("source_", np.char.zfill(numbers.astype(str), 4)).astype(object),
        source_id=(100_000_000 + numbers * 1_234_567).astype(str).astype(object),
    )
