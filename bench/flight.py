"""What a call costs while many wait: a Cielo that answers after a second."""

from __future__ import annotations

import openresty
import servers
from contestants import Contestant
from measuring import note, run_once
from tables import Aim, Section, number, table

#: In flight, and how often each place is used again while it is counted.
BURSTS = {10: 15, 100: 8, 1000: 4, 10000: 2}
QUICK = {10: 5, 100: 4, 1000: 2}
OWN = 100  # what the other numbers are held against
WITHIN = 1.2
MEMORY_KB = 12.0
#: As a client has them by itself: calls beyond these queue for one.
CONNECTIONS = 100
QUEUED = 1000
#: Whose program takes the number of connections as its last argument.
CAPPED = "multi"


class Flight:
    """Of one contestant, by number in flight: microseconds a call, and KB."""

    def __init__(self, title: str, peer: bool) -> None:
        self.title, self.peer = title, peer
        self.micros: dict[int, float] = {}
        self.peak_kb: dict[int, int] = {}
        self.queued_kb: float | None = None  # of one more call that queues

    def row(self, numbers: list[int]) -> list[str]:
        return [self.title,
                *(f"{self.micros[n]:.0f} ({self.micros[n] / self.micros[OWN]:.2f})"
                  for n in numbers),
                number(self.call_kb(), "KB"),
                "" if self.queued_kb is None else number(self.queued_kb, "KB")]

    def call_kb(self) -> float:
        """What one more call in flight takes, its connection too."""
        most = max(self.peak_kb)
        return (self.peak_kb[most] - self.peak_kb[OWN]) / (most - OWN)

    def aims(self) -> list[Aim]:
        return [Aim(f"{self.title}: {n:,} in flight beside {OWN}",
                    self.micros[n] / self.micros[OWN], WITHIN)
                for n in self.micros if n != OWN] + [
            Aim(f"{self.title}: memory of a call with a connection of its own",
                self.call_kb(), MEMORY_KB, "KB"),
            *([] if self.queued_kb is None else [
                Aim(f"{self.title}: memory of a call, {QUEUED:,} over {CONNECTIONS} connections",
                    self.queued_kb, MEMORY_KB, "KB")])]


def fly(one: Contestant, url: str, bursts: dict[int, int]) -> Flight:
    told = Flight(one.title, one.peer)
    for many, times in bursts.items():
        note(f"  {one.title}: {many:,} in flight")
        sample = run_once(one.of(many), url, many, many * times)
        told.micros[many], told.peak_kb[many] = sample.micros, sample.peak_kb
    if one.key == CAPPED:
        told.queued_kb = queue(one, url)
    return told


def queue(one: Contestant, url: str) -> float:
    """KB of one more call where a client has no more connections than by itself."""
    note(f"  {one.title}: {QUEUED:,} for {CONNECTIONS} connections")
    few, most = (run_once(one.of(many), url, many, many, str(CONNECTIONS)).peak_kb
                 for many in (CONNECTIONS, QUEUED))
    return (most - few) / (QUEUED - CONNECTIONS)


def fly_nginx(url: str, bursts: dict[int, int]) -> Flight:
    told = Flight("`resty.cielo` in an nginx worker", False)
    note(f"  {told.title}")
    for many, (micros, kb) in openresty.flights(url, bursts).items():
        told.micros[many], told.peak_kb[many] = micros, kb
    return told


def job(listed: list[Contestant], quick: bool) -> Section:
    bursts = QUICK if quick else BURSTS
    with servers.slow() as url:
        told = [fly(one, url, bursts) for one in listed if not (quick and one.peer)]
        told.append(fly_nginx(url, bursts))
    told.sort(key=lambda one: one.peer)
    head = ["client", *(f"{n:,}" for n in bursts), "memory per call",
            f"{QUEUED:,} over {CONNECTIONS} connections"]
    text = table(head, [one.row(list(bursts)) for one in told])
    return Section("flight", text, [aim for one in told if not one.peer for aim in one.aims()])
