"""Label the posts of an archive with the terms and outlets in them."""

from takedown.content.labels import label_posts
from takedown.content.terms import STATE_MEDIA, load_outlets, load_terms
from takedown.core.log import start_log

log = start_log(snakemake.log[0])
params = snakemake.params
rows = label_posts(
    snakemake.input.records,
    params.archive_id,
    [term for term in load_terms(snakemake.input.terms) if term.list in params.lists],
    load_outlets(snakemake.input.outlets) if STATE_MEDIA in params.lists else [],
    snakemake.output.post_term,
    shard=(int(params.shard), params.shards),
    threads=snakemake.threads,
    memory_mb=params.memory_mb,
)
log.info("%d pairs of a post and a term or outlet in %s", rows, params.archive_id)
