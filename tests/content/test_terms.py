"""The lists of terms and outlets: sound, with sources, and in both scripts of Chinese."""

import pytest
import yaml

from takedown.content.terms import OUTLETS, TERMS, load_outlets, load_terms, load_titles
from takedown.core.errors import InputError


def written(tmp_path, path, change):
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(content)
    copy = tmp_path / path.name
    copy.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return copy


def test_every_chinese_term_is_found_in_both_scripts():
    content = yaml.safe_load(TERMS.read_text(encoding="utf-8"))
    loaded = {(term.list, term.text) for term in load_terms()}
    pairs = [
        (name, term["zh-Hant"], term["zh-Hans"])
        for name, entry in content["lists"].items()
        for term in entry["terms"]
        if "zh-Hant" in term
    ]
    assert len({name for name, *_ in pairs}) == len(content["lists"])
    assert all((name, text) in loaded for name, *texts in pairs for text in texts)


def test_the_two_scripts_of_a_term_agree_character_by_character():
    """A Traditional character has one Simplified form in all lists, and no Simplified form stands on the other side."""
    content = yaml.safe_load(TERMS.read_text(encoding="utf-8"))
    pairs = [
        (term["zh-Hant"], term["zh-Hans"])
        for entry in content["lists"].values()
        for term in entry["terms"]
        if "zh-Hant" in term
    ]
    forms = {}
    for traditional, simplified in pairs:
        for one, other in zip(traditional, simplified, strict=True):
            assert forms.setdefault(one, other) == other, (traditional, simplified)
    changed = {other for one, other in forms.items() if one != other}
    assert not changed & set(forms)
    assert {"聞": "闻", "時": "时", "記": "记", "義": "义", "遊": "游"}.items() <= forms.items()


def test_terms_of_the_press_documents_are_in_the_lists():
    terms = {term.list: [] for term in load_terms()}
    for term in load_terms():
        terms[term.list].append(term.text)
    assert {"isis", "cockroaches", "terrorists", "蟑螂", "曱甴", "恐怖分子"} <= set(terms["slur"])
    assert {"dream news", "新聞", "新闻", "時政", "时政"} <= set(terms["news"])


@pytest.mark.parametrize("path", [TERMS, OUTLETS])
def test_no_source_is_named_for_nothing(path):
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    lists = content["lists"].values() if path == TERMS else [{"terms": content["outlets"]}]
    used = {entry["source"] for one in lists for entry in one["terms"]}
    assert used == set(content["sources"])


def test_a_list_of_another_campaign_may_be_in_any_language(tmp_path):
    def add(content):
        terms = [{"text": text, "match": "anywhere", "source": "mok2019"} for text in ("เลือกตั้ง", "elección")]
        content["lists"]["election"] = {"title": "elections", "about": "Elections.", "terms": terms}

    path = written(tmp_path, TERMS, add)
    texts = [(term.text, term.is_word) for term in load_terms(path) if term.list == "election"]
    assert texts == [("เลือกตั้ง", False), ("elección", False)]
    assert load_titles(path)["election"] == "elections"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c["lists"].update(topic=c["lists"]["slur"]), "'topic' should not be valid"),
        (lambda c: c["lists"]["slur"]["terms"][0].update(text="x"), r"lists\.slur\.terms\.0"),
        (
            lambda c: c["lists"]["slur"]["terms"].append(
                {"text": "Elección", "match": "anywhere", "source": "mok2019"}
            ),
            "Elección is not in lower case",
        ),
        (
            lambda c: c["lists"]["slur"]["terms"].append(dict(c["lists"]["slur"]["terms"][0])),
            "is given twice",
        ),
        (lambda c: c["lists"]["slur"].update(terms=[]), r"lists\.slur\.terms"),
        (lambda c: c["lists"]["slur"]["terms"][0].update(en=""), r"lists\.slur\.terms\.0\.en"),
        (lambda c: c["lists"]["slur"]["terms"][0].update(match="fuzzy"), "fuzzy"),
        (lambda c: c["lists"]["slur"]["terms"][0].update(source="hearsay"), "no source hearsay"),
        (lambda c: c["lists"]["hong_kong"]["terms"][-1].pop("zh-Hans"), r"lists\.hong_kong\.terms"),
        (lambda c: c["lists"]["hong_kong"]["terms"][-1].update(match="word"), "anywhere"),
    ],
)
def test_a_mistake_in_the_terms_is_refused_in_one_sentence(tmp_path, change, message):
    with pytest.raises(InputError, match=message) as error:
        load_terms(written(tmp_path, TERMS, change))
    assert "\n" not in str(error.value) and str(error.value).startswith("terms.yaml cannot be used")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c["outlets"][0]["domains"].append("people.cn"), "people.cn is given twice"),
        (lambda c: c["outlets"][0].update(domains=["https://news.cn/"]), r"outlets\.0\.domains\.0"),
        (lambda c: c["outlets"][0].update(handles=["@XHNews"]), r"outlets\.0\.handles\.0"),
    ],
)
def test_a_mistake_in_the_outlets_is_refused(tmp_path, change, message):
    with pytest.raises(InputError, match=message):
        load_outlets(written(tmp_path, OUTLETS, change))
