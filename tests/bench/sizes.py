"""How much is measured: ``BENCH_SIZE=short`` for about a minute, everything else in full."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """``slices`` are pairs of A and B, each ``slice_seconds`` long; the rest are counts."""

    slices: int
    slice_seconds: float
    latency_seconds: float
    evaluated: int
    drained: int
    receipts: int
    small_history: int
    large_history: int
    probes: int
    starts: int


SHORT = Size(
    slices=3,
    slice_seconds=1.0,
    latency_seconds=8.0,
    evaluated=3_000,
    drained=5_000,
    receipts=50_000,
    small_history=2_000,
    large_history=20_000,
    probes=200,
    starts=1,
)
FULL = Size(
    slices=9,
    slice_seconds=2.0,
    latency_seconds=40.0,
    evaluated=20_000,
    drained=100_000,
    receipts=1_000_000,
    small_history=10_000,
    large_history=1_000_000,
    probes=2_000,
    starts=5,
)
