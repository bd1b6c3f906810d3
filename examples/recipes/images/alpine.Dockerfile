# A slim image of Alpine, whose libc is musl: there is no wheel for it.
# No test runs this file.
FROM python:3.13-alpine AS build
RUN apk add --no-cache gcc musl-dev pkgconf curl-dev cjson-dev
COPY . /src
RUN python -m venv /app && /app/bin/pip install /src flask gunicorn

FROM python:3.13-alpine
RUN apk add --no-cache libcurl cjson ca-certificates
COPY --from=build /app /app
COPY examples/recipes/flask_app.py examples/recipes/told.py \
     examples/recipes/gunicorn_conf.py /shop/
WORKDIR /shop
USER nobody
CMD ["/app/bin/gunicorn", "-c", "gunicorn_conf.py", "-b", "0.0.0.0:8000", "flask_app:app"]
