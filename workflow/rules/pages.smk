"""Find what the pages show, from the rules that make the published outputs."""

from takedown.audit.lineage import Lineage


def published_before_pages(wildcards):
    """Return the published outputs without the pages and the crate, which describes the pages too."""
    later = {*rules.write_site.output, *rules.write_crate.output}
    return [path for path in published if path not in later]


def lineage_of_study(wildcards):
    """Return what each published output but the pages is made of."""
    targets = published_before_pages(wildcards)
    return Lineage(snakemake_parts.lineage(workflow, targets, STUDY_FOLDER))


def sources_of_study(wildcards):
    """Return the files that the pages show: definitions, scripts and queries."""
    shown = {
        path
        for parts in lineage_of_study(wildcards).values()
        for path in (parts["file"], parts["script"], *parts["sources"])
        if path
    }
    return in_place([ROOT / path for path in sorted(shown)])


def files_read():
    """Return name and digest of the released files that the study reads, by archive."""
    found = {}
    for archive_id, files in ARCHIVES.items():
        if files.provenance == "release":
            paths = [*files.users, *files.tweets, *files.only_accounts]
            names = [Path(path).name for path in paths]
            found[archive_id] = list(zip(names, digests_of(paths)))
    return found
