# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
WORKDIR /app
COPY requirements-runtime.lock ./
RUN pip install -r requirements-runtime.lock
COPY . .
# The values below exist for this one command only: it reads settings but connects to nothing.
RUN pybabel compile -D django -d locale \
    && PORTAL_MODE=production SECRET_KEY=only-while-building ALLOWED_HOSTS=localhost STATIC_ROOT=/app/collected \
       DATABASE_URL=postgresql://nowhere/portal REDIS_URL=redis://nowhere \
       python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q accounts enterprises notices policies portal stewards

FROM python:3.13-slim
RUN groupadd --gid 10001 portal \
    && useradd --uid 10001 --gid portal --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal -m 0750 /data /data/media
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PORTAL_MODE=production STATIC_ROOT=/app/collected MEDIA_ROOT=/data/media
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER 10001:10001
VOLUME /data/media
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
# The log has no query and no referrer: what visitors type into the check-up stands in the address.
CMD ["gunicorn", "portal.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--preload", "--no-control-socket", "--worker-tmp-dir", "/dev/shm", "--access-logfile", "-", "--access-logformat", "%(h)s %(t)s %(m)s %(U)s %(s)s %(b)s %(M)sms"]
