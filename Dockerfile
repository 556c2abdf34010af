# Packages are installed in a stage of their own, so that pip and its leftovers are not in what runs.
FROM python:3.11-slim AS packages
COPY requirements.lock .
RUN python -m venv /packages \
    && /packages/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r requirements.lock

FROM python:3.11-slim
# Pillow joins Arabic letters with it.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libfribidi0 \
    && rm -rf /var/lib/apt/lists/*
# A number and not a name: platforms that refuse to run root look at the number.
RUN useradd --uid 10001 --no-create-home --home-dir /app --shell /usr/sbin/nologin tryon \
    && mkdir -p /app/data \
    && chown 10001:10001 /app/data
WORKDIR /app
COPY --from=packages /packages /packages
COPY bot bot
COPY handlers handlers
COPY storage storage
# With PORT in the environment the health addresses are served when polling, too. No setting is read from a file.
ENV PATH=/packages/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORT=8080 TRYON_ENV_FILE=
USER 10001:10001
# The SQLite file is here unless DATABASE_URL says otherwise; with PostgreSQL nothing is.
VOLUME ["/app/data"]
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=4); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]
CMD ["python", "-m", "bot"]
