"""Texts of a replica: numbered lists of terms, and outside accounts that are reposted and answered."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

SPAM, ON_TOPIC = 0, 1
TOPICS = ("spam", "topic")
PHRASES = 160
SOURCES = 2000
#: Variants of a phrase on the topic, and the largest number of added characters: few enough for near-duplicates.
VARIANTS = 16
VARIANT_LENGTH = 8


@dataclass(frozen=True)
class Vocabulary:
    """Numbered texts and names to which the posts point.

    `phrase_text`, `phrase_hashtags` (a Python list as text) and `phrase_has_slur` have one element for each phrase.
    `first_phrase` [topics, languages] is the number of the first of the PHRASES phrases of a topic in a language, and
    `first_variant` [phrases] that of the first of the VARIANTS variants of a phrase, -1 if there are none. `sold_phrase`
    is the sentence of sold accounts. `source_*` [SOURCES] are accounts outside the archive, of which the first `outlets`
    belong to state media.
    """

    languages: list[str]
    clients: list[str]
    phrase_text: np.ndarray
    phrase_hashtags: np.ndarray
    phrase_has_slur: np.ndarray
    first_phrase: np.ndarray
    first_variant: np.ndarray
    sold_phrase: int
    source_name: np.ndarray
    source_id: np.ndarray
    outlets: int


def make_vocabulary(rng: np.random.Generator, resources: dict, role: str) -> Vocabulary:
    """Build all phrases from the term lists of replica.yaml; half of the Chinese phrases use traditional characters."""
    planted = resources["planted_content"]
    slurs = round(planted["slur_share"][role] * PHRASES)
    languages = sorted({*resources["spam_languages"]}.union(*resources["topic_languages"].values()))
    texts: list[str] = []
    hashtags: list[str] = []
    has_slur: list[bool] = []
    variants: dict[int, list[str]] = {}
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
            endings = [_endings(terms) for terms in lists]
            for number in range(PHRASES):
                chosen = rng.choice(lists[number % len(lists)], rng.integers(4, 9))
                tags = rng.choice(
                    resources["hashtags"][topic_name], rng.choice([0, 0, 1, 2, 3]), replace=False
                )
                # The factor spreads phrases with a slur evenly over the numbers.
                slur = topic == ON_TOPIC and language in planted["slurs"] and number * 37 % PHRASES < slurs
                added = [rng.choice(planted["slurs"][language])] if slur else []
                words = [*chosen, *added, f"topic {number}", *(f"#{tag}" for tag in tags)]
                if topic == ON_TOPIC:
                    here = endings[number % len(lists)]
                    variants[len(texts)] = [here[(number + i) % len(here)] for i in range(VARIANTS)]
                texts.append(" ".join(words))
                has_slur.append(slur)
                hashtags.append(repr([str(tag) for tag in tags]))
    sold_phrase = len(texts)
    texts, hashtags, has_slur = [*texts, resources["sold_text"]], [*hashtags, "[]"], [*has_slur, False]
    first_variant = np.full(len(texts), -1)
    for phrase, more in variants.items():
        first_variant[phrase] = len(texts)
        texts += [f"{texts[phrase]} {ending}" for ending in more]
        hashtags += [hashtags[phrase]] * VARIANTS
        has_slur += [has_slur[phrase]] * VARIANTS
    numbers = np.arange(SOURCES)
    source_name = np.char.add("source_", np.char.zfill(numbers.astype(str), 4)).astype(object)
    outlets = planted["outlet_accounts"][role]
    source_name[:outlets] = planted["outlet_handles"][:outlets]
    return Vocabulary(
        languages=languages,
        clients=list(dict.fromkeys(name for names in resources["clients"].values() for name in names)),
        phrase_text=np.array(texts, dtype=object),
        phrase_hashtags=np.array(hashtags, dtype=object),
        phrase_has_slur=np.array(has_slur),
        first_phrase=first_phrase,
        first_variant=first_variant,
        sold_phrase=sold_phrase,
        source_name=source_name,
        source_id=(100_000_000 + numbers * 1_234_567).astype(str).astype(object),
        outlets=outlets,
    )


def _endings(terms: list[str]) -> list[str]:
    """Return the single terms and pairs of terms of a list that are short enough to end a variant."""
    chosen = [*combinations(terms, 1), *combinations(terms, 2)]
    return [ending for some in chosen if len(ending := " ".join(some)) <= VARIANT_LENGTH]


def vary_phrases(rng: np.random.Generator, phrase: np.ndarray, vocabulary: Vocabulary) -> np.ndarray:
    """Draw a variant of each phrase on the topic; return its number."""
    return vocabulary.first_variant[phrase] + rng.integers(VARIANTS, size=len(phrase))


def sites(resources: dict) -> list[str]:
    """Return the hosts of links: invented ones, then those of listed outlets."""
    return [*resources["sites"], *resources["planted_content"]["outlet_sites"]]


def choose_sites(link: np.ndarray, role: str, resources: dict) -> np.ndarray:
    """Return the host (index into `sites`) of each link number; a link has the same host in every post."""
    invented, planted = len(resources["sites"]), resources["planted_content"]
    # The factor spreads links to outlets evenly over the numbers.
    to_outlet = link * np.int64(7919) % 10_000 < planted["outlet_link_share"][role] * 10_000
    site = np.where(to_outlet, invented + link % len(planted["outlet_sites"]), link % invented)
    return site.astype(np.int8)
