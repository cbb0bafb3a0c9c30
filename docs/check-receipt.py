#!/usr/bin/env python3
"""Checks, without asking anybody, that your ballot is in a closed ballot box.

    check-receipt.py RECEIPT.json [BALLOTS.txt]

RECEIPT.json is what you were given when you voted; BALLOTS.txt, the published box, one ballot a line.
Compare the root it prints with the one that was published. Hashes are those of RFC 9162, section 2.1.
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


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        receipt = json.load(file)
    leaf, index, size = bytes.fromhex(receipt["leaf"]), receipt["index"], receipt["size"]
    if "ballot" in receipt and leaf_hash(receipt["ballot"].encode()) != leaf:
        sys.exit("BAD: the ballot on this receipt is not the one it is for.")
    root = climb(leaf, index, size, [bytes.fromhex(hash) for hash in receipt["path"]])
    if not 0 <= index < size or root is None or root.hex() != receipt["root"].lower():
        sys.exit("BAD: this receipt does not lead to its root.")
    if len(sys.argv) > 2:
        ballots = open(sys.argv[2], "rb").read().split(b"\n")[:-1]
        if len(ballots) != size or leaf_hash(ballots[index]) != leaf:
            sys.exit("BAD: your ballot is not in this box.")
    print(f"GOOD: ballot {index + 1} of {size} under the root {root.hex()}")


main()
