"""`python -m benchmarks MODULE`: runs one benchmark; standard output is kept for its figures, logs go to the other."""

import logging
import runpy
import sys

import structlog

structlog.configure(
    wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    logger_factory=structlog.PrintLoggerFactory(sys.stderr),
)
sys.argv[:2] = sys.argv[1:2]
runpy.run_module(f"benchmarks.{sys.argv[0]}", run_name="__main__", alter_sys=True)
