"""FastAPI: one AsyncClient for as long as the application runs.

    uvicorn fastapi_app:app
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from told import shown, told

import cielo


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with cielo.AsyncClient() as client:  # credentials from the environment
        app.state.cielo = client
        yield


app = FastAPI(lifespan=lifespan)


@app.exception_handler(cielo.CieloError)
async def failed(request: Request, error: cielo.CieloError) -> JSONResponse:
    status, body = told(error)
    return JSONResponse(body, status)


@app.post("/sales")
async def create(request: Request, fields: dict[str, Any]) -> dict[str, Any]:
    return shown(await request.app.state.cielo.sales.create(cielo.Fields(fields)))


@app.post("/sales/{payment_id}/capture")
async def capture(request: Request, payment_id: str) -> dict[str, Any]:
    done = await request.app.state.cielo.sales.capture(payment_id)
    return {"approved": done.approved, "status": done.status_name}
