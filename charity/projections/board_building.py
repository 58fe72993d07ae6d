"""Building all boards anew: beside the copy in use, in bounded memory, from one state of the database.

Import this module only where boards are built: it loads numpy.
"""

import json
import secrets

from redis import Redis
from sqlalchemy.orm import Session

from charity.adapters.redis import PATIENCE, RedisDown, redis_call
from charity.ledger.verifying.snapshots import snapshot
from charity.projections.board_keys import BUILDING, POINTER, PREFIX, generation_of, mark_key, sums_key
from charity.projections.board_pouring import Pour, pieces, sets
from charity.projections.board_reading import count_lines, last_leaf, read_lines, take_time
from charity.projections.board_sums import cut, sum_boards

HELD_SECONDS = 15  # a builder that was killed is in nobody's way for longer than this
# Keep what is being built ours; 0 when Redis lost it, or somebody else builds.
_HOLD = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('EXPIRE', KEYS[1], ARGV[2])
"""
# Let readers use what was built, if nothing of it was lost meanwhile.
_USE = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
redis.call('DEL', KEYS[2])
return 1
"""


class BeingBuilt(Exception):
    """Somebody else builds the boards at this moment."""


def rebuild(session: Session) -> int:
    """Build a new generation of all boards, then let readers use it; returns the number of boards.

    The copy in use serves until then. Killed in the middle, or cut off from Redis, it leaves keys that no reader knows
    and the next build sweeps away. Raises RedisDown and BeingBuilt.
    """
    generation = secrets.token_hex(4)
    if not redis_call(lambda client: client.set(BUILDING, generation, nx=True, ex=HELD_SECONDS)):
        raise BeingBuilt
    try:
        _sweep(but=_in_use(), keep=generation)
        boards, leaf, at = _fill(session, generation)
        said = json.dumps({"generation": generation, "leaf": leaf, "at": at})
        if not redis_call(lambda client: client.eval(_USE, 2, POINTER, BUILDING, generation, said), patience=PATIENCE):
            raise RedisDown
    except BaseException:
        _let_go(generation)
        raise
    _sweep(but=generation, keep=generation)
    return boards


def _fill(session: Session, generation: str) -> tuple[int, int, str]:
    """Write every board as of one leaf; tell how many, that leaf, and when its entry was made."""
    names = set[str]()
    with snapshot(session.connection().engine) as steady, Pour(lambda: _hold(generation)) as pour:
        take_time(steady)
        leaf, at = last_leaf(steady)
        for accounts in cut(count_lines(steady)):
            for sums in sum_boards(read_lines(steady, accounts)):
                names.update(sums.names)
                for data, commands in pieces(sums, lambda board: sums_key(generation, board)):
                    pour.put(data, commands)
        for data, commands in sets((mark_key(generation, board), str(leaf)) for board in names):
            pour.put(data, commands)
    return len(names), leaf, at


def _hold(generation: str) -> None:
    if not redis_call(lambda client: client.eval(_HOLD, 1, BUILDING, generation, HELD_SECONDS), patience=PATIENCE):
        raise RedisDown  # it was emptied: what was written before is gone


def _let_go(generation: str) -> None:
    def release(client: Redis) -> None:
        if client.get(BUILDING) == generation:
            client.delete(BUILDING)

    try:
        redis_call(release)
    except RedisDown:
        return  # it lets go by itself


def _in_use() -> str | None:
    said = redis_call(lambda client: client.get(POINTER))
    return None if said is None else str(json.loads(str(said))["generation"])


def _sweep(*, but: str | None, keep: str) -> None:
    """Take away every generation but these: the former one, and what killed builders left."""

    def unlink(client: Redis) -> None:
        for key in client.scan_iter(match=f"{PREFIX}:*", count=1000):
            if generation_of(str(key)) not in (but, keep):
                client.unlink(key)

    redis_call(unlink, patience=PATIENCE)
