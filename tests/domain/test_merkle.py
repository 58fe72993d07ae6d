"""The tree of the public book, held against RFC 6962's own words, known vectors and another implementation."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree
from pymerkle.proof import verify_consistency, verify_inclusion

from charity.domain import merkle
from charity.domain.merkle import EMPTY_ROOT, Frontier, Node, Span

# The eight leaves used by the reference test vectors of Certificate Transparency, and the roots of their first n
VECTORS = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def plain_root(leaves: list[bytes]) -> bytes:
    """Compute a root straight from the definition in RFC 6962, section 2.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    cut = 1
    while cut * 2 < len(leaves):
        cut *= 2
    return sha256(b"\x01" + plain_root(leaves[:cut]) + plain_root(leaves[cut:])).digest()


def grown(leaves: list[bytes]) -> tuple[Frontier, dict[Node, bytes]]:
    tree = Frontier(0, [])
    return tree, tree.grow(merkle.leaf_hash(leaf) for leaf in leaves)


@pytest.mark.parametrize("size", range(1, 9))
def test_known_roots(size: int) -> None:
    tree, _nodes = grown(VECTORS[:size])
    assert tree.root().hex() == ROOTS[size - 1]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert Frontier(0, []).root() == EMPTY_ROOT


def test_known_inclusion_proof() -> None:
    _tree, nodes = grown(VECTORS)
    proof = merkle.proof(merkle.inclusion_spans(5, 8), nodes)
    assert [piece.hex() for piece in proof] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_known_consistency_proof() -> None:
    _tree, nodes = grown(VECTORS)
    proof = merkle.proof(merkle.consistency_spans(6, 8), nodes)
    assert [piece.hex() for piece in proof] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_the_root_is_the_one_of_the_definition(leaves: list[bytes]) -> None:
    assert grown(leaves)[0].root() == plain_root(leaves)


@given(st.integers(0, 200), st.integers(0, 64))
def test_growing_needs_the_peaks_only(before: int, added: int) -> None:
    leaves = [b"%d" % number for number in range(before + added)]
    whole, nodes = grown(leaves)
    tree = Frontier(before, [nodes[peak] for peak in merkle.peaks(before)])
    new = tree.grow(merkle.leaf_hash(leaf) for leaf in leaves[before:])
    assert tree == whole
    assert {**grown(leaves[:before])[1], **new} == nodes
    assert len(merkle.peaks(before)) <= max(before.bit_length(), 1)


@given(st.integers(1, 300), st.data())
def test_inclusion_agrees_with_another_implementation(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = [b"leaf %d" % number for number in range(size)]
    tree, nodes = grown(leaves)
    path = merkle.proof(merkle.inclusion_spans(index, size), nodes)
    other = _other(leaves)
    assert tree.root() == other.get_root()
    verify_inclusion(merkle.leaf_hash(leaves[index]), tree.root(), other.prove_inclusion(index + 1))
    assert merkle.is_included(merkle.leaf_hash(leaves[index]), index, size, path, other.get_root())
    assert path == [other.piece(*span) for span in merkle.inclusion_spans(index, size)]


class _Tree(InmemoryTree):
    """The other implementation, with the hash of any piece of the tree."""

    def piece(self, start: int, end: int) -> bytes:
        return bytes(self._get_root(start, end))


def _other(leaves: list[bytes]) -> _Tree:
    tree = _Tree(algorithm="sha256")
    for leaf in leaves:
        tree.append_entry(leaf)
    return tree


@given(st.integers(1, 200), st.data())
def test_consistency_agrees_with_another_implementation(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    leaves = [b"leaf %d" % number for number in range(new)]
    _tree, nodes = grown(leaves)
    path = merkle.proof(merkle.consistency_spans(old, new), nodes)
    other = _other(leaves)
    old_root, new_root = other.get_root(old), other.get_root(new)
    verify_consistency(old_root, new_root, other.prove_consistency(old, new))
    assert merkle.is_consistent(old, new, old_root, new_root, path)


@given(st.integers(2, 100), st.data())
def test_a_wrong_proof_convinces_nobody(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = [b"leaf %d" % number for number in range(size)]
    tree, nodes = grown(leaves)
    path = merkle.proof(merkle.inclusion_spans(index, size), nodes)
    leaf, head = merkle.leaf_hash(leaves[index]), tree.root()
    spoilt = data.draw(st.integers(0, len(path) - 1))
    broken = [bytes(32) if at == spoilt else piece for at, piece in enumerate(path)]
    assert merkle.is_included(leaf, index, size, path, head)
    assert not merkle.is_included(leaf, index, size, broken, head)
    assert not merkle.is_included(leaf, index, size, path[:-1], head)
    assert not merkle.is_included(leaf, index, size, path, EMPTY_ROOT)
    assert not merkle.is_included(merkle.leaf_hash(b"another"), index, size, path, head)
    assert not merkle.is_included(leaf, size, size, path, head)


@given(st.integers(2, 100), st.data())
def test_a_rewritten_tree_is_not_consistent(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size - 1))
    leaves = [b"leaf %d" % number for number in range(size)]
    edited = [b"edited", *leaves[1:]]
    before, _nodes = grown(leaves[:old])
    after, nodes = grown(edited)
    path = merkle.proof(merkle.consistency_spans(old, size), nodes)
    assert not merkle.is_consistent(old, size, before.root(), after.root(), path)


def test_the_edges_of_consistency() -> None:
    head = grown(VECTORS)[0].root()
    assert merkle.is_consistent(8, 8, head, head, [])
    assert not merkle.is_consistent(8, 8, head, EMPTY_ROOT, [])
    assert merkle.is_consistent(0, 8, EMPTY_ROOT, head, [])
    assert not merkle.is_consistent(0, 8, head, head, [])
    assert not merkle.is_consistent(9, 8, head, head, [])
    assert not merkle.is_consistent(4, 8, head, head, [])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_proof_for_no_leaf(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        merkle.inclusion_spans(index, size)


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 3)])
def test_there_is_no_proof_for_no_tree(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="no such pair"):
        merkle.consistency_spans(old, new)


def test_an_edge_that_fits_no_tree_is_refused() -> None:
    with pytest.raises(ValueError, match="one peak"):
        Frontier(3, [EMPTY_ROOT])


def test_nodes_of_a_piece_are_complete_subtrees() -> None:
    assert merkle.nodes_of(Span(8, 13)) == [Node(2, 2), Node(0, 12)]
    assert merkle.peaks(0) == []
