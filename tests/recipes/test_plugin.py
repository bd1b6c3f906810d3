"""The pytest plugin, as a project that installed the package has it."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import textwrap


def test_books_are_empty_for_every_test(tmp_path: pathlib.Path) -> None:
    (tmp_path / "test_shop.py").write_text(textwrap.dedent("""
        import cielo, pytest

        @pytest.mark.parametrize("order", ["one", "two"])
        def test_sells(cielo_sandbox, order):
            with cielo.Client() as client:
                client.sales.create({
                    "merchant_order_id": order,
                    "customer": {"name": "Aline", "identity": "12345678909",
                                 "identity_type": "CPF"},
                    "payment": {"type": "Pix", "provider": "Cielo2", "amount": 100}})
            assert [one["MerchantOrderId"] for one in cielo_sandbox.sales()] == [order]
            cielo_sandbox.faults(
                [{"match": "POST /1/sales", "after": "read", "do": "status:500"}])
        """))
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."],
                          cwd=tmp_path, capture_output=True, text=True, timeout=120,
                          env={**os.environ, "CIELO_ENVIRONMENT": "production"}, check=False)
    assert "2 passed" in done.stdout, done.stdout


def test_loads_no_server_by_itself() -> None:
    code = "import cielo.pytest_plugin, sys; assert 'aiohttp' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
