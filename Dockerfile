# Build: the wheel, with the native library inside.
FROM rust:1.89-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends python3-dev python3-pip python3-venv
WORKDIR /src
COPY . .
RUN docker/build-wheel.sh /wheels

# Run: a Python without compilers, and a user without rights.
FROM python:3.12-slim-bookworm
COPY --from=build /wheels /wheels
COPY docker/install-wheel.sh /install-wheel.sh
RUN /install-wheel.sh /wheels /opt/auralis
RUN useradd --uid 10001 --create-home auralis
USER 10001
WORKDIR /data
ENV PATH=/opt/auralis/bin:$PATH
RUN auralis-dsp --version
ENTRYPOINT ["auralis-dsp"]
