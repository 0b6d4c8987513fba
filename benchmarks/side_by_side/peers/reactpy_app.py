"""ReactPy 1.1 on FastAPI: state lifted to one component, keyed row components."""

from __future__ import annotations

import argparse

import uvicorn
from fastapi import FastAPI
from reactpy.backend.fastapi import configure

from benchmarks.side_by_side.peers.reactpy_table import Bench

app = FastAPI()
configure(app, Bench)

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    uvicorn.run(app, host="127.0.0.1", port=parser.parse_args().port, log_level="warning")
