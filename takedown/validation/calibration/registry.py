"""All calibrated methods and their studies, in the order of the table."""

from takedown.validation.calibration import (
    burst_share_studies,
    content_studies,
    creation_studies,
    exchange_studies,
    group_studies,
    life_studies,
    network_studies,
    office_day_studies,
    posting_studies,
    stretch_studies,
    window_studies,
)
from takedown.validation.calibration.study import Study

STUDIES: tuple[Study, ...] = (
    *burst_share_studies.STUDIES,
    *creation_studies.STUDIES,
    *office_day_studies.STUDIES,
    *posting_studies.STUDIES,
    *group_studies.STUDIES,
    *life_studies.STUDIES,
    *content_studies.STUDIES,
    *exchange_studies.STUDIES,
    *stretch_studies.STUDIES,
    *network_studies.STUDIES,
    *window_studies.STUDIES,
)


def methods() -> list[str]:
    """Return the names of the methods in the order of the table."""
    return list(dict.fromkeys(study.method for study in STUDIES))


def studies_of(method: str) -> list[Study]:
    """Return the studies of a method. Raises ValueError if there is no study of it."""
    studies = [study for study in STUDIES if study.method == method]
    if not studies:
        raise ValueError(f"no study calibrates {method}")
    return studies
