"""The study in small gives the same numbers wherever it runs."""

from tests.small_study import make_small_copy, run


def test_another_number_of_cores_and_shards_time_zone_and_locale_give_the_same_numbers(request, tmp_path):
    # `make verify` compares figures and paper too.
    numbers = ["results/measures.csv", "results/claims.csv", "results/database_content.csv"]
    again = make_small_copy(tmp_path / "again")
    (again / "shards.yaml").write_text("shards: 3\n")
    elsewhere = {"TZ": "Pacific/Chatham", "LC_ALL": "C", "PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": "86400"}
    done = run(again, "--cores", "1", "--configfile", "shards.yaml", "--", *numbers, **elsewhere)
    assert done.returncode == 0, done.stdout
    # Asked for only now: another process may be running it meanwhile.
    study = request.getfixturevalue("study")
    for name in [*numbers, *(path.relative_to(again) for path in (again / "results/tables").iterdir())]:
        assert (again / name).read_bytes() == (study / name).read_bytes(), name
