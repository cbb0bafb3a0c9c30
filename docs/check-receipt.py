#!/usr/bin/env python3
"""Checks, without asking anybody, that your ballots are in a closed ballot box.

    check-receipt.py RECEIPT [BOX]

RECEIPT is what you downloaded when you voted (a ballot a line; give the box too), or the proof that the page
"Check a receipt" hands out. BOX is the published box: its JSON, or a ballot a line. Compare the root that is
printed with the one on the decision's page. Hashes are those of RFC 9162, section 2.1.
"""
import hashlib
import json
import sys


def leaf_hash(ballot):
    return hashlib.sha256(b"\0" + ballot).digest()


def climb(leaf, index, size, path):
    """The root that follows from a leaf and the hashes beside its way up; None if they don't fit."""
    last, root = size - 1, leaf
    for beside in path:
        if last == 0:
            return None
        if index % 2 or index == last:
            root = hashlib.sha256(b"\1" + beside + root).digest()
            while index and index % 2 == 0:
                index, last = index // 2, last // 2
        else:
            root = hashlib.sha256(b"\1" + root + beside).digest()
        index, last = index // 2, last // 2
    return root if last == 0 else None


def root_of(leaves):
    level = leaves
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\1" + a + b).digest() for a, b in zip(level[::2], level[1::2])]
        level = pairs + level[len(pairs) * 2:]
    return level[0] if level else hashlib.sha256(b"").digest()


def read_box(name):
    text = open(name, "rb").read()
    if text[:1] == b"{" and b'"ballots"' in text:
        box = json.loads(text)
        return [ballot.encode() for ballot in box["ballots"]], box["root"].lower()
    return text.split(b"\n")[:-1], None


def main():
    text = open(sys.argv[1], "rb").read()
    ballots, published = read_box(sys.argv[2]) if len(sys.argv) > 2 else (None, None)
    if ballots is not None and published not in (None, root_of([leaf_hash(one) for one in ballots]).hex()):
        sys.exit("BAD: the box does not have the root it was published with.")
    if b'"path"' not in text:
        if ballots is None:
            sys.exit("BAD: a receipt of ballots is checked against the box: give that too.")
        for mine in filter(None, text.split(b"\n")):
            if mine not in ballots:
                sys.exit("BAD: your ballot is not in this box.")
            print(f"GOOD: ballot {ballots.index(mine) + 1} of {len(ballots)} under the root "
                  f"{root_of([leaf_hash(one) for one in ballots]).hex()}")
        return
    receipt = json.loads(text)
    leaf, index, size = bytes.fromhex(receipt["leaf"]), receipt["index"], receipt["size"]
    if "ballot" in receipt and leaf_hash(receipt["ballot"].encode()) != leaf:
        sys.exit("BAD: the ballot on this receipt is not the one it is for.")
    root = climb(leaf, index, size, [bytes.fromhex(hash) for hash in receipt["path"]])
    if not 0 <= index < size or root is None or root.hex() != receipt["root"].lower():
        sys.exit("BAD: this receipt does not lead to its root.")
    if ballots is not None and (len(ballots) != size or leaf_hash(ballots[index]) != leaf):
        sys.exit("BAD: your ballot is not in this box.")
    print(f"GOOD: ballot {index + 1} of {size} under the root {root.hex()}")


main()
