"""How often a wrong password may be tried."""

import ipaddress

from cytovox.app.buckets import TokenBuckets
from cytovox.app.case_rows import folded
from cytovox.app.clients import too_often

BY_NAME, BY_ADDRESS = (10, 1 / 30), (30, 1 / 10)
"""Wrong passwords at once, and how many more a second. For a name that is 2,880 a day, from wherever."""
_NETWORK_V6 = 64


class SignInRate:
    """Slows down whoever guesses passwords, by the name that is tried and by the address of who tries."""

    def __init__(self) -> None:
        self._names = TokenBuckets(*BY_NAME)
        self._addresses = TokenBuckets(*BY_ADDRESS)

    def take(self, name: str, address: str) -> None:
        """Counts an attempt, before its password is looked at: attempts at the same moment count too.

        Raises:
            ApiProblem: 429 when there were too many, with the seconds to wait in the header retry-after.
        """
        # The address first: one that may not try any more must not use up the attempts of a name.
        wait_s = self._addresses.take(network(address)) or self._names.take(folded(name))
        if wait_s:
            raise too_often("too_many_attempts", "Too many wrong passwords.", wait_s)

    def give_back(self, name: str, address: str) -> None:
        """Says that the attempt was right, and does not count."""
        self._names.give_back(folded(name))
        self._addresses.give_back(network(address))


def network(address: str) -> str:
    """An address as it counts: of version 6 the network, for a household has 2^64 of them."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, _NETWORK_V6), strict=False))
