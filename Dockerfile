# The study in a container: docker build -t takedown . && docker run --rm -v "$PWD/results:/study/results" takedown
# The digest pins the base, so that the system libraries are those of the day on which it was chosen.
FROM python:3.12-slim-bookworm@sha256:782412e85d0f0984994c290652577d4018aff08145c85b262bb63dc0c7522254
RUN apt-get update && apt-get install --yes --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /study
# The environment first: a change of the code alone does not install it again.
COPY Makefile requirements.txt requirements-uv.txt ./
COPY tools ./tools
RUN make .venv/study
COPY . .
RUN touch .venv/study
CMD ["make"]
