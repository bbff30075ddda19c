"""Find the folders of extensions, their files, and the mistakes in them, before any job."""

import tokenize


def extensions_in(folder):
    """Return the rules file of each extension; stop with a sentence if a folder has none."""
    # Paths of included files are relative to the Snakefile, wherever the study is run.
    root = Path(STUDY_FOLDER)
    found = sorted(path for path in (root / folder).glob("[!._]*") if path.is_dir())
    for path in found:
        if not (path / "rules.smk").is_file():
            raise WorkflowError(
                f"{path} has no rules.smk; give its rules file this name, or remove the folder"
            )
        try:
            with tokenize.open(path / "rules.smk") as rules_file:
                any(False for _ in tokenize.generate_tokens(rules_file.readline))
        except (tokenize.TokenError, SyntaxError) as error:
            line = getattr(error, "lineno", None) or error.args[1][0]
            raise WorkflowError(
                f"{path / 'rules.smk'}, line {line}: cannot be read ({error.args[0]}); correct it"
            )
    return [str(path / "rules.smk") for path in found]


def of_extensions(name):
    """Return the files of a name that extensions bring."""
    return sorted(
        Path(relpath(Path(STUDY_FOLDER, "extensions"))).glob(f"[!._]*/{name}")
    )


def check_extensions(folder):
    """Stop with a sentence if a rule of an extension does nothing, or if its script is missing or is not Python."""
    for path in sorted(Path(STUDY_FOLDER, folder).glob("[!._]*/*.py")):
        try:
            compile(path.read_bytes(), path, "exec")
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None) or 1
            raise WorkflowError(
                f"{path}, line {line}: is not Python ({getattr(error, 'msg', error)}); correct it"
            )
    for made in workflow.rules:
        if not Path(made.snakefile).is_relative_to(Path(STUDY_FOLDER, folder)):
            continue
        place = f"{made.snakefile}, line {workflow.linemaps[made.snakefile][made.lineno]}: the rule {made.name}"
        if made.script:
            script = Path(made.snakefile).parent / str(made.script)
            if "{" not in str(script) and not script.is_file():
                raise WorkflowError(
                    f"{place} names the script {made.script}, which does not exist; correct its name"
                )
        elif made.output and not any(
            (made.shellcmd, made.notebook, made.wrapper, made.cwl, made.run_func_src)
        ):
            raise WorkflowError(f"{place} has outputs but no script; name a script")
