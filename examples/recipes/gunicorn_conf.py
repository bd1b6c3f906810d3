"""gunicorn, prefork: gunicorn -c gunicorn_conf.py flask_app:app

A client may be made before the fork: a child drops the connections of its
parent without a word on them, and opens its own.
"""

preload_app = True
workers = 2
threads = 8
worker_class = "gthread"
# Longer than a call's time-out of 45 s: else gunicorn ends a worker in a sale,
# and nobody is told whether the card was charged.
timeout = 60
graceful_timeout = 60
