"""The whole study on the real users files, without simulated posts, produces the paper."""

from pypdfium2 import PdfDocument

from tests.small_study import put_real_records, run


def test_a_study_of_real_users_files_alone_has_every_figure_and_a_paper_without_simulated_numbers(
    changed, real_records
):
    put_real_records(changed, real_records)
    done = run(changed)
    assert done.returncode == 0, done.stdout
    pages = PdfDocument(changed / "results/paper/paper.pdf")
    text = "".join(page.get_textpage().get_text_range() for page in pages)
    assert "940" in text
    assert "replica" not in (changed / "results/measures.csv").read_text(encoding="utf-8")
