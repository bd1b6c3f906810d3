# A slim image of Debian: what builds the package stays in the first stage.
# No test runs this file.
FROM python:3.13-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
        gcc libc6-dev pkg-config libcurl4-openssl-dev libcjson-dev
COPY . /src
RUN python -m venv /app && /app/bin/pip install /src flask gunicorn

FROM python:3.13-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends \
        libcurl4 libcjson1 ca-certificates && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
COPY examples/recipes/flask_app.py examples/recipes/told.py \
     examples/recipes/gunicorn_conf.py /shop/
WORKDIR /shop
USER nobody
CMD ["/app/bin/gunicorn", "-c", "gunicorn_conf.py", "-b", "0.0.0.0:8000", "flask_app:app"]
