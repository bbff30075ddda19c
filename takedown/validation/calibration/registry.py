"""Every method that is calibrated, with its studies."""

from takedown.validation.calibration import (
    content_studies,
    creation_studies,
    detector_studies,
    group_studies,
    life_studies,
    network_studies,
    posting_studies,
)
from takedown.validation.calibration.study import Study

STUDIES: tuple[Study, ...] = (
    *creation_studies.STUDIES,
    *detector_studies.STUDIES,
    *posting_studies.STUDIES,
    *group_studies.STUDIES,
    *life_studies.STUDIES,
    *content_studies.STUDIES,
    *network_studies.STUDIES,
)


def methods() -> list[str]:
    """Return the methods in the order of the table."""
    return list(dict.fromkeys(study.method for study in STUDIES))


def studies_of(method: str) -> list[Study]:
    """Return the studies of a method. Raises ValueError for a method without one."""
    studies = [study for study in STUDIES if study.method == method]
    if not studies:
        raise ValueError(f"no study calibrates {method}")
    return studies
