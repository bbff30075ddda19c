"""Divide the work on posts and traces into jobs, and name the files of each."""

WITH_USERS = [archive_id for archive_id, files in ARCHIVES.items() if files.users]
WITH_POSTS = [archive_id for archive_id, files in ARCHIVES.items() if files.tweets]

#: Parts into which work on posts is divided, each a job.
SHARDS = range(config["shards"])

#: Priority of coordination and of the jobs before it: the longest chain, which starts first and leaves other cores to the rest.
LONGEST_CHAIN = 10

#: Traces are distributed over the shards; more shards than traces would be idle.
TRACES = trace_names()
TRACE_SHARDS = range(min(config["shards"], len(TRACES)))


def released(archive_id):
    """Return the users and tweets files of a release in the raw folder, nothing if there are not both."""
    if not Path(config["raw_folder"], archive_id).is_dir():
        return []
    files = locate_files(
        archive_id,
        REGISTRY[archive_id],
        config["raw_folder"],
        config["replica"]["folder"],
    )
    found = files.provenance == "release" and files.tweets
    return in_place([*files.users, *files.tweets]) if found else []


def real_files(wildcards):
    """Return the files of the operation; stop if they are not those that the platform released."""
    archives = config["subjects"]["operation"]
    if not all(
        ARCHIVES[archive_id].provenance == "release" and ARCHIVES[archive_id].tweets
        for archive_id in archives
    ):
        folders = " and ".join(
            str(Path(config["raw_folder"], archive_id)) for archive_id in archives
        )
        raise WorkflowError(
            f"A deposit holds results of released files, and {folders} has no users and tweets files; put them there."
        )
    return [
        file
        for archive_id in archives
        for file in (*ARCHIVES[archive_id].users, *ARCHIVES[archive_id].tweets)
    ]


def parts_of(archive_id, table):
    """Return the files of a table that the jobs of `read_tweets` write, one for each tweets file of an archive."""
    parts = range(len(ARCHIVES[archive_id].tweets))
    return expand(rules.read_tweets.output[table], archive_id=archive_id, part=parts)


def posts_of(archives):
    """Return the record files of the posts of the given archives."""
    files = []
    for archive_id in archives:
        files += parts_of(archive_id, "post_row")
        files += expand(
            rules.account_for_tweets.output.repeated_post_row, archive_id=archive_id
        )
    return files


def traces_of(wildcards):
    """Return the traces of a shard."""
    return TRACES[int(wildcards.shard) :: len(TRACE_SHARDS)]


def of_shards(files, subject):
    """Return the files of all shards of traces for a population."""
    return expand(files, subject=subject, shard=TRACE_SHARDS)
